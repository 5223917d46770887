package train

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/seed-4885aa59/eigenbasis/bench/scaling"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Row is one line of the final table. A ratio of 0 means: none could be given.
type Row struct {
	setting
	Label        string  `json:"label"`
	Loss         float64 `json:"validation_loss"`
	StepRatio    float64 `json:"step_ratio"` // steps to AdamW's final loss / AdamW's steps
	TimeRatio    float64 `json:"time_ratio"` // step ratio × ratio of ms per step
	Extrapolated bool    `json:"extrapolated"`
	StepMS       float64 `json:"ms_per_step"`
	Share        float64 `json:"optimizer_share"` // of a step's time
	StateBytes   int64   `json:"state_bytes"`
}

// report is what results.json holds. Everything but the times is the same bits in every run
// with the same identity.
type report struct {
	Machine     string    `json:"machine"`
	Interrupted bool      `json:"interrupted"`
	Identity    identity  `json:"run"`
	Source      string    `json:"corpus"`
	TrainBytes  int       `json:"train_bytes"`
	ValidBytes  int       `json:"validation_bytes"`
	Parameters  int       `json:"parameters"`
	Table       []Row     `json:"table"`
	Results     []*Result `json:"results"`
}

func (e *experiment) report(interrupted bool) *report {
	r := &report{
		Machine: machine(e.pool), Interrupted: interrupted, Identity: e.identity,
		Source: e.corpus.Source, TrainBytes: len(e.corpus.Train), ValidBytes: len(e.corpus.Validation),
		Parameters: e.model.Size(), Results: e.results,
	}
	var adamw *Result
	for _, x := range e.results {
		if x.Name == "adamw" && x.Done {
			adamw = x
		}
	}
	for _, x := range e.results {
		if !x.Done {
			continue
		}
		row := Row{setting: x.setting, Label: x.label(), Loss: x.Final, StepMS: x.stepMS(), Share: x.share(), StateBytes: x.StateBytes}
		switch {
		case adamw == nil:
		case x == adamw:
			if e.Branches {
				row.StepRatio, row.TimeRatio = 1, 1
			}
		case len(x.Branches) > 0:
			ends := append(append([]scaling.Endpoint(nil), x.Branches...), scaling.Endpoint{Steps: e.Steps, Loss: x.Final})
			if c, ok := scaling.Crossing(ends, adamw.Final); ok {
				row.StepRatio = c.Steps / float64(e.Steps)
				row.TimeRatio = row.StepRatio * row.StepMS / adamw.stepMS()
				row.Extrapolated = c.Extrapolated
			}
		}
		r.Table = append(r.Table, row)
	}
	return r
}

// stepMS is the mean time of a step of the trunk, refreshes included, validation excluded.
func (r *Result) stepMS() float64 { return mean(r.GradientMS) + mean(r.UpdateMS) }

