package paper

import (
	"bytes"
	"html/template"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Figure is a drawing of the report, as SVG, with the explanation of its curves.
type Figure struct {
	Title string
	SVG   template.HTML
	Keys  []Key
}

// Key is an entry of a figure's legend: a piece of a curve, and its name.
type Key struct {
	Name   string
	Swatch template.HTML
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
	{0x33, 0x33, 0x33, 0xff}, {0xc0, 0x39, 0x2b, 0xff}, {0x1f, 0x5f, 0xbf, 0xff}, {0x1b, 0x7f, 0x3b, 0xff},
	{0xb8, 0x86, 0x0b, 0xff}, {0x7d, 0x3c, 0x98, 0xff}, {0x00, 0x8b, 0x8b, 0xff}, {0xd3, 0x54, 0x00, 0xff},
}

// dashes and glyphs tell curves apart where there is no colour.
var (
	dashes = [][]vg.Length{nil, {5, 2}, {1.5, 1.5}, {6, 2, 1.5, 2}, {9, 2}, {3, 1}, {6, 2, 1.5, 2, 1.5, 2}, {1, 3}}
	glyphs = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}, draw.RingGlyph{}, draw.SquareGlyph{}, draw.PyramidGlyph{}, draw.PlusGlyph{}}
)

// logTicks marks a logarithmic axis: decades, few enough to read, and over less than two of them 2 and 5 as well.
type logTicks struct{}

