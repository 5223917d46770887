package kernelbench

import (
	"fmt"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// alpha and beta of products: general, as those of a moving average are, so that C is read and written. libxsmm, which has code for 1 and 1 only, gets those (gemmPeer).
const alpha, beta = 1.5, 0.5

var gemmSizes = []int{8, 16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048}

func init() {
	register(family{name: "gemm", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, gemmRows[float32](isa, quick)...)
			rows = append(rows, gemmRows[float64](isa, quick)...)
		}
		return rows
	}})
	register(family{name: "batch", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, batchRows[float32](isa, quick)...)
			rows = append(rows, batchRows[float64](isa, quick)...)
		}
		return rows
	}})
	register(family{name: "level3", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, levelRows[float32](isa, quick)...)
			rows = append(rows, levelRows[float64](isa, quick)...)
		}
		return rows
	}})
	register(family{name: "syrk", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, syrkRows[float32](isa, quick)...)
			rows = append(rows, syrkRows[float64](isa, quick)...)
		}
		return rows
	}})
}

// tiers lists the tiers with assembly, the best first; the portable one where there is no other.
func tiers() []kernels.ISA {
	var t []kernels.ISA
	for _, isa := range kernels.Supported() {
		if isa != kernels.Portable {
			t = append([]kernels.ISA{isa}, t...)
		}
	}
	if t == nil {
		t = []kernels.ISA{kernels.Portable}
	}
	return t
}

func sizes(quick bool) []int {
	if quick {
		return []int{8, 64, 256, 1024}
	}
	return gemmSizes
}

// operand returns values of both signs below 1 in size.
func operand[T kernels.Float](n int) []T {
	x := hugepage.Make[T](n)
	seed := uint32(1)
	for i := range x {
		seed = seed*1664525 + 1013904223
		x[i] = T(int32(seed)) / (1 << 31)
	}
	return x
}

func gemmRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	type shape struct {
		tA, tB  kernels.Transpose
		m, n, k int
		ld      int // of all matrices; 0: no gaps
	}
	var shapes []shape
	square := func(tA, tB kernels.Transpose, n int) { shapes = append(shapes, shape{tA, tB, n, n, n, 0}) }
	for _, n := range sizes(quick) {
		square(kernels.NoTrans, kernels.NoTrans, n)
	}
	if !quick {
		for _, n := range []int{64, 96, 128, 256, 1024} {
			square(kernels.Trans, kernels.NoTrans, n)
			square(kernels.NoTrans, kernels.Trans, n)
			square(kernels.Trans, kernels.Trans, n)
		}
		for _, n := range []int{31, 33, 127, 257, 1023, 1025} {
			square(kernels.NoTrans, kernels.NoTrans, n)
		}
		for _, s := range [][2]int{{127, 160}, {127, 1024}, {256, 1024}, {512, 2048}, {512, 2064}} {
			shapes = append(shapes, shape{kernels.NoTrans, kernels.NoTrans, s[0], s[0], s[0], s[1]})
		}
		for _, s := range [][3]int{{768, 3072, 768}, {1024, 1, 1024}, {1, 1024, 1024}, {1024, 8, 1024}, {8, 1024, 1024}, {1024, 32, 1024}, {32, 1024, 1024}} {
			shapes = append(shapes, shape{kernels.NoTrans, kernels.NoTrans, s[0], s[1], s[2], 0})
		}
	}
	var rows []row
	for _, s := range shapes {
		name := fmt.Sprintf("%c%c %d", s.tA, s.tB, s.n)
		if s.m != s.n || s.n != s.k {
			name = fmt.Sprintf("%c%c %d×%d×%d", s.tA, s.tB, s.m, s.n, s.k)
		}
		if s.ld != 0 {
			name += fmt.Sprintf(" ld %d", s.ld)
		}
		rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: name,
			work:      2 * float64(s.m) * float64(s.n) * float64(s.k),
			intensity: 2 / (bitsOf[T]() / 8) / (1/float64(s.m) + 1/float64(s.n) + 1/float64(s.k)),
			prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				rowsA, lda, rowsB, ldb, ldc := s.m, s.k, s.k, s.n, s.n
				if s.tA == kernels.Trans {
					rowsA, lda = lda, rowsA
				}
				if s.tB == kernels.Trans {
					rowsB, ldb = ldb, rowsB
				}
				if s.ld != 0 {
					lda, ldb, ldc = s.ld, s.ld, s.ld
				}
				a, b, c := operand[T](rowsA*lda), operand[T](rowsB*ldb), hugepage.Make[T](s.m*ldc)
				t := timed{limit: fmaPeak[T](isa), run: func() {
					kernels.Gemm(p, s.tA, s.tB, s.m, s.n, s.k, alpha, a, lda, b, ldb, beta, c, ldc)
				}}
				if s.m != s.n && min(s.m, s.n) <= 32 {
					// The larger operand has to be read.
					read := readProbe(isa, a)
					if s.n > s.m {
						read = readProbe(isa, b)
					}
					read.work = 2 * float64(s.m) * float64(s.n) * float64(s.k)
					t.limit = slower(t.limit, read)
				}
				t.peers = libraryPeers(isa, func(l *peers.Library) *peers.Call {
					return gemmPeer(l, s.tA, s.tB, s.m, s.n, s.k, a, lda, b, ldb, c, ldc)
				})
				t.peers = append(t.peers, gonumPeer(isa, gonumGemm(s.tA, s.tB, s.m, s.n, s.k, a, lda, b, ldb, c, ldc))...)
				return t
			}})
	}
	return rows
}

