package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// sweepFile is sweep.json: what was tried, and the best setting of each optimizer.
type sweepFile struct {
	Machine string               `json:"machine"`
	Corpus  string               `json:"corpus"`
	SHA256  string               `json:"corpus_sha256"`
	Model   nn.TransformerConfig `json:"model"`
	Steps   int                  `json:"steps"`
	Batch   int                  `json:"batch"`
	Seeds   []uint64             `json:"seeds"`
	Best    []setting            `json:"best"` // least median
	Tried   []trial              `json:"tried"`
}

// trial is one setting over all seeds. A run that diverged has no loss and counts as infinite.
type trial struct {
	setting
	Losses   []float64 `json:"losses"` // validation loss at the end, by seed; without those that diverged
	Diverged int       `json:"diverged"`
	Median   float64   `json:"median"` // 0 if half of the runs or more diverged
	Min      float64   `json:"min"`
	Max      float64   `json:"max"` // 0 if a run diverged
}

// loss is what trials are compared by.
func (t trial) loss() float64 {
	if t.Median == 0 {
		return math.Inf(1)
	}
	return t.Median
}

const (
	sweepRates = 5  // of the first grid, a factor 2 apart
	sweepMost  = 12 // rates tried before giving up on a best one inside the grid
)

// runSweep tries the rates for each optimizer: five, a factor 2 apart, and further ones while the
// best is at an edge of the grid.
func (o *options) runSweep(ctx context.Context, w io.Writer, out *progress, c *Corpus, pool *kernels.Pool) error {
	chosen, err := selected(o.optimizers)
	if err != nil {
		return err
	}
	f := &sweepFile{Machine: machine(pool), Corpus: c.Source, SHA256: c.SHA256, Model: model, Steps: o.steps, Batch: o.batch}
	for i := range o.seeds {
		f.Seeds = append(f.Seeds, o.seed+uint64(i))
	}
	for _, s := range chosen {
		opt := s.optimizer()
		best := trial{}
		for _, beta2 := range opt.beta2 {
			t, err := f.search(opt, beta2, func(s setting) (trial, error) { return o.try(ctx, out, c, pool, f.Seeds, s) })
			if err != nil {
				return err
			}
			if best.Median == 0 || t.loss() < best.loss() {
				best = t
			}
		}
		if best.Median == 0 {
			return fmt.Errorf("%s diverged at every rate tried; its grid must start lower", s.Name)
		}
		f.Best = append(f.Best, best.setting)
	}
	out.clear()
	f.table(w)
	j, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	name := filepath.Join(o.out, "sweep.json")
	if err := writeFile(name, append(j, '\n')); err != nil {
		return fmt.Errorf("cannot write the sweep: %w; pass a writable folder to -out", err)
	}
	fmt.Fprintf(w, "sweep: %s\n", name)
	return nil
}

// search runs the grid of one optimizer at one β₂ and returns its best trial.
func (f *sweepFile) search(o optimizer, beta2 float64, try func(setting) (trial, error)) (trial, error) {
	run := func(rate float64) (trial, error) {
		t, err := try(setting{o.name, rate, beta2})
		if err == nil {
			f.Tried = append(f.Tried, t)
		}
		return t, err
	}
	var grid []trial
	for i := range sweepRates {
		t, err := run(o.start * math.Ldexp(1, i-sweepRates/2))
		if err != nil {
			return trial{}, err
		}
		grid = append(grid, t)
	}
	for {
		best := 0
		for i, t := range grid {
			if t.loss() < grid[best].loss() {
				best = i
			}
		}
		last := len(grid) - 1
		if best != 0 && best != last || len(grid) >= sweepMost {
			return grid[best], nil
		}
		rate, at := grid[0].LR/2, 0
		if best == last {
			rate, at = grid[last].LR*2, last+1
		}
		t, err := run(rate)
		if err != nil {
			return trial{}, err
		}
		grid = slices.Insert(grid, at, t)
	}
}

// try trains with one setting for every seed.
func (o *options) try(ctx context.Context, out *progress, c *Corpus, pool *kernels.Pool, seeds []uint64, s setting) (trial, error) {
	t := trial{setting: s}
	for _, seed := range seeds {
		id := identity{Model: model, Corpus: c.SHA256, Seed: seed, Steps: o.steps, Batch: o.batch, Optimizers: []setting{s}}
		e := newExperiment(id, c, pool, "", out)
		e.expected, e.endOnly = true, true // the whole is many runs
		err := e.run(ctx)
		switch {
		case errors.Is(err, errInterrupted):
			return t, errors.New("interrupted; nothing was written, since a part of a sweep decides nothing")
		case errors.Is(err, errDiverged):
			out.say("%-10s rate %-8.3g diverged", s.label(), s.LR)
			t.Diverged++
		case err != nil:
			return t, err
		default:
			t.Losses = append(t.Losses, e.results[0].Final)
		}
	}
	sorted := slices.Sorted(slices.Values(t.Losses))
	if len(sorted) > 0 {
		t.Min = sorted[0]
	}
	if t.Diverged == 0 {
		t.Max = sorted[len(sorted)-1]
	}
	// Diverged runs stand at the end of the order.
	if n := len(seeds); n%2 == 1 && n/2 < len(sorted) {
		t.Median = sorted[n/2]
	} else if n%2 == 0 && n/2 < len(sorted) {
		t.Median = (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return t, nil
}

// table prints the trials.
func (f *sweepFile) table(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "optimizer\tbeta2\trate\tmedian\tleast\tgreatest\tdiverged\t\t")
	for _, x := range f.Tried {
		mark := ""
		if slices.Contains(f.Best, x.setting) {
			mark = "best"
		}
		fmt.Fprintf(t, "%s\t%g\t%g\t%s\t%s\t%s\t%d\t%s\t\n", x.label(), x.Beta2, x.LR, known(x.Median), known(x.Min), known(x.Max), x.Diverged, mark)
	}
	t.Flush()
}

// known prints a loss, or a dash for none.
func known(x float64) string {
	if x == 0 {
		return "–"
	}
	return fmt.Sprintf("%.4f", x)
}
