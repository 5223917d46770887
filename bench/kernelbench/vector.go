package kernelbench

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"gonum.org/v1/gonum/blas/gonum"
)

// readProbe is the fastest of a fixed family that reads the memory of x: one, two, four or eight streams, each with and
// without prefetch.
func readProbe[T kernels.Float](isa kernels.ISA, x []T) probe {
	bytes := len(x) * int(unsafe.Sizeof(x[0])) / 512 * 512
	if readProbes == 0 || bytes == 0 {
		return probe{}
	}
	mem := unsafe.Pointer(unsafe.SliceData(x))
	return probe{"read", float64(bytes), fastest(readProbes, func(member int) func() { return func() { runRead(isa, member, bytes, mem) } })}
}

// fastest is the fastest of a family of n probes. The choice is made here; the rounds measure the chosen one.
func fastest(n int, member func(i int) func()) timing.Loop {
	var chosen timing.Loop
	best := 0.0
	for range 3 {
		for i := range n {
			loop := timing.Repeat(member(i))
			if rate := 1 / timing.CPU.Sample(loop, max(1, timing.CPU.Calibrate(loop)/4)); rate > best {
				best, chosen = rate, loop
			}
		}
	}
	return chosen
}

// A vectorKernel is a level-1 kernel under measurement.
type vectorKernel[T kernels.Float] struct {
	name    string
	mix     mix
	reads   bool // reads only: the limit is readProbe
	root    bool // takes a root and a division
	vectors int
	flops   float64 // of one element
	run     func(p *kernels.Pool, x [][]T) func()
	library func(l *peers.Library, x [][]T) *peers.Call
	gonum   func(x [][]T) func()
}

