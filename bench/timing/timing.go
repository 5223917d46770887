// Package timing takes times that can be compared: the contestants of a comparison run in turn, several rounds, in one process, and
// medians of the rounds count. Commands of bench that compare anything use it.
package timing

import (
	"runtime"
	"slices"
	"time"
)

// A Loop does what is measured n times in a row.
type Loop func(n int)

// Repeat is the loop of a function.
func Repeat(f func()) Loop {
	return func(n int) {
		for range n {
			f()
		}
	}
}

// A Clock is what times are taken from.
type Clock bool

const (
	// CPU is the CPU time of the process, where the system has it: it leaves out what other processes took of the core, so that a busy machine
	// disturbs less. It is for contestants that use one core.
	CPU Clock = false
	// Wall is the time of day, for contestants that use several.
	Wall Clock = true
)

// Seconds reads the clock.
func (c Clock) Seconds() float64 {
	if c == Wall {
		return seconds(wallTime)
	}
	return seconds(processTime)
}

// Source names the clock.
func (c Clock) Source() string {
	if c == Wall {
		return "time of day"
	}
	return cpuSource
}

// Sample returns the seconds of one of n calls.
func (c Clock) Sample(l Loop, n int) float64 {
	t := c.Seconds()
	l(n)
	return (c.Seconds() - t) / float64(n)
}

// least is how long a sample lasts at least, in seconds. With several threads the system needs some milliseconds to spread them over the cores.
func (c Clock) least() float64 {
	if c == Wall {
		return 0.020
	}
	return 0.004
}

// Calibrate runs the loop until warm and returns how many calls fill a sample.
func (c Clock) Calibrate(l Loop) int {
	l(1)
	for n := 1; ; n *= 4 {
		if s := c.Sample(l, n) * float64(n); s > c.least()/8 {
			return max(1, int(float64(n)*c.least()/s))
		}
	}
}

// rest is how long a round waits after a contestant with threads of its own: those of OpenBLAS and OpenMP spin for some time after a call
// and would run on the next contestant's cores.
const rest = 40 * time.Millisecond

// settling is how long a contestant runs before each of its samples at least, quieting how long at most: on a server Intel, what ran before moves a
// sample of some ms by up to 30 %, and after a call of C, or a sleep, Go's monitor thread looks around every 20 µs and only by and by less often, for 5 to
// 25 ms in all. On a core that it shares with the contestant it took a quarter of its time at first, on any core it counts as CPU time of the process; samples
// inside C hardly have it. Where a call is longCall or more, that counts little, and it goes without.
const (
	settling = 5 * time.Millisecond
	quieting = 30 * time.Millisecond
	longCall = 0.1 // seconds
)

// settle runs the loop, of which calls fill a sample, in windows until it is settled. By CPU time the caller must be locked to its thread, which is the
// one whose time counts as the loop's.
func (c Clock) settle(l Loop, calls int) {
	// At least, and one call where that takes longer, up to longCall: long enough to tell whether others run.
	const window = 2 * time.Millisecond
	for start := time.Now(); ; {
		all, own := seconds(processTime), seconds(threadTime)
		for from := time.Now(); time.Since(from) < window; {
			l(max(1, calls/8))
		}
		all, own = seconds(processTime)-all, seconds(threadTime)-own
		if c.settled(all, own, time.Since(start)) {
			return
		}
	}
}

// settled reports whether a contestant has run long enough when passed is over and the process used all, the contestant's thread own seconds of CPU time in the
// last window: when other threads use no more than a hundredth, or after quieting. By time of day, where workers are such threads, it takes quieting. Where
// the system has no such clocks (time_other.go), others always look idle.
func (c Clock) settled(all, own float64, passed time.Duration) bool {
	return passed >= quieting || c == CPU && passed >= settling && all-own <= all/100
}

// A Contestant takes part in a comparison.
type Contestant struct {
	Loop    Loop
	Threads bool // leaves threads behind that spin for a while
	// Prepare, if there is one, is called before each calibration and each sample with what settles for it, and its undo afterwards, both outside the time.
	Prepare func() (undo func())
}

// prepared calls f between Prepare and undo.
func (x Contestant) prepared(f func()) {
	if x.Prepare != nil {
		defer x.Prepare()()
	}
	f()
}

// Interleave times the contestants in turn, round by round, each after some milliseconds of its own, and returns the seconds per call of each, by round. A nil Loop is
// left out and has no times.
func Interleave(c Clock, rounds int, contestants ...Contestant) [][]float64 {
	if c == CPU {
		runtime.LockOSThread() // C libraries keep buffers per thread
		defer runtime.UnlockOSThread()
	}
	calls := make([]int, len(contestants))
	for i, x := range contestants {
		if x.Loop != nil {
			x.prepared(func() { calls[i] = c.Calibrate(x.Loop) })
			if x.Threads {
				time.Sleep(rest)
			}
		}
	}
	times := make([][]float64, len(contestants))
	for round := range rounds {
		for i, x := range contestants {
			if x.Loop == nil {
				continue
			}
			x.prepared(func() {
				if round == 0 || times[i][round-1] < longCall {
					c.settle(x.Loop, calls[i])
				}
				times[i] = append(times[i], c.Sample(x.Loop, calls[i]))
			})
			if x.Threads {
				time.Sleep(rest)
			}
		}
	}
	return times
}

// Median returns the median, NaN-free input given; 0 of nothing.
func Median(x []float64) float64 { return Quantile(x, 0.5) }

// Quantile returns the q-quantile by linear interpolation; 0 of nothing.
func Quantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Clone(x)
	slices.Sort(x)
	at := q * float64(len(x)-1)
	i := min(int(at), max(0, len(x)-2))
	if len(x) == 1 {
		return x[0]
	}
	return x[i] + (at-float64(i))*(x[i+1]-x[i])
}
