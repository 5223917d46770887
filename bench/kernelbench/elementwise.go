package kernelbench

import (
	"fmt"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// mix is how a kernel reads and writes its vectors.
type mix int

const (
	read4write3 mix = iota // Adam: x, g, m, v read, all but g written in place
	read3write2            // without m
	read3write3            // all in place
	read2write1            // one of two in place
	read3write1            // one of three in place: batches of products with beta
	read2to1               // two to a third
	read1to1               // one to another
	write1                 // nothing to one
	stream1                // the same past the caches; aligned to 64 bytes
	move1                  // one to another past the caches; aligned likewise
)

// streams is how many vector elements a mix moves for each element of the kernel.
var streams = [...]float64{read4write3: 7, read3write2: 5, read3write3: 6, read2write1: 3, read3write1: 4, read2to1: 3, read1to1: 2, write1: 1, stream1: 1, move1: 2}

// vectors is how many vectors a mix touches.
var vectors = [...]int{read4write3: 4, read3write2: 3, read3write3: 3, read2write1: 2, read3write1: 3, read2to1: 3, read1to1: 2, move1: 2}

// An update is an elementwise kernel under measurement.
type update[T kernels.Float] struct {
	name string
	mix  mix
	root bool // takes a root and a division
	mul  int  // FMAs and multiplications besides
	run  func(p *kernels.Pool, x [][]T) func()
}

func updates[T kernels.Float]() []update[T] {
	coef := kernels.AdamCoef[T]{Scale: 1, Beta1: 0.9, Weight1: 0.1, Beta2: 0.99, Weight2: 0.01, Eps: 1e-6, Step: 1e-6, Decay: 1}
	return []update[T]{
		{"adam", read4write3, true, 9, func(p *kernels.Pool, x [][]T) func() {
			a, b, c, d := x[0], x[3], x[1], x[2]
			return func() { kernels.Adam(p, coef, a, b, c, d) }
		}},
		{"adamfinite", read4write3, true, 9, func(p *kernels.Pool, x [][]T) func() {
			a, b, c, d := x[0], x[3], x[1], x[2]
			return func() { kernels.AdamFinite(p, coef, a, b, c, d) }
		}},
		{"rmsprop", read3write2, true, 7, func(p *kernels.Pool, x [][]T) func() {
			a, b, c := x[0], x[2], x[1]
			return func() { kernels.Adam(p, coef, a, b, nil, c) }
		}},
		{"direction", read3write3, true, 6, func(p *kernels.Pool, x [][]T) func() {
			a, b, c := x[0], x[1], x[2]
			return func() { kernels.AdamDirection(p, coef, a, a, b, c) }
		}},
		{"secondmoment", read2write1, false, 4, func(p *kernels.Pool, x [][]T) func() {
			a, b := x[1], x[0]
			return func() { kernels.SecondMoment(p, 0.99, 0.01, 1, a, b) }
		}},
		{"precondition", read2to1, true, 1, func(p *kernels.Pool, x [][]T) func() {
			a, b, c := x[1], x[2], x[0]
			return func() { kernels.Precondition(p, 1, 1e-6, a, b, c) }
		}},
		{"divide", read2to1, true, 2, func(p *kernels.Pool, x [][]T) func() {
			a, b, c := x[1], x[2], x[0]
			return func() {
				kernels.Divide(p, kernels.DivideCoef[T]{Scale: 1, Gain: 1, Damping: 1e-6, Root: true, Clip: 1}, a, b, c)
			}
		}},
		{"average", read2write1, false, 2, func(p *kernels.Pool, x [][]T) func() {
			a, b := x[1], x[0]
			return func() { kernels.Axpby(p, 0.1, a, 0.9, b, b) }
		}},
		{"combine", read2to1, false, 2, func(p *kernels.Pool, x [][]T) func() {
			a, b, c := x[1], x[2], x[0]
			return func() { kernels.Axpby(p, 0.1, a, 0.9, b, c) }
		}},
	}
}

// levels are the bytes that all vectors of a row fill together.
func levels(quick bool) []level {
	l := []level{{"L1", 20 << 10}, {"L2", 512 << 10}, {"L3", 8 << 20}, {"DRAM", 192 << 20}}
	if quick {
		return []level{l[1], l[3]}
	}
	return l
}

type level struct {
	name  string
	bytes int
}

func init() {
	register(family{name: "update", unit: "GB/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, updateRows[float32](isa, quick)...)
			rows = append(rows, updateRows[float64](isa, quick)...)
		}
		return rows
	}})
	register(family{name: "exp", unit: "Gelem/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, expRows[float32](isa, quick)...)
			rows = append(rows, expRows[float64](isa, quick)...)
		}
		return rows
	}})
}

func updateRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	var rows []row
	size := int(bitsOf[T]() / 8)
	for _, l := range levels(quick) {
		for _, u := range updates[T]() {
			n := l.bytes / size / vectors[u.mix] / 64 * 64
			bytes := streams[u.mix] * float64(size) * float64(n)
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: u.name + " " + l.name, work: bytes,
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					x := make([][]T, vectors[u.mix])
					var s [4]unsafe.Pointer
					for i := range x {
						x[i] = positive[T](n)
						s[i] = unsafe.Pointer(unsafe.SliceData(x[i]))
					}
					t := timed{run: u.run(p, x), limit: slower(
						streamProbe(isa, u.mix, n*size, s, bytes),
						arithmeticProbe[T](isa, u.root, u.mul, bytes/float64(n)))}
					if u.name == "adam" {
						t.peers = libraryPeers(isa, func(l *peers.Library) *peers.Call {
							return peers.Adam(l, 0.9, 0.99, 1e-6, 1e-6, x[0], x[3], x[1], x[2])
						})
					}
					return t
				}})
		}
	}
	return rows
}

// positive returns values in [¼, 1¼).
func positive[T kernels.Float](n int) []T {
	x := operand[T](n)
	for i, v := range x {
		x[i] = v*v + 0.25
	}
	return x
}

// streamProbe moves the vectors of a kernel without arithmetic. work is what the kernel counts.
func streamProbe(isa kernels.ISA, m mix, bytes int, s [4]unsafe.Pointer, work float64) probe {
	if !hasStreams {
		return probe{}
	}
	return probe{"streams", work, fastest(streamProbes(isa), func(member int) func() { return streamRun(isa, m, member, bytes, s) })}
}

// arithmeticProbe is what a kernel that counts work for each element needs of the arithmetic units: mul FMAs and multiplications and, with root, a root
// and a division, of which it takes the fastest of several forms.
func arithmeticProbe[T kernels.Float](isa kernels.ISA, root bool, mul int, work float64) probe {
	if !hasStreams {
		return probe{}
	}
	if !root {
		p := fmaPeak[T](isa)
		p.name = "multipliers"
		p.work *= work / float64(2*mul)
		return p
	}
	lanes := 256 / bitsOf[T]()
	if isa == kernels.AVX512 {
		lanes *= 2
	}
	const rounds = 2000
	x := positive[T](64)
	return probe{"√ and ÷", 4 * rounds * lanes * work, fastest(rootDivForms(isa), func(form int) func() {
		return func() { runRootDiv(isa, form, rounds, mul, x) }
	})}
}

// slower returns the probe that bounds a kernel which needs both: that with the lower rate.
func slower(a, b probe) probe { return pick(true, a, b) }

// pick returns the slower or the faster of two probes, or the one that exists.
func pick(slow bool, a, b probe) probe {
	if a.loop == nil {
		return b
	}
	if b.loop == nil {
		return a
	}
	var ra, rb float64
	for range 5 {
		ra = max(ra, a.work/timing.CPU.Sample(a.loop, timing.CPU.Calibrate(a.loop)))
		rb = max(rb, b.work/timing.CPU.Sample(b.loop, timing.CPU.Calibrate(b.loop)))
	}
	if rb < ra == slow {
		return b
	}
	return a
}

// expRows are Exp, Softmax and LogSumExp; the bound is the multipliers: the FMAs and multiplications of one exponential.
func expRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	var rows []row
	type library = func(l *peers.Library) *peers.Call
	add := func(name string, n int, prepare func(p *kernels.Pool) (func(), library)) {
		rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: name, work: float64(n), prepare: func() timed {
			run, peer := prepare(kernels.NewPool(1, kernels.WithISA(isa)))
			return timed{run: run, limit: expProbe[T](isa), peers: libraryPeers(isa, peer)}
		}})
	}
	for _, n := range []int{16, 128, 2048, 1 << 20} {
		if quick && n != 2048 {
			continue
		}
		add(fmt.Sprintf("exp %d", n), n, func(p *kernels.Pool) (func(), library) {
			x, y := operand[T](n), hugepage.Make[T](n)
			return func() { kernels.Exp(p, x, y) }, func(l *peers.Library) *peers.Call { return peers.Exp(l, x, y) }
		})
	}
	for _, n := range []int{32, 128, 1024, 1 << 15} {
		if quick && n != 128 {
			continue
		}
		m := max(1, 4096/n)
		add(fmt.Sprintf("softmax %d×%d", m, n), m*n, func(p *kernels.Pool) (func(), library) {
			a, b := operand[T](m*n), hugepage.Make[T](m*n)
			return func() { kernels.Softmax(p, m, n, a, n, b, n) }, func(l *peers.Library) *peers.Call { return peers.Softmax(l, m, n, a, n, b, n) }
		})
		add(fmt.Sprintf("logsumexp %d×%d", m, n), m*n, func(p *kernels.Pool) (func(), library) {
			a, s := operand[T](m*n), hugepage.Make[T](m)
			return func() { kernels.LogSumExp(p, m, n, a, n, s) }, func(l *peers.Library) *peers.Call { return peers.LogSumExp(l, m, n, a, n, s) }
		})
	}
	return rows
}

// expProbe is the FMA peak counted in exponentials.
func expProbe[T kernels.Float](isa kernels.ISA) probe {
	p := fmaPeak[T](isa)
	each := 9.0 // FMAs of one vector
	if bitsOf[T]() == 64 {
		each = 14
	}
	if isa == kernels.AVX512 {
		each++ // VSCALEF
	} else {
		each += 2 // two multiplications
	}
	p.work /= 2 * each
	p.name = "multipliers"
	return p
}
