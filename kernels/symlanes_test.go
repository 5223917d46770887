package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// lanesMatrices returns eight matrices: dense ones, a diagonal one, one of rank one, one graded, and zero.
func lanesMatrices(r *rnd.Source, n int) []float64 {
	a := make([]float64, SymLanes*n*n)
	for i := range n {
		for j := range i + 1 {
			for l := range SymLanes {
				v := r.Float64() - 0.5
				switch l {
				case 3:
					if i != j {
						v = 0
					}
				case 4:
					v = 1 / float64(n)
				case 5:
					v = math.Ldexp(v, -3*(i+j))
				case 6:
					v = 0
				case 7:
					if i == j+1 && i%3 == 0 {
						v = 1e-200
					}
				}
				a[(i*n+j)*SymLanes+l] = v
			}
		}
	}
	// The upper triangle is not read.
	for i := range n {
		for j := i + 1; j < n; j++ {
			for l := range SymLanes {
				a[(i*n+j)*SymLanes+l] = math.NaN()
			}
		}
	}
	return a
}

// lanesList returns so many rows of NaN.
func lanesList(rows int) []float64 {
	x := make([]float64, SymLanes*max(0, rows))
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}

// lanesPlace puts copies at the end of a guarded buffer, or at its start.
func lanesPlace(n int) func(*guard.Buffer[float64], []float64) []float64 {
	if n%2 == 1 {
		return (*guard.Buffer[float64]).StartCopy
	}
	return (*guard.Buffer[float64]).EndCopy
}

func TestSymLanes(t *testing.T) {
	const w = SymLanes
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p, plain := NewPool(1, WithISA(isa)), NewPool(1, WithISA(Portable))
			defer p.Close()
			r := rnd.New(1)
			var g [6]*guard.Buffer[float64]
			for i := range g {
				g[i] = guard.New[float64](t, w*36*36)
			}
			for n := range 36 {
				in := lanesMatrices(r, n)
				list, at := lanesList, lanesPlace(n)
				wa, wd, we, wt, wz := append([]float64{}, in...), list(n), list(n), list(n-2), list(n*n)
				LanesReduce(plain, n, wa, wd, we, wt, list(3*n))
				LanesBasis(plain, n, wa, wt, wz)
				a, d, e, tau := at(g[0], in), at(g[1], list(n)), at(g[2], list(n)), at(g[3], list(n-2))
				LanesReduce(p, n, a, d, e, tau, at(g[4], list(3*n)))
				z := at(g[5], list(n*n))
				LanesBasis(p, n, a, tau, z)
				bits.Same(t, wa, a, "a, n = %d", n)
				bits.Same(t, wd, d, "d, n = %d", n)
				bits.Same(t, we, e, "e, n = %d", n)
				bits.Same(t, wt, tau, "tau, n = %d", n)
				bits.Same(t, wz, z, "z, n = %d", n)
				checkLanesReduced(t, n, in, d, e, z)

				// A lane on its own.
				if n > 2 {
					l := n % w
					alone := make([]float64, len(in))
					for i := l; i < len(in); i += w {
						alone[i] = in[i]
					}
					d2, e2, tau2, z2 := list(n), list(n), list(n-2), list(n*n)
					LanesReduce(p, n, alone, d2, e2, tau2, list(3*n))
					LanesBasis(p, n, alone, tau2, z2)
					for i := l; i < len(z); i += w {
						require.True(t, bits.Equal(z[i], z2[i]), "n = %d, lane %d alone", n, l)
					}
				}
			}
			x := make([]float64, w*200)
			require.Zero(t, testing.AllocsPerRun(5, func() {
				LanesReduce(p, 4, x[:w*16], x[w*16:], x[w*20:], x[w*24:], x[w*28:])
				LanesBasis(p, 4, x[:w*16], x[w*24:], x[w*50:])
			}))
		})
	}
	x := make([]float64, w*100)
	a, d, e, tau, work, z := x[:w*9], x[w*9:w*12], x[w*12:w*15], x[w*15:w*16], x[w*16:w*25], x[w*25:w*34]
	for name, fs := range map[string][]func(){
		negDim:   {func() { LanesReduce(nil, -1, a, d, e, tau, work) }, func() { LanesBasis(nil, -1, a, tau, z) }},
		badLen:   {func() { LanesReduce(nil, SymLanesMost+1, a, d, e, tau, work) }},
		shortA:   {func() { LanesReduce(nil, 3, a[1:], d, e, tau, work) }, func() { LanesBasis(nil, 3, a[1:], tau, z) }},
		shortD:   {func() { LanesReduce(nil, 3, a, d[1:], e, tau, work) }},
		shortE:   {func() { LanesReduce(nil, 3, a, d, e[1:], tau, work) }},
		shortTau: {func() { LanesReduce(nil, 3, a, d, e, tau[1:], work) }, func() { LanesBasis(nil, 3, a, tau[1:], z) }},
		shortW:   {func() { LanesReduce(nil, 3, a, d, e, tau, work[1:]) }},
		shortZ:   {func() { LanesBasis(nil, 3, a, tau, z[1:]) }},
		overlap: {func() { LanesReduce(nil, 3, a, d, d, tau, work) }, func() { LanesReduce(nil, 3, a, d, e, tau, x[w*15:]) },
			func() { LanesReduce(nil, 3, a, x[1:], e, tau, work) }, func() { LanesBasis(nil, 3, a, tau, x[w*8:]) },
			func() { LanesBasis(nil, 3, a, z, z) }},
	} {
		for _, f := range fs {
			require.PanicsWithValue(t, name, f)
		}
	}
}

