// Package solverbench are the commands of bench that compare a factorization with those of LAPACK (in OpenBLAS), Eigen and gonum: time, ratio
// to the best peer, residual and orthogonality, in interleaved rounds of one process.
package solverbench

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// A Problem is one command.
type Problem struct {
	Name, What string
	units      string // of residual and orthogonality
	sizes      timing.Ints
	f32, f64   func(s *settings, n int) []contest
	accuracy   func(s *settings, sizes []int, out io.Writer) bool // nil: there is no such table
}

// Problems are the commands.
var Problems = []Problem{
	{"eigen", "compare the symmetric eigen-solver with LAPACK, Eigen and gonum",
		"residual ‖AQ−QΛ‖/(n·eps·‖A‖), orthogonality ‖QᵀQ−I‖/(n·eps); of values alone the largest error, against those with vectors in float64, in n·eps·‖A‖₂",
		timing.Ints{16, 32, 64, 128, 256, 512, 1024}, eigenContests[float32], eigenContests[float64], eigenAccuracy},
	{"qr", "compare QR with LAPACK, Eigen and gonum",
		"residual ‖A−QR‖/(m·eps·‖A‖), orthogonality ‖QᵀQ−I‖/(√n·m·eps)",
		timing.Ints{32, 64, 128, 256, 512, 1024}, qrContests[float32], qrContests[float64], nil},
	{"chol", "compare Cholesky's factorization with LAPACK, Eigen and gonum",
		"residual ‖A−UᵀU‖/(n·eps·‖A‖)",
		timing.Ints{16, 32, 64, 128, 256, 512, 1024, 2048}, choleskyContests[float32], choleskyContests[float64], nil},
	{"lu", "compare the LU factorization with partial pivoting with LAPACK and gonum",
		"residual ‖PA−LU‖/(n·eps·‖L‖·‖U‖)",
		timing.Ints{16, 32, 64, 128, 256, 512, 1024, 2048}, luContests[float32], luContests[float64], nil},
	{"svd", "compare the thin singular value decomposition with LAPACK, Eigen and gonum",
		"residual ‖A−UΣVᵀ‖/(m·eps·‖A‖), orthogonality ‖UᵀU−I‖ or ‖VᵀV−I‖/(√n·m·eps)",
		timing.Ints{16, 32, 64, 128, 256, 512}, svdContests[float32], svdContests[float64], nil},
	{"roots", "compare the inverse fourth root with the same by LAPACK",
		"residual ‖X⁴A−I‖/(max(n, 8)·eps·κ(A))",
		timing.Ints{32, 64, 128, 256, 512}, rootContests[float32], rootContests[float64], nil},
}

// settings are the flags of a run.
type settings struct {
	rounds, workers int
	gonumMost       int
	pool, single    *kernels.Pool
	libraries       peers.Set
	filter          *regexp.Regexp
}

// A contest is one row: our solver and its peers on one matrix.
type contest struct {
	what  string                      // spectrum or shape
	flops float64                     // of the textbook's algorithm, for the part of the FMA peak; 0: no such number
	make  func(p *kernels.Pool) entry // a solver of its own for each pool
	peers func() []peer
}

// An entry is our solver, ready to run; check returns the residual and the orthogonality of its last run, −1 where there is none.
type entry struct {
	run   func()
	check func() (residual, orth float64)
}

type peer struct {
	name string
	loop timing.Loop
}

// A Result is one row.
type Result struct {
	Type       string             `json:"type"`
	N          int                `json:"n"`
	What       string             `json:"what"`
	Seconds    float64            `json:"seconds"`  // of one call, median
	Products   float64            `json:"products"` // the same in products of order n
	Part       float64            `json:"part,omitempty"`
	Residual   float64            `json:"residual"`
	Orth       float64            `json:"orthogonality,omitempty"`
	Peers      map[string]float64 `json:"peers,omitempty"` // seconds
	BestPeer   string             `json:"best_peer,omitempty"`
	Ratio      float64            `json:"ratio,omitempty"`       // best peer's time / ours: above 1 is faster
	Workers    int                `json:"workers,omitempty"`     // more than one
	Scaling    float64            `json:"scaling,omitempty"`     // time with one worker / time
	FMAScaling float64            `json:"fma_scaling,omitempty"` // the same of the FMA probe
}

// A Report is one run of a command.
type Report struct {
	CPU     string        `json:"cpu"`
	Go      string        `json:"go"`
	Tier    string        `json:"tier"`
	Workers int           `json:"workers"`
	Rounds  int           `json:"rounds"`
	Clock   machine.Clock `json:"clock"`
	Peers   peers.Set     `json:"peers"`
	Results []Result      `json:"results"`
	Noise   machine.Noise `json:"noise"`
}