func vectorKernels[T kernels.Float]() []vectorKernel[T] {
	var g gonum.Implementation
	return []vectorKernel[T]{
		{name: "dot", flops: 2, reads: true, vectors: 2, run: func(p *kernels.Pool, x [][]T) func() {
			a, b := x[0], x[1]
			return func() { kernels.Dot(p, a, b) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.Dot(l, x[0], x[1]) },
			gonum: func(x [][]T) func() {
				s, d := both(x)
				return byType[T](func() { g.Sdot(len(s[0]), s[0], 1, s[1], 1) }, func() { g.Ddot(len(d[0]), d[0], 1, d[1], 1) })
			}},
		{name: "sum", flops: 1, reads: true, vectors: 1, run: func(p *kernels.Pool, x [][]T) func() {
			a := x[0]
			return func() { kernels.Sum(p, a) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.Sum(l, x[0]) }},
		{name: "nrm2", flops: 2, reads: true, vectors: 1, run: func(p *kernels.Pool, x [][]T) func() {
			a := x[0]
			return func() { kernels.Nrm2(p, a) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.Nrm2(l, x[0]) },
			gonum: func(x [][]T) func() {
				s, d := both(x)
				return byType[T](func() { g.Snrm2(len(s[0]), s[0], 1) }, func() { g.Dnrm2(len(d[0]), d[0], 1) })
			}},
		{name: "maxabs", reads: true, vectors: 1, run: func(p *kernels.Pool, x [][]T) func() {
			a := x[0]
			return func() { kernels.MaxAbs(p, a) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.MaxAbs(l, x[0]) },
			gonum: func(x [][]T) func() {
				s, d := both(x)
				return byType[T](func() { g.Isamax(len(s[0]), s[0], 1) }, func() { g.Idamax(len(d[0]), d[0], 1) })
			}},
		{name: "preconditionsumsquares", flops: 4, reads: true, vectors: 2, root: true, run: func(p *kernels.Pool, x [][]T) func() {
			a, b := x[0], x[1]
			return func() { kernels.PreconditionSumSquares(p, 1, 1e-6, a, b) }
		}},
		{name: "scal", flops: 1, mix: read1to1, vectors: 1, run: func(p *kernels.Pool, x [][]T) func() {
			a := x[0]
			return func() { kernels.Scal(p, -1, a) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.Scal(l, -1, x[0]) },
			gonum: func(x [][]T) func() {
				s, d := both(x)
				return byType[T](func() { g.Sscal(len(s[0]), -1, s[0], 1) }, func() { g.Dscal(len(d[0]), -1, d[0], 1) })
			}},
		{name: "axpy", flops: 2, mix: read2write1, vectors: 2, run: func(p *kernels.Pool, x [][]T) func() {
			a, b := x[1], x[0]
			return func() { kernels.Axpy(p, 1e-9, a, b) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.Axpy(l, 1e-9, x[1], x[0]) },
			gonum: func(x [][]T) func() {
				s, d := both(x)
				return byType[T](func() { g.Saxpy(len(s[0]), 1e-9, s[1], 1, s[0], 1) }, func() { g.Daxpy(len(d[0]), 1e-9, d[1], 1, d[0], 1) })
			}},
		{name: "hadamard", flops: 1, mix: read2to1, vectors: 3, run: func(p *kernels.Pool, x [][]T) func() {
			a, b, c := x[1], x[2], x[0]
			return func() { kernels.Hadamard(p, a, b, c) }
		},
			library: func(l *peers.Library, x [][]T) *peers.Call { return peers.Hadamard(l, x[1], x[2], x[0]) }},
	}
}

func vectorRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	var rows []row
	size := int(bitsOf[T]() / 8)
	for _, l := range levels(quick) {
		for _, k := range vectorKernels[T]() {
			n := l.bytes / size / k.vectors / 128 * 128
			bytes := float64(k.vectors * n * size)
			if !k.reads {
				bytes = streams[k.mix] * float64(n*size)
			}
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: k.name + " " + l.name, work: bytes, intensity: k.flops * float64(n) / bytes,
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					// One allocation, so that the probe reads what the kernel reads.
					all := positive[T](k.vectors * n)
					x := make([][]T, k.vectors)
					var s [4]unsafe.Pointer
					for i := range x {
						x[i] = all[i*n : (i+1)*n]
						s[i] = unsafe.Pointer(unsafe.SliceData(x[i]))
					}
					if k.vectors == 1 {
						s[1] = s[0] // in place
					}
					t := timed{run: k.run(p, x)}
					if k.reads {
						t.limit = readProbe(isa, all)
						if k.root {
							t.limit = slower(t.limit, arithmeticProbe[T](isa, true, 2, bytes/float64(n)))
						} else {
							t.limit = slower(t.limit, laneProbe[T](isa, k.name, n, bytes))
						}
					} else {
						t.limit = streamProbe(isa, k.mix, n*size, s, bytes)
					}
					if k.library != nil {
						t.peers = libraryPeers(isa, func(l *peers.Library) *peers.Call { return k.library(l, x) })
					}
					if k.gonum != nil {
						t.peers = append(t.peers, gonumPeer(isa, k.gonum(x))...)
					}
					return t
				}})
		}
	}
	return rows
}

// matvecRows are Gemv and Symv, n×n; the rate counts the stored elements that are read, each once.
func matvecRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := []int{32, 64, 128, 256, 512, 1024, 1500, 2048, 4096}
	if quick {
		list = []int{64, 512, 1024}
	}
	var rows []row
	size := bitsOf[T]() / 8
	for _, n := range list {
		for _, kind := range []string{"gemv N", "gemv T", "symv L", "symv U"} {
			elements, flops := n*n, 2.0
			if kind[0] == 's' {
				elements, flops = n*(n+1)/2, 4
			}
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("%s %d", kind, n), work: size * float64(elements), intensity: flops / size,
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					a, x, y := operand[T](n*n + 64)[:n*n], operand[T](n), hugepage.Make[T](n)
					flag := kind[5]
					var read probe
					switch {
					case kind[0] == 'g':
						read = matrixReadProbe(isa, n, a)
					case size*float64(elements) >= farBytes:
						read = triangleReadProbe(isa, kernels.Uplo(flag), n, a)
					default:
						read = readProbe(isa, a[:elements])
					}
					t := timed{limit: slower(read, portProbe(isa, matvecOps[T](isa, kind, n), size*float64(elements)))}
					if kind[0] == 'g' {
						t.run = func() { kernels.Gemv(p, kernels.Transpose(flag), n, n, 1.5, a, n, x, 0.5, y) }
					} else {
						t.run = func() { kernels.Symv(p, kernels.Uplo(flag), n, 1.5, a, n, x, 0.5, y) }
					}
					z := hugepage.Make[T](n)
					t.peers = append(libraryPeers(isa, func(l *peers.Library) *peers.Call {
						if kind[0] == 'g' {
							return peers.Gemv(l, kernels.Transpose(flag), n, n, 1.5, a, n, x, 0.5, z)
						}
						return peers.Symv(l, kernels.Uplo(flag), n, 1.5, a, n, x, 0.5, z)
					}), gonumPeer(isa, gonumMatvec(kind, n, a, x, z))...)
					return t
				}})
		}
	}
	return rows
}

