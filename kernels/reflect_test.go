package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func TestReflect(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			r := rnd.New(1)
			var g [3]*guard.Buffer[float64]
			for i := range g {
				g[i] = guard.New[float64](t, 80*90)
			}
			for n := 0; n <= 70; n++ {
				cols, k := n*7%73&^7, max(0, n-1-n%3)
				ldv, ldz := max(1, n)+n%2, max(1, cols)+n%5
				tau, v, z := make([]float64, k), make([]float64, max(0, (k-1)*ldv+n)), make([]float64, max(0, (n-1)*ldz+cols))
				for i := range v {
					v[i] = math.NaN()
				}
				for i := range z {
					z[i] = r.Float64() - 0.5
					if i%ldz >= cols {
						z[i] = math.NaN()
					}
				}
				want := append([]float64{}, z...)
				for j := range k {
					// A reflection proper: the norm of a column is kept.
					s := 0.0
					for l := j + 1; l < n; l++ {
						v[j*ldv+l] = r.Float64() - 0.5
						s += v[j*ldv+l] * v[j*ldv+l]
					}
					tau[j] = 2 / s
				}
				if k > 0 && cols > 0 {
					reflectPortable(n, cols, v, ldv, tau, want, ldz)
				}
				at := (*guard.Buffer[float64]).EndCopy
				if n%2 == 1 {
					at = (*guard.Buffer[float64]).StartCopy
				}
				got := at(g[2], z)
				Reflect(p, n, cols, at(g[0], v), ldv, at(g[1], tau), got, ldz)
				bits.Same(t, want, got, "n = %d, cols = %d, k = %d", n, cols, k)
				for c := range cols {
					var x, y float64
					for l := range n {
						x += z[l*ldz+c] * z[l*ldz+c]
						y += got[l*ldz+c] * got[l*ldz+c]
					}
					require.InDelta(t, x, y, 1e-13*float64(n))
				}
			}
			x := make([]float64, 300)
			require.Zero(t, testing.AllocsPerRun(5, func() { Reflect(p, 9, 8, x[:81], 9, x[81:88], x[100:], 8) }))
		})
	}
	// One reflection maps its vector to the opposite.
	z := make([]float64, 3*8)
	v := []float64{math.NaN(), 1, 2}
	z[8], z[16] = 1, 2
	Reflect(nil, 3, 8, v, 3, []float64{2. / 5}, z, 8)
	require.Equal(t, []float64{0, -1, -2}, []float64{z[0], z[8], z[16]})
	x := make([]float64, 500)
	for name, f := range map[string]func(){
		negDim:  func() { Reflect(nil, -1, 0, x, 8, nil, x, 8) },
		badLdV:  func() { Reflect(nil, 9, 8, x, 8, x[:2], x, 8) },
		badLdZ:  func() { Reflect(nil, 9, 8, x, 9, x[:2], x, 7) },
		badLen:  func() { Reflect(nil, 9, 8, x, 9, x[:9], x, 8) },
		shortV:  func() { Reflect(nil, 9, 8, x[:17], 9, x[20:22], x, 8) },
		shortZ:  func() { Reflect(nil, 9, 8, x, 9, x[20:22], x[:71], 8) },
		overlap: func() { Reflect(nil, 9, 8, x[:90], 9, x[200:202], x[10:], 8) },
	} {
		require.PanicsWithValue(t, name, f)
	}
}
