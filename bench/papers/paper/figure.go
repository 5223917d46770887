package paper

import (
	"bytes"
	"html/template"
	"image/color"
	"math"
	"regexp"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Figure is a drawing of the report, as SVG.
type Figure struct {
	Title string
	SVG   template.HTML
}

// Series is a curve or a cloud of points.
type Series struct {
	Name   string
	X, Y   []float64
	Points bool // marks in place of a line
}

// Axes labels a figure; a logarithmic axis leaves out values that are not positive.
type Axes struct {
	X, Y       string
	LogX, LogY bool
}

var colours = []color.RGBA{
	{0x55, 0x55, 0x55, 0xff}, {0xc0, 0x39, 0x2b, 0xff}, {0x1f, 0x5f, 0xbf, 0xff}, {0x1b, 0x7f, 0x3b, 0xff},
	{0xb8, 0x86, 0x0b, 0xff}, {0x7d, 0x3c, 0x98, 0xff}, {0x00, 0x8b, 0x8b, 0xff}, {0xd3, 0x54, 0x00, 0xff},
}

// Lines draws curves.
func (r *Run) Lines(title string, a Axes, series ...Series) error {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = a.X, a.Y
	p.Legend.Top = true
	p.Add(plotter.NewGrid())
	if a.LogX {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	if a.LogY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	some := false
	for i, s := range series {
		var xy plotter.XYs
		for k, x := range s.X {
			y := s.Y[k]
			if math.IsNaN(y) || math.IsInf(y, 0) || a.LogX && !(x > 0) || a.LogY && !(y > 0) {
				continue
			}
			xy = append(xy, plotter.XY{X: x, Y: y})
		}
		if len(xy) == 0 {
			continue
		}
		some = true
		c := colours[i%len(colours)]
		if s.Points {
			sc, err := plotter.NewScatter(xy)
			if err != nil {
				return err
			}
			sc.Color, sc.Shape, sc.Radius = c, draw.CircleGlyph{}, vg.Points(2)
			p.Add(sc)
			p.Legend.Add(s.Name, sc)
			continue
		}
		l, err := plotter.NewLine(xy)
		if err != nil {
			return err
		}
		l.Color, l.Width = c, vg.Points(1.2)
		p.Add(l)
		p.Legend.Add(s.Name, l)
	}
	if !some {
		r.Note("No point of the figure “%s” can be drawn.", title)
		return nil
	}
	return r.add(title, p, 16, 9)
}

// grid is a matrix as gonum's heat map wants it.
type grid struct{ rows [][]float64 }

func (g grid) Dims() (c, r int)   { return len(g.rows[0]), len(g.rows) }
func (g grid) Z(c, r int) float64 { return g.rows[len(g.rows)-1-r][c] }
func (g grid) X(c int) float64    { return float64(c) }
func (g grid) Y(r int) float64    { return float64(r) }

// HeatMap draws a matrix, its first row on top, blue for small values and red for large ones; what is not finite is grey.
func (r *Run) HeatMap(title string, columns, rows []string, values [][]float64) error {
	p := plot.New()
	finite := make([][]float64, len(values))
	some := false
	for i, v := range values {
		for _, x := range v {
			if math.IsInf(x, 0) {
				x = math.NaN()
			}
			some = some || !math.IsNaN(x)
			finite[i] = append(finite[i], x)
		}
	}
	if !some {
		r.Note("No value of the figure “%s” is finite.", title)
		return nil
	}
	values = finite
	h := plotter.NewHeatMap(grid{values}, moreland.SmoothBlueRed().Palette(64))
	h.NaN = color.Gray{0xb0}
	if h.Min == h.Max {
		h.Max = h.Min + 1
	}
	p.Add(h)
	p.NominalX(columns...)
	labels := make([]string, len(rows))
	for i, s := range rows {
		labels[len(rows)-1-i] = s
	}
	p.NominalY(labels...)
	return r.add(title, p, 16, 9)
}

// Histogram draws counts over the bins of values.
func (r *Run) Histogram(title, x string, bins int, values []float64) error {
	if len(values) == 0 {
		r.Note("The figure “%s” has no values.", title)
		return nil
	}
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = x, "count"
	h, err := plotter.NewHist(plotter.Values(values), bins)
	if err != nil {
		return err
	}
	h.FillColor = colours[2]
	p.Add(h)
	return r.add(title, p, 16, 7)
}

var xmlHead = regexp.MustCompile(`(?s)^.*?<svg`)

func (r *Run) add(title string, p *plot.Plot, width, height vg.Length) error {
	c := vgsvg.New(width*vg.Centimeter, height*vg.Centimeter)
	p.Draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	// Inside HTML the XML declaration has no place.
	r.Figures = append(r.Figures, Figure{title, template.HTML(xmlHead.ReplaceAll(b.Bytes(), []byte("<svg")))})
	return nil
}
