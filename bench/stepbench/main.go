// Package stepbench is the command "step" of bench: what a step and a refresh of every optimizer take, how much of that is
// matrix products at the speed of the run, and the ratios to AdamW and to the originals on PyTorch. With -plan it
// measures nothing and prints what the optimizers will cost.
package stepbench

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// presets are what the table shows, AdamW first: the others are compared with it.
var presets = []func() precond.Config{
	precond.AdamW, precond.SGD, precond.Adagrad, precond.RMSProp, precond.Adam,
	precond.SOAP, func() precond.Config { return precond.Improved(precond.SOAP()) },
	func() precond.Config { return precond.OneSided(precond.SOAP()) }, func() precond.Config { return precond.Factorized(precond.SOAP()) },
	precond.Shampoo, precond.ShampooSquared, precond.EShampoo, func() precond.Config { return precond.Improved(precond.EShampoo()) },
	precond.Adafactor, precond.Sophia, func() precond.Config { return precond.GaussNewton(-0.5) },
	// On every matrix of the model as a layer without bias.
	func() precond.Config { return precond.KFAC(precond.Layer{}) }, func() precond.Config { return precond.EKFAC(precond.Layer{}) },
	func() precond.Config {
		c := precond.EGOP(precond.AdamW())
		c.Frame = precond.Frame{Kind: precond.FrameKron}
		return c
	},
}

type settings struct {
	presets []precond.Config
	models  []model
	every   int
	rounds  int
	workers int
	block   int
	ranks   int
	float64 bool
}

// Main runs the command and returns the exit status.
func Main(args []string) int {
	fs := flag.NewFlagSet("step", flag.ContinueOnError)
	names := fs.String("presets", "AdamW,SOAP,Shampoo,EShampoo", "names of presets, separated by commas, or all")
	shapes := fs.String("shapes", "64x64,256x256,512x512,1024x1024,768x3072", "tensors, each a model of its own: 768x3072, or 32*64x64 for 32 of them; or the name of a model: "+modelNames())
	every := fs.Int("every", 10, "steps from one refresh to the next, for the average and the comparison with PyTorch")
	rounds := fs.Int("rounds", 5, "interleaved rounds per row, of which the table shows medians")
	workers := fs.Int("workers", 1, "workers of the pool; more than one is measured by the time of day")
	wide := fs.Bool("float64", false, "float64 in place of float32")
	block := fs.Int("block", -1, "Shape.Block of the Configs; −1 leaves what the preset has")
	plan := fs.Bool("plan", false, "measure nothing: print bytes, flops and the blocks of every model")
	ranks := fs.Int("ranks", 0, "with -plan: divide the blocks among that many ranks")
	soap := fs.String("soap", "", "path of soap.py of nikhilvyas/SOAP: compare with it and with torch.optim.AdamW")
	python := fs.String("python", "/usr/bin/python3", "the Python that has torch, for -soap")
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(os.Stderr, "step: "+format+"\n", args...)
		return 2
	}
	if fs.NArg() > 0 {
		return wrong("unexpected argument %q", fs.Arg(0))
	}
	if *every < 1 || *rounds < 1 || *workers < 1 || *ranks < 0 {
		return wrong("-every, -rounds and -workers must be at least 1, and -ranks not negative")
	}
	s := settings{every: *every, rounds: *rounds, workers: *workers, block: *block, ranks: *ranks, float64: *wide}
	var err error
	if s.presets, err = choose(*names, s); err != nil {
		return wrong("-presets: %v", err)
	}
	for _, f := range strings.Split(*shapes, ",") {
		m, err := parseModel(strings.TrimSpace(f))
		if err != nil {
			return wrong("-shapes: %v", err)
		}
		s.models = append(s.models, m)
	}
	run := table[float32]
	switch {
	case *plan && s.float64:
		run = plans[float64]
	case *plan:
		run = plans[float32]
	case *soap != "" && s.float64:
		return wrong("-soap: the original factorises in float32; leave out -float64")
	case *soap != "":
		run = func(s settings) error { return compare(s, *python, *soap) }
	case s.float64:
		run = table[float64]
	}
	if err := run(s); err != nil {
		fmt.Fprintf(os.Stderr, "step: %v\n", err)
		return 1
	}
	return 0
}

// choose finds presets by name.
func choose(list string, s settings) ([]precond.Config, error) {
	var all []precond.Config
	var names []string
	for _, f := range presets {
		c := f()
		if s.block >= 0 && c.Basis.Kind != precond.Axes && len(c.Layers) == 0 {
			c.Shape.Block = s.block
		}
		all, names = append(all, c), append(names, c.Name)
	}
	if list == "all" {
		return all, nil
	}
	var out []precond.Config
	for _, n := range strings.Split(list, ",") {
		i := slices.IndexFunc(names, func(x string) bool { return strings.EqualFold(x, strings.TrimSpace(n)) })
		if i < 0 {
			return nil, fmt.Errorf("%q is none of %s", n, strings.Join(names, ", "))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// model is a list of tensors.
type model struct {
	name   string
	shapes [][]int
}

// parseModel reads 768x3072, 32*64x64 or the name of a model.
func parseModel(text string) (model, error) {
	if f, ok := models[text]; ok {
		return model{text, f()}, nil
	}
	m, times, dims := model{name: text}, 1, text
	if a, b, ok := strings.Cut(text, "*"); ok {
		n, err := strconv.Atoi(a)
		if err != nil || n < 1 {
			return m, fmt.Errorf("%q: %q is not a number of tensors", text, a)
		}
		times, dims = n, b
	}
	var shape []int
	for _, d := range strings.Split(dims, "x") {
		n, err := strconv.Atoi(d)
		if err != nil || n < 1 {
			return m, fmt.Errorf("%q is neither a tensor as 768x3072 nor one of %s", text, modelNames())
		}
		shape = append(shape, n)
	}
	for range times {
		m.shapes = append(m.shapes, shape)
	}
	return m, nil
}

// head says on what the numbers were measured.
func head[T kernels.Float](s settings, pool *kernels.Pool) {
	var z T
	clock := "CPU time of the process"
	if s.workers > 1 {
		clock = "time of day"
	}
	fmt.Printf("%s, %s, tier %v, %T, %d workers, medians of %d interleaved rounds in %s\n", cpuid.CPU.BrandName, runtime.Version(), pool.ISA(), z, s.workers, s.rounds, clock)
}
