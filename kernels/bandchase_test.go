package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

const bw = BandWidth

// chaseInput is a block of a symmetric matrix as BandChase reads it, with rows and columns from n on zero and NaN where nothing
// is read, and a reflection.
func chaseInput(r *rnd.Source, n, lda int) (a []float64, v *[bw]float64, tau float64) {
	a = make([]float64, (2*bw-1)*lda+bw)
	for i := range a {
		a[i] = math.NaN()
	}
	for i := range 2 * bw {
		for l := range bw {
			a[i*lda+l] = 0
			if i < n && l < n {
				a[i*lda+l] = r.Float64() - 0.5
			}
			if i < bw && l < i {
				a[l*lda+i] = a[i*lda+l]
			}
		}
	}
	v = new([bw]float64)
	for i := range min(n, bw) {
		v[i] = r.Float64() - 0.5
	}
	_, tau = BandReflector(v)
	return a, v, tau
}

func TestBandChase(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			r := rnd.New(1)
			var g [4]*guard.Buffer[float64]
			for i := range g {
				g[i] = guard.New[float64](t, 2*bw*(4*bw))
			}
			for n := 1; n <= 2*bw; n++ {
				for _, lda := range []int{bw + 1, 3*bw - 1, 3 * bw} {
					a, v, tau := chaseInput(r, n, lda)
					switch {
					case n%5 == 0: // nothing to chase
						for i := bw; i < 2*bw; i++ {
							clear(a[i*lda : i*lda+bw])
						}
					case n%7 == 0:
						a[3] = math.Inf(1)
					}
					want, wu := append([]float64{}, a...), new([bw]float64)
					wg := bandChasePortable(want, lda, v, tau, wu)
					for _, at := range []func(*guard.Buffer[float64], int) []float64{(*guard.Buffer[float64]).End, (*guard.Buffer[float64]).Start} {
						got, gv, gu, work := at(g[0], len(a)), at(g[1], bw), at(g[2], bw), at(g[3], len(BandWork{}))
						copy(got, a)
						copy(gv, v[:])
						gamma := BandChase(p, got, lda, (*[bw]float64)(gv), tau, (*[bw]float64)(gu), (*BandWork)(work))
						require.True(t, bits.Equal(wg, gamma), "n = %d, lda = %d: γ = %v, want %v", n, lda, gamma, wg)
						bits.Same(t, v[:], gv, "v, n = %d, lda = %d", n, lda)
						bits.Same(t, wu[:], gu, "u, n = %d, lda = %d", n, lda)
						bits.Same(t, want, got, "a, n = %d, lda = %d", n, lda)
					}
				}
			}
			a, v, tau := chaseInput(r, 2*bw, 3*bw)
			u, work := new([bw]float64), new(BandWork)
			require.Zero(t, testing.AllocsPerRun(5, func() { BandChase(p, a, 3*bw, v, tau, u, work) }))
		})
	}
	x, v, u := make([]float64, 3000), new([bw]float64), new([bw]float64)
	for name, f := range map[string]func(){
		badLdA:  func() { BandChase(nil, x, bw, v, 0, u, new(BandWork)) },
		shortA:  func() { BandChase(nil, x[:63*40+bw-1], 40, v, 0, u, new(BandWork)) },
		overlap: func() { BandChase(nil, x, 40, (*[bw]float64)(x[63*40:]), 0, u, new(BandWork)) },
	} {
		require.PanicsWithValue(t, name, f)
	}
	require.PanicsWithValue(t, overlap, func() { BandChase(nil, x, 40, v, 0, u, (*BandWork)(x[100:])) })
	require.PanicsWithValue(t, overlap, func() { BandChase(nil, x, 40, v, 0, v, new(BandWork)) })
	require.PanicsWithValue(t, overlap, func() { BandChase(nil, x, 40, v, 0, (*[bw]float64)(x), new(BandWork)) })
}

// The step against H·M·H by definition, and the structure that it leaves.
func TestBandChaseNaive(t *testing.T) {
	r := rnd.New(2)
	const lda = 3*bw - 1
	for _, n := range []int{1, 2, 31, 32, 33, 40, 63, 64} {
		a, v, tau := chaseInput(r, n, lda)
		m := make([][]float64, 2*bw)
		for i := range m {
			m[i] = append([]float64{}, a[i*lda:i*lda+bw]...)
		}
		u := new([bw]float64)
		gamma := BandChase(nil, a, lda, v, tau, u, new(BandWork))
		right := func(rows [][]float64, v *[bw]float64, tau float64) {
			for _, row := range rows {
				var s float64
				for l := range v {
					s += row[l] * v[l]
				}
				for l := range v {
					row[l] -= tau * s * v[l]
				}
			}
		}
		left := func(rows [][]float64, v *[bw]float64, tau float64) {
			for l := range bw {
				var s float64
				for i := range v {
					s += rows[i][l] * v[i]
				}
				for i := range v {
					rows[i][l] -= tau * s * v[i]
				}
			}
		}
		right(m, v, tau)
		left(m[:bw], v, tau)
		left(m[bw:], u, gamma)
		for i := range m {
			for l := range bw {
				require.InDelta(t, m[i][l], a[i*lda+l], 1e-13, "n = %d, element (%d, %d)", n, i, l)
			}
			if i > bw {
				require.InDelta(t, 0, a[i*lda], 1e-14, "n = %d: column 0 of the bulge", n)
			}
		}
		for i := 1; i < bw; i++ {
			require.Equal(t, a[bw*lda+i], a[i*lda+bw], "n = %d: the row beside D", n)
		}
		var uu float64
		for _, x := range u {
			uu += x * x
		}
		if gamma != 0 {
			require.InDelta(t, 2, gamma*uu, 1e-14)
		} else {
			require.LessOrEqual(t, n, bw)
		}
	}
}
