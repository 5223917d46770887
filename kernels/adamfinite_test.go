package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

func TestAdamFinite(t *testing.T) {
	for way := range rootWays {
		t.Run(way, func(t *testing.T) { vecTiers(t, testAdamFinite[float32], testAdamFinite[float64]) })
	}
}

// Without bad elements it is Adam; with them, wherever they lie, they stay and all others are as if they were not there. Guard pages
// stand behind every vector, and then before it.
func testAdamFinite[T Float](t *testing.T, p *Pool) {
	c := AdamCoef[T]{Scale: 0.75, L2: 0.125, Beta1: 0.9, Weight1: 0.1, Beta2: 0.95, Weight2: 0.05, Eps: 1e-6, Step: 0.01, Decay: 0.99}
	huge := T(8 * math.Sqrt(math.MaxFloat32)) // its square overflows
	if !is32[T]() {
		huge = T(8 * math.Sqrt(math.MaxFloat64))
	}
	bad := []T{T(math.NaN()), T(math.Inf(1)), T(math.Inf(-1)), huge}
	src := rnd.New(71)
	piece := pieceElements[T](p.ISA())
	sizes := []int{0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100, 131, piece - 1, piece, piece + 1, 2*piece + 77}
	var ends [4]*guard.Buffer[T]
	for i := range ends {
		ends[i] = guard.New[T](t, slices.Max(sizes))
	}
	for _, n := range sizes {
		for way := range 4 {
			momentum, at := way%2 == 0, (*guard.Buffer[T]).End
			if way >= 2 {
				at = (*guard.Buffer[T]).Start
			}
			var vectors [4][]T
			for i := range vectors {
				vectors[i] = rnd.Normal(src, at(ends[i], n))
			}
			x, g, m, v := vectors[0], vectors[1], vectors[2], vectors[3]
			for i := range v {
				v[i] *= v[i]
			}
			if !momentum {
				m = nil
			}
			where := [][]int{nil}
			if n > 0 {
				where = append(where, []int{0}, []int{n - 1}, []int{n / 2}, []int{0, n / 3, n / 3, n - 1})
				all := make([]int, n)
				for i := range all {
					all[i] = i
				}
				where = append(where, all)
			}
			for _, at := range where {
				copyOf := func(x []T) []T {
					if x == nil {
						return nil
					}
					return slices.Clone(x)
				}
				x0, g0, m0, v0 := copyOf(x), copyOf(g), copyOf(m), copyOf(v)
				for k, i := range at {
					g[i] = bad[k%len(bad)]
				}
				want := [3][]T{copyOf(x0), copyOf(m0), copyOf(v0)}
				Adam(p, c, want[0], g0, want[1], want[2])
				for _, i := range at {
					want[0][i], want[2][i] = x0[i], v0[i]
					if m != nil {
						want[1][i] = m0[i]
					}
				}
				require.Equal(t, len(at) == 0, AdamFinite(p, c, x, g, m, v), "n = %d, bad at %v", n, at)
				for i, got := range [][]T{x, m, v} {
					bits.Same(t, want[i], got, "n = %d, momentum %v, %d bad, vector %d", n, momentum, len(at), i)
				}
				copy(x, x0)
				copy(g, g0)
				copy(m, m0)
				copy(v, v0)
			}
		}
	}
	x, g, m, v := make([]T, 3*piece), make([]T, 3*piece), make([]T, 3*piece), make([]T, 3*piece)
	g[5] = bad[0]
	require.Zero(t, testing.AllocsPerRun(3, func() { AdamFinite(p, c, x, g, m, v) }))
}

func TestAdamFinitePanics(t *testing.T) {
	a, b, c, d := make([]float32, 10), make([]float32, 10), make([]float32, 10), make([]float32, 10)
	var k AdamCoef[float32]
	for _, f := range []func(){
		func() { AdamFinite(nil, k, a, b[:9], c, d) },
		func() { AdamFinite(nil, k, a, b, c[:9], d) },
		func() { AdamFinite(nil, k, a, b, nil, d[:9]) },
	} {
		require.PanicsWithValue(t, badLen, f)
	}
	for _, f := range []func(){
		func() { AdamFinite(nil, k, a, a, c, d) },
		func() { AdamFinite(nil, k, a, b, b, d) },
		func() { AdamFinite(nil, k, a[:9], b[:9], nil, a[1:]) },
		func() { AdamFinite(nil, k, a, b, c, c) },
	} {
		require.PanicsWithValue(t, overlap, f)
	}
}
