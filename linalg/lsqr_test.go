package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestLSQR(t *testing.T) { both(t, testLSQR[float32], testLSQR[float64]) }

// A rectangular problem has the solution of least norm that the SVD gives, with full rank and without.
func testLSQR[T kernels.Float](t *testing.T) {
	for _, s := range [][3]int{{0, 0, 0}, {0, 3, 0}, {3, 0, 0}, {1, 1, 1}, {9, 4, 4}, {40, 13, 13}, {13, 40, 13}, {30, 20, 7}} {
		m, n, rank := s[0], s[1], s[2]
		t.Run(fmt.Sprintf("%d×%d rank %d", m, n, rank), func(t *testing.T) {
			r := rnd.New(uint64(m*100 + n))
			left, right := NewMatrix[T](m, rank), NewMatrix[T](rank, n)
			rnd.Uniform(r, left.Data)
			rnd.Uniform(r, right.Data)
			a := NewMatrix[T](m, n)
			if rank > 0 {
				MatMul(nil, a, left, right)
			}
			b, x := make([]T, m), make([]T, n)
			rnd.Uniform(r, b)
			solver := NewLSQR[T](m, n)
			rep, err := solver.Solve(x, &General[T]{a}, b, 0, 0)
			require.NoError(t, err)
			require.LessOrEqual(t, rep.Steps, 4*min(m, n)+20)
			if rank == 0 {
				require.Equal(t, make([]T, n), x)
				return
			}
			// Normal equations, and nothing outside of the row space: x = Aᵀ·y.
			res := make([]T, m)
			copy(res, b)
			MatVec(nil, res, kernels.NoTrans, -1, a, x, 1)
			require.InDelta(t, float64(kernels.Nrm2(nil, res)), rep.Residual, 1e3*epsilon[T]())
			grad := make([]T, n)
			MatVec(nil, grad, kernels.Trans, 1, a, res, 0)
			size := FrobeniusNorm(nil, a) * float64(kernels.Nrm2(nil, b))
			require.LessOrEqual(t, float64(kernels.Nrm2(nil, grad)), 50*epsilon[T]()*size)
			c := NewConstraint[T](n, rank) // the row space as constraints: nothing of x is left
			rows := NewMatrix[T](n, rank)
			TransposeTo(nil, rows, right)
			require.NoError(t, c.Factorize(rows))
			rest := append([]T(nil), x...)
			c.Project(rest)
			require.LessOrEqual(t, float64(kernels.Nrm2(nil, rest)), 1e3*epsilon[T]()*float64(kernels.Nrm2(nil, x)))
			// x may be b, and nothing is allocated.
			if m == n {
				at := append([]T(nil), b...)
				_, err := solver.Solve(at, &General[T]{a}, at, 0, 0)
				require.NoError(t, err)
				require.Equal(t, x, at)
			}
			op := &General[T]{a}
			require.Zero(t, testing.AllocsPerRun(3, func() { _, err = solver.Solve(x, op, b, 0, 0) }))
			require.NoError(t, err)
		})
	}
}

// A solution does not depend on the tier, the number of workers, or the scale of the problem by powers of two.
func TestLSQRBits(t *testing.T) {
	r := rnd.New(7)
	a := NewMatrix[float32](300, 70)
	rnd.Uniform(r, a.Data)
	b := make([]float32, 300)
	rnd.Uniform(r, b)
	var want []float32
	for _, isa := range kernels.Supported() {
		for workers := 1; workers <= 3; workers++ {
			p := kernels.NewPool(workers, kernels.WithISA(isa))
			x := make([]float32, 70)
			_, err := NewLSQR[float32](300, 70, WithPool(p)).Solve(x, &General[float32]{a}, b, 0, 0)
			p.Close()
			require.NoError(t, err)
			if want == nil {
				want = x
			}
			require.Equal(t, want, x, "%v with %d workers", isa, workers)
		}
	}
	for i := range b {
		b[i] = float32(math.Ldexp(float64(b[i]), -100))
	}
	x := make([]float32, 70)
	_, err := NewLSQR[float32](300, 70).Solve(x, &General[float32]{a}, b, 0, 0)
	require.NoError(t, err)
	for i, v := range x {
		require.Equal(t, want[i], float32(math.Ldexp(float64(v), 100)))
	}
}

// A failed call leaves x, and the sparse form gives what the dense one does.
func TestLSQRErrors(t *testing.T) {
	e := []Entry[float64]{{0, 0, 2}, {1, 2, -1}, {3, 1, 4}, {3, 2, 1}, {4, 0, 1}}
	a, err := NewCSR(5, 3, e)
	require.NoError(t, err)
	d := NewMatrix[float64](5, 3)
	a.Dense(d)
	b := []float64{1, -2, 3, 0.5, 4}
	x, y := []float64{9, 9, 9}, make([]float64, 3)
	s := NewLSQR[float64](5, 3)
	_, err = s.Solve(x, a, b, 0, 1)
	var e1 *LSQRError
	require.ErrorAs(t, err, &e1)
	require.ErrorContains(t, err, "after 1 steps")
	require.Equal(t, []float64{9, 9, 9}, x)
	_, err = s.Solve(x, a, []float64{1, 2, math.NaN(), 0, 0}, 0, 0)
	var e2 *NotFiniteError
	require.True(t, errors.As(err, &e2))
	require.Equal(t, 2, e2.Row)
	require.Equal(t, []float64{9, 9, 9}, x)
	big := d.Clone()
	big.Data[0] = math.Inf(1)
	_, err = s.Solve(x, &General[float64]{big}, b, 0, 0)
	require.ErrorAs(t, err, &e2)
	require.Equal(t, []float64{9, 9, 9}, x)
	_, err = s.Solve(x, a, b, 0, 0)
	require.NoError(t, err)
	_, err = s.Solve(y, &General[float64]{d}, b, 0, 0)
	require.NoError(t, err)
	require.InDeltaSlice(t, y, x, 1e-14)
	require.PanicsWithValue(t, badLen, func() { _, _ = s.Solve(x[:2], a, b, 0, 0) })
	require.PanicsWithValue(t, badLen, func() { a.MulVecT(nil, x, b[:3]) })
	require.PanicsWithValue(t, overlap, func() { a.MulVecT(nil, b[:3], b) })
	require.EqualValues(t, 8*(2*5+4*3), LSQRBytes[float64](5, 3))
}
