package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func TestTridiagColumn(t *testing.T) {
	t.Run("float32", testTridiagColumn[float32])
	t.Run("float64", testTridiagColumn[float64])
	x := make([]float64, 500)
	for name, f := range map[string]func(){
		negDim:  func() { TridiagColumn(nil, -1, 0, x, 8, x, x, x) },
		badLdA:  func() { TridiagColumn(nil, 9, 0, x, 9, x, x, x) },
		badLen:  func() { TridiagColumn(nil, 9, 8, x, 16, x, x, x) },
		shortA:  func() { TridiagColumn(nil, 9, 0, x[:143], 16, x, x, x) },
		shortV:  func() { TridiagColumn(nil, 9, 0, x, 16, x[:15], x, x) },
		shortW:  func() { TridiagColumn(nil, 9, 0, x, 16, x, x[:15], x) },
		shortY:  func() { TridiagColumn(nil, 9, 0, x, 16, x, x, x[:15]) },
		overlap: func() { TridiagColumn(nil, 9, 0, x[:200], 16, x[300:], x[330:], x[340:]) },
	} {
		require.PanicsWithValue(t, name, f)
	}
	short := make([]float32, 500)
	require.PanicsWithValue(t, badLdA, func() { TridiagColumn(nil, 17, 0, short, 24, short, short, short) })
}

func testTridiagColumn[T Float](t *testing.T) {
	unit := TridiagGroup[T]()
	tiny := 1e-20 // its square is below tridiagColumnTiny
	if unit == 8 {
		tiny = 1e-200
	}
	small := T(tiny)
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			r := rnd.New(1)
			var g [4]*guard.Buffer[T]
			for i := range g {
				g[i] = guard.New[T](t, 241*256)
			}
			for n := 2; n <= 240; n++ {
				if n == 76 {
					n = 239 // linalg's largest
				}
				m := roundUp(n, unit)
				lda := m + n%3
				for _, j := range []int{0, n / 3, n - 2} {
					a := make([]T, (n-1)*lda+m)
					v, w, y := make([]T, m), make([]T, m), make([]T, m)
					for i := range n {
						for l := range i { // neither read nor, where a number shows it, written
							if a[i*lda+l] = T(math.NaN()); n%4 == 1 || n == 240 {
								a[i*lda+l] = T(r.Float64())
							}
						}
						for l := i; l < n; l++ {
							a[i*lda+l] = T(r.Float64() - 0.5)
						}
						for l := m; l < lda && i < n-1; l++ {
							a[i*lda+l] = T(math.NaN())
						}
						v[i], w[i], y[i] = T(r.Float64()), T(r.Float64()), T(math.NaN())
					}
					if n%7 == 3 { // nothing to reduce
						for l := j + 1; l < n; l++ {
							a[j*lda+l] = small
						}
						v[j], w[j] = 0, 0
					}
					switch n % 11 {
					case 4:
						a[j*lda+j+1] = T(math.NaN())
					case 8:
						a[(n-1)*lda+n-1] = T(math.Inf(1))
					}
					wa, wy := append([]T{}, a...), append([]T{}, y...)
					wd, we, wt := tridiagColumnPortable(n, j, wa, lda, v, w, wy)
					at := (*guard.Buffer[T]).EndCopy
					if n%2 == 1 {
						at = (*guard.Buffer[T]).StartCopy
					}
					ga, gy := at(g[0], a), at(g[3], y)
					d, e, tau := TridiagColumn(p, n, j, ga, lda, at(g[1], v), at(g[2], w), gy)
					require.True(t, bits.Equal(wd, d) && bits.Equal(we, e) && bits.Equal(wt, tau), "n = %d, j = %d: %v %v %v, want %v %v %v", n, j, d, e, tau, wd, we, wt)
					bits.Same(t, wa, ga, "a, n = %d, j = %d", n, j)
					bits.Same(t, wy, gy, "y, n = %d, j = %d", n, j)
				}
			}
			x := make([]T, 300)
			require.Zero(t, testing.AllocsPerRun(5, func() { TridiagColumn(p, 9, 0, x[48:], 16, x[:16], x[16:32], x[32:48]) }))
		})
	}
}

// A matrix reduced column by column keeps its trace and its norm, and the reflections are orthogonal.
func TestTridiagColumnReduces(t *testing.T) {
	r := rnd.New(3)
	const n, lda = 21, 24
	a := make([]float64, n*lda)
	var trace, squares float64
	for i := range n {
		for l := range i + 1 {
			x := r.Float64() - 0.5
			a[i*lda+l], a[l*lda+i] = x, x
			squares += 2 * x * x
			if i == l {
				trace += x
				squares -= x * x
			}
		}
	}
	v, w, y := make([]float64, lda), make([]float64, lda), make([]float64, lda)
	var gotTrace, gotSquares float64
	for j := range n - 1 {
		d, e, tau := TridiagColumn(nil, n, j, a, lda, v, w, y)
		gotTrace += d
		gotSquares += d*d + 2*e*e
		v = a[j*lda : j*lda+lda]
		var vv float64
		for _, x := range v[j+1:] {
			vv += x * x
		}
		require.InDelta(t, 2, tau*vv, 1e-14)
		w, y = y, w
	}
	last := a[(n-1)*lda+n-1] - 2*v[n-1]*w[n-1]
	require.InDelta(t, trace, gotTrace+last, 1e-13)
	require.InDelta(t, squares, gotSquares+last*last, 1e-12)
}
