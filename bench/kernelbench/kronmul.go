package kernelbench

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

func init() {
	register(family{name: "kronmul", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, kronMulRows[float32](isa, quick)...)
			rows = append(rows, kronMulRows[float64](isa, quick)...)
		}
		return rows
	}})
}

// A kronShape is the product of F ⊗ F ⊗ … ⊗ F, axes times, with a matrix of some columns, or of a matrix of some rows with it.
type kronShape struct {
	n, axes, columns int
	right            bool // the matrix stands on the left
	transposing      bool // libraries get no transpose of a factor in memory
	t                kernels.Transpose
}

func (s kronShape) String() string {
	name := fmt.Sprintf("%d^%d", s.n, s.axes)
	if s.axes == 2 {
		name = fmt.Sprintf("%d⊗%d", s.n, s.n)
	}
	if s.t == kernels.Trans {
		name += " T"
	}
	if s.transposing {
		name += ", transposing"
	}
	switch {
	case s.right:
		name = fmt.Sprintf("%d rows × %s", s.columns, name)
	case s.columns > 1:
		name = fmt.Sprintf("%s × %d", name, s.columns)
	}
	return name
}

// kronMulRows time products with Kronecker products that are not formed: 2·n operations for each element of the tensor and each axis.
func kronMulRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	var shapes []kronShape
	if quick {
		shapes = []kronShape{{n: 32, axes: 2, columns: 1, t: kernels.NoTrans}}
	} else {
		for _, columns := range []int{1, 16} {
			for _, n := range []int{32, 64, 128, 256, 512} {
				shapes = append(shapes, kronShape{n: n, axes: 2, columns: columns, t: kernels.NoTrans})
				if columns == 1 && n <= 128 {
					shapes = append(shapes, kronShape{n: n, axes: 2, columns: columns, transposing: true, t: kernels.NoTrans})
				}
			}
			for _, n := range []int{32, 64, 128} {
				shapes = append(shapes, kronShape{n: n, axes: 3, columns: columns, t: kernels.NoTrans})
			}
			shapes = append(shapes, kronShape{n: 32, axes: 4, columns: columns, t: kernels.NoTrans})
		}
		shapes = append(shapes, kronShape{n: 8, axes: 8, columns: 1, t: kernels.NoTrans}, kronShape{n: 64, axes: 2, columns: 1, t: kernels.Trans})
		for _, s := range []kronShape{{n: 32, axes: 2}, {n: 64, axes: 2}, {n: 128, axes: 2}, {n: 32, axes: 3}, {n: 64, axes: 3}} {
			s.columns, s.right, s.t = 16, true, kernels.NoTrans
			shapes = append(shapes, s)
		}
	}
	var rows []row
	for _, s := range shapes {
		size := s.columns
		for range s.axes {
			size *= s.n
		}
		rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: s.String(), work: 2 * float64(size) * float64(s.n) * float64(s.axes),
			prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				f := linalg.Matrix[T]{Rows: s.n, Cols: s.n, Stride: s.n, Data: operand[T](s.n * s.n)}
				factors := make([]linalg.Factor[T], s.axes)
				for i := range factors {
					factors[i].A = f
				}
				x, y := operand[T](size), hugepage.Make[T](size)
				work := hugepage.Make[T](linalg.KronMulWork(s.t, factors, s.columns))
				run := func() {
					m := size / s.columns
					linalg.KronMulLeft(p, linalg.Matrix[T]{Rows: m, Cols: s.columns, Stride: s.columns, Data: y}, s.t, factors,
						linalg.Matrix[T]{Rows: m, Cols: s.columns, Stride: s.columns, Data: x}, work)
				}
				if s.right {
					run = func() {
						m := size / s.columns
						linalg.KronMulRight(p, linalg.Matrix[T]{Rows: s.columns, Cols: m, Stride: m, Data: y},
							linalg.Matrix[T]{Rows: s.columns, Cols: m, Stride: m, Data: x}, s.t, factors, work)
					}
				}
				t := timed{limit: fmaPeak[T](isa), run: run}
				side := kernels.Left
				if s.right {
					side = kernels.Right
				}
				if s.t == kernels.NoTrans {
					t.peers = libraryPeers(isa, func(l *peers.Library) *peers.Call {
						if s.transposing && l.Name == peers.FastKron {
							return nil // it would get the transpose
						}
						if c := peers.KronMul(l, side, s.n, s.axes, s.columns, f.Data, x, y, work[:size]); c != nil || s.right {
							return c
						}
						return successive(l, s, f.Data, x, y, work)
					})
				}
				return t
			}})
	}
	return rows
}

// successive is the product by a library's products, one or more for each axis from the last to the first. For the last axis the library gets the factor's transpose in memory, unless the
// shape says that it transposes: then it multiplies by a transposed operand or, where it cannot, transposes first.
func successive[T kernels.Float](l *peers.Library, s kronShape, f, x, y, w []T) *peers.Call {
	const most = 1 << 16 // calls
	ft := make([]T, len(f))
	kernels.Omatcopy(nil, kernels.Trans, s.n, s.n, 1, f, s.n, ft, s.n)
	var calls []*peers.Call
	src, dst, other := x, y, w
	before, after := len(x)/(s.n*s.columns), s.columns
	for range s.axes {
		if before > most {
			return nil
		}
		if after == 1 && s.transposing {
			last := peers.Gemm(l, kernels.NoTrans, kernels.Trans, before, s.n, s.n, 1, src, s.n, f, s.n, 0, dst, s.n)
			if last == nil {
				last = peers.Sequence(append([]*peers.Call{peers.Omatcopy(l, kernels.Trans, s.n, s.n, 1, f, s.n, ft, s.n)}, parts(l, before, s.n, s.n, src, ft, dst)...)...)
			}
			calls = append(calls, last)
		} else if after == 1 {
			calls = append(calls, parts(l, before, s.n, s.n, src, ft, dst)...)
		} else {
			for i := range before {
				at := i * s.n * after
				calls = append(calls, parts(l, s.n, after, s.n, f, src[at:], dst[at:])...)
			}
		}
		src, dst, other = dst, other, dst
		before, after = before/s.n, after*s.n
	}
	return peers.Sequence(calls...)
}

// parts is C = A·B as one call, or as several where the library has small products only.
func parts[T kernels.Float](l *peers.Library, m, n, k int, a, b, c []T) []*peers.Call {
	rows, columns := m, n
	if l.Name == "libxsmm" {
		// As square as may be, of vectors.
		columns = min(n, max(64, peers.SmallProduct/(k*min(m, 64))/16*16))
		rows = min(m, max(1, peers.SmallProduct/(k*columns)))
	}
	var calls []*peers.Call
	for i := 0; i < m; i += rows {
		for j := 0; j < n; j += columns {
			calls = append(calls, peers.Gemm(l, kernels.NoTrans, kernels.NoTrans, min(rows, m-i), min(columns, n-j), k, 1, a[i*k:], k, b[j:], n, 0, c[i*n+j:], n))
		}
	}
	return calls
}
