package kernelbench

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/kernels"
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
	Peers     map[string]float64 `json:"peers,omitempty"`
}

// A Report is one run of the command.
type Report struct {
	CPU     string   `json:"cpu"`
	Go      string   `json:"go"`
	Rounds  int      `json:"rounds"`
	Clock   Clock    `json:"clock"`
	Results []Result `json:"results"`
}

// Main runs the command and returns the exit status.
func Main(args []string) int {
	fs := flag.NewFlagSet("kernels", flag.ContinueOnError)
	filter := fs.String("filter", "", "regular expression that family/type/tier/name must match")
	rounds := fs.Int("rounds", 7, "interleaved rounds per row")
	asJSON := fs.Bool("json", false, "print JSON instead of the table")
	quick := fs.Bool("quick", false, "few sizes, three rounds")
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	if fs.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "kernels: unexpected argument %q\n", fs.Arg(0))
		return 2
	}
	re, err := regexp.Compile(*filter)
	if err != nil {
		fmt.Fprintf(os.Stderr, "kernels: -filter: %v\n", err)
		return 2
	}
	if *rounds < 1 {
		fmt.Fprintln(os.Stderr, "kernels: -rounds must be at least 1")
		return 2
	}
	if *quick {
		*rounds = min(*rounds, 3)
	}
	// Rows are single-core unless they say wall; peers that start goroutines by themselves are held to
	// one core too.
	procs := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(procs)

	rep := Report{CPU: cpuid.CPU.BrandName, Go: runtime.Version(), Rounds: *rounds, Clock: measureClock()}
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
				fmt.Fprintf(out, "\n%-8s %-8s %-9s %-16s %9s %9s %9s %6s  %s\n", f.name, "type", "tier", "", f.unit, "best", "limit", "part", "peers")
				first = false
			}
			res := measure(f, r, *rounds)
			rep.Results = append(rep.Results, res)
			line(out, res)
		}
	}
	if len(rep.Results) == 0 {
		fmt.Fprintf(os.Stderr, "kernels: no row matches -filter %q\n", *filter)
		return 1
	}
	if *asJSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(rep); err != nil {
			fmt.Fprintf(os.Stderr, "kernels: %v\n", err)
			return 1
		}
	}
	return 0
}

func head(out io.Writer, rep Report) {
	fmt.Fprintf(out, "%s, %s, %s/%s, tiers %v, medians of %d rounds in %s, one core unless said\n", rep.CPU, rep.Go, runtime.GOOS, runtime.GOARCH, kernels.Supported(), rep.Rounds, timeSource)
	c := rep.Clock
	if c.GHz == 0 {
		fmt.Fprintln(out, "no FMA probe for this architecture: rates only")
		return
	}
	fmt.Fprintf(out, "clock %.2f GHz by dependent additions;", c.GHz)
	for _, w := range c.Widths {
		fmt.Fprintf(out, " %d-bit FMA %.2f per cycle;", w.Bits, w.PerCycle)
	}
	if c.Valid {
		fmt.Fprintln(out, " probe valid")
	} else {
		fmt.Fprintln(out, " PROBE INVALID: fewer than 1.95 vector FMA per cycle, fractions are too high; is the machine busy?")
	}
	if c.TwoPass {
		fmt.Fprintln(out, "512-bit operations take two passes on this core: the AVX-512 and AVX2 peaks are equal")
	}
}

func line(out io.Writer, r Result) {
	part := "     -"
	if r.Limit > 0 {
		part = fmt.Sprintf("%5.1f%%", 100*r.Fraction)
	}
	fmt.Fprintf(out, "%-8s %-8s %-9s %-16s %9.2f %9.2f %9.2f %s ", "", r.Type, r.Tier, r.Name, r.Rate, r.Best, r.Limit, part)
	var names []string
	for n := range r.Peers {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(out, " %s %.2f (×%.2f)", n, r.Peers[n], r.Rate/r.Peers[n])
	}
	fmt.Fprintln(out)
}

// sampleTime is how long one sample lasts at least.
const sampleTime = 4 * time.Millisecond

// wallClock is set while a row of several cores is measured.
var wallClock bool

// sample returns the seconds of one call, over reps calls.
func sample(f func(), reps int) float64 {
	t := seconds(wallClock)
	for range reps {
		f()
	}
	return (seconds(wallClock) - t) / float64(reps)
}

// calibrate runs f until warm and returns how many calls fill sampleTime.
func calibrate(f func()) int {
	f()
	for reps := 1; ; reps *= 4 {
		if s := sample(f, reps) * float64(reps); s > sampleTime.Seconds()/8 {
			return max(1, int(float64(reps)*sampleTime.Seconds()/s))
		}
	}
}

// measure runs the rounds of a row: limit, kernel, peers, limit, kernel, …
func measure(f family, r row, rounds int) Result {
	if r.wall {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU()))
		wallClock = true
		defer func() { wallClock = false }()
	}
	t := r.prepare()
	reps := calibrate(t.run)
	var limitReps int
	if t.limit.run != nil {
		limitReps = calibrate(t.limit.run)
	}
	peerReps := make([]int, len(t.peers))
	for i, p := range t.peers {
		peerReps[i] = calibrate(p.run)
	}
	var times, limits, parts []float64
	peers := make([][]float64, len(t.peers))
	for range rounds {
		var limit float64
		if limitReps > 0 {
			limit = t.limit.work / sample(t.limit.run, limitReps) / 1e9
		}
		s := sample(t.run, reps)
		if limitReps > 0 {
			// The probe on both sides of the sample: the clock drifts.
			limit = max(limit, t.limit.work/sample(t.limit.run, limitReps)/1e9)
			limits = append(limits, limit)
			parts = append(parts, r.work/s/1e9/limit)
		}
		times = append(times, s)
		for i, p := range t.peers {
			peers[i] = append(peers[i], r.work/sample(p.run, peerReps[i])/1e9)
		}
	}
	s := median(times)
	res := Result{Family: f.name, Type: r.typ, Tier: r.tier, Name: r.name, Unit: f.unit, Seconds: s,
		Rate: r.work / s / 1e9, Best: r.work / slices.Min(times) / 1e9}
	if len(limits) > 0 {
		res.Limit, res.LimitName, res.Fraction = median(limits), t.limit.name, median(parts)
	}
	for i, p := range t.peers {
		if res.Peers == nil {
			res.Peers = map[string]float64{}
		}
		res.Peers[p.name] = median(peers[i])
	}
	return res
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	n := len(x)
	if n%2 == 1 {
		return x[n/2]
	}
	return (x[n/2-1] + x[n/2]) / 2
}
