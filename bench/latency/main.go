// Package latency is the command "latency" of bench: how long the run-time system waits to stop the world while kernels and
// factorizations run. Assembly cannot be preempted and Go code only where it checks its stack, so what waits longer than some 100 µs is
// an assembly call that does too much or a loop without a call; garbage collection and every other goroutine wait for it.
package latency

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// A Result is one load. Times are in microseconds.
type Result struct {
	Load    string  `json:"load"`
	Type    string  `json:"type"`
	Calls   int     `json:"calls"` // of the load
	Samples int     `json:"samples"`
	Median  float64 `json:"median_us"`
	P90     float64 `json:"p90_us"`
	Max     float64 `json:"max_us"`
	// StopMedian and StopMax are the part from the order to stop until everything stood, from the run-time system's own histogram (upper ends of buckets).
	StopMedian float64 `json:"stop_median_us"`
	StopMax    float64 `json:"stop_max_us"`
}

// A Report is one run of the command.
type Report struct {
	CPU     string        `json:"cpu"`
	Go      string        `json:"go"`
	Tier    string        `json:"tier"`
	Workers int           `json:"workers"`
	Results []Result      `json:"results"`
	Noise   machine.Noise `json:"noise"`
}

// goal is the median time to stop that no load may exceed. It is judged by the histogram: the wait that the caller sees has the time in it that other
// processes take of its core, which the first load, a plain Go loop, shows.
const goal = 200.0

// Main runs the command and returns the exit status: 1 if a load's median exceeds the goal.
func Main(args []string) int {
	fs := flag.NewFlagSet("latency", flag.ContinueOnError)
	seconds := fs.Float64("seconds", 1.5, "time per load")
	workers := fs.Int("workers", 1, "workers of the pool")
	filter := fs.String("filter", "", "regular expression that type/load must match")
	asJSON := fs.Bool("json", false, "print JSON instead of the table")
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(os.Stderr, "latency: "+format+"\n", args...)
		return 2
	}
	if fs.NArg() > 0 {
		return wrong("unexpected argument %q", fs.Arg(0))
	}
	re, err := regexp.Compile(*filter)
	if err != nil {
		return wrong("-filter: %v", err)
	}
	if *seconds <= 0 || *workers < 1 {
		return wrong("-seconds must be positive and -workers at least 1")
	}
	if runtime.GOMAXPROCS(0) < 2 {
		return wrong("needs two CPUs: one to run a load and one to stop it")
	}
	pool := kernels.NewPool(*workers)
	defer pool.Close()
	rep := Report{CPU: cpuid.CPU.BrandName, Go: runtime.Version(), Tier: pool.ISA().String(), Workers: *workers}
	var out io.Writer = os.Stdout
	if *asJSON {
		out = io.Discard
	}
	fmt.Fprintf(out, "%s, %s, tier %s, %d workers: wait for runtime.ReadMemStats, which stops the world, in µs; stop: until everything stood, by the run-time system's histogram\n", rep.CPU, rep.Go, rep.Tier, *workers)
	fmt.Fprintf(out, "%-8s %-22s %7s %8s %9s %9s %9s %11s %9s\n", "type", "load", "calls", "samples", "median", "90 %", "max", "stop median", "stop max")
	watch := machine.NewWatch()
	status := 0
	for _, l := range loads(pool) {
		if !re.MatchString(l.typ + "/" + l.name) {
			continue
		}
		watch.Probe()
		r := observe(l.name, l.typ, l.prepare(), time.Duration(*seconds*float64(time.Second)))
		rep.Results = append(rep.Results, r)
		verdict := ""
		if r.StopMedian > goal {
			verdict, status = fmt.Sprintf("  above %.0f", goal), 1
		}
		fmt.Fprintf(out, "%-8s %-22s %7d %8d %9.1f %9.1f %9.1f %11.1f %9.1f%s\n", r.Type, r.Load, r.Calls, r.Samples, r.Median, r.P90, r.Max, r.StopMedian, r.StopMax, verdict)
	}
	if len(rep.Results) == 0 {
		fmt.Fprintf(os.Stderr, "latency: no load matches -filter %q\n", *filter)
		return 1
	}
	rep.Noise = watch.Noise()
	fmt.Fprintln(out, rep.Noise)
	if *asJSON {
		if err := timing.WriteJSON(os.Stdout, rep); err != nil {
			fmt.Fprintf(os.Stderr, "latency: %v\n", err)
			return 1
		}
	}
	return status
}

// observe runs the load on a goroutine of its own, again and again, and stops the world meanwhile.
func observe(name, typ string, load func(), d time.Duration) Result {
	load() // packing memory, page faults
	var stop atomic.Bool
	var calls atomic.Int64
	started, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		close(started)
		for !stop.Load() {
			load()
			calls.Add(1)
		}
	}()
	<-started
	var waits []float64
	var m runtime.MemStats
	before := stopping()
	for end := time.Now().Add(d); time.Now().Before(end); {
		// Not in step with the load.
		time.Sleep(time.Duration(300+37*(len(waits)%23)) * time.Microsecond)
		start := time.Now()
		runtime.ReadMemStats(&m)
		waits = append(waits, float64(time.Since(start))/1e3)
	}
	after := stopping()
	stop.Store(true)
	<-done
	r := Result{Load: name, Type: typ, Calls: int(calls.Load()), Samples: len(waits),
		Median: timing.Median(waits), P90: timing.Quantile(waits, 0.9), Max: timing.Quantile(waits, 1)}
	r.StopMedian, r.StopMax = histogram(before, after)
	return r
}

// stopping is the run-time system's histogram of the times to stop the world, garbage collection excluded.
func stopping() *metrics.Float64Histogram {
	s := []metrics.Sample{{Name: "/sched/pauses/stopping/other:seconds"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindFloat64Histogram {
		return nil
	}
	h := *s[0].Value.Float64Histogram()
	h.Counts = append([]uint64(nil), h.Counts...)
	return &h
}

// histogram returns the median and the maximum of what was added, in µs: the upper ends of the buckets.
func histogram(before, after *metrics.Float64Histogram) (median, most float64) {
	if before == nil || after == nil {
		return 0, 0
	}
	var total, below uint64
	for i := range after.Counts {
		total += after.Counts[i] - before.Counts[i]
	}
	for i := range after.Counts {
		n := after.Counts[i] - before.Counts[i]
		if n == 0 {
			continue
		}
		end := after.Buckets[i+1]
		if math.IsInf(end, 1) {
			end = after.Buckets[i]
		}
		if below*2 < total {
			median = end * 1e6
		}
		below += n
		most = end * 1e6
	}
	return median, most
}
