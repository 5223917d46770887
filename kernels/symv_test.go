package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// contractSymv is the order of Symv written out element by element.
func contractSymv[T Float](uplo Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y []T) []T {
	var cuts [symvLargePanels + 1]int
	panels := symvCuts(uplo, n, &cuts)
	sum := make([]T, n)
	for k := 0; k < panels; k++ {
		v, reached := make([]T, n), make([]bool, n)
		for i := cuts[k]; i < cuts[k+1]; i++ {
			lo, hi := 0, i+1
			if uplo == Upper {
				lo, hi = i, n
			}
			var s T
			for seg := lo / Segment; seg*Segment < hi; seg++ {
				acc := make([]T, lanes[T]())
				for j := max(lo, seg*Segment); j < min(hi, (seg+1)*Segment); j++ {
					acc[j%len(acc)] = elem.FMA(a[i*lda+j], x[j], acc[j%len(acc)])
				}
				if seg == lo/Segment {
					s = fold(acc)
				} else {
					s += fold(acc)
				}
			}
			v[i] += s
			for j := lo; j < hi; j++ {
				reached[j] = true
				if j != i {
					v[j] = elem.FMA(a[i*lda+j], x[i], v[j])
				}
			}
		}
		for j := range v {
			if k == 0 {
				sum[j] = v[j]
			} else if reached[j] {
				sum[j] += v[j]
			}
		}
	}
	y = append([]T(nil), y...)
	for i := range sum {
		y[i] = contractUpdate(alpha, sum[i], beta, y[i], n)
	}
	return y
}

// vecTriangle returns one triangle of an n×n matrix, NaN elsewhere.
func vecTriangle[T Float](src *rnd.Source, fill func(*rnd.Source, []T) []T, uplo Uplo, n, ld int) []T {
	a := vecMatrix(src, fill, n, n, ld)
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			if uplo == Lower && j > i || uplo == Upper && j < i {
				a[i*ld+j] = T(math.NaN())
			}
		}
	}
	return a
}

func testSymv[T Float](t *testing.T, p *Pool) {
	src := rnd.New(1)
	var sizes []int
	for n := 0; n <= 2*lanes[T]()+11; n++ {
		sizes = append(sizes, n)
	}
	sizes = append(sizes, 3*lanes[T]()+1, 4*lanes[T](), symvSmall-1, symvSmall, symvSmall+3, symvMid-1, symvMid)
	if !testing.Short() {
		sizes = append(sizes, 777, 1024)
	}
	size := 1200 * 1200
	ba, bx, by := guard.New[T](t, size), guard.New[T](t, 1200), guard.New[T](t, 1200)
	sa := guard.New[T](t, 143*143)
	for k, n := range sizes {
		lda := max(1, n) + []int{0, 3, 1}[k%3]
		for _, uplo := range []Uplo{Lower, Upper} {
			fill := vecFills[T]()[k%4]
			a0 := vecTriangle(src, fill, uplo, n, lda)
			x0, y0 := fill(src, make([]T, n)), fill(src, make([]T, n))
			alpha, beta := T(1.3), []T{0, 0.7}[k%2]
			if k%16 == 7 {
				alpha = 0
			}
			if beta == 0 {
				for i := range y0 {
					y0[i] = T(math.NaN())
				}
			}
			want := contractSymv(uplo, n, alpha, a0, lda, x0, beta, y0)
			b := ba
			if len(a0) <= 143*143 {
				b = sa
			}
			a, x, y := b.EndCopy(a0), bx.EndCopy(x0), by.EndCopy(y0)
			if k%2 == 1 {
				a, x, y = b.StartCopy(a0), bx.AtCopy(x0, 1), by.StartCopy(y0)
			}
			Symv(p, uplo, n, alpha, a, lda, x, beta, y)
			bits.Same(t, want, y, "%c n = %d, lda %d", uplo, n, lda)
		}
	}
}

func TestSymvTiers(t *testing.T) { vecTiers(t, testSymv[float32], testSymv[float64]) }

// Zeros of either sign, and an infinity of x, which must not reach an element that has no product with it.
func testSymvZeros[T Float](t *testing.T, p *Pool) {
	tiny := T(math.Float64frombits(1))
	if is32[T]() {
		tiny = T(math.Float32frombits(1))
	}
	for n := 1; n <= lanes[T]()+1; n++ {
		for _, ax := range [][2]T{{T(math.Copysign(0, -1)), 1}, {-tiny, 0.25}, {1, T(math.Inf(1))}} {
			for _, uplo := range []Uplo{Lower, Upper} {
				a := vecTriangle(nil, func(_ *rnd.Source, row []T) []T {
					for i := range row {
						row[i] = ax[0]
					}
					return row
				}, uplo, n, n)
				x, y := make([]T, n), make([]T, n)
				x[n/2] = ax[1]
				if n%3 == 0 {
					for i := range x {
						x[i] = ax[1]
					}
				}
				want := contractSymv(uplo, n, 1, a, n, x, 0, y)
				Symv(p, uplo, n, 1, a, n, x, 0, y)
				bits.Same(t, want, y, "%c, n = %d, %v·%v", uplo, n, ax[0], ax[1])
			}
		}
	}
}