// laneOps are the operations of runLanes in float32, each followed by its float64.
var laneOps = map[string]int{"sum": 0, "dot": 2, "nrm2": 2, "maxabs": 4}

// laneProbe is what a reduction of n elements, segment by segment, needs of the arithmetic units in its lane order: its chains, in registers. The lanes of a
// segment are 256 bytes: four chains of AVX-512, which wait for themselves where an operation takes longer than four of them take to issue, eight of AVX2.
func laneProbe[T kernels.Float](isa kernels.ISA, kind string, n int, work float64) probe {
	if !hasLanes {
		return probe{}
	}
	op, size := laneOps[kind], int(bitsOf[T]()/8)
	if size == 8 {
		op++
	}
	return probe{"lanes", work, timing.Repeat(func() {
		for i := 0; i < n; i += kernels.Segment {
			runLanes(isa, op, (min(kernels.Segment, n-i)*size+255)/256)
		}
	})}
}

// integerProbe is the bound of a kernel of that many vector operations, of which none is a product: as many as there are additions of integers.
func integerProbe(isa kernels.ISA, ops, work float64) probe {
	if !hasLanes {
		return probe{}
	}
	const rounds = 1000
	return probe{"ports", work * 16 * rounds / ops, timing.Repeat(func() { runIntegers(isa, rounds) })}
}

// matvecOps is the number of vector operations on the FMA ports, at the width of the tier, that the lane order of an n×n product
// takes at least: one FMA (Symv two) for each vector of a row, and the fold of its lanes into one sum. A row has 256 bytes
// of lanes; four rows fold their last steps together: on AVX-512 17 additions and 9 shuffles for the four, on AVX2, which has a third vector port, up to 7
// additions for each and 13 operations (float64 9) for the four. Columns (gemv T) have no fold.
// That a row of them waits for the one before, four cycles, is no bound: rows so short that the ports wait come in small matrices, and there the next
// call starts while the chains of this one run. On Zen 5, where additions and shuffles have ports of their own (wide), AVX-512 counts whichever is most: FMA, loads, of which there are as many a cycle as
// FMA, and a vector of x serves four rows, or all operations, of which there are twice as many; rows that are only added ("rowsum") have additions for FMA. Eight rows of up to four
// vectors fold together, each vector a product: 8 additions and 18 shuffles and blends for all, and those of the vectors of a row.
func matvecOps[T kernels.Float](isa kernels.ISA, kind string, n int) float64 {
	size, vector := bitsOf[T]()/8, 32.0
	if isa == kernels.AVX512 {
		vector = 64
	}
	fold := func(vectors float64) float64 {
		switch {
		case isa == kernels.AVX512:
			return 26. / 4
		case size == 8:
			return min(vectors, 8) - 1 + 9./4
		}
		return min(vectors, 8) - 1 + 13./4
	}
	row := func(fma, v float64) float64 {
		if wide && isa == kernels.AVX512 {
			switch {
			case v <= 4 && kind[0] != 's':
				return max(fma, (fma+v+18./8)/2)
			case kind == "rowsum":
				return max(fma+17./4, (fma+fold(v))/2)
			}
			return max(fma, v*5/4, (fma+fold(v))/2)
		}
		return max(fma, others(isa)*(fma+fold(v)))
	}
	ops := 0.0
	for i := range n {
		switch v := math.Ceil(float64(n) * size / vector); {
		case kind == "gemv T":
			ops += v
		case kind[0] == 's':
			v = math.Ceil(float64(i+1) * size / vector)
			ops += row(2*v, v)
		default:
			ops += row(v, v)
		}
	}
	return ops
}

