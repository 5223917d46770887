package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func TestTridiagQR(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			for _, w := range []int{TridiagLanes, SymLanes} {
				testTridiagQR(t, p, w)
			}
			d, e, z := []float64{1, 1, 1, 1, 2, 2, 2, 2}, []float64{1, 0, 1, 0, 0, 0, 0, 0}, make([]float64, 0)
			require.Equal(t, uint(5), TridiagQR(p, 4, 2, 0, d, e, z, 0, 0))
			require.Zero(t, testing.AllocsPerRun(5, func() { TridiagQR(p, 4, 2, 0, d, e, z, 0, 9) }))
		})
	}
	x := make([]float64, 100)
	require.PanicsWithValue(t, negDim, func() { TridiagQR(nil, 4, -1, 0, x, x, x, 0, 1) })
	require.PanicsWithValue(t, shortD, func() { TridiagQR(nil, 4, 2, 0, x[:7], x[8:], nil, 0, 1) })
	require.PanicsWithValue(t, shortE, func() { TridiagQR(nil, 4, 2, 0, x[:8], x[8:15], nil, 0, 1) })
	require.PanicsWithValue(t, shortZ, func() { TridiagQR(nil, 4, 2, 2, x[:8], x[8:16], x[16:31], 0, 1) })
	require.PanicsWithValue(t, overlap, func() { TridiagQR(nil, 4, 2, 2, x[:8], x[7:16], x[16:], 0, 1) })
	require.PanicsWithValue(t, overlap, func() { TridiagQR(nil, 4, 2, 2, x[:8], x[8:16], x[15:], 0, 1) })
}

func testTridiagQR(t *testing.T, p *Pool, w int) {
	r := rnd.New(1)
	gd, ge, gz := guard.New[float64](t, 300), guard.New[float64](t, 300), guard.New[float64](t, 9000)
	for m := 0; m <= TridiagValuesLeaf; m++ {
		if m == 18 || m == 10 && testing.Short() {
			m = TridiagValuesLeaf
		}
		for kind := range 5 {
			d, e := make([]float64, w*m), make([]float64, w*m)
			for i := range d {
				d[i], e[i] = r.Float64()-0.5, r.Float64()-0.5
				switch kind {
				case 1: // blocks, different in each lane
					if r.Intn(3) == 0 {
						e[i] = 0
					}
				case 2: // graded
					d[i], e[i] = math.Ldexp(d[i], -3*(i/w)), math.Ldexp(e[i], -3*(i/w)-i%w)
				case 3: // zero pivots
					d[i], e[i] = 0, 1
				case 4:
					d[i], e[i] = float64(i%w), 1e-9
				}
			}
			const small = 0x1p-56
			for _, cols := range []int{0, 2, 3, m} {
				z := make([]float64, w*m*cols)
				for i := range m {
					for l := range w {
						if i < cols {
							z[(i*cols+i)*w+l] = 1
						}
					}
				}
				wd, we, wz := append([]float64{}, d...), append([]float64{}, e...), append([]float64{}, z...)
				var want uint
				if m > 0 {
					want = tridiagQRPortable(w, m, cols, wd, we, wz, small, 30*m)
				}
				require.Zero(t, want, "m = %d, kind %d", m, kind)
				at := (*guard.Buffer[float64]).EndCopy
				if kind%2 == 1 {
					at = (*guard.Buffer[float64]).StartCopy
				}
				xd, xe, xz := at(gd, d), at(ge, e), at(gz, z)
				got := TridiagQR(p, w, m, cols, xd, xe, xz, small, 30*m)
				require.Equal(t, want, got)
				bits.Same(t, wd, xd, "d, m = %d, kind %d", m, kind)
				bits.Same(t, we, xe, "e, m = %d, kind %d", m, kind)
				bits.Same(t, wz, xz, "z, m = %d, kind %d", m, kind)
				if cols != m || m == 0 {
					continue
				}
				// A = ZᵀDZ in each lane, and lanes do not see each other.
				for l := range w {
					for i := range m {
						for j := range m {
							var a, o float64
							for k := range m {
								a += xz[(k*m+i)*w+l] * xd[w*k+l] * xz[(k*m+j)*w+l]
								o += xz[(i*m+k)*w+l] * xz[(j*m+k)*w+l]
							}
							ta, to := 0.0, 0.0
							switch {
							case i == j:
								ta, to = d[w*i+l], 1
							case i-j == 1 || j-i == 1:
								ta = e[w*min(i, j)+l]
							}
							require.InDelta(t, ta, a, 1e-14*float64(m), "m = %d, kind %d, lane %d: element %d, %d", m, kind, l, i, j)
							require.InDelta(t, to, o, 1e-14*float64(m))
						}
					}
					ad, ae, az := append([]float64{}, d...), append([]float64{}, e...), append([]float64{}, z...)
					for i := range ad {
						if i%w != l {
							ad[i], ae[i] = float64(i), 0
						}
					}
					TridiagQR(p, w, m, m, ad, ae, az, small, 30*m)
					for i := l; i < len(xz); i += w {
						require.True(t, bits.Equal(xz[i], az[i]))
					}
				}
				// In pieces, and out of sweeps.
				if m > 2 {
					pd, pe, pz := append([]float64{}, d...), append([]float64{}, e...), append([]float64{}, z...)
					calls := 0
					for ; calls < 1000 && TridiagQR(p, w, m, m, pd, pe, pz, small, 1) != 0; calls++ {
					}
					bits.Same(t, wz, pz, "z by single sweeps, m = %d, kind %d", m, kind)
				}
			}
		}
	}
}
