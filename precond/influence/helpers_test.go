package influence

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// normal returns a matrix of independent normal values with a gap of two elements between rows.
func normal[T kernels.Float](g *rnd.Source, rows, cols int) linalg.Matrix[T] {
	m := linalg.NewMatrix[T](rows, cols+2).Slice(0, 0, rows, cols)
	for i := 0; i < rows; i++ {
		rnd.Normal(g, m.Row(i))
	}
	return m
}

func eps[T kernels.Float]() float64 {
	var z T
	if unsafe.Sizeof(z) == 4 {
		return 0x1p-23
	}
	return 0x1p-52
}

// dense returns a block of a curvature as a matrix, in float64.
func dense[T kernels.Float](b Block[T]) linalg.Matrix[float64] {
	n, l := b.Basis.Dim(), b.Basis.Len()
	y, x := make([]T, l), make([]T, n)
	out := linalg.NewMatrix[float64](n, n)
	work := make([]T, b.Basis.Work())
	for k := 0; k < l; k++ {
		clear(y)
		y[k] = 1
		b.Basis.Inverse(nil, x, y, work)
		for i := range x {
			for j := range x {
				out.Data[i*n+j] += float64(b.D[k]) * float64(x[i]) * float64(x[j])
			}
		}
	}
	return out
}

// outer returns the mean of r·rᵀ over the rows of m, in float64.
func outer[T kernels.Float](m linalg.Matrix[T]) linalg.Matrix[float64] {
	n := m.Cols
	out := linalg.NewMatrix[float64](n, n)
	for r := 0; r < m.Rows; r++ {
		for i, a := range m.Row(r) {
			for j, b := range m.Row(r) {
				out.Data[i*n+j] += float64(a) * float64(b) / float64(m.Rows)
			}
		}
	}
	return out
}

// distance is the Frobenius norm of a − b.
func distance(a, b linalg.Matrix[float64]) float64 {
	d := a.Clone()
	for i := range d.Data {
		d.Data[i] -= b.Data[i]
	}
	return linalg.FrobeniusNorm(nil, d)
}

func both(t *testing.T, f32, f64 func(t *testing.T)) {
	t.Run("float32", f32)
	t.Run("float64", f64)
}

// data is a layer with inputs and output gradients that are correlated, so that no factorization is exact.
func data[T kernels.Float](seed uint64, l Layer, samples, positions int) (a, g linalg.Matrix[T]) {
	s := rnd.New(seed)
	a, g = normal[T](s, samples*positions, l.In), normal[T](s, samples*positions, l.Out)
	for i := 0; i < a.Rows; i++ {
		scale := a.At(i, 0)
		for j := range g.Row(i) {
			g.Set(i, j, g.At(i, j)*scale+T(j)*scale/4)
		}
	}
	return a, g
}

func factors[T kernels.Float](t *testing.T, p *kernels.Pool, l Layer, a, g linalg.Matrix[T], positions int) *Factors[T] {
	t.Helper()
	f := NewFactors[T](p, l, a.Rows)
	f.AddInputs(a)
	f.AddGradients(g)
	require.NoError(t, f.Factorize())
	f.AddSquares(a, g, positions)
	return f
}
