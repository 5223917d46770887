package linalg

import (
	"math"
	"runtime"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// random is the generator of the tests: the same inputs everywhere.
type random struct{ *rnd.Source }

func newRandom(seed int) *random { return &random{rnd.New(uint64(seed))} }

// uniform returns a value in [−1, 1).
func (r *random) uniform() float64 { return 2*r.Float64() - 1 }

// randomMatrix has NaN between the columns and the stride if gap > 0.
func randomMatrix[T kernels.Float](r *random, m, n, gap int) Matrix[T] {
	a := Matrix[T]{Rows: m, Cols: n, Stride: n + gap, Data: make([]T, m*(n+gap))}
	for i := range a.Data {
		a.Data[i] = T(math.NaN())
	}
	for i := 0; i < m; i++ {
		for j := 0; j < n; j++ {
			a.Data[i*a.Stride+j] = T(r.uniform())
		}
	}
	return a
}

func randomVector[T kernels.Float](r *random, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.uniform())
	}
	return x
}

// dense64 is a plain float64 copy of op(a).
func dense64[T kernels.Float](a Matrix[T], trans bool) [][]float64 {
	m, n := a.Rows, a.Cols
	if trans {
		m, n = n, m
	}
	b := make([][]float64, m)
	for i := range b {
		b[i] = make([]float64, n)
		for j := range b[i] {
			if trans {
				b[i][j] = float64(a.At(j, i))
			} else {
				b[i][j] = float64(a.At(i, j))
			}
		}
	}
	return b
}

func mul64(a, b [][]float64, m, k, n int) [][]float64 {
	c := make([][]float64, m)
	for i := range c {
		c[i] = make([]float64, n)
		for l := 0; l < k; l++ {
			for j := 0; j < n; j++ {
				c[i][j] += a[i][l] * b[l][j]
			}
		}
	}
	return c
}

func norm64(a [][]float64) float64 {
	var s float64
	for _, row := range a {
		for _, v := range row {
			s = math.Hypot(s, v)
		}
	}
	return s
}

// diff64 returns ‖a − b‖_F.
func diff64(a, b [][]float64) float64 {
	var s float64
	for i := range a {
		for j := range a[i] {
			s = math.Hypot(s, a[i][j]-b[i][j])
		}
	}
	return s
}

func eye64(n int) [][]float64 {
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		a[i][i] = 1
	}
	return a
}

// orthogonality returns ‖QᵀQ − I‖_F.
func orthogonality[T kernels.Float](q Matrix[T]) float64 {
	return diff64(mul64(dense64(q, true), dense64(q, false), q.Cols, q.Rows, q.Cols), eye64(q.Cols))
}

func noAllocs(t *testing.T, what string, f func()) {
	t.Helper()
	f()
	if n := testing.AllocsPerRun(3, f); n != 0 {
		t.Errorf("%s: %v allocations", what, n)
	}
}

// checkBytes asserts that f allocates what was promised, within what the allocator rounds up.
func checkBytes(t *testing.T, what string, want int64, f func() any) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	keep := f()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(keep)
	if got := int64(after.TotalAlloc - before.TotalAlloc); got < want-want/50 || got > want+want/8+16384 {
		t.Errorf("%s: %d bytes allocated, %d promised", what, got, want)
	}
}

// tooLarge reports whether a test with -short leaves out a size: where a fused multiply-add is a function call, as on
// 386, products are slow.
func tooLarge(elements int) bool { return testing.Short() && elements > 1400 }

// slow reports whether a test with -short leaves out inputs that cost much: on the portable tier, where a fused multiply-add may be a function
// call, and on arm64, which CI emulates. What it leaves out the run without -short has, in the fastest tier, and the tests of bits tie the tiers
// together.
func slow() bool {
	return testing.Short() && (kernels.Active() == kernels.Portable || runtime.GOARCH == "arm64")
}

// both runs a test for the two element types.
func both(t *testing.T, f32, f64 func(t *testing.T)) {
	t.Run("float32", f32)
	t.Run("float64", f64)
}

// guarded returns a copy of a whose last, or with atStart first, element lies against a page that
// must not be touched.
func guarded[T kernels.Float](t *testing.T, a Matrix[T], atStart bool) Matrix[T] {
	n := len(a.span())
	if atStart {
		b := a
		b.Data = guard.Start[T](t, n)
		copy(b.Data, a.span())
		return b
	}
	b := a
	b.Data = guard.End[T](t, n)
	copy(b.Data, a.span())
	return b
}
