package kernels

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func testAxpy[T Float](t *testing.T, p *Pool) {
	src := rnd.New(1)
	var large, small [3]*guard.Buffer[T] // checked and refilled each time: most vectors are short
	for i := range large {
		large[i], small[i] = guard.New[T](t, 2*Segment+2), guard.New[T](t, 256)
	}
	for _, n := range vecSizes[T]() {
		for k, fill := range vecFills[T]() {
			if n > 1000 && k > 0 {
				continue
			}
			bx, by, bz := large[0], large[1], large[2]
			if n < 250 {
				bx, by, bz = small[0], small[1], small[2]
			}
			x0, y0 := fill(src, make([]T, n)), fill(src, make([]T, n))
			alpha := fill(src, make([]T, 1))[0]
			axpy, scal, mul := append([]T(nil), y0...), append([]T(nil), x0...), make([]T, n)
			for i := range x0 {
				if alpha != 0 {
					axpy[i] = refFMAOf(alpha, x0[i], y0[i])
				}
				scal[i] *= alpha
				mul[i] = x0[i] * y0[i]
			}
			for place := 0; place < 3; place++ {
				put := func(b *guard.Buffer[T], v []T, off int) []T {
					switch {
					case place == 0:
						return b.EndCopy(v)
					case place == 1 || n > Segment:
						return b.StartCopy(v)
					}
					return b.AtCopy(v, off)
				}
				x, y := put(bx, x0, 1), put(by, y0, 2)
				Axpy(p, alpha, x, y)
				bits.Same(t, axpy, y, "axpy of %d, fill %d", n, k)
				bits.Same(t, x0, x, "x of axpy")
				y, z := put(by, y0, 1), put(bz, make([]T, n), 3)
				Hadamard(p, x, y, z)
				bits.Same(t, mul, z, "product of %d, fill %d", n, k)
				Hadamard(p, x, y, y)
				bits.Same(t, mul, y, "product of %d into y", n)
				Scal(p, alpha, x)
				bits.Same(t, scal, x, "scal of %d, fill %d", n, k)
				x, y = put(bx, x0, 0), put(by, y0, 3)
				Hadamard(p, x, y, x)
				bits.Same(t, mul, x, "product of %d into x", n)
			}
		}
	}
}

// refFMAOf is refFMA for operands that may be special; math/big knows no NaN.
func refFMAOf[T Float](x, y, z T) T {
	if f := float64(x) + float64(y) + float64(z); is32[T]() && (f-f != 0 || x == 0 || y == 0 || z == 0) {
		return T(float64(float64(x)*float64(y)) + float64(z)) // exact in float64, or not finite
	}
	return refFMA(x, y, z)
}

func TestAxpyTiers(t *testing.T) { vecTiers(t, testAxpy[float32], testAxpy[float64]) }

func testAxpyWorkers[T Float](t *testing.T, p *Pool) {
	n := vecParallel + 3*vecChunk + 5
	src := rnd.New(2)
	x, y := rnd.Uniform(src, make([]T, n)), rnd.Uniform(src, make([]T, n))
	run := func(q *Pool) []T {
		z := append([]T(nil), y...)
		Axpy(q, 0.3, x, z)
		Hadamard(q, z, x, z)
		Scal(q, 1.7, z)
		return z
	}
	want := run(p)
	for _, w := range []int{2, 3} {
		q := NewPool(w, WithISA(p.ISA()))
		bits.Same(t, want, run(q), "%d workers", w)
		requireNoAllocs(t, func() { Scal(q, 1, y) })
		q.Close()
	}
	requireNoAllocs(t, func() { Axpy(nil, 2, x[:100], y[:100]) })
}

func TestAxpyWorkers(t *testing.T) { vecTiers(t, testAxpyWorkers[float32], testAxpyWorkers[float64]) }

func TestAxpyPanics(t *testing.T) {
	x := make([]float64, 10)
	require.PanicsWithValue(t, badLen, func() { Axpy(nil, 1, x[:3], x[5:9]) })
	require.PanicsWithValue(t, overlap, func() { Axpy(nil, 1, x[:3], x[2:5]) })
	require.PanicsWithValue(t, overlap, func() { Axpy(nil, 1, x, x) })
	require.PanicsWithValue(t, badLen, func() { Hadamard(nil, x[:3], x[:3], x[:4]) })
	require.PanicsWithValue(t, overlap, func() { Hadamard(nil, x[:3], x[:3], x[1:4]) })
	require.PanicsWithValue(t, overlap, func() { Hadamard(nil, x[1:4], x[:3], x[:3]) })
	require.NotPanics(t, func() { Hadamard(nil, x[:3], x[:3], x[:3]) })
}