// wide is true on Zen 5.
var wide = cpuid.CPU.VendorID == cpuid.AMD && cpuid.CPU.Family >= 26

// syr2Loads is the number of loads of an n×n Syr2, of A, x and y for each vector of a row of the triangle: two a cycle, as many as FMA.
func syr2Loads[T kernels.Float](isa kernels.ISA, n int) float64 {
	vector := 256 / bitsOf[T]()
	if isa == kernels.AVX512 {
		vector *= 2
	}
	loads := 0.0
	for i := range n {
		loads += 3 * math.Ceil(float64(i+1)/vector)
	}
	return loads
}

// others is the share of a vector operation on any port in one of the FMA ports' slots.
func others(isa kernels.ISA) float64 {
	if isa == kernels.AVX2 {
		return 2. / 3
	}
	return 1
}

// portProbe is the FMA peak as the bound of a kernel of that many vector operations.
func portProbe(isa kernels.ISA, ops, work float64) probe {
	p := fmaPeak[float32](isa)
	lanes := 8.0
	if isa == kernels.AVX512 {
		lanes = 16
	}
	p.name, p.work = "ports", work*p.work/(2*lanes)/ops // p.work are two flops for each lane
	return p
}

// bfloat16Rows are conversions of storage; the rate counts what is read and written, 6 bytes an element. The limit moves as many bytes in equal
// parts.
func bfloat16Rows(isa kernels.ISA, quick bool) []row {
	var rows []row
	for _, l := range levels(quick) {
		n := l.bytes / 6 / 128 * 128
		bytes := float64(6 * n)
		for _, kind := range []string{"nearest", "stochastic", "widen"} {
			rows = append(rows, row{typ: "bfloat16", tier: isa.String(), name: kind + " " + l.name, work: bytes, prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				x, h := operand[float32](n), hugepage.Make[kernels.BFloat16](n)
				t := timed{}
				switch kind {
				case "nearest":
					t.run = func() { kernels.ToBFloat16(p, h, x) }
				case "stochastic":
					t.run = func() { kernels.ToBFloat16Stochastic(p, 1, 2, h, x) }
				case "widen":
					t.run = func() { kernels.FromBFloat16(p, x, h) }
				}
				if kind == "widen" {
					kernels.ToBFloat16(p, h, x) // memory that was never written is one page of zeros
				}
				from, to := operand[float32](3*n/4), hugepage.Make[float32](3*n/4)
				t.limit = streamProbe(isa, read1to1, 3*n, [4]unsafe.Pointer{unsafe.Pointer(&to[0]), unsafe.Pointer(&from[0])}, bytes)
				if kind == "widen" { // writes two thirds of it: in the first level stores are the bound
					t.limit = slower(t.limit, streamProbe(isa, write1, 4*n, [4]unsafe.Pointer{unsafe.Pointer(&x[0])}, bytes))
				}
				if ops := bfloat16Ops(isa, kind); ops > 0 {
					t.limit = slower(t.limit, integerProbe(isa, ops*float64(n)/32, bytes))
				}
				return t
			}})
		}
	}
	return rows
}

// bfloat16Ops is the number of vector operations for 32 elements.
func bfloat16Ops(isa kernels.ISA, kind string) float64 {
	switch {
	case kind == "widen" || isa == kernels.Portable:
		return 0
	case isa == kernels.AVX512 && kind == "nearest":
		return 9
	case isa == kernels.AVX512:
		return 18
	case kind == "nearest":
		return 28
	}
	return 42
}

