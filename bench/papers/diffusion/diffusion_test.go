package diffusion

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Values of tables of E₁, on both sides of the change of method.
func TestExpIntegral(t *testing.T) {
	for x, want := range map[float64]float64{
		1e-9: 20.146050171, 0.1: 1.822923958419391, 0.5: 0.559773594776160, 1: 0.219383934395520, 2: 0.048900510708061,
		10: 4.156968929685324e-6, 50: 3.783264029550460e-24,
	} {
		require.InEpsilon(t, want, expIntegral(x), 1e-9, "E₁(%v)", x)
	}
	require.InEpsilon(t, expIntegral(1), expIntegral(math.Nextafter(1, 2)), 1e-13)
	require.Zero(t, expIntegral(1e4))
}

func TestCrossing(t *testing.T) {
	require.InEpsilon(t, 3, crossing(func(x float64) float64 { return x * x }, 9, 1e-3, 1e3), 1e-12)
	require.InEpsilon(t, 0.25, crossing(func(x float64) float64 { return 1 / x }, 4, 1e-3, 1e3), 1e-12)
	require.True(t, math.IsNaN(crossing(func(float64) float64 { return 1 }, 2, 1, 2)))
	b, r2 := slope([]float64{1, 2, 4}, []float64{8, 2, 0.5})
	require.InDelta(t, -2, b, 1e-12)
	require.InDelta(t, 1, r2, 1e-12)
}

// The flow of the optimal denoiser gives the data's covariance back, up to the discretisation of the noise levels.
func TestGenerate(t *testing.T) {
	levels := logSpaced(0.01, 20, 400)
	var w []linalg.Matrix[float64]
	for _, sigma := range levels {
		m := linalg.NewMatrix[float64](2, 2)
		m.Set(0, 0, optimum(3, sigma))
		m.Set(1, 1, optimum(0.2, sigma))
		w = append(w, m)
	}
	m := generate(levels, w)
	for k, lambda := range []float64{3, 0.2} {
		x := 20 * m.At(k, k)
		require.InEpsilon(t, 400*(lambda+1e-4)/(lambda+400), x*x, 1e-3)
	}
	require.Zero(t, m.At(0, 1))
}

func TestData(t *testing.T) {
	x, err := data(rnd.New(1), 4000, []float64{4, 1, 0.25})
	require.NoError(t, err)
	e := linalg.NewSymEig[float64](3)
	require.NoError(t, e.Factorize(covariance(x)))
	for i, want := range []float64{4, 1, 0.25} {
		require.InEpsilon(t, want, e.Values()[i], 0.1)
	}
}

// The exact part of the paper holds.
func TestIdentities(t *testing.T) {
	r := &paper.Run{Paper: Paper, Quick: true, Seed: 3}
	closedForms(r)
	require.NoError(t, slopes(r))
	require.NoError(t, filterGradient(r))
	require.NoError(t, descent(r))
	require.NoError(t, withMean(r))
	require.Greater(t, len(r.Checks), 20)
	for _, c := range r.Checks {
		require.False(t, c.Failed, "%s: %v", c.Name, c.Value)
	}
}
