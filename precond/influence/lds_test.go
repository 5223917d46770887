package influence

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

func TestSpearman(t *testing.T) {
	require.Equal(t, 1.0, Spearman([]float64{1, 5, 3}, []float64{-2, 100, 0}))
	require.Equal(t, -1.0, Spearman([]float64{1, 5, 3}, []float64{2, -100, 0}))
	// Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: covariance 4.5, variances 4.5 and 5.
	require.InDelta(t, 4.5/math.Sqrt(4.5*5), Spearman([]float64{1, 2, 2, 9}, []float64{1, 2, 3, 4}), 1e-15)
	require.True(t, math.IsNaN(Spearman([]float64{1, 1}, []float64{1, 2})))
	require.True(t, math.IsNaN(Spearman([]float64{1, math.NaN()}, []float64{1, 2})))
	require.True(t, math.IsNaN(Spearman(nil, nil)))
}

func TestLDSAndBootstrap(t *testing.T) {
	g := rnd.New(1)
	const queries, subsets = 6, 40
	actual, good, bad := linalg.NewMatrix[float64](queries, subsets), linalg.NewMatrix[float64](queries, subsets), linalg.NewMatrix[float64](queries, subsets)
	rnd.Normal(g, actual.Data)
	for i, v := range actual.Data {
		good.Data[i] = v + g.Normal()/2
		bad.Data[i] = v + g.Normal()*3
	}
	each := make([]float64, queries)
	l := LDS(each, good, actual)
	require.Equal(t, Spearman(good.Row(3), actual.Row(3)), each[3])
	require.Greater(t, l, 0.8)
	i := PairedBootstrap(good, bad, actual, 200, 0.95, 7)
	require.InDelta(t, l-LDS(each, bad, actual), i.Estimate, 1e-15)
	require.Less(t, i.Low, i.Estimate)
	require.Greater(t, i.High, i.Estimate)
	require.Greater(t, i.Low, 0.0)
	require.Equal(t, i, PairedBootstrap(good, bad, actual, 200, 0.95, 7))
	require.Equal(t, Interval{}, PairedBootstrap(good, good, actual, 50, 0.9, 1))
	require.PanicsWithValue(t, badBoot, func() { PairedBootstrap(good, bad, actual, 0, 0.9, 1) })
	require.PanicsWithValue(t, badBoot, func() { PairedBootstrap(good, bad, actual, 9, 1, 1) })
	require.PanicsWithValue(t, badShape, func() { LDS(each, good.Slice(0, 0, queries, 3), actual) })
}

// For ridge regression with its exact Hessian the scores order the training samples as refits without them do: the loss
// of a query rises by s/N where a sample is left out.
func TestLeaveOneOut(t *testing.T) {
	const n, d, queries, ridge = 200, 5, 4, 0.1
	g := rnd.New(2)
	x, y := linalg.NewMatrix[float64](n+queries, d), make([]float64, n+queries)
	rnd.Normal(g, x.Data)
	for i := range y {
		y[i] = x.At(i, 0) - 2*x.At(i, 1) + g.Normal()/2
	}
	// fit minimises (1/n)·Σ ½(xθ−y)² + ½·ridge·‖θ‖² over the samples with weight 1.
	fit := func(without int) []float64 {
		h, b := linalg.NewMatrix[float64](d, d), linalg.NewMatrix[float64](d, 1)
		for i := 0; i < n; i++ {
			if i == without {
				continue
			}
			for j := 0; j < d; j++ {
				for k := 0; k <= j; k++ {
					h.Data[j*d+k] += x.At(i, j) * x.At(i, k) / n
				}
				b.Data[j] += x.At(i, j) * y[i] / n
			}
		}
		for j := 0; j < d; j++ {
			h.Data[j*d+j] += ridge
		}
		c := linalg.NewCholesky[float64](d)
		require.NoError(t, c.Factorize(h))
		c.Solve(b)
		return b.Data
	}
	residual := func(theta []float64, i int) float64 {
		r := -y[i]
		for j, v := range theta {
			r += v * x.At(i, j)
		}
		return r
	}
	theta := fit(-1)
	grads := linalg.NewMatrix[float64](n+queries, d)
	for i := 0; i < n+queries; i++ {
		for j := 0; j < d; j++ {
			grads.Set(i, j, residual(theta, i)*x.At(i, j))
		}
	}
	h := linalg.NewMatrix[float64](d, d)
	Rows(nil, h, x.Slice(0, 0, n, d), 1.0/n)
	c, err := Dense(nil, h)
	require.NoError(t, err)
	s, err := NewSolver(nil, c, Damping{Value: ridge}, 8)
	require.NoError(t, err)
	scores := linalg.NewMatrix[float64](queries, n)
	NewQueries(s, grads.Slice(n, 0, queries, d), n).Scores(scores, grads.Slice(0, 0, n, d))
	for q := 0; q < queries; q++ {
		rise := make([]float64, n)
		base := residual(theta, n+q)
		for i := range rise {
			r := residual(fit(i), n+q)
			rise[i] = (r*r - base*base) / 2
		}
		require.Greater(t, Spearman(scores.Row(q), rise), 0.99)
		big := 0
		for i := range rise {
			if math.Abs(rise[i]) > math.Abs(rise[big]) {
				big = i
			}
		}
		require.InEpsilon(t, rise[big], scores.At(q, big)/n, 0.2, "sign and size")
	}
}
