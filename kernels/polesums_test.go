package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func TestPoles(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			r := rnd.New(1)
			gd, gz, gu, gy := guard.New[float64](t, 300), guard.New[float64](t, 300), guard.New[float64](t, 300), guard.New[float64](t, 300)
			for n := 0; n <= 140; n++ {
				d, z, u, y := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
				for _, x := range [][]float64{d, z, u, y} {
					rnd.Uniform(r, x)
				}
				special := []float64{math.NaN(), math.Inf(1), math.Copysign(0, -1), 0, 5e-324, 1e-310}
				for i := range n / 20 {
					if n%2 == 1 {
						d[r.Intn(n)], z[r.Intn(n)], u[r.Intn(n)] = special[i%6], special[(i+1)%6], special[(i+2)%6]
					}
				}
				o, x := r.Float64(), 1e-3*r.Float64()
				for _, end := range []bool{true, false} {
					at := func(b *guard.Buffer[float64], x []float64) []float64 {
						if end {
							return b.EndCopy(x)
						}
						return b.StartCopy(x)
					}
					s, ds := PoleSums(p, at(gd, d), at(gz, z), o, x)
					ws, wds := poleSumsPortable(d, z, o, x)
					require.True(t, bits.Equal(ws, s) && bits.Equal(wds, ds), "n = %d: %v %v, want %v %v", n, s, ds, ws, wds)
					want := append([]float64(nil), y...)
					poleProductsPortable(u, d, o, want)
					got := at(gy, y)
					PoleProducts(p, at(gu, u), at(gd, d), o, got)
					bits.Same(t, want, got, "PoleProducts, n = %d", n)
					ws = poleVectorPortable(z, u, want)
					s = PoleVector(p, at(gz, z), at(gu, u), got)
					bits.Same(t, want, got, "PoleVector, n = %d", n)
					require.True(t, bits.Equal(ws, s), "n = %d: %v, want %v", n, s, ws)
				}
			}
			// Longer than one call of assembly takes.
			d := rnd.Uniform(r, make([]float64, poleLanes*2100))
			y := append([]float64(nil), d...)
			want := append([]float64(nil), d...)
			poleProductsPortable(d, d, 2, want)
			PoleProducts(p, d, d, 2, y)
			bits.Same(t, want, y, "PoleProducts")
			s, ds := PoleSums(p, d, d, 2, 1)
			ws, wds := poleSumsPortable(d, d, 2, 1)
			require.True(t, bits.Equal(ws, s) && bits.Equal(wds, ds))
			require.True(t, bits.Equal(poleVectorPortable(d, want, make([]float64, len(d))), PoleVector(p, d, want, y)))
			require.Zero(t, testing.AllocsPerRun(5, func() { PoleSums(p, d[:77], d[:77], 2, 1); PoleVector(p, d[:77], want[:77], y[:77]) }))
		})
	}
	x := make([]float64, 9)
	require.PanicsWithValue(t, badLen, func() { PoleSums(nil, x, x[:8], 0, 1) })
	require.PanicsWithValue(t, badLen, func() { PoleProducts(nil, x[:3], x[3:6], 0, x[6:8]) })
	require.PanicsWithValue(t, badLen, func() { PoleVector(nil, x[:3], x[3:6], x[6:8]) })
	require.PanicsWithValue(t, overlap, func() { PoleProducts(nil, x[:3], x[3:6], 0, x[5:8]) })
	require.PanicsWithValue(t, overlap, func() { PoleVector(nil, x[:3], x[3:6], x[2:5]) })
}
