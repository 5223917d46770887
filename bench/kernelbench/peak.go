package kernelbench

import "github.com/seed-4885aa59/eigenbasis/kernels"

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

// fullRate is the least number of vector FMAs per cycle with which the peak counts as
// measured, on cores with two or more pipes.
const fullRate = 1.95

// measureClock takes the best of many short alternating probes, so that a disturbance
// hits single probes only.
func measureClock() Clock {
	if len(vectorWidths) == 0 {
		return Clock{}
	}
	var c Clock
	var hz float64
	best := make([]float64, len(vectorWidths))
	for range 60 {
		hz = max(hz, probeAdds/sample(func() { addChain(probeAdds) }, 1))
		for i, bits := range vectorWidths {
			best[i] = max(best[i], fmaPerCall/sample(func() { runFMA(bits) }, 1))
		}
	}
	c.GHz = hz / 1e9
	c.Valid = true
	var narrow float64 // the rate of the next smaller width
	for i, bits := range vectorWidths {
		rate := best[i] / hz
		c.Widths = append(c.Widths, Width{bits, rate})
		if rate < fullRate {
			// One 512-bit FMA per cycle is the full rate of a core that issues them in two
			// passes of 256 bits, and of client cores with one 512-bit pipe.
			if bits == 512 && narrow >= fullRate && rate >= fullRate/2 {
				c.TwoPass = true
			} else {
				c.Valid = false
			}
		}
		narrow = rate
	}
	return c
}

// fmaPeak is the probe that bounds products on one core.
func fmaPeak[T kernels.Float](isa kernels.ISA) probe {
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
		return probe{}
	}
	return probe{name: "FMA", work: 2 * fmaPerCall * float64(bits) / bitsOf[T](), run: func() { runFMA(bits) }}
}

func bitsOf[T kernels.Float]() float64 {
	if typeName[T]() == "float32" {
		return 32
	}
	return 64
}

func typeName[T kernels.Float]() string {
	var z T
	switch any(z).(type) {
	case float32:
		return "float32"
	}
	return "float64"
}

const (
	probeAdds  = 100_000
	fmaPerCall = 24 * 4000 // vector FMAs of one runFMA
)
