package kernels

import (
	"math"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// vecMatrix returns a rows×cols matrix with leading dimension ld, filled by fill, NaN in the gaps.
func vecMatrix[T Float](src *rnd.Source, fill func(*rnd.Source, []T) []T, rows, cols, ld int) []T {
	if rows == 0 || cols == 0 {
		return nil
	}
	a := make([]T, (rows-1)*ld+cols)
	for i := range a {
		a[i] = T(math.NaN())
	}
	for i := 0; i < rows; i++ {
		fill(src, a[i*ld:i*ld+cols])
	}
	return a
}

// contractGemv is the order of Gemv written out.
func contractGemv[T Float](t Transpose, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) []T {
	y = append([]T(nil), y...)
	if t == NoTrans {
		for i := range y[:m] {
			s := lanesOf(n, func(acc T, j int) T { return elem.FMA(a[i*lda+j], x[j], acc) })
			y[i] = contractUpdate(alpha, s, beta, y[i], n)
		}
		return y
	}
	for j := range y[:n] {
		var s T
		for i := 0; i < m; i++ {
			s = elem.FMA(a[i*lda+j], x[i], s)
		}
		y[j] = contractUpdate(alpha, s, beta, y[j], m)
	}
	return y
}

func contractUpdate[T Float](alpha, s, beta, y T, k int) T {
	switch {
	case beta == 0 && (alpha == 0 || k == 0):
		return 0
	case beta == 0:
		return alpha * s
	case alpha == 0 || k == 0:
		return beta * y
	}
	return elem.FMA(alpha, s, T(beta*y))
}

// gemvShapes are m×n pairs that cross every block and remainder of the kernels.
func gemvShapes[T Float]() [][2]int {
	l := lanes[T]()
	var s [][2]int
	for _, m := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 13} {
		for n := 0; n <= 2*l+3; n++ {
			s = append(s, [2]int{m, n})
		}
		for _, n := range []int{3 * l, 4*l - 1, 4 * l, 4*l + 1, 6*l + 5, 7 * l} {
			s = append(s, [2]int{m, n})
		}
	}
	for _, n := range []int{gemvColumns - 1, gemvColumns, gemvColumns + 1, 2*gemvColumns + 67} {
		s = append(s, [2]int{3, n}, [2]int{70, n})
	}
	// One row in several calls.
	s = append(s, [2]int{1, gemvPiece/int(unsafe.Sizeof(T(0)))/3 + 1})
	return append(s, [2]int{1031, 3}, [2]int{8200, 3}, [2]int{2200, 63}, [2]int{17, l}, [2]int{31, l - 1}, [2]int{5, Segment - 1}, [2]int{5, Segment}, [2]int{18, Segment + 1}, [2]int{3, 2*Segment + 70})
}

func testGemv[T Float](t *testing.T, p *Pool) {
	src := rnd.New(1)
	nan := T(math.NaN())
	large := [3]*guard.Buffer[T]{guard.New[T](t, 19*(Segment+1)), guard.New[T](t, 3*Segment), guard.New[T](t, 3*Segment)}
	small := [3]*guard.Buffer[T]{guard.New[T](t, 14*(8*lanes[T]()+3)), guard.New[T](t, 1024), guard.New[T](t, 1024)}
	shapes := gemvShapes[T]()
	for k, s := range shapes {
		m, n := s[0], s[1]
		fill := vecFills[T]()[k%4]
		lda := max(1, n) + []int{0, 3}[k%2]
		a0 := vecMatrix(src, fill, m, n, lda)
		for _, tr := range []Transpose{NoTrans, Trans} {
			in, out := n, m
			if tr == Trans {
				in, out = m, n
			}
			x0, y0 := fill(src, make([]T, in)), fill(src, make([]T, out))
			scalars := [][2]T{{1, 0}, {0.7, 1}, {-1.3, 0.6}}
			if m*n > 1000 && testing.Short() {
				scalars = scalars[2:]
			}
			if k%16 == 0 {
				scalars = append(scalars, [2]T{0, 0}, [2]T{0, 0.5})
			}
			for c, ab := range scalars {
				alpha, beta := ab[0], ab[1]
				if beta == 0 {
					for i := range y0 {
						y0[i] = nan
					}
				}
				want := contractGemv(tr, m, n, alpha, a0, lda, x0, beta, y0)
				ba, bx, by := large[0], large[1], large[2]
				if len(a0) <= 14*(8*lanes[T]()+3) && max(in, out) <= 1024 {
					ba, bx, by = small[0], small[1], small[2]
				}
				a, x, y := ba.EndCopy(a0), bx.EndCopy(x0), by.EndCopy(y0)
				if (k+c)%2 == 1 {
					a, x, y = ba.StartCopy(a0), bx.AtCopy(x0, 1), by.StartCopy(y0)
				}
				Gemv(p, tr, m, n, alpha, a, lda, x, beta, y)
				bits.Same(t, want, y, "%c %d×%d lda %d alpha %v beta %v", tr, m, n, lda, alpha, beta)
				if beta == 0 {
					fill(src, y0)
				}
			}
		}
	}
}

