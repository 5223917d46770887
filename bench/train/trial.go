package train

import (
	"context"
	"fmt"
	"os"

	"github.com/seed-4885aa59/eigenbasis/bench/scaling"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// Trial is a run of the command's model for other experiments.
type Trial struct {
	Corpus *Corpus
	Pool   *kernels.Pool
	Seed   uint64
	Steps  int
	Batch  int
}

// Swept returns the learning rate that the committed sweep found for an optimizer of the command.
func Swept(name string) (float64, error) {
	best, err := swept()
	if err != nil {
		return 0, err
	}
	s, ok := best[name]
	if !ok {
		return 0, fmt.Errorf("the sweep has no optimizer %q", name)
	}
	return s.LR, nil
}

// Text returns the corpus of the command: the text of a file or folder, or the Go standard library.
func Text(name string) (*Corpus, error) { return LoadCorpus(name, model.Context+2) }

// Run trains with cfg, an edit of the preset that name has on the command line, at cfg.LR. It returns the validation
// losses of runs that end, each with its own decay, at half, three quarters and all of the steps (all only, with AdamW, as in
// the command), and the mean milliseconds per step, refreshes included. The losses are the same bits everywhere.
func (t *Trial) Run(ctx context.Context, name string, cfg precond.Config) (ends []scaling.Endpoint, ms float64, err error) {
	s := setting{Name: name, LR: cfg.LR, Beta2: cfg.Diagonal.Beta}
	if _, ok := find(name); !ok {
		return nil, 0, fmt.Errorf("unknown optimizer %q", name)
	}
	id := identity{
		Arithmetic: kernels.OrderVersion, Model: model, Corpus: t.Corpus.SHA256,
		Seed: t.Seed, Steps: t.Steps, Batch: t.Batch, Branches: len(branchEnds(t.Steps)) > 0, Optimizers: []setting{s},
	}
	out := newProgress(os.Stderr)
	defer out.clear()
	out.quiet = true
	e := newExperiment(id, t.Corpus, t.Pool, "", out)
	e.expected, e.endOnly = true, true
	e.config = func(setting) precond.Config { return cfg }
	if err := e.run(ctx); err != nil {
		return nil, 0, err
	}
	r := e.results[0]
	return append(r.Branches, scaling.Endpoint{Steps: t.Steps, Loss: r.Final}), r.stepMS(), nil
}