// rotateRows are waves of rotations on n×n matrices that fit the caches, n/2 sequences; six operations for each rotation and element. The limit is what
// the standard form allows: two multiplications and two FMA take four slots of the FMA pipes for these six, 75 % of their peak.
func rotateRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := []int{32, 64, 128, 256}
	if quick {
		list = []int{64, 256}
	}
	var rows []row
	for _, n := range list {
		k := n / 2
		rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("wave %d", n), work: 6 * float64((n-1)*n*k), prepare: func() timed {
			p := kernels.NewPool(1, kernels.WithISA(isa))
			a, c, s := operand[T](n*n), hugepage.Make[T](k*n), hugepage.Make[T](k*n)
			for i := range c {
				sin, cos := math.Sincos(float64(i))
				c[i], s[i] = T(cos), T(sin)
			}
			limit := fmaPeak[T](isa)
			limit.work *= 0.75
			return timed{run: func() { kernels.Rotate(p, n, n, k, c, s, n, a, n) }, limit: limit}
		}})
	}
	return rows
}

// kronRows are Kronecker products n×n ⊗ 32×32; the rate counts what is written, the limit is the faster of plain stores and stores past
// the caches.
func kronRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := []int{8, 16, 48, 128, 256}
	if quick {
		list = []int{16, 128}
	}
	const m = 32
	size := int(bitsOf[T]() / 8)
	var rows []row
	for _, n := range list {
		bytes := n * m * n * m * size
		rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("kron %d⊗%d", n, m), work: float64(bytes),
			prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				a, b, c := operand[T](n*n), operand[T](m*m), hugepage.Make[T](bytes/size)
				mem := [4]unsafe.Pointer{unsafe.Pointer(&c[0])}
				return timed{run: func() { kernels.Kron(p, n, n, a, n, m, m, b, m, c, n*m) },
					limit: pick(false, streamProbe(isa, write1, bytes, mem, float64(bytes)), streamProbe(isa, stream1, bytes, mem, float64(bytes)))}
			}})
	}
	return rows
}

