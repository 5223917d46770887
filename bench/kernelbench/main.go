package kernelbench

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
)

// A Result is one measured row.
type Result struct {
	Family string  `json:"family"`
	Type   string  `json:"type"`
	Tier   string  `json:"tier"`
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Rate   float64 `json:"rate"` // median of the rounds, 1e9 units per second
	Best   float64 `json:"best"`
	// Limit is the median rate of the probe in the same rounds, Fraction the median of the
	// rounds' ratios; 0 without a probe.
	Limit     float64            `json:"limit"`
	LimitName string             `json:"limit_name"`
	Fraction  float64            `json:"fraction"`
	Seconds   float64            `json:"seconds"` // of one call, median
	Intensity float64            `json:"flop_per_byte,omitempty"`
	Peers     map[string]float64 `json:"peers,omitempty"` // rates
	BestPeer  string             `json:"best_peer,omitempty"`
	Ratio     float64            `json:"ratio,omitempty"` // of the rate to that of the best peer: above 1 is faster
	Cores     int                `json:"cores,omitempty"` // more than one
	// Of rows of several cores: how much faster than one worker, and the same of the FMA probe.
	Scaling    float64 `json:"scaling,omitempty"`
	FMAScaling float64 `json:"fma_scaling,omitempty"`
}

// A Report is one run of the command.
type Report struct {
	CPU     string        `json:"cpu"`
	Go      string        `json:"go"`
	Rounds  int           `json:"rounds"`
	Clock   machine.Clock `json:"clock"`
	Peers   peers.Set     `json:"peers"`
	Results []Result      `json:"results"`
	Noise   machine.Noise `json:"noise"`
}

// Main runs the command and returns the exit status.
func Main(args []string) int {
	fs := flag.NewFlagSet("kernels", flag.ContinueOnError)
	filter := fs.String("filter", "", "regular expression that family/type/tier/name must match")
	rounds := fs.Int("rounds", 7, "interleaved rounds per row")
	asJSON := fs.Bool("json", false, "print JSON instead of the table")
	quick := fs.Bool("quick", false, "few sizes, three rounds")
	want := fs.String("peers", "all", peers.Usage)
	picture := fs.String("out", "", "also draw the roofline of the best tier into this file: svg, pdf or png")
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(os.Stderr, "kernels: "+format+"\n", args...)
		return 2
	}
	if fs.NArg() > 0 {
		return wrong("unexpected argument %q", fs.Arg(0))
	}
	re, err := regexp.Compile(*filter)
	if err != nil {
		return wrong("-filter: %v", err)
	}
	if *rounds < 1 {
		return wrong("-rounds must be at least 1")
	}
	if *picture != "" && !drawable(*picture) {
		return wrong("-out: %q does not end in .svg, .pdf or .png", *picture)
	}
	if libraries, err = peers.Load(*want); err != nil {
		return wrong("-peers: %v", err)
	}
	if *quick {
		*rounds = min(*rounds, 3)
	}
	// Rows are single-core unless they say cores; peers that start goroutines by themselves are held to
	// one core too.
	procs := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(procs)

	rep := Report{CPU: cpuid.CPU.BrandName, Go: runtime.Version(), Rounds: *rounds, Clock: machine.MeasureClock(), Peers: libraries}
	watch := machine.NewWatch()
	var out io.Writer = os.Stdout
	if *asJSON {
		out = io.Discard
	}
	head(out, rep)
	for _, f := range families {
		first := true
		for _, r := range f.rows(*quick) {
			if !re.MatchString(f.name + "/" + r.typ + "/" + r.tier + "/" + r.name) {
				continue
			}
			if first {
				fmt.Fprintf(out, "\n%-8s %-8s %-9s %-18s %9s %9s %9s %6s  %s\n", f.name, "type", "tier", "", f.unit, "best", "limit", "part", "ratio to the best peer, rates of the others")
				first = false
			}
			watch.Probe()
			res := measure(f, r, *rounds)
			rep.Results = append(rep.Results, res)
			line(out, res)
		}
	}
	if len(rep.Results) == 0 {
		fmt.Fprintf(os.Stderr, "kernels: no row matches -filter %q\n", *filter)
		return 1
	}
	rep.Noise = watch.Noise()
	fmt.Fprintln(out)
	summary(out, rep)
	fmt.Fprintln(out, rep.Noise)
	if *asJSON {
		err = timing.WriteJSON(os.Stdout, rep)
	}
	if err == nil && *picture != "" {
		err = roofline(*picture, rep, measureRoofs)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "kernels: %v\n", err)
		return 1
	}
	return 0
}