func TestGemvTiers(t *testing.T) { vecTiers(t, testGemv[float32], testGemv[float64]) }

// Sums of zero: +0 from products that are −0, −0 only where every lane holds a product that was rounded to it.
func testGemvZeros[T Float](t *testing.T, p *Pool) {
	tiny := T(math.Float64frombits(1))
	if is32[T]() {
		tiny = T(math.Float32frombits(1))
	}
	negative := false
	for n := 1; n <= 2*lanes[T]()+1; n++ {
		for _, ax := range [][2]T{{T(math.Copysign(0, -1)), 1}, {-tiny, 0.25}} {
			const m = 21
			a, x, y := make([]T, m*n), make([]T, n), make([]T, m)
			for i := range a {
				a[i] = ax[0]
			}
			for i := range x {
				x[i] = ax[1]
			}
			want := contractGemv(NoTrans, m, n, 1, a, n, x, 0, y)
			negative = negative || math.Signbit(float64(want[0]))
			Gemv(p, NoTrans, m, n, 1, a, n, x, 0, y)
			bits.Same(t, want, y, "n = %d, %v·%v", n, ax[0], ax[1])
		}
	}
	require.True(t, negative)
}

func TestGemvZeros(t *testing.T) { vecTiers(t, testGemvZeros[float32], testGemvZeros[float64]) }

func testGemvWorkers[T Float](t *testing.T, p *Pool) {
	src := rnd.New(2)
	for _, s := range [][2]int{{701, 523}, {300, 1025}, {2100, 130}} {
		m, n := s[0], s[1]
		a := vecMatrix(src, rnd.Normal[T], m, n, n)
		for _, tr := range []Transpose{NoTrans, Trans} {
			in, out := n, m
			if tr == Trans {
				in, out = m, n
			}
			x, y := rnd.Normal(src, make([]T, in)), rnd.Normal(src, make([]T, out))
			want := append([]T(nil), y...)
			Gemv(p, tr, m, n, 1.5, a, n, x, 0.5, want)
			for _, w := range []int{2, 3} {
				q := NewPool(w, WithISA(p.ISA()))
				got := append([]T(nil), y...)
				Gemv(q, tr, m, n, 1.5, a, n, x, 0.5, got)
				bits.Same(t, want, got, "%c %d×%d, %d workers", tr, m, n, w)
				if p.ISA() != Portable {
					requireNoAllocs(t, func() { Gemv(q, tr, m, n, 1.5, a, n, x, 0.5, got) })
				}
				q.Close()
			}
			requireNoAllocs(t, func() { Gemv(p, tr, 3, 5, 1.5, a, 5, x, 0.5, y) })
		}
	}
}

func TestGemvWorkers(t *testing.T) { vecTiers(t, testGemvWorkers[float32], testGemvWorkers[float64]) }

