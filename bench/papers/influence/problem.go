package influence

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/digits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// set is a number of labelled samples.
type set struct {
	x linalg.Matrix[float32]
	y []byte
}

func (s set) rows() int { return s.x.Rows }

// flipped is the share of wrong labels among the digits to train on.
const flipped = 0.05

// ours draws digits with a share of wrong labels.
func ours(g *rnd.Source, n int, wrong float64) set {
	x, y := digits.Draw(g, n, wrong)
	return set{x, y}
}

// problem is a classification problem with what its experiment depends on.
type problem struct {
	name        string
	train, test set
	classes     int
}

// table reads a file of the user's: numbers separated by commas, the last column a class, a heading or none. Features are
// brought to mean 0 and variance 1; a fifth of the rows is for queries.
func table(name string, seed uint64) (*problem, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w; pass a readable file", err)
	}
	defer f.Close()
	read := csv.NewReader(f)
	read.FieldsPerRecord = -1 // counted below, to say more
	lines, err := read.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read as values separated by commas: %w", name, err)
	}
	first := 1 // the row of the file where data begins
	if len(lines) > 0 && len(lines[0]) > 1 {
		if _, err := strconv.ParseFloat(strings.TrimSpace(lines[0][0]), 64); err != nil {
			lines, first = lines[1:], 2
		}
	}
	if len(lines) < 50 {
		return nil, fmt.Errorf("%s has %d rows of data; give at least 50", name, len(lines))
	}
	features := len(lines[0]) - 1
	if features < 1 {
		return nil, fmt.Errorf("%s has a single column; give one feature or more and, last, a class", name)
	}
	if features > 128 {
		return nil, fmt.Errorf("%s has %d features; the dense Hessian of this experiment takes at most 128", name, features)
	}
	for i, l := range lines {
		if len(l) != features+1 {
			return nil, fmt.Errorf("%s: row %d has %d columns and row %d has %d; give all the same number", name, first+i, len(l), first, features+1)
		}
	}
	var classes []string
	all := set{linalg.NewMatrix[float32](len(lines), features), make([]byte, len(lines))}
	for i, l := range lines {
		for j, w := range l[:features] {
			v, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("%s: row %d, column %d: %q is not a finite number; only the last column may hold words", name, first+i, j+1, w)
			}
			all.x.Set(i, j, float32(v))
		}
		class := strings.TrimSpace(l[features])
		k := slices.Index(classes, class)
		if k < 0 {
			if k = len(classes); k == 32 {
				return nil, fmt.Errorf("%s: more than 32 classes in the last column; this experiment takes 2 … 32", name)
			}
			classes = append(classes, class)
		}
		all.y[i] = byte(k)
	}
	if len(classes) < 2 {
		return nil, fmt.Errorf("%s: the last column has a single class, %q; give at least two", name, classes[0])
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
