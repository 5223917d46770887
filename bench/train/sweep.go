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
	Best    []setting            `json:"best"` // whose worst seed ends lowest
	Tried   []trial              `json:"tried"`
}

// trial is one setting over the seeds. A run that diverged has no loss and counts as infinite.
type trial struct {
	setting
	Losses   []float64 `json:"losses"` // validation loss at the end, by seed, as far as they were run
	Diverged bool      `json:"diverged"`
	// Worst is the greatest of the losses, 0 if a run diverged. In a trial that was stopped early, which has fewer losses than there are
	// seeds, it is the greatest so far.
	Worst float64 `json:"worst"`
}

// loss is what trials are compared by: the greatest of the seeds. A median could choose a rate at the edge of
// stability, where one seed in three ends far above the others and rounding decides which one. It shows only what breaks within the steps
// of the sweep.
func (t trial) loss() float64 {
	if t.Diverged {
		return math.Inf(1)
	}
	return t.Worst
}

const sweepMost = 12 // rates tried before giving up on one that is better than both neighbours

// runSweep finds the rate of each optimizer by one rule: a local search in factors of 2 from the start, the last sweep's best, to a rate
// whose worst seed ends lower than at half and at twice that rate.
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
		best := trial{Diverged: true}
		for _, beta2 := range opt.beta2 {
			t, err := f.search(opt, beta2, func(s setting, limit float64) (trial, error) { return o.try(ctx, out, c, pool, f.Seeds, s, limit) })
			if err != nil {
				return err
			}
			if t.loss() < best.loss() {
				best = t
			}
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

// search climbs from an optimizer's start at one β₂ to a rate that is better than half and twice it, and returns that trial, or an
// error after sweepMost rates. try may stop a trial at the first seed above limit: it cannot be the best one any more.
func (f *sweepFile) search(o optimizer, beta2 float64, try func(s setting, limit float64) (trial, error)) (trial, error) {
	tried := 0
	run := func(rate, limit float64) (trial, error) {
		tried++
		t, err := try(setting{o.name, rate, beta2}, limit)
		if err == nil {
			f.Tried = append(f.Tried, t)
		}
		return t, err
	}
	best, err := run(o.start, math.Inf(1))
	if err != nil {
		return trial{}, err
	}
	for _, factor := range []float64{2, 0.5} {
		if factor > 1 && best.Diverged {
			continue // so would twice the rate
		}
		for moved := false; ; moved = true {
			if tried == sweepMost {
				return trial{}, fmt.Errorf("%s: after %d rates, from %g to %g, none is better than half and twice it; its search must start elsewhere", o.name, tried, o.start, best.LR)
			}
			t, err := run(best.LR*factor, best.loss())
			if err != nil {
				return trial{}, err
			}
			if t.loss() >= best.loss() && !best.Diverged {
				if moved {
					return best, nil // between the last rate and this one
				}
				break
			}
			best = t
		}
	}
	return best, nil
}

// try trains with one setting for one seed after the other, until one ends above limit.
func (o *options) try(ctx context.Context, out *progress, c *Corpus, pool *kernels.Pool, seeds []uint64, s setting, limit float64) (trial, error) {
	t := trial{setting: s, Losses: []float64{}}
	for _, seed := range seeds {
		id := identity{Model: model, Corpus: c.SHA256, Seed: seed, Steps: o.steps, Batch: o.batch, Optimizers: []setting{s}}
		e := newExperiment(id, c, pool, "", out)
		e.expected, e.endOnly = true, true // the whole is many runs
		err := e.run(ctx)
		switch {
		case errors.Is(err, errInterrupted):
			return t, errors.New("interrupted; nothing was written, since a part of a sweep decides nothing")
		case errors.Is(err, errDiverged):
			out.say("%-17s rate %-8.3g diverged", s.label(), s.LR)
			t.Diverged, t.Worst = true, 0
			return t, nil
		case err != nil:
			return t, err
		}
		t.Losses = append(t.Losses, e.results[0].Final)
		if t.Worst = slices.Max(t.Losses); t.Worst > limit {
			break
		}
	}
	return t, nil
}

// table prints the trials.
func (f *sweepFile) table(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "optimizer\tbeta2\trate\tworst\tof seeds\t\t")
	for _, x := range f.Tried {
		mark, worst := "", "diverged"
		if slices.Contains(f.Best, x.setting) {
			mark = "best"
		}
		if !x.Diverged {
			worst = fmt.Sprintf("%.4f", x.Worst)
		}
		fmt.Fprintf(t, "%s\t%g\t%g\t%s\t%d\t%s\t\n", x.label(), x.Beta2, x.LR, worst, len(x.Losses), mark)
	}
	t.Flush()
}