func TestSymvZeros(t *testing.T) { vecTiers(t, testSymvZeros[float32], testSymvZeros[float64]) }

func testSymvWorkers[T Float](t *testing.T, p *Pool) {
	src := rnd.New(2)
	n := symvMid - 111
	require.GreaterOrEqual(t, n*n, symvParallel/4)
	if p.ISA() == Portable && testing.Short() {
		t.Skip("-short: the portable twin on several workers is tested by the full run")
	}
	for _, uplo := range []Uplo{Lower, Upper} {
		a := vecTriangle(src, rnd.Normal[T], uplo, n, n)
		x, y := rnd.Normal(src, make([]T, n)), rnd.Normal(src, make([]T, n))
		want := append([]T(nil), y...)
		Symv(p, uplo, n, 1.5, a, n, x, 0.5, want)
		for _, w := range []int{2, 3} {
			q := NewPool(w, WithISA(p.ISA()))
			got := append([]T(nil), y...)
			Symv(q, uplo, n, 1.5, a, n, x, 0.5, got)
			bits.Same(t, want, got, "%c, %d workers", uplo, w)
			if p.ISA() != Portable {
				requireNoAllocs(t, func() { Symv(q, uplo, n, 1.5, a, n, x, 0.5, got) })
			}
			q.Close()
		}
		requireNoAllocs(t, func() { Symv(p, uplo, 70, 1.5, a, n, x, 0.5, y) })
	}
}

func TestSymvWorkers(t *testing.T) { vecTiers(t, testSymvWorkers[float32], testSymvWorkers[float64]) }

func TestSymvCuts(t *testing.T) {
	for _, n := range []int{1, 8, 255, 256, 257, 511, 512, 513, 1000, 4095, 4096, 5000} {
		for _, uplo := range []Uplo{Lower, Upper} {
			var cuts [symvLargePanels + 1]int
			panels := symvCuts(uplo, n, &cuts)
			require.Equal(t, 0, cuts[0])
			require.Equal(t, n, cuts[panels])
			for k := 0; k < panels; k++ {
				require.Zero(t, cuts[k]%8)
				require.Less(t, cuts[k], cuts[k+1])
				area := 0
				for i := cuts[k]; i < cuts[k+1]; i++ {
					if uplo == Lower {
						area += i + 1
					} else {
						area += n - i
					}
				}
				require.InDelta(t, float64(n)*float64(n+1)/2/float64(panels), float64(area), 16*float64(n))
			}
		}
	}
}

func TestSymvPanics(t *testing.T) {
	a, x, y := make([]float64, 16), make([]float64, 4), make([]float64, 4)
	call := func(uplo Uplo, n, lda int, a, x, y []float64) func() {
		return func() { Symv(nil, uplo, n, 1, a, lda, x, 1, y) }
	}
	require.NotPanics(t, call(Lower, 4, 4, a, x, y))
	require.PanicsWithValue(t, badUplo, call('N', 4, 4, a, x, y))
	require.PanicsWithValue(t, negDim, call(Lower, -1, 4, a, x, y))
	require.PanicsWithValue(t, badLdA, call(Lower, 4, 3, a, x, y))
	require.PanicsWithValue(t, shortA, call(Lower, 4, 5, a, x, y))
	require.PanicsWithValue(t, shortA, call(Lower, 4, math.MaxInt, a, x, y))
	require.PanicsWithValue(t, shortX, call(Lower, 4, 4, a, x[:3], y))
	require.PanicsWithValue(t, shortY, call(Lower, 4, 4, a, x, y[:3]))
	require.PanicsWithValue(t, overlap, call(Lower, 4, 4, a, x, x))
	require.PanicsWithValue(t, overlap, call(Lower, 4, 4, a, x, a[12:]))
}

// Calls take the panels from the front and from the back in turn, alone and on workers.
func TestSymvBackAndForth(t *testing.T) {
	const n = symvMid
	a, x, y := make([]float32, n*n), make([]float32, n), make([]float32, n)
	var task *symvTask[float32]
	back := func(p *Pool) bool {
		Symv(p, Upper, n, 1, a, n, x, 0, y)
		if next := symvTasks[float32]().take(); task == nil {
			task = next
		} else {
			require.Same(t, task, next) // nothing else runs here
		}
		symvTasks[float32]().give(task)
		return task.back
	}
	pool := NewPool(2)
	defer pool.Close()
	for _, p := range []*Pool{nil, pool} {
		was := back(p)
		for range 4 {
			is := back(p)
			require.NotEqual(t, was, is)
			was = is
		}
	}
}
