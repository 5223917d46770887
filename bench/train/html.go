package train

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"image/color"
	"regexp"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/seed-4885aa59/eigenbasis/bench/scaling"
)

//go:embed report.tmpl
var page string

// html returns the report as one page that needs nothing else: the curves are drawn as SVG
// inside it.
func (r *report) html() ([]byte, error) {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return nil, err
	}
	type line struct {
		Cells  []string
		Colour template.CSS
	}
	data := struct {
		*report
		What       []string
		Lines      []line
		Notes      []string
		ShowRatios bool
		Steps      template.HTML
		Seconds    template.HTML
	}{report: r, Notes: r.notes(), ShowRatios: r.Identity.Branches}
	m := r.Identity.Model
	data.What = []string{
		fmt.Sprintf("Corpus: %s, %d bytes to train on, %d to validate, SHA-256 %s.", r.Source, r.TrainBytes, r.ValidBytes, r.Identity.Corpus),
		fmt.Sprintf("Model: byte-level decoder-only transformer of %d parameters; width %d, %d layers, %d heads, MLP %d with squared ReLU, RMSNorm, context %d.",
			r.Parameters, m.Width, m.Layers, m.Heads, m.MLP, m.Context),
		fmt.Sprintf("Training: %d steps of %d tokens, linear warm-up, constant rate, linear decay over the last 30 %%; global-norm clip 1; seed %d.",
			r.Identity.Steps, r.Identity.Batch*m.Context, r.Identity.Seed),
		"Machine: " + r.Machine + ".",
	}
	for _, x := range r.Table {
		cells := append([]string{x.Label, fmt.Sprintf("%.3g", x.LR), fmt.Sprintf("%.4f", x.Loss)}, x.ratios(data.ShowRatios)...)
		cells = append(cells, fmt.Sprintf("%.1f", x.StepMS), fmt.Sprintf("%.0f %%", 100*x.Share), fmt.Sprintf("%.1f", float64(x.StateBytes)/(1<<20)))
		c := colourOf(x.Name)
		data.Lines = append(data.Lines, line{cells, template.CSS(fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B))})
	}
	if data.Steps, err = r.curves("step", func(_ *Result, t int) float64 { return float64(t) }); err != nil {
		return nil, err
	}
	if data.Seconds, err = r.curves("seconds of training (validation and branches excluded)", (*Result).secondsAt); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// secondsAt is the time the first t steps took.
func (r *Result) secondsAt(t int) float64 {
	sum := 0.0
	for i := range min(t, len(r.GradientMS)) {
		sum += r.GradientMS[i] + r.UpdateMS[i]
	}
	return sum / 1000
}

// curves draws the training loss, averaged over a twentieth of the run, as lines, the validation
// loss along the run as small marks and the ends of branches as crosses.
func (r *report) curves(axis string, x func(r *Result, t int) float64) (template.HTML, error) {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = axis, "nats per byte"
	p.Legend.Top = true
	p.Add(plotter.NewGrid())
	top := 0.0
	for _, res := range r.Results {
		if len(res.Loss) == 0 {
			continue
		}
		colour := colourOf(res.Name)
		curve := smooth(res, max(1, r.Identity.Steps/40), x)
		l, err := plotter.NewLine(curve)
		if err != nil {
			return "", err
		}
		top = max(top, curve[min(r.Identity.Steps/15, len(curve)-1)].Y)
		l.Color, l.Width = colour, vg.Points(1.2)
		p.Add(l)
		p.Legend.Add(res.label(), l)
		for _, s := range []struct {
			ends  []scaling.Endpoint
			glyph func(*plotter.Scatter)
		}{
			{res.Validation, func(s *plotter.Scatter) { s.Shape, s.Radius = draw.CircleGlyph{}, vg.Points(1.6) }},
			{res.Branches, func(s *plotter.Scatter) { s.Shape, s.Radius = draw.CrossGlyph{}, vg.Points(4) }},
		} {
			if len(s.ends) == 0 {
				continue
			}
			xy := make(plotter.XYs, len(s.ends))
			for i, e := range s.ends {
				xy[i] = plotter.XY{X: x(res, e.Steps), Y: e.Loss}
			}
			sc, err := plotter.NewScatter(xy)
			if err != nil {
				return "", err
			}
			s.glyph(sc)
			sc.Color = colour
			p.Add(sc)
		}
	}
	// The fall of the first steps would hide the rest.
	if top > p.Y.Min {
		p.Y.Max = top
	}
	c := vgsvg.New(16*vg.Centimeter, 9*vg.Centimeter)
	p.Draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	// Inside HTML the XML declaration has no place.
	return template.HTML(xmlHead.ReplaceAll(b.Bytes(), []byte("<svg"))), nil
}

var xmlHead = regexp.MustCompile(`(?s)^.*?<svg`)

var colours = map[string]color.RGBA{
	"adamw":    {0x55, 0x55, 0x55, 0xff},
	"shampoo":  {0x1b, 0x7f, 0x3b, 0xff},
	"soap":     {0xc0, 0x39, 0x2b, 0xff},
	"eshampoo": {0x1f, 0x5f, 0xbf, 0xff},
}

func colourOf(name string) color.RGBA { return colours[name] }

// smooth returns the means of the loss over windows of w steps, the first ones short.
func smooth(r *Result, w int, x func(r *Result, t int) float64) plotter.XYs {
	var xy plotter.XYs
	sum := 0.0
	for i, l := range r.Loss {
		sum += l
		n := i + 1
		if i >= w {
			sum -= r.Loss[i-w]
			n = w
		}
		xy = append(xy, plotter.XY{X: x(r, i+1), Y: sum / float64(n)})
	}
	return xy
}
