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

// MeasureClock takes the best of many short alternating probes, so that a disturbance hits single probes only; on a busy machine it
// goes on until the probes are valid, or for half a second.
func MeasureClock() Clock {
	if len(vectorWidths) == 0 {
		return Clock{}
	}
	p := probes{best: make([]float64, len(vectorWidths))}
	for range 20 {
		p.run()
		if c := p.clock(); c.Valid {
			// As much again: the first valid numbers are the least that count as such.
			p.run()
			return p.clock()
		}
	}
	return p.clock()
}

// probes are the best rates so far, and the ratio of the widest two from probes that were next to each other.
type probes struct {
	hz     float64
	best   []float64
	ratios []float64
}

func (p *probes) run() {
	for range 60 {
		p.hz = max(p.hz, probeAdds/timing.CPU.Sample(func(n int) { addChain(n * probeAdds) }, 1))
		var rate, narrow float64
		for i, bits := range vectorWidths {
			narrow = rate
			rate = fmaPerCall / timing.CPU.Sample(func(int) { runFMA(bits) }, 1)
			p.best[i] = max(p.best[i], rate)
		}
		if narrow > 0 {
			p.ratios = append(p.ratios, rate/narrow)
		}
	}
}

func (p *probes) clock() Clock {
	c := Clock{GHz: p.hz / 1e9, Valid: true}
	last := len(vectorWidths) - 1
	if vectorWidths[last] == 512 && last > 0 {
		// The best of each width may come from different moments, so both this and the median of neighbours must say it.
		c.TwoPass = p.best[last] < twoPassRate*p.best[last-1] && timing.Median(p.ratios) < twoPassRate
	}
	for i, bits := range vectorWidths {
		rate := p.best[i] / p.hz
		c.Widths = append(c.Widths, Width{bits, rate})
		least := fullRate
		if c.TwoPass && i == last {
			least /= 2
		}
		c.Valid = c.Valid && rate >= least
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