// gemmPeer is a library's product with the scalars of the rows.
func gemmPeer[T kernels.Float](l *peers.Library, tA, tB kernels.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) *peers.Call {
	if l.Name == "libxsmm" {
		return peers.Gemm(l, tA, tB, m, n, k, 1, a, lda, b, ldb, 1, c, ldc)
	}
	return peers.Gemm(l, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

func syrkRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := []int{64, 128, 256, 512, 1024, 2048}
	if quick {
		list = []int{256, 1024}
	}
	var rows []row
	for _, t := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
		for _, n := range list {
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("L%c %d", t, n),
				work:      float64(n) * float64(n) * float64(n), // counted n²k
				intensity: float64(n) / (bitsOf[T]() / 8 * 2),   // A read, one triangle read and written
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					a, c := operand[T](n*n), hugepage.Make[T](n*n)
					return timed{limit: fmaPeak[T](isa), run: func() {
						kernels.Syrk(p, kernels.Lower, t, n, n, 0.05, a, n, 0.95, c, n)
					}, peers: append(libraryPeers(isa, func(l *peers.Library) *peers.Call {
						return peers.Syrk(l, kernels.Lower, t, n, n, 0.05, a, n, 0.95, c, n)
					}), gonumPeer(isa, gonumSyrk(kernels.Lower, t, n, n, 0.05, a, n, 0.95, c, n))...)}
				}})
		}
	}
	return rows
}

// batchRows times 1000 products of one small shape, operands one after the other in memory, with beta and without. Their bound is the slots of FMA, of which the scalars take one or two for each
// vector of C (with beta of n+2 for each n), or what moves A, B and C, which with beta is read as well. The C libraries get 1000 calls in a row, with beta.
func batchRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	const batch = 1000
	list := []int{4, 8, 16, 32}
	if quick {
		list = []int{16}
	}
	var rows []row
	for _, beta := range []T{beta, 0} {
		for _, n := range list {
			work := 2 * batch * float64(n) * float64(n) * float64(n)
			name, moves, scalars := fmt.Sprintf("NN %d ×%d", n, batch), read3write1, 2
			if beta == 0 {
				name, moves, scalars = name+" beta 0", read2to1, 1
			}
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: name, work: work,
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					a, b, c := operand[T](batch*n*n), operand[T](batch*n*n), hugepage.Make[T](batch*n*n)
					size := int(bitsOf[T]() / 8)
					streams := streamProbe(isa, moves, batch*n*n*size, [4]unsafe.Pointer{unsafe.Pointer(&c[0]), unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0])}, work)
					slots := fmaPeak[T](isa)
					slots.work *= float64(n) / float64(n+scalars)
					slots.name = "FMA slots"
					t := timed{limit: slower(slots, streams), run: func() {
						kernels.GemmBatch(p, kernels.NoTrans, kernels.NoTrans, n, n, n, alpha, a, n, n*n, b, n, n*n, beta, c, n, n*n, batch)
					}}
					if beta == 0 {
						return t
					}
					one := func(l *peers.Library, i int) *peers.Call {
						at := i * n * n
						return gemmPeer(l, kernels.NoTrans, kernels.NoTrans, n, n, n, a[at:], n, b[at:], n, c[at:], n)
					}
					each := make([]func(), batch)
					for i := range each {
						at := i * n * n
						each[i] = gonumGemm(kernels.NoTrans, kernels.NoTrans, n, n, n, a[at:], n, b[at:], n, c[at:], n)
					}
					all := func() {
						for _, f := range each {
							f()
						}
					}
					t.peers = append(libraryPeers(isa, func(l *peers.Library) *peers.Call {
						calls := make([]*peers.Call, batch)
						for i := range calls {
							calls[i] = one(l, i)
						}
						return peers.Sequence(calls...)
					}), gonumPeer(isa, all)...)
					return t
				}})
		}
	}
	return rows
}

