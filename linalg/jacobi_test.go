package linalg

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestJacobi(t *testing.T) {
	src := rnd.New(71)
	for _, n := range []int{0, 1, 2, 3, 9, 40} {
		for _, scale := range []float64{1, 1e-150, 1e150} {
			a := NewMatrix[float64](n, n)
			rnd.Normal(src, a.Data)
			for i := range a.Data {
				a.Data[i] *= scale
			}
			Mirror(nil, kernels.Lower, a)
			w, z := a.Clone(), NewMatrix[float64](n, n)
			require.True(t, Jacobi(w, z))
			// Zᵀ·diag(w)·Z = A, and Z is orthogonal.
			norm := FrobeniusNorm(nil, a)
			for i := range n {
				for j := range n {
					sum, dot := 0.0, 0.0
					for k := range n {
						sum += z.At(k, i) * w.At(k, k) * z.At(k, j)
						dot += z.At(i, k) * z.At(j, k)
					}
					if i == j {
						dot--
					}
					require.InDelta(t, a.At(i, j), sum, 1e-14*float64(n)*norm)
					require.InDelta(t, 0, dot, 1e-14*float64(n))
				}
			}
		}
	}
	bad := NewMatrix[float64](2, 2)
	bad.Set(0, 0, math.Inf(1))
	require.False(t, Jacobi(bad, NewMatrix[float64](2, 2)))
	require.Panics(t, func() { Jacobi(bad, bad) })
	require.Panics(t, func() { Jacobi(bad, NewMatrix[float64](2, 3)) })
}