// matrixRows are the kernels that go through a matrix once; the rate counts what is read and what is written.
func matrixRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := []int{64, 256, 1024, 4096}
	if quick {
		list = []int{256, 1024}
	}
	size := int(bitsOf[T]() / 8)
	var rows []row
	for _, n := range list {
		if n >= 1024 {
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("streamcopy %d", n), work: float64(2 * size * n * n),
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					a, b := operand[T](n*n), hugepage.Make[T](n*n)
					return timed{run: func() { kernels.StreamCopy(p, n, n, a, n, b, n) },
						limit: streamProbe(isa, move1, n*n*size, [4]unsafe.Pointer{unsafe.Pointer(&b[0]), unsafe.Pointer(&a[0])}, float64(2*n*n*size))}
				}})
		}
		for _, kind := range []string{"ger", "syr2 L", "syr2 U", "rowscale", "colscale", "rowsum", "colsum", "copy", "transpose"} {
			moved, flops := 2*n*n, 0.0 // operations for each element moved
			switch kind {
			case "ger":
				flops = 1
			case "syr2 L", "syr2 U":
				moved, flops = n*(n+1), 2
			case "rowsum", "colsum":
				moved = n * n
			}
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("%s %d", kind, n), work: float64(size * moved), intensity: flops / float64(size),
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					a, x, y := operand[T](n*n + 64)[:n*n], positive[T](n), positive[T](n)
					for i := range x {
						x[i], y[i] = 1, 1
					}
					var b []T
					if kind == "copy" || kind == "transpose" {
						b = hugepage.Make[T](n * n)
					}
					var t timed
					switch kind {
					case "ger":
						t.run = func() { kernels.Ger(p, n, n, 1e-6, x, y, a, n) }
					case "syr2 L":
						t.run = func() { kernels.Syr2(p, kernels.Lower, n, 1e-6, x, y, a, n) }
					case "syr2 U":
						t.run = func() { kernels.Syr2(p, kernels.Upper, n, 1e-6, x, y, a, n) }
					case "rowscale":
						t.run = func() { kernels.RowScale(p, n, n, x, a, n) }
					case "colscale":
						t.run = func() { kernels.ColScale(p, n, n, x, a, n) }
					case "rowsum":
						t.run = func() { kernels.RowSum(p, n, n, a, n, x) }
					case "colsum":
						t.run = func() { kernels.ColSum(p, n, n, a, n, x) }
					case "copy":
						t.run = func() { kernels.Omatcopy(p, kernels.NoTrans, n, n, 0.5, a, n, b, n) }
					case "transpose":
						t.run = func() { kernels.Omatcopy(p, kernels.Trans, n, n, 1, a, n, b, n) }
					}
					t.peers = libraryPeers(isa, func(l *peers.Library) *peers.Call {
						switch kind {
						case "ger":
							return peers.Ger(l, n, n, 1e-6, x, y, a, n)
						case "syr2 L":
							return peers.Syr2(l, kernels.Lower, n, 1e-6, x, y, a, n)
						case "copy":
							return peers.Omatcopy(l, kernels.NoTrans, n, n, 0.5, a, n, b, n)
						case "transpose":
							return peers.Omatcopy(l, kernels.Trans, n, n, 1, a, n, b, n)
						}
						return nil
					})
					switch kind {
					case "ger":
						t.peers = append(t.peers, gonumPeer(isa, gonumGer(n, n, 1e-6, x, y, a, n))...)
					case "syr2 L", "syr2 U":
						t.peers = append(t.peers, gonumPeer(isa, gonumSyr2(kernels.Uplo(kind[5]), n, 1e-6, x, y, a, n))...)
					}
					mem := [4]unsafe.Pointer{unsafe.Pointer(&a[0]), unsafe.Pointer(&a[0])}
					switch {
					case kind == "rowsum" || kind == "colsum":
						t.limit = matrixReadProbe(isa, n, a)
						if kind == "rowsum" {
							t.limit = slower(t.limit, portProbe(isa, matvecOps[T](isa, kind, n), float64(size*moved)))
						}
					case b != nil:
						mem[0] = unsafe.Pointer(&b[0])
						t.limit = streamProbe(isa, read1to1, n*n*size, mem, float64(2*n*n*size))
						if kind == "copy" && beyondCaches(2*n*n*size) { // the kernel may store past the caches
							t.limit = pick(false, t.limit, streamProbe(isa, move1, n*n*size, mem, float64(2*n*n*size)))
						}
						if kind == "transpose" && hasStreams {
							tiles := tileProbe(isa, n, a, b)
							// Stores past the caches may make it faster than a copy through them, and the kernel faster than both.
							if beyondCaches(2 * n * n * size) {
								tiles = pick(false, tiles, t.limit)
							}
							t.limit = tiles
						}
					case kind[0] == 's' && moved*size >= 2*farBytes:
						t.limit = triangleMoveProbe(isa, kernels.Uplo(kind[5]), n, a)
					default: // in place
						t.limit = streamProbe(isa, read1to1, moved/2/64*64*size, mem, float64(moved/2/64*64*size*2))
					}
					if kind[0] == 's' {
						t.limit = slower(t.limit, portProbe(isa, syr2Loads[T](isa, n), float64(size*moved)))
					}
					return t
				}})
		}
	}
	return rows
}

func init() {
	register(family{name: "bfloat16", unit: "GB/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, bfloat16Rows(isa, quick)...)
		}
		return rows
	}})
	register(family{name: "rotate", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, rotateRows[float32](isa, quick)...)
			rows = append(rows, rotateRows[float64](isa, quick)...)
		}
		return rows
	}})
	for _, f := range []struct {
		name string
		f32  func(kernels.ISA, bool) []row
		f64  func(kernels.ISA, bool) []row
	}{
		{"vector", vectorRows[float32], vectorRows[float64]},
		{"matvec", matvecRows[float32], matvecRows[float64]},
		{"matrix", matrixRows[float32], matrixRows[float64]},
		{"kron", kronRows[float32], kronRows[float64]},
	} {
		register(family{name: f.name, unit: "GB/s", rows: func(quick bool) []row {
			var rows []row
			for _, isa := range tiers() {
				rows = append(rows, f.f32(isa, quick)...)
				rows = append(rows, f.f64(isa, quick)...)
			}
			return rows
		}})
	}
}
