package gaussnewton

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The exact part of the paper holds for other seeds.
func TestIdentities(t *testing.T) {
	r := &paper.Run{Paper: Paper, Quick: true, Seed: 3}
	g := rnd.New(3)
	require.NoError(t, moments(r, g))
	require.NoError(t, estimators(r, g))
	require.GreaterOrEqual(t, len(r.Checks), 5)
	for _, c := range r.Checks {
		require.False(t, c.Failed, "%s: %v", c.Name, c.Value)
	}
}

// The rows of the Jacobian make the Gauss–Newton matrix: that of H·v for a linear model, where both are the Hessian, for two and for three
// classes.
func TestJacobian(t *testing.T) {
	for _, classes := range []int{2, 3} {
		g := rnd.New(uint64(classes))
		t3 := tasks(g, true, regression.Rotation)[1]
		t3.outputs, t3.build = classes, linear(t3.x.Cols, classes)
		for i := range t3.classes {
			t3.classes[i] %= byte(classes)
		}
		m := t3.model()
		n := m.net.Size()
		theta := rnd.Normal(g, make([]float64, n))
		rows, samples := m.jacobian(theta, nil, nil)
		require.Equal(t, samples*t3.columns(), rows.Rows)
		h := linalg.NewMatrix[float64](n, n)
		linalg.Gram(nil, h, kernels.Trans, 1/float64(samples), rows, 0)
		const step = 1e-5
		up, down := make([]float64, n), make([]float64, n)
		for k := range n {
			theta[k] += step
			m.gradient(up, theta, nil)
			theta[k] -= 2 * step
			m.gradient(down, theta, nil)
			theta[k] += step
			for i := range n {
				require.InDelta(t, (up[i]-down[i])/(2*step), h.At(i, k), 1e-8)
			}
		}
	}
}

// The basis between two is orthogonal, and at neither end.
func TestHalfway(t *testing.T) {
	g := rnd.New(5)
	u0, u1 := regression.Rotation(9, g), regression.Rotation(9, g)
	q, err := halfway(u0, u1)
	require.NoError(t, err)
	gram := linalg.NewMatrix[float64](9, 9)
	linalg.MatMulTN(nil, gram, q, q)
	for i := range 9 {
		for j := range 9 {
			want := 0.0
			if i == j {
				want = 1
			}
			require.InDelta(t, want, gram.At(i, j), 1e-12)
		}
	}
	require.NotEqual(t, u0.Data, q.Data)
	same, err := halfway(u0, u0)
	require.NoError(t, err)
	require.InDeltaSlice(t, u0.Data, same.Data, 1e-12)
}