// levelRows times the products and solves with symmetric and triangular matrices.
func levelRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := []int{64, 256, 1024}
	if quick {
		list = []int{256}
	}
	var rows []row
	for _, op := range []string{"symm", "syr2k", "gemmt", "trmm", "trsm"} {
		for _, side := range []kernels.Side{kernels.Left, kernels.Right} {
			if (op == "syr2k" || op == "gemmt") && side == kernels.Right {
				continue
			}
			for _, n := range list {
				work := float64(n) * float64(n) * float64(n)
				if op == "symm" || op == "syr2k" {
					work *= 2
				}
				rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("%s %c %d", op, side, n), work: work,
					intensity: float64(n) / (bitsOf[T]() / 8 * 2.5), // with a triangle read and, for half of the operations, a matrix read and written
					prepare: func() timed {
						p := kernels.NewPool(1, kernels.WithISA(isa))
						a, b, c := operand[T](n*n), operand[T](n*n), hugepage.Make[T](n*n)
						// Diagonally dominant with a diagonal near 1, so that repeated solves in place neither
						// grow nor vanish.
						for i := range a {
							a[i] /= T(8 * n)
							if i%(n+1) == 0 {
								a[i] = 1
							}
						}
						return timed{limit: fmaPeak[T](isa), run: func() {
							switch op {
							case "symm":
								kernels.Symm(p, side, kernels.Lower, n, n, alpha, a, n, b, n, beta, c, n)
							case "syr2k":
								kernels.Syr2k(p, kernels.Lower, kernels.NoTrans, n, n, alpha, a, n, b, n, beta, c, n)
							case "gemmt":
								kernels.Gemmt(p, kernels.Lower, kernels.NoTrans, kernels.Trans, n, n, alpha, a, n, b, n, beta, c, n)
							case "trmm":
								kernels.Trmm(p, side, kernels.Lower, kernels.NoTrans, kernels.NonUnit, n, n, 1, a, n, b, n)
							case "trsm":
								kernels.Trsm(p, side, kernels.Lower, kernels.NoTrans, kernels.NonUnit, n, n, 1, a, n, b, n)
							}
						}, peers: append(libraryPeers(isa, func(l *peers.Library) *peers.Call {
							switch op {
							case "symm":
								return peers.Symm(l, side, kernels.Lower, n, n, alpha, a, n, b, n, beta, c, n)
							case "syr2k":
								return peers.Syr2k(l, kernels.Lower, kernels.NoTrans, n, n, alpha, a, n, b, n, beta, c, n)
							case "gemmt":
								return nil
							case "trmm":
								return peers.Trmm(l, side, kernels.Lower, kernels.NoTrans, kernels.NonUnit, n, n, 1, a, n, b, n)
							}
							return peers.Trsm(l, side, kernels.Lower, kernels.NoTrans, kernels.NonUnit, n, n, 1, a, n, b, n)
						}), gonumPeer(isa, gonumLevel(op, side, n, a, b, c))...)}
					}})
			}
		}
	}
	return rows
}

// gonumLevel is what a row of levelRows does.
func gonumLevel[T kernels.Float](op string, side kernels.Side, n int, a, b, c []T) func() {
	switch op {
	case "symm":
		return gonumSymm(side, kernels.Lower, n, n, a, n, b, n, c, n)
	case "gemmt":
		return nil
	case "syr2k":
		return gonumSyr2k(kernels.Lower, kernels.NoTrans, n, n, a, n, b, n, c, n)
	}
	return gonumTriangular(op == "trsm", side, kernels.Lower, kernels.NoTrans, n, n, a, n, b, n)
}
