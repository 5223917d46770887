// Package train is the main job of bench: it trains one byte-level language model on real
// text with AdamW, Shampoo, SOAP and eigenvalue-corrected Shampoo, from the same
// initialisation on the same batches, and compares what they need.
package train

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// model is what is trained.
var model = nn.TransformerConfig{Width: 128, Layers: 2, Heads: 4, MLP: 512, Context: 128}

// options are the flags.
type options struct {
	seed       uint64
	workers    int
	optimizers string
	steps      int
	batch      int
	lr         float64
	text       string
	checkpoint string
	out        string
	quick      bool
	sweep      bool
	seeds      int
}

// Run carries out the command and returns its exit status: 0, 1 for a failure, 2 for wrong
// usage. It prints at most one line of error, which says what to do.
func Run(args []string) int {
	o, err := parse(args, os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench train:", oneLine(err))
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	if err := o.run(ctx, os.Stdout, newProgress(os.Stderr)); err != nil {
		fmt.Fprintln(os.Stderr, "bench train:", oneLine(err))
		return 1
	}
	return 0
}

// oneLine is the message of err without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// parse reads and checks the flags. With -h it prints them to help and returns flag.ErrHelp.
func parse(args []string, help io.Writer) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("train", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Uint64Var(&o.seed, "seed", 1, "`number` that initialisation and batches follow from")
	f.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "`threads`; results do not depend on it")
	f.StringVar(&o.optimizers, "optimizers", strings.Join(names(), ","), "`list` of optimizers to train with, separated by commas")
	f.IntVar(&o.steps, "steps", 600, "`number` of steps of each optimizer")
	f.IntVar(&o.batch, "batch", 32, "`sequences` per step")
	f.Float64Var(&o.lr, "lr", 0, "learning `rate` of every optimizer, instead of those of the committed sweep")
	f.StringVar(&o.text, "text", "", "`file or folder` to learn, instead of the Go standard library")
	f.StringVar(&o.checkpoint, "checkpoint", "", "`folder` to keep a checkpoint in; a run with the same flags resumes from it, bit for bit")
	f.StringVar(&o.out, "out", "bench/out", "`folder` for report.html and results.json (with -sweep: sweep.json)")
	f.BoolVar(&o.quick, "quick", false, "short run of 60 steps of 16 sequences: losses, no ratios")
	f.BoolVar(&o.sweep, "sweep", false, "find the learning rate of each optimizer and write sweep.json; the committed rates are those of -sweep -steps 300")
	f.IntVar(&o.seeds, "seeds", 3, "`number` of seeds of -sweep, from -seed on")
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(help, "usage: go run ./bench train [flags]")
		f.SetOutput(help)
		f.PrintDefaults()
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w; -h lists the flags", err)
	}
	given := map[string]bool{}
	f.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if o.quick {
		if !given["steps"] {
			o.steps = 60
		}
		if !given["batch"] {
			o.batch = 16
		}
	}
	switch {
	case f.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q; -h lists the flags", f.Arg(0))
	case o.workers < 1:
		return nil, fmt.Errorf("-workers is %d; give at least 1", o.workers)
	case o.steps < 1:
		return nil, fmt.Errorf("-steps is %d; give at least 1", o.steps)
	case o.batch < 1:
		return nil, fmt.Errorf("-batch is %d; give at least 1", o.batch)
	case o.seeds < 1:
		return nil, fmt.Errorf("-seeds is %d; give at least 1", o.seeds)
	case given["lr"] && !(o.lr > 0 && o.lr-o.lr == 0):
		return nil, fmt.Errorf("-lr is %v; give a positive number", o.lr)
	case given["text"] && o.text == "":
		return nil, errors.New("-text is empty; give a file or folder")
	case o.sweep && (o.quick || o.lr != 0 || o.checkpoint != ""):
		return nil, errors.New("-sweep goes with -seed, -seeds, -steps, -batch, -workers, -optimizers, -text and -out; leave out -quick, -lr and -checkpoint")
	}
	if _, err := selected(o.optimizers); err != nil {
		return nil, err
	}
	return o, nil
}

// run does the work of the flags.
func (o *options) run(ctx context.Context, w io.Writer, out *progress) error {
	corpus, err := Text(o.text)
	if err != nil {
		return err
	}
	if err := writable(o.out); err != nil {
		return fmt.Errorf("cannot write to %s: %w; pass a writable folder to -out", o.out, err)
	}
	pool := kernels.NewPool(o.workers)
	defer pool.Close()
	if o.sweep {
		return o.runSweep(ctx, w, out, corpus, pool)
	}
	chosen, err := selected(o.optimizers)
	if err != nil {
		return err
	}
	id := identity{
		Arithmetic: kernels.OrderVersion, Model: model, Corpus: corpus.SHA256,
		Seed: o.seed, Steps: o.steps, Batch: o.batch, Branches: !o.quick && len(branchEnds(o.steps)) > 0,
	}
	for _, s := range chosen {
		if o.lr != 0 {
			s.LR = o.lr
		}
		id.Optimizers = append(id.Optimizers, s)
	}
	e := newExperiment(id, corpus, pool, o.checkpoint, out)
	for _, l := range description(id, corpus, e.model.Size(), pool) {
		fmt.Fprintln(w, l)
	}
	err = e.run(ctx)
	interrupted := errors.Is(err, errInterrupted)
	if err != nil && !interrupted {
		return err
	}
	r := e.report(interrupted)
	if interrupted {
		out.say("interrupted%s", e.resumable())
	}
	out.clear()
	fmt.Fprintln(w)
	r.table(w)
	if len(r.Results) == 0 {
		return nil
	}
	if err := r.write(o.out); err != nil {
		return err
	}
	fmt.Fprintf(w, "report: %s/report.html, %s/results.json\n", o.out, o.out)
	return nil
}

// writable makes a folder and tries to create a file in it, so that minutes of work do not end in
// an error.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".writable.*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// resumable says how to go on after an interruption.
func (e *experiment) resumable() string {
	if e.dir == "" {
		return ""
	}
	return "; the same command resumes from the checkpoint"
}