// Main runs the command and returns the exit status: 1 if a residual or an orthogonality is above its bound.
func (p Problem) Main(args []string) int {
	fs := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	sizes := append(timing.Ints{}, p.sizes...)
	fs.Var(&sizes, "n", "orders, separated by commas")
	s := settings{}
	fs.IntVar(&s.rounds, "rounds", 5, "interleaved rounds per row, of which medians count")
	fs.IntVar(&s.workers, "workers", 1, "workers of the pool, and threads of the libraries")
	fs.IntVar(&s.gonumMost, "gonum", 256, "largest order at which gonum is timed")
	want := fs.String("peers", "all", peers.Usage)
	filter := fs.String("filter", "", "regular expression that type/n/what must match")
	asJSON := fs.Bool("json", false, "print JSON instead of the table")
	hard := false
	if p.accuracy != nil {
		fs.BoolVar(&hard, "accuracy", false, "measure errors on families of hard matrices, and no times; some minutes with all orders")
	}
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(os.Stderr, p.Name+": "+format+"\n", args...)
		return 2
	}
	if fs.NArg() > 0 {
		return wrong("unexpected argument %q", fs.Arg(0))
	}
	if s.rounds < 1 || s.workers < 1 {
		return wrong("-rounds and -workers must be at least 1")
	}
	var err error
	if s.filter, err = regexp.Compile(*filter); err != nil {
		return wrong("-filter: %v", err)
	}
	if s.libraries, err = peers.Load(*want); err != nil {
		return wrong("-peers: %v", err)
	}
	procs := runtime.GOMAXPROCS(s.workers)
	defer runtime.GOMAXPROCS(procs)
	s.pool, s.single = kernels.NewPool(s.workers), kernels.NewPool(1)
	defer s.pool.Close()
	for _, l := range s.libraries.Libraries {
		l.SetThreads(s.workers)
		defer l.SetThreads(1)
	}
	if hard {
		if !given(fs, "n") {
			sizes = accuracySizes
		}
		if !p.accuracy(&s, sizes, os.Stdout) {
			return 1
		}
		return 0
	}
	var out io.Writer = os.Stdout
	if *asJSON {
		out = io.Discard
	}
	rep := p.run(&s, sizes, out)
	if len(rep.Results) == 0 {
		fmt.Fprintf(os.Stderr, "%s: no row matches -filter %q\n", p.Name, *filter)
		return 1
	}
	if *asJSON {
		if err := timing.WriteJSON(os.Stdout, rep); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", p.Name, err)
			return 1
		}
	}
	for _, r := range rep.Results {
		if !r.good() {
			fmt.Fprintf(os.Stderr, "%s: a bound was not met: %s, n = %d, %s\n", p.Name, r.Type, r.N, r.What)
			return 1
		}
	}
	return 0
}

// given reports whether a flag was set.
func given(fs *flag.FlagSet, name string) (found bool) {
	fs.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// good says that the row's errors are below 1 in their units, NaN included.
func (r Result) good() bool { return r.Residual <= 1 && r.Orth <= 1 }

func (p Problem) run(s *settings, sizes []int, out io.Writer) Report {
	rep := Report{CPU: cpuid.CPU.BrandName, Go: runtime.Version(), Tier: s.pool.ISA().String(), Workers: s.workers, Rounds: s.rounds,
		Clock: machine.MeasureClock(), Peers: s.libraries}
	watch := machine.NewWatch()
	fmt.Fprintf(out, "%s, %s, tier %s, %d workers, medians of %d rounds in %s\n", rep.CPU, rep.Go, rep.Tier, s.workers, s.rounds, s.clock().Source())
	if rep.Clock.GHz > 0 {
		fmt.Fprintln(out, rep.Clock)
	}
	rep.Peers.Print(out)
	fmt.Fprintf(out, "products: time in units of one n×n product of the same rounds; %s\n", p.units)
	fmt.Fprintf(out, "%-8s %5s %-22s %10s %9s %6s %9s %9s  %s\n", "type", "n", "", "ms", "products", "part", "residual", "orth.", "ratio to the best peer, ms of all")
	for _, t := range []struct {
		name     string
		bits     float64
		contests func(*settings, int) []contest
		product  func(*kernels.Pool, int) func()
	}{{"float32", 32, p.f32, productOf[float32]}, {"float64", 64, p.f64, productOf[float64]}} {
		for _, n := range sizes {
			product := t.product(s.pool, n)
			for _, c := range t.contests(s, n) {
				if !s.filter.MatchString(fmt.Sprintf("%s/%d/%s", t.name, n, c.what)) {
					continue
				}
				watch.Probe()
				r := s.measure(c, product, t.bits)
				r.Type, r.N = t.name, n
				rep.Results = append(rep.Results, r)
				line(out, r)
			}
		}
	}
	rep.Noise = watch.Noise()
	fmt.Fprintln(out, rep.Noise)
	return rep
}