// The kernel for matrices beyond the caches, on matrices small enough to test.
func testGemvFar[T Float](t *testing.T, p *Pool) {
	if !gemvT8(p.ISA()) {
		return // the tier has no such kernel
	}
	streams := []bool{false, true}[:1]
	if p.ISA() == AVX512 || p.ISA() == AVX2 {
		streams = streams[:2]
	}
	src := rnd.New(3)
	b := newMatBuffers[T](t)
	for _, m := range []int{1, 7, 8, 9, 16, 27} {
		for n := 1; n <= 70; n++ {
			lda := n + n%3
			fill := vecFills[T]()[n%4]
			a0, x0, y0 := vecMatrix(src, fill, m, n, lda), fill(src, make([]T, m)), fill(src, make([]T, n))
			want := contractGemv(Trans, m, n, 1.5, a0, lda, x0, 0.5, y0)
			for _, stream := range streams {
				a, x, y := b.put(0, n, a0), b.put(1, n, x0), b.put(2, n, y0)
				gemvTFar(p.ISA(), stream, m, n, 1.5, a, lda, x, 0.5, y)
				bits.Same(t, want, y, "%d×%d stream %v", m, n, stream)
			}
		}
	}
	// Several calls and two blocks of columns, then ranges of each of three workers that are large enough on most processors, and one worker's on all.
	sizes := [][2]int{{300, gemvFarColumns + 77}, {1300, 513}}
	if far := gemvFar(p.ISA(), 4096); far < math.MaxInt && !testing.Short() {
		sizes = append(sizes, [2]int{1300, far/int(unsafe.Sizeof(T(0)))/1300 + 77})
	}
	for _, s := range sizes {
		m, n := s[0], s[1]
		a, x, y0 := vecMatrix(src, rnd.Normal[T], m, n, n), rnd.Normal(src, make([]T, m)), rnd.Normal(src, make([]T, n))
		want, sums := contractGemv(Trans, m, n, 1.5, a, n, x, 0.5, y0), make([]T, n)
		for i := range m {
			for j, v := range a[i*n : i*n+n] {
				sums[j] += v
			}
		}
		y := append([]T(nil), y0...)
		for _, stream := range streams {
			copy(y, y0)
			gemvTFar(p.ISA(), stream, m, n, 1.5, a, n, x, 0.5, y)
			bits.Same(t, want, y, "%d×%d stream %v", m, n, stream)
		}
		for w := 1; w <= 3; w++ {
			q := NewPool(w, WithISA(p.ISA()))
			copy(y, y0)
			Gemv(q, Trans, m, n, 1.5, a, n, x, 0.5, y)
			bits.Same(t, want, y, "%d×%d, %d workers", m, n, w)
			ColSum(q, m, n, a, n, y)
			bits.Same(t, sums, y, "sums of columns, %d×%d, %d workers", m, n, w)
			q.Close()
		}
	}
}

func TestGemvFar(t *testing.T) { vecTiers(t, testGemvFar[float32], testGemvFar[float64]) }

func TestGemvPanics(t *testing.T) {
	a, x, y := make([]float64, 12), make([]float64, 4), make([]float64, 3)
	call := func(tr Transpose, m, n, lda int, a, x, y []float64) func() {
		return func() { Gemv(nil, tr, m, n, 1, a, lda, x, 1, y) }
	}
	require.NotPanics(t, call(NoTrans, 3, 4, 4, a, x, y))
	require.PanicsWithValue(t, badTranspose, call('X', 3, 4, 4, a, x, y))
	require.PanicsWithValue(t, negDim, call(NoTrans, -1, 4, 4, a, x, y))
	require.PanicsWithValue(t, badLdA, call(NoTrans, 3, 4, 3, a, x, y))
	require.PanicsWithValue(t, shortA, call(NoTrans, 3, 4, 5, a, x, y))
	require.PanicsWithValue(t, shortA, call(NoTrans, 3, 4, math.MaxInt, a, x, y))
	require.PanicsWithValue(t, shortX, call(NoTrans, 3, 4, 4, a, x[:3], y))
	require.PanicsWithValue(t, shortY, call(NoTrans, 3, 4, 4, a, x, y[:2]))
	require.PanicsWithValue(t, shortX, call(Trans, 3, 4, 4, a, y[:2], x))
	require.PanicsWithValue(t, overlap, call(NoTrans, 3, 4, 4, a, x, x))
	require.PanicsWithValue(t, overlap, call(NoTrans, 3, 4, 4, a, x, a[9:]))
	require.NotPanics(t, call(NoTrans, 1, 4, math.MaxInt, a, x, y))
}
