package kernelbench

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawable says that roofline can write a file of that name.
func drawable(path string) bool {
	return slices.Contains([]string{".svg", ".pdf", ".png"}, filepath.Ext(path))
}

// A roof is a bandwidth that bounds kernels with little arithmetic.
type roof struct {
	name string
	gbs  float64
}

// measureRoofs measures the reading bandwidth of each level of the memory.
func measureRoofs(isa kernels.ISA, typ string) []roof {
	if typ == "float32" {
		return roofsOf[float32](isa)
	}
	return roofsOf[float64](isa)
}

func roofsOf[T kernels.Float](isa kernels.ISA) []roof {
	var r []roof
	for _, l := range levels(false) {
		p := readProbe(isa, hugepage.Make[T](l.bytes/int(bitsOf[T]()/8)))
		if p.loop == nil {
			return nil
		}
		best := 0.0
		for _, s := range timing.Interleave(timing.CPU, 5, timing.Contestant{Loop: p.loop})[0] {
			best = max(best, p.work/s/1e9)
		}
		r = append(r, roof{l.name, best})
	}
	return r
}

// roofline draws rates against operations per byte, one picture for each type: the rows of the best tier, the FMA peak of the run, and
// the bandwidth of each level of the memory.
func roofline(path string, rep Report, roofs func(isa kernels.ISA, typ string) []roof) error {
	isa := tiers()[0]
	var plots []*plot.Plot
	for _, typ := range []string{"float32", "float64"} {
		var rows []Result
		peak := 0.0
		for _, r := range rep.Results {
			if r.Type == typ && r.Tier == isa.String() && r.Intensity > 0 && r.Scaling == 0 {
				rows = append(rows, r)
				if r.LimitName == "FMA" {
					peak = max(peak, r.Limit)
				}
			}
		}
		if len(rows) == 0 {
			continue
		}
		pl, err := drawRoofline(fmt.Sprintf("%s, %s, %s", rep.CPU, isa, typ), rows, peak, roofs(isa, typ))
		if err != nil {
			return err
		}
		plots = append(plots, pl)
	}
	if len(plots) == 0 {
		return fmt.Errorf("-out: no row of tier %s has operations per byte to draw", isa)
	}
	const width, height = 9 * vg.Inch, 5 * vg.Inch
	c, err := draw.NewFormattedCanvas(width, height*vg.Length(len(plots)), strings.TrimPrefix(filepath.Ext(path), "."))
	if err != nil {
		return err
	}
	tiles := draw.Tiles{Rows: len(plots), Cols: 1, PadX: vg.Points(10), PadY: vg.Points(10), PadTop: vg.Points(6), PadBottom: vg.Points(6), PadLeft: vg.Points(6), PadRight: vg.Points(6)}
	for i, p := range plots {
		p.Draw(tiles.At(draw.New(c), 0, i))
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := c.WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

var familyColors = []color.RGBA{
	{31, 119, 180, 255}, {255, 127, 14, 255}, {44, 160, 44, 255}, {214, 39, 40, 255}, {148, 103, 189, 255}, {140, 86, 75, 255}, {227, 119, 194, 255},
}

func drawRoofline(title string, rows []Result, peak float64, roofs []roof) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text = "operations per byte that has to move"
	p.Y.Label.Text = "GFLOP/s"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	p.Add(plotter.NewGrid())

	var left, right = math.Inf(1), 0.0
	families := map[string]plotter.XYs{}
	var order []string
	for _, r := range rows {
		rate := r.Rate
		if r.Unit == "GB/s" {
			rate *= r.Intensity
		}
		if families[r.Family] == nil {
			order = append(order, r.Family)
		}
		families[r.Family] = append(families[r.Family], plotter.XY{X: r.Intensity, Y: rate})
		left, right = min(left, r.Intensity), max(right, r.Intensity)
	}
	left, right = left/2, right*2
	lineOf := func(name string, pts plotter.XYs, gray uint8) error {
		l, err := plotter.NewLine(pts)
		if err != nil {
			return err
		}
		l.Color = color.Gray{gray}
		l.Width = vg.Points(1.2)
		p.Add(l)
		label, err := plotter.NewLabels(plotter.XYLabels{XYs: pts[:1], Labels: []string{name}})
		if err != nil {
			return err
		}
		label.Offset = vg.Point{X: vg.Points(3), Y: vg.Points(3)}
		p.Add(label)
		return nil
	}
	if peak > 0 {
		if err := lineOf(fmt.Sprintf("FMA %.0f GFLOP/s", peak), plotter.XYs{{X: left, Y: peak}, {X: right, Y: peak}}, 0); err != nil {
			return nil, err
		}
	}
	for _, r := range roofs {
		end := right
		if peak > 0 {
			end = min(end, peak/r.gbs)
		}
		if end <= left {
			continue
		}
		if err := lineOf(fmt.Sprintf("%s %.0f GB/s", r.name, r.gbs), plotter.XYs{{X: left, Y: left * r.gbs}, {X: end, Y: end * r.gbs}}, 110); err != nil {
			return nil, err
		}
	}
	for i, name := range order {
		s, err := plotter.NewScatter(families[name])
		if err != nil {
			return nil, err
		}
		s.Color = familyColors[i%len(familyColors)]
		s.Shape = draw.CircleGlyph{}
		s.Radius = vg.Points(2.5)
		p.Add(s)
		p.Legend.Add(name, s)
	}
	p.Legend.XOffs = -vg.Points(10)
	p.X.Min, p.X.Max = left, right
	return p, nil
}