// share is the optimizer's part of a step's time.
func (r *Result) share() float64 { return mean(r.UpdateMS) / r.stepMS() }

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// table prints the final table and how to read it.
func (r *report) table(w io.Writer) {
	for _, x := range r.Results {
		if !x.Done && len(x.Loss) > 0 {
			fmt.Fprintf(w, "%s stopped after %d of %d steps at a training loss of %.4f\n", x.label(), len(x.Loss), r.Identity.Steps, x.Loss[len(x.Loss)-1])
		}
	}
	if len(r.Table) == 0 {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := []string{"optimizer", "rate", "validation loss", "steps to AdamW's", "time to AdamW's", "ms/step", "optimizer's share", "state MiB"}
	ratios := r.Identity.Branches
	if !ratios {
		head = append(head[:3], head[5:]...)
	}
	fmt.Fprintln(t, strings.Join(head, "\t")+"\t")
	for _, x := range r.Table {
		line := append([]string{x.Label, fmt.Sprintf("%.3g", x.LR), fmt.Sprintf("%.4f", x.Loss)}, x.ratios(ratios)...)
		line = append(line, fmt.Sprintf("%.1f", x.StepMS), fmt.Sprintf("%.0f %%", 100*x.Share), fmt.Sprintf("%.1f", float64(x.StateBytes)/(1<<20)))
		fmt.Fprintln(t, strings.Join(line, "\t")+"\t")
	}
	t.Flush()
	for _, n := range r.notes() {
		fmt.Fprintln(w, n)
	}
}

// ratios returns the two ratios in words, or nothing if none are shown.
func (x Row) ratios(show bool) []string {
	if !show {
		return nil
	}
	if x.StepRatio == 0 {
		return []string{"–", "–"}
	}
	mark := ""
	if x.Extrapolated {
		mark = "*"
	}
	return []string{fmt.Sprintf("%.2f%s", x.StepRatio, mark), fmt.Sprintf("%.2f%s", x.TimeRatio, mark)}
}

// notes explains the table.
func (r *report) notes() []string {
	if !r.Identity.Branches {
		return []string{"Losses only: a run this short says nothing about step and time ratios."}
	}
	if !r.has("adamw") {
		return []string{"No ratios: AdamW, to whose final loss they refer, was not run to its end."}
	}
	notes := []string{
		"Ratios: steps (and time) to AdamW's final validation loss, divided by AdamW's, read from a fit a + b·N^−β through runs " +
			"that end with their own decay at ½, ¾ and all of the steps. Time is steps × mean ms per step, refreshes included.",
	}
	for _, x := range r.Table {
		if x.Extrapolated {
			notes = append(notes, "* extrapolated: AdamW's loss lies outside the ends of this optimizer's runs.")
			break
		}
	}
	// Forward and backward pass are the same work for every optimizer.
	least, most := math.Inf(1), 0.0
	for _, x := range r.Results {
		if x.Done {
			least, most = min(least, mean(x.GradientMS)), max(most, mean(x.GradientMS))
		}
	}
	if most > 1.1*least {
		notes = append(notes, fmt.Sprintf("The machine was not quiet: the same forward and backward pass took %.0f ms with one optimizer and %.0f ms with another. "+
			"Take times and time ratios as rough.", least, most))
	}
	for _, x := range r.Table {
		if x.Name == "soap" && x.StepRatio > 0 {
			notes = append(notes, fmt.Sprintf("The SOAP paper reports at least 40 %% fewer steps and 35 %% less time than AdamW with 360 and 660 million parameters "+
				"and 2 million tokens per batch; here, with %.2f million parameters and %d tokens per batch, SOAP needs %s steps and %s time. This is not the paper's scale.",
				float64(r.Parameters)/1e6, r.Identity.Batch*r.Identity.Model.Context, fewer(x.StepRatio, "fewer", "more"), fewer(x.TimeRatio, "less", "more")))
		}
	}
	return notes
}

// has reports whether an optimizer ran to its end.
func (r *report) has(name string) bool {
	return slices.ContainsFunc(r.Table, func(x Row) bool { return x.Name == name })
}

// fewer says a ratio as a change: 0.6 is "40 % fewer".
func fewer(ratio float64, less, more string) string {
	if ratio <= 1 {
		return fmt.Sprintf("%.0f %% %s", math.Round(100*(1-ratio)), less)
	}
	return fmt.Sprintf("%.0f %% %s", math.Round(100*(ratio-1)), more)
}

// write puts results.json and report.html into dir, each as a whole.
func (r *report) write(dir string) error {
	j, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	h, err := r.html()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"results.json", append(j, '\n')}, {"report.html", h}} {
		if err := writeFile(filepath.Join(dir, f.name), f.data); err != nil {
			return fmt.Errorf("cannot write the report: %w; pass a writable folder to -out", err)
		}
	}
	return nil
}

// description is the line that says what was run.
func description(id identity, c *Corpus, parameters int, p *kernels.Pool) []string {
	m := id.Model
	return []string{
		fmt.Sprintf("corpus: %s, %.1f MB to train on, %.1f MB to validate, SHA-256 %s", c.Source, float64(len(c.Train))/1e6, float64(len(c.Validation))/1e6, c.SHA256),
		fmt.Sprintf("model: %d parameters (width %d, %d layers, %d heads, MLP %d, context %d), %d steps of %d sequences, seed %d",
			parameters, m.Width, m.Layers, m.Heads, m.MLP, m.Context, id.Steps, id.Batch, id.Seed),
		"machine: " + machine(p),
	}
}