func TestLanesLQ(t *testing.T) {
	const w = SymLanes
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p, plain := NewPool(1, WithISA(isa)), NewPool(1, WithISA(Portable))
			defer p.Close()
			r := rnd.New(2)
			var g [4]*guard.Buffer[float64]
			for i := range g {
				g[i] = guard.New[float64](t, w*36*36)
			}
			for n := range 36 {
				// As in lanesMatrices, with both triangles: the upper one of another matrix.
				in, other := lanesMatrices(r, n), lanesMatrices(r, n)
				for i := range n {
					for j := i + 1; j < n; j++ {
						copy(in[(i*n+j)*w:][:w], other[(j*n+i)*w:])
					}
				}
				list, at := lanesList, lanesPlace(n)
				wa, wd, wt, wz := append([]float64{}, in...), list(n), list(n), list(n*n)
				LanesLQ(plain, n, wa, wd, wt, wz)
				a, d, tau, z := at(g[0], in), at(g[1], list(n)), at(g[2], list(n)), at(g[3], list(n*n))
				LanesLQ(p, n, a, d, tau, z)
				bits.Same(t, wa, a, "a, n = %d", n)
				bits.Same(t, wd, d, "d, n = %d", n)
				bits.Same(t, wt, tau, "tau, n = %d", n)
				bits.Same(t, wz, z, "z, n = %d", n)
				checkLanesLQ(t, n, in, d, z)
				if n > 0 { // a lane on its own
					l := n % w
					alone := make([]float64, len(in))
					for i := l; i < len(in); i += w {
						alone[i] = in[i]
					}
					z2 := list(n * n)
					LanesLQ(p, n, alone, list(n), list(n), z2)
					for i := l; i < len(z); i += w {
						require.True(t, bits.Equal(z[i], z2[i]), "n = %d, lane %d alone", n, l)
					}
				}
			}
			x := make([]float64, w*40)
			require.Zero(t, testing.AllocsPerRun(5, func() { LanesLQ(p, 4, x[:w*16], x[w*16:], x[w*20:], x[w*24:]) }))
		})
	}
	x := make([]float64, w*100)
	a, d, tau, z := x[:w*9], x[w*9:w*12], x[w*12:w*15], x[w*15:w*24]
	for name, fs := range map[string][]func(){
		negDim:   {func() { LanesLQ(nil, -1, a, d, tau, z) }},
		badLen:   {func() { LanesLQ(nil, SymLanesMost+1, a, d, tau, z) }},
		shortA:   {func() { LanesLQ(nil, 3, a[1:], d, tau, z) }},
		shortD:   {func() { LanesLQ(nil, 3, a, d[1:], tau, z) }},
		shortTau: {func() { LanesLQ(nil, 3, a, d, tau[1:], z) }},
		shortZ:   {func() { LanesLQ(nil, 3, a, d, tau, z[1:]) }},
		overlap: {func() { LanesLQ(nil, 3, a, d, d, z) }, func() { LanesLQ(nil, 3, a, x[1:], tau, z) }, func() { LanesLQ(nil, 3, a, d, x[w*8:], z) },
			func() { LanesLQ(nil, 3, a, d, tau, x[w*8:]) }, func() { LanesLQ(nil, 3, a, d, tau, x[w*11:]) }, func() { LanesLQ(nil, 3, a, d, tau, x[w*14:]) }},
	} {
		for _, f := range fs {
			require.PanicsWithValue(t, name, f)
		}
	}
}

// checkLanesLQ asserts in every lane that A·Zᵀ is lower triangular with d on its diagonal, and ZZᵀ = I.
func checkLanesLQ(t *testing.T, n int, in, d, z []float64) {
	const w = SymLanes
	for l := range w {
		for i := range n {
			for j := range n {
				var a, o float64
				for k := range n {
					a += in[(i*n+k)*w+l] * z[(j*n+k)*w+l]
					o += z[(i*n+k)*w+l] * z[(j*n+k)*w+l]
				}
				switch {
				case i == j:
					require.InDelta(t, 1, o, 4e-16*float64(n+4), "orthogonality, n = %d, lane %d, %d %d", n, l, i, j)
					require.InDelta(t, d[i*w+l], a, 4e-16*float64(n+4), "n = %d, lane %d, %d %d", n, l, i, j)
				case i < j:
					require.InDelta(t, 0, a, 4e-16*float64(n+4), "n = %d, lane %d, %d %d", n, l, i, j)
					fallthrough
				default:
					require.InDelta(t, 0, o, 4e-16*float64(n+4), "orthogonality, n = %d, lane %d, %d %d", n, l, i, j)
				}
			}
		}
	}
}

// checkLanesReduced asserts A = ZᵀTZ and ZZᵀ = I in every lane.
func checkLanesReduced(t *testing.T, n int, in, d, e, z []float64) {
	const w = SymLanes
	for l := range w {
		at := func(i, j int) float64 { return z[(i*n+j)*w+l] }
		for i := range n {
			for j := range i + 1 {
				var a, o float64
				for k := range n {
					a += at(k, i) * d[k*w+l] * at(k, j)
					if k+1 < n {
						a += e[k*w+l] * (at(k, i)*at(k+1, j) + at(k+1, i)*at(k, j))
					}
					o += at(i, k) * at(j, k)
				}
				want := 0.0
				if i == j {
					want = 1
				}
				require.InDelta(t, want, o, 4e-16*float64(n+4), "orthogonality, n = %d, lane %d, %d %d", n, l, i, j)
				require.InDelta(t, in[(i*n+j)*w+l], a, 4e-16*float64(n+4), "n = %d, lane %d, %d %d", n, l, i, j)
			}
		}
	}
}