func (logTicks) Ticks(low, high float64) []plot.Tick {
	first, last := int(math.Floor(math.Log10(low))), int(math.Ceil(math.Log10(high)))
	every := max(1, (last-first+7)/8)
	fine := math.Log10(high/low) < 2
	var ticks []plot.Tick
	for k := first; k <= last; k++ {
		for m := 1; m < 10; m++ {
			t := plot.Tick{Value: float64(m) * math.Pow(10, float64(k))}
			switch {
			case t.Value < low*(1-1e-12) || t.Value > high*(1+1e-12):
				continue
			case m == 1 && (k%every+every)%every == 0 || fine && (m == 2 || m == 5):
				t.Label = logLabel(m, k)
			case m > 1 && every > 1:
				continue
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// logLabel writes m·10ᵏ.
func logLabel(m, k int) string {
	if k >= -3 && k <= 3 {
		return strconv.FormatFloat(float64(m)*math.Pow(10, float64(k)), 'f', max(0, -k), 64)
	}
	power := "10"
	for _, c := range strconv.Itoa(k) {
		power += string(map[rune]rune{'-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹'}[c])
	}
	if m == 1 {
		return power
	}
	return strconv.Itoa(m) + "·" + power
}

// newPlot has the sizes of a figure of 16 cm: text of nine points, thin axes, and room at the right for the last tick.
func newPlot(x, y string) *plot.Plot {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font.Size, a.Tick.Label.Font.Size = vg.Points(9), vg.Points(8)
		a.LineStyle.Width, a.Tick.LineStyle.Width, a.Tick.Length = vg.Points(0.5), vg.Points(0.5), vg.Points(4)
		a.Padding = vg.Points(2)
	}
	return p
}

// Lines draws curves.
func (r *Run) Lines(title string, a Axes, series ...Series) error {
	p := newPlot(a.X, a.Y)
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = color.Gray{0xdd}, color.Gray{0xdd}
	g.Vertical.Width, g.Horizontal.Width = vg.Points(0.4), vg.Points(0.4)
	p.Add(g)
	if a.LogX {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	if a.LogY {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	var keys []Key
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
		c := colours[i%len(colours)]
		var swatch plot.Thumbnailer
		if s.Points {
			sc, err := plotter.NewScatter(xy)
			if err != nil {
				return err
			}
			sc.Color, sc.Shape, sc.Radius = c, glyphs[i%len(glyphs)], vg.Points(2.2)
			p.Add(sc)
			swatch = sc
		} else {
			l, err := plotter.NewLine(xy)
			if err != nil {
				return err
			}
			l.Color, l.Width, l.Dashes = c, vg.Points(1.2), dashes[i%len(dashes)]
			p.Add(l)
			swatch = l
		}
		canvas := vgsvg.New(24, 8)
		at := draw.New(canvas)
		swatch.Thumbnail(&at)
		svg, err := markup(canvas)
		if err != nil {
			return err
		}
		keys = append(keys, Key{s.Name, svg})
	}
	if keys == nil {
		r.Note("No point of the figure “%s” can be drawn.", title)
		return nil
	}
	if len(keys) == 1 { // nothing to tell apart
		keys = nil
	}
	if a.LogX && p.X.Max <= p.X.Min*(1+1e-9) {
		p.X.Min, p.X.Max = p.X.Min/2, p.X.Max*2
	}
	if a.LogY && p.Y.Max <= p.Y.Min*(1+1e-9) {
		p.Y.Min, p.Y.Max = p.Y.Min/2, p.Y.Max*2
	}
	return r.add(title, p, 16, 8.5, keys)
}

// grid is a matrix as gonum's heat map wants it.
type grid struct{ rows [][]float64 }

func (g grid) Dims() (c, r int)   { return len(g.rows[0]), len(g.rows) }
func (g grid) Z(c, r int) float64 { return g.rows[len(g.rows)-1-r][c] }
func (g grid) X(c int) float64    { return float64(c) }
func (g grid) Y(r int) float64    { return float64(r) }

// HeatMap draws a matrix, its first row on top, blue for small values and red for large ones; what is not finite is grey.
func (r *Run) HeatMap(title string, columns, rows []string, values [][]float64) error {
	p := newPlot("", "")
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
	p.X.Tick.Length, p.Y.Tick.Length = 0, 0
	// The numbers in their cells: colours alone are hard to read, and lost on paper.
	var text plotter.XYLabels
	for i, v := range values {
		for j, x := range v {
			if math.IsNaN(x) {
				continue
			}
			text.XYs = append(text.XYs, plotter.XY{X: float64(j), Y: float64(len(values) - 1 - i)})
			text.Labels = append(text.Labels, strconv.FormatFloat(x, 'f', 2, 64))
		}
	}
	l, err := plotter.NewLabels(text)
	if err != nil {
		return err
	}
	for i, xy := range text.XYs {
		s := &l.TextStyle[i]
		s.Font.Size, s.XAlign, s.YAlign = vg.Points(8), draw.XCenter, draw.YCenter
		z := h.GridXYZ.Z(int(xy.X), int(xy.Y))
		if t := (z - h.Min) / (h.Max - h.Min); t < 0.2 || t > 0.8 { // dark cells
			s.Color = color.White
		}
	}
	p.Add(l)
	return r.add(title, p, 16, vg.Length(0.9*vg.Length(len(values)))+1.2, nil)
}

// Histogram draws counts over the bins of values.
func (r *Run) Histogram(title, x string, bins int, values []float64) error {
	if len(values) == 0 {
		r.Note("The figure “%s” has no values.", title)
		return nil
	}
	p := newPlot(x, "count")
	h, err := plotter.NewHist(plotter.Values(values), bins)
	if err != nil {
		return err
	}
	h.FillColor, h.LineStyle.Width = color.RGBA{0x9d, 0xb8, 0xdd, 0xff}, vg.Points(0.5)
	p.Add(h)
	return r.add(title, p, 16, 6.5, nil)
}

var (
	xmlHead = regexp.MustCompile(`(?s)^.*?<svg`)
	// sans are fonts with the widths of the one that the drawing was measured with.
	sans = strings.NewReplacer("font-family:Liberation Sans", "font-family:Arial,Helvetica,Liberation Sans,sans-serif")
)

func (r *Run) add(title string, p *plot.Plot, width, height vg.Length, keys []Key) error {
	c := vgsvg.New(width*vg.Centimeter, height*vg.Centimeter)
	p.Draw(draw.Crop(draw.New(c), 0, -vg.Points(14), 0, -vg.Points(4))) // the last tick's label is centred at the edge
	svg, err := markup(c)
	if err != nil {
		return err
	}
	r.Figures = append(r.Figures, Figure{title, svg, keys})
	return nil
}

// markup is a canvas as HTML takes it, in which the XML declaration has no place.
func markup(c *vgsvg.Canvas) (template.HTML, error) {
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	return template.HTML(sans.Replace(string(xmlHead.ReplaceAll(b.Bytes(), []byte("<svg"))))), nil
}
