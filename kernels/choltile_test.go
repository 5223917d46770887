package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func TestCholeskyTile(t *testing.T) {
	t.Run("float32", testCholeskyTile[float32])
	t.Run("float64", testCholeskyTile[float64])
}

// definite returns a matrix whose upper triangle is that of B·Bᵀ + I, with NaN everywhere else.
func definite[T Float](r *rnd.Source, n, lda int) []T {
	b := rnd.Uniform(r, make([]float64, n*n))
	a := make([]T, span(n, n, lda))
	for i := range a {
		a[i] = T(math.NaN())
	}
	for i := 0; i < n; i++ {
		for j := i; j < n; j++ {
			s := 0.0
			for k := 0; k < n; k++ {
				s += b[i*n+k] * b[j*n+k]
			}
			if i == j {
				s++
			}
			a[i*lda+j] = T(s)
		}
	}
	return a
}

func testCholeskyTile[T Float](t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			buf := guard.New[T](t, CholeskyLeaf*(CholeskyLeaf+3))
			for n := 0; n <= CholeskyLeaf; n++ {
				for extra := 0; extra < 3; extra++ {
					lda := max(1, n+extra)
					a := definite[T](rnd.New(uint64(n)), n, lda)
					want := append([]T(nil), a...)
					require.Equal(t, -1, choleskyTilePortable(n, want, lda))
					got := buf.EndCopy(a)
					require.Equal(t, -1, CholeskyTile(p, n, got, lda))
					bits.Same(t, want, got, "n=%d lda=%d", n, lda)
					got = buf.StartCopy(a)
					require.Equal(t, -1, CholeskyTile(p, n, got, lda))
					bits.Same(t, want, got, "n=%d lda=%d", n, lda)
					if extra > 0 {
						continue
					}
					for i := 0; i < n; i++ {
						for j := i; j < n; j++ {
							s := 0.0
							for k := 0; k <= i; k++ {
								s += float64(want[k*lda+i]) * float64(want[k*lda+j])
							}
							tol := 4 * float64(n) * math.Ldexp(1, -52)
							if is32[T]() {
								tol = 4 * float64(n) * math.Ldexp(1, -23)
							}
							require.InDelta(t, float64(a[i*lda+j]), s, tol*float64(n))
						}
					}
					// A bad pivot is found where it is, and nothing behind it is taken for a factor.
					for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)} {
						for k := 0; k < n; k += 1 + n/5 {
							copy(want, a)
							for j := k; j < n; j++ {
								want[k*lda+j] = 0
							}
							for i := 0; i < k; i++ {
								want[i*lda+k] = 0
							}
							want[k*lda+k] = T(bad)
							got := buf.EndCopy(want)
							require.Equal(t, k, choleskyTilePortable(n, want, lda), "portable n=%d k=%d %v", n, k, bad)
							require.Equal(t, k, CholeskyTile(p, n, got, lda), "n=%d k=%d %v", n, k, bad)
							bits.Same(t, want, got, "n=%d bad pivot %d", n, k)
						}
					}
				}
			}
			buf.Check()
			a := definite[T](rnd.New(1), 16, 16)
			w := make([]T, len(a))
			require.Zero(t, testing.AllocsPerRun(10, func() { copy(w, a); CholeskyTile(p, 16, w, 16) }))
		})
	}
	require.PanicsWithValue(t, badOrder, func() { CholeskyTile[T](nil, -1, nil, 1) })
	require.PanicsWithValue(t, badOrder, func() { CholeskyTile(nil, 17, make([]T, 17*17), 17) })
	require.PanicsWithValue(t, badLdA, func() { CholeskyTile(nil, 3, make([]T, 9), 2) })
	require.PanicsWithValue(t, shortA, func() { CholeskyTile(nil, 3, make([]T, 8), 3) })
	require.PanicsWithValue(t, shortA, func() { CholeskyTile(nil, 3, make([]T, 8), math.MaxInt) })
}

func BenchmarkCholeskyTile(b *testing.B) {
	b.Run("float32", benchCholeskyTile[float32])
	b.Run("float64", benchCholeskyTile[float64])
}

func benchCholeskyTile[T Float](b *testing.B) {
	for _, n := range []int{4, 8, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := definite[T](rnd.New(1), n, n)
			w := make([]T, len(a))
			for b.Loop() {
				copy(w, a)
				CholeskyTile(nil, n, w, n)
			}
		})
	}
}
