package influence

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// set is a number of labelled samples.
type set struct {
	x linalg.Matrix[float32]
	y []byte
}

func (s set) rows() int { return s.x.Rows }

// problem is a classification problem with what its experiment depends on.
type problem struct {
	name        string
	train, test set
	classes     int
}

// glyphs are the digits on 8×8 pixels.
var glyphs = [10][8]string{
	{"..####..", ".##..##.", ".##..##.", ".##..##.", ".##..##.", ".##..##.", ".##..##.", "..####.."},
	{"...##...", "..###...", ".####...", "...##...", "...##...", "...##...", "...##...", ".######."},
	{"..####..", ".##..##.", ".....##.", "....##..", "...##...", "..##....", ".##.....", ".######."},
	{"..####..", ".##..##.", ".....##.", "...###..", ".....##.", ".....##.", ".##..##.", "..####.."},
	{"....##..", "...###..", "..####..", ".##.##..", ".######.", "....##..", "....##..", "....##.."},
	{".######.", ".##.....", ".##.....", ".#####..", ".....##.", ".....##.", ".##..##.", "..####.."},
	{"..####..", ".##..##.", ".##.....", ".#####..", ".##..##.", ".##..##.", ".##..##.", "..####.."},
	{".######.", ".....##.", "....##..", "....##..", "...##...", "...##...", "..##....", "..##...."},
	{"..####..", ".##..##.", ".##..##.", "..####..", ".##..##.", ".##..##.", ".##..##.", "..####.."},
	{"..####..", ".##..##.", ".##..##.", ".##..##.", "..#####.", ".....##.", ".##..##.", "..####.."},
}

// The difficulty of the digits: how far they are turned, stretched, sheared and moved, the noise on a pixel, and
// the share of wrong labels to train on. Chosen so that the model's accuracy on clean labels lies between 85 and 95 %.
const (
	turn    = 0.12 // standard deviations, radians …
	stretch = 0.07
	shear   = 0.07
	move    = 0.25 // … and pixels
	noise   = 0.25
	flipped = 0.05
)

// digits draws n samples. With flips a share of the labels is wrong.
func digits(g *rnd.Source, n int, flips bool) set {
	s := set{linalg.NewMatrix[float32](n, 64), make([]byte, n)}
	for i := range n {
		k := g.Intn(10)
		a := g.Normal() * turn
		sin, cos := math.Sincos(a)
		// Output pixel → glyph pixel.
		sx, sy, h := 1+stretch*g.Normal(), 1+stretch*g.Normal(), shear*g.Normal()
		dx, dy := move*g.Normal(), move*g.Normal()
		row := s.x.Row(i)
		for r := range 8 {
			for c := range 8 {
				u, v := float64(c)-3.5, float64(r)-3.5
				u, v = sx*(cos*u+sin*v)+h*v+3.5+dx, sy*(cos*v-sin*u)+3.5+dy
				row[r*8+c] = float32(sample(&glyphs[k], u, v) - 0.4 + noise*g.Normal())
			}
		}
		if flips && g.Float64() < flipped {
			k = (k + 1 + g.Intn(9)) % 10
		}
		s.y[i] = byte(k)
	}
	return s
}

// sample interpolates a glyph at (x, y) between its pixels.
func sample(glyph *[8]string, x, y float64) float64 {
	at := func(r, c int) float64 {
		if r < 0 || r > 7 || c < 0 || c > 7 || glyph[r][c] == '.' {
			return 0
		}
		return 1
	}
	r, c := int(math.Floor(y)), int(math.Floor(x))
	fy, fx := y-float64(r), x-float64(c)
	return (1-fy)*((1-fx)*at(r, c)+fx*at(r, c+1)) + fy*((1-fx)*at(r+1, c)+fx*at(r+1, c+1))
}

// table reads a file of the user's: numbers separated by commas, the last column a class, a heading or none. Features are
// brought to mean 0 and variance 1; a fifth of the rows is for queries.
func table(name string, seed uint64) (*problem, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read -data: %w", err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(lines) > 0 && len(lines[0]) > 1 {
		if _, err := strconv.ParseFloat(strings.TrimSpace(lines[0][0]), 64); err != nil {
			lines = lines[1:]
		}
	}
	if len(lines) < 50 || len(lines[0]) < 2 {
		return nil, fmt.Errorf("%s has %d rows of data; give at least 50, of one feature or more and a class", name, len(lines))
	}
	features := len(lines[0]) - 1
	if features > 128 {
		return nil, fmt.Errorf("%s has %d features; the dense Hessian of this experiment takes at most 128", name, features)
	}
	var classes []string
	all := set{linalg.NewMatrix[float32](len(lines), features), make([]byte, len(lines))}
	for i, l := range lines {
		for j, w := range l[:features] {
			v, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("%s: row %d, column %d: %q is not a finite number", name, i+1, j+1, w)
			}
			all.x.Set(i, j, float32(v))
		}
		class := strings.TrimSpace(l[features])
		k := slices.Index(classes, class)
		if k < 0 {
			if k = len(classes); k == 32 {
				return nil, fmt.Errorf("%s: more than 32 classes in the last column", name)
			}
			classes = append(classes, class)
		}
		all.y[i] = byte(k)
	}
	if len(classes) < 2 {
		return nil, fmt.Errorf("%s: the last column has a single class", name)
	}
	n := all.rows()
	for j := range features {
		mean, square := 0.0, 0.0
		for i := range n {
			mean += float64(all.x.At(i, j)) / float64(n)
		}
		for i := range n {
			d := float64(all.x.At(i, j)) - mean
			square += d * d / float64(n)
		}
		scale := 1.0
		if square > 0 {
			scale = 1 / math.Sqrt(square)
		}
		for i := range n {
			all.x.Set(i, j, float32((float64(all.x.At(i, j))-mean)*scale))
		}
	}
	order := permutation(rnd.New(seed), n)
	queries := min(n/5, 100)
	return &problem{name: name, classes: len(classes), test: all.pick(order[:queries]), train: all.pick(order[queries:min(n, queries+800)])}, nil
}

// pick returns some of the samples.
func (s set) pick(index []int) set {
	t := set{linalg.NewMatrix[float32](len(index), s.x.Cols), make([]byte, len(index))}
	for k, i := range index {
		copy(t.x.Row(k), s.x.Row(i))
		t.y[k] = s.y[i]
	}
	return t
}

func permutation(g *rnd.Source, n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := g.Intn(i + 1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}
