// Package machine says what a run can expect of the processor, from probes of the run itself: the clock, the peak of fused
// multiply-adds, how steady it is, and what other processes take.
package machine

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Clock is what the probes say about the core: its clock, from a chain of dependent integer additions (one
// per cycle), and how many vector FMAs it starts per cycle at each width.
type Clock struct {
	GHz     float64 `json:"ghz"`
	Widths  []Width `json:"widths"`
	TwoPass bool    `json:"two_pass"` // 512-bit operations are split in two
	Valid   bool    `json:"valid"`
}

// Width is the FMA rate of one vector width.
type Width struct {
	Bits     int     `json:"bits"`
	PerCycle float64 `json:"per_cycle"`
}

// String is what the head of a table says.
func (c Clock) String() string {
	s := fmt.Sprintf("clock %.2f GHz by dependent additions;", c.GHz)
	for _, w := range c.Widths {
		s += fmt.Sprintf(" %d-bit FMA %.2f per cycle;", w.Bits, w.PerCycle)
	}
	if c.TwoPass {
		s += " 512-bit operations take two passes, so that the AVX-512 and AVX2 peaks are equal;"
	}
	if c.Valid {
		return s + " probe valid"
	}
	return s + " PROBE INVALID: fewer than 1.95 vector FMA per cycle, fractions are too high; is the machine busy?"
}

const (
	// fullRate is the least number of vector FMAs per cycle with which the peak counts as measured, on cores with two or more pipes.
	fullRate = 1.95
	// twoPassRate is between the 512-bit FMAs per 256-bit FMA of cores that split 512-bit operations, or have one pipe of that width (½), and of
	// cores with the full width (1).
	twoPassRate = 0.75
)

// MeasureClock takes short probes in turn, additions on both sides of FMAs, and keeps those with the same clock on both sides: a disturbance
// spoils single probes only. It goes on until enough are left, or for half a second. Probes are timed by the time of day, which a disturbance can only
// lengthen: the CPU time of ten microseconds may come out too short, too.
func MeasureClock() Clock {
	if len(vectorWidths) == 0 {
		return Clock{}
	}
	p := probes{perCycle: make([][]float64, len(vectorWidths))}
	for range 20 {
		if p.run(); len(p.hz) >= 60 && p.clock().Valid {
			break
		}
	}
	return p.clock()
}

// probes are what undisturbed rounds of probes saw.
type probes struct {
	hz       []float64
	perCycle [][]float64 // by width: FMAs per cycle of each width
}

// run stays with one width for a while: the clock may depend on it.
func (p *probes) run() {
	addRate := func() float64 { return probeAdds / timing.Wall.Sample(func(n int) { addChain(n * probeAdds) }, 1) }
	const block, settle = 14, 4
	for range 5 {
		for i, bits := range vectorWidths {
			after := addRate()
			for j := range block {
				before := after
				rate := fmaPerCall / timing.Wall.Sample(func(int) { runFMA(bits) }, 1)
				after = addRate()
				if d := after / before; j < settle || d < 0.99 || d > 1.01 {
					continue
				}
				p.hz = append(p.hz, (before+after)/2)
				p.perCycle[i] = append(p.perCycle[i], rate/(before+after)*2)
			}
		}
	}
}

// clock takes the median clock. Interference can only lower the FMAs per cycle, so a high quantile of them counts; not the best, whose
// additions may have been disturbed alike on both sides.
func (p *probes) clock() Clock {
	for _, x := range p.perCycle {
		if len(x) == 0 {
			return Clock{}
		}
	}
	c := Clock{GHz: timing.Median(p.hz) / 1e9, Valid: true}
	for i, bits := range vectorWidths {
		c.Widths = append(c.Widths, Width{bits, timing.Quantile(p.perCycle[i], 0.8)})
	}
	last := len(vectorWidths) - 1
	if vectorWidths[last] == 512 && last > 0 {
		// Both the high quantiles and the medians must say it.
		c.TwoPass = c.Widths[last].PerCycle < twoPassRate*c.Widths[last-1].PerCycle && timing.Median(p.perCycle[last]) < twoPassRate*timing.Median(p.perCycle[last-1])
	}
	for i, w := range c.Widths {
		least := fullRate
		if c.TwoPass && i == last {
			least /= 2
		}
		c.Valid = c.Valid && w.PerCycle >= least
	}
	return c
}

// FMA returns the loop that bounds products on one core, and its floating-point operations per call, for elements of the given number
// of bits. The loop is nil if the tier has no probe.
func FMA(isa kernels.ISA, elementBits float64) (loop timing.Loop, flops float64) {
	bits := 0
	switch isa {
	case kernels.AVX512:
		bits = 512
	case kernels.AVX2:
		bits = 256
	case kernels.NEON:
		bits = 128
	}
	if bits == 0 || len(vectorWidths) == 0 {
		return nil, 0
	}
	return timing.Repeat(func() { runFMA(bits) }), 2 * fmaPerCall * float64(bits) / elementBits
}

// Scaling describes how a row of several workers compares with one, next to what the probe gained at the same time: without that gain other processes
// had the cores, and the row says nothing.
func Scaling(row, fma float64, workers int) string {
	s := fmt.Sprintf("×%.2f of one worker", row)
	if fma > 0 {
		s += fmt.Sprintf(", FMA ×%.2f", fma)
		if fma < 0.85*float64(workers) {
			s += ": THE CORES WERE NOT FREE"
		}
	}
	return s
}

// CoresFMA is FMA on several cores at once, through the pool's workers; the operations are those of all.
func CoresFMA(p *kernels.Pool, elementBits float64) (loop timing.Loop, flops float64) {
	one, flops := FMA(p.ISA(), elementBits)
	if one == nil {
		return nil, 0
	}
	n := p.Workers()
	return func(calls int) { p.Run(n, repeated{one, calls}) }, flops * float64(n)
}

// repeated is a Task that runs the same loop for every index.
type repeated struct {
	loop  timing.Loop
	calls int
}

func (r repeated) Do(int) { r.loop(r.calls) }

const (
	probeAdds  = 100_000
	fmaPerCall = 24 * 4000 // vector FMAs of one runFMA
)
