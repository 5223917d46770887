package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// sparseCase makes an m×n matrix with rows of most elements at most, the first row empty; columns do not ascend, which
// the kernels do not ask.
func sparseCase[T Float](r *rnd.Source, m, n, most int) (start []int, col []int32, val []T) {
	start = make([]int, 1, m+1)
	for i := range m {
		for range min(n*most, i*7%(most+1)) {
			col = append(col, int32(r.Intn(n)))
		}
		start = append(start, len(col))
	}
	return start, col, rnd.Uniform(r, make([]T, len(col)))
}

func testSparse[T Float](t *testing.T, p *Pool) {
	r := rnd.New(3)
	for _, d := range [][3]int{{0, 0, 0}, {0, 4, 1}, {1, 1, 1}, {2, 1, 3}, {7, 5, 1}, {9, 8, 2}, {33, 20, 9}, {40, 70, 21}} {
		m, n := d[0], d[1]
		start, col, val := sparseCase[T](r, m, n, d[2])
		bv, bx, by := guard.New[T](t, len(val)), guard.New[T](t, n), guard.New[T](t, m)
		for place := range 2 {
			put := func(b *guard.Buffer[T], v []T) []T {
				if place == 0 {
					return b.EndCopy(v)
				}
				return b.StartCopy(v)
			}
			x0 := rnd.Uniform(r, make([]T, n))
			v, x, y := put(bv, val), put(bx, x0), put(by, make([]T, m))
			Spmv(p, m, n, start, col, v, x, y)
			want := make([]T, m)
			for i := range m {
				var lane [spmvLanes]T
				exact, size := 0.0, 0.0
				for k := start[i]; k < start[i+1]; k++ {
					prod := T(val[k] * x0[col[k]])
					lane[(k-start[i])%spmvLanes] += prod
					exact += float64(val[k]) * float64(x0[col[k]])
					size += math.Abs(float64(prod))
				}
				want[i] = (lane[0] + lane[2]) + (lane[1] + lane[3])
				require.InDelta(t, exact, float64(y[i]), float64(start[i+1]-start[i]+1)*1.2e-7*size)
			}
			bits.Same(t, want, y, "Spmv %v", d)
			bits.Same(t, x0, x, "x of Spmv")
		}
		for _, k := range []int{0, 1, 2, 5, 16, 35} {
			ldb, ldc := k+2, k+3
			bb, bc := guard.New[T](t, n*ldb), guard.New[T](t, m*ldc)
			nan := T(math.NaN())
			gap := func(rows, cols, ld int) []T {
				a := make([]T, max(0, rows*ld-(ld-cols)))
				for i := range a {
					if a[i] = T(2*r.Float64() - 1); i%ld >= cols {
						a[i] = nan
					}
				}
				return a
			}
			b, c := bb.EndCopy(gap(n, k, ldb)), bc.EndCopy(gap(m, k, ldc))
			want := append([]T(nil), c...)
			Spmm(p, m, n, k, start, col, val, b, ldb, c, ldc)
			for i := range m {
				for j := range k {
					var s T
					for l := start[i]; l < start[i+1]; l++ {
						s = refFMAOf(val[l], b[int(col[l])*ldb+j], s)
					}
					want[i*ldc+j] = s
				}
			}
			bits.Same(t, want, c, "Spmm %v with %d columns", d, k)
		}
	}
}

func TestSparseTiers(t *testing.T) { vecTiers(t, testSparse[float32], testSparse[float64]) }

func testSparseWorkers[T Float](t *testing.T, p *Pool) {
	const m, n, k = 6000, 300, 3
	r := rnd.New(4)
	start, col, val := sparseCase[T](r, m, n, 14)
	x, b := rnd.Uniform(r, make([]T, n)), rnd.Uniform(r, make([]T, n*k))
	run := func(q *Pool) []T {
		y := make([]T, m*(k+1))
		Spmv(q, m, n, start, col, val, x, y[:m])
		Spmm(q, m, n, k, start, col, val, b, k, y[m:], k)
		return y
	}
	want := run(nil)
	for w := 1; w <= 3; w++ {
		q := NewPool(w)
		bits.Same(t, want, run(q), "%d workers", w)
		y := make([]T, m)
		require.Zero(t, testing.AllocsPerRun(3, func() { Spmv(q, m, n, start, col, val, x, y) }))
		q.Close()
	}
	// What is not finite propagates.
	x[col[0]] = T(math.Inf(1))
	y := make([]T, m)
	Spmv(p, m, n, start, col, val, x, y)
	bad := 0
	for _, v := range y {
		if v-v != 0 {
			bad++
		}
	}
	require.Positive(t, bad)
}

func TestSparseWorkers(t *testing.T) {
	testSparseWorkers[float32](t, nil)
	testSparseWorkers[float64](t, nil)
}

func TestSparsePanics(t *testing.T) {
	start, col, val := []int{0, 1, 2}, []int32{1, 0}, []float64{1, 2}
	x, y := make([]float64, 2), make([]float64, 2)
	for want, f := range map[string]func(){
		negDim:     func() { Spmv(nil, -1, 2, start, col, val, x, y) },
		shortStart: func() { Spmv(nil, 3, 2, start, col, val, x, y) },
		badStart:   func() { Spmv(nil, 2, 2, start, col[:1], val, x, y) },
		shortX:     func() { Spmv(nil, 2, 3, start, col, val, x, y) },
		shortY:     func() { Spmv(nil, 2, 2, start, col, val, x, y[:1]) },
		overlap:    func() { Spmv(nil, 2, 2, start, col, val, x, x) },
		shortB:     func() { Spmm(nil, 2, 2, 2, start, col, val, x, 2, make([]float64, 4), 2) },
		shortC:     func() { Spmm(nil, 2, 2, 1, start, col, val, x, 1, y[:1], 1) },
		badLdC:     func() { Spmm(nil, 2, 2, 1, start, col, val, x, 1, y, 0) },
		badLdB:     func() { Spmm(nil, 2, 2, 1, start, col, val, x, 0, y, 1) },
	} {
		require.PanicsWithValue(t, want, f)
	}
	require.Equal(t, []float64{0, 0}, y)
}
