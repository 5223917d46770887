package influence

import (
	"errors"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/oracle"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

func TestOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "ekfac_precondition") {
		t.Run(c.Name, func(t *testing.T) {
			if c.Dtype == "float32" {
				testOracle[float32](t, c)
			} else {
				testOracle[float64](t, c)
			}
		})
	}
}

// testOracle runs kronfluence's recorded damped solves, with its own damping where the case has none.
func testOracle[T kernels.Float](t *testing.T, c *oracle.Case) {
	var d struct {
		Count float64
		Items []struct {
			Array, Strategy string
			Damping         *float64
			Tolerance       float64
		}
	}
	c.Decode(t, &d)
	matrix := func(name string) linalg.Matrix[T] {
		v := oracle.Values[T](t, c, name, oracle.None, oracle.None)
		for _, a := range c.Arrays {
			if a.Name == name {
				return linalg.MatrixOf(a.Shape[0], len(v)/a.Shape[0], v)
			}
		}
		panic(name)
	}
	qa, qg := matrix("QA"), matrix("QG")
	la, lg := matrix("lambdaA").Data, matrix("lambdaG").Data
	mean := append([]T(nil), matrix("Lambda_sum").Data...)
	for i, v := range mean {
		mean[i] = T(float64(v) / d.Count)
	}
	grad := matrix("grad")
	kron := linalg.Kron[T]{Factors: []linalg.Factor[T]{{A: qg}, {A: qa}}}
	require.NotEmpty(t, d.Items)
	for _, it := range d.Items {
		b := Block[T]{Spectral: linalg.Spectral[T]{Basis: kron, D: mean}}
		switch {
		case strings.HasPrefix(it.Strategy, "kfac"):
			b.D, b.Out, b.In = nil, lg, la
			for _, g := range lg {
				for _, a := range la {
					b.D = append(b.D, g*a)
				}
			}
		case strings.HasPrefix(it.Strategy, "diag"):
			b = Diagonal(mean).Blocks[0]
		}
		damping := Damping{Kind: DampMean, Value: 0.1, Negative: linalg.NegativeKeep}
		if it.Damping != nil {
			damping = Damping{Value: *it.Damping, Negative: linalg.NegativeKeep}
		}
		s, err := NewSolver(nil, Curvature[T]{[]Block[T]{b}}, damping, 2)
		require.NoError(t, err)
		out := linalg.NewMatrix[T](grad.Rows, grad.Cols)
		s.Apply(out, grad)
		if e := oracle.Relative(out.Data, oracle.Values[float64](t, c, it.Array, oracle.None, oracle.None)); !(e <= it.Tolerance) {
			t.Errorf("%s: %.3g, bar %.3g", it.Array, e, it.Tolerance)
		}
	}
}

func TestFactors(t *testing.T) { both(t, testFactors[float32], testFactors[float64]) }

// The factors and the corrected eigenvalues are what their definitions say, and the identities between them hold.
func testFactors[T kernels.Float](t *testing.T) {
	for _, l := range []Layer{{1, 1, false}, {1, 1, true}, {5, 3, true}, {4, 7, false}, {17, 9, true}} {
		for _, positions := range []int{1, 3} {
			const samples = 40
			a, g := data[T](1, l, samples, positions)
			f := factors(t, nil, l, a, g, positions)
			rows := linalg.NewMatrix[T](samples, l.Dim())
			Gradients(nil, l, rows, a, g, positions)
			for i := 0; i < samples; i++ { // the definition of a sample's gradient
				want := make([]float64, l.Dim())
				for r := i * positions; r < (i+1)*positions; r++ {
					for o := 0; o < l.Out; o++ {
						for c := 0; c < l.Cols(); c++ {
							x := 1.0
							if c < l.In {
								x = float64(a.At(r, c))
							}
							want[o*l.Cols()+c] += float64(g.At(r, o)) * x
						}
					}
				}
				require.LessOrEqual(t, oracle.Relative(rows.Row(i), want), 8*eps[T]())
			}

			fisher := outer(rows)
			kfac, ekfac := f.KFAC().Blocks[0], f.EKFAC().Blocks[0]
			size := linalg.FrobeniusNorm(nil, fisher)
			tol := 40 * float64(l.Dim()) * eps[T]()

			// K-FAC is the Kronecker product of the second moments.
			n := a.Rows
			ext := linalg.NewMatrix[T](n, l.Cols())
			for i := 0; i < n; i++ {
				copy(ext.Row(i), a.Row(i))
				if l.Bias {
					ext.Set(i, l.In, 1)
				}
			}
			k := linalg.NewMatrix[float64](l.Dim(), l.Dim())
			linalg.KronProduct(nil, k, outer(g), outer(ext))
			require.LessOrEqual(t, distance(dense(kfac), k), tol*linalg.FrobeniusNorm(nil, k))

			// Λ = diag(QᵀFQ); no diagonal in this basis is nearer to F.
			q := linalg.NewMatrix[T](samples, l.Dim())
			b := f.Basis()
			linalg.ForwardRows[T](nil, b, q, rows, make([]T, linalg.WorkRows[T](b, samples)))
			rotated := outer(q)
			for i, v := range ekfac.D {
				require.InDelta(t, rotated.At(i, i), float64(v), tol*size)
			}
			trace, want := 0.0, 0.0
			for i, v := range ekfac.D {
				trace += float64(v)
				want += fisher.At(i, i)
			}
			require.InDelta(t, want, trace, tol*size)
			df, de, dk := distance(fisher, dense(kfac)), distance(fisher, dense(ekfac)), distance(dense(ekfac), dense(kfac))
			require.InDelta(t, df*df, de*de+dk*dk, tol*(size*size+df*df), "‖F−KFAC‖² = ‖F−EKFAC‖² + ‖EKFAC−KFAC‖²")
			require.LessOrEqual(t, de, df*(1+tol))

			// Factors added in parts are the same up to rounding.
			h := NewFactors[T](nil, l, positions*7)
			for lo := 0; lo < n; lo += positions * 7 {
				m := min(positions*7, n-lo)
				h.AddInputs(a.Slice(lo, 0, m, l.In))
				h.AddGradients(g.Slice(lo, 0, m, l.Out))
			}
			require.NoError(t, h.Factorize())
			require.LessOrEqual(t, distance(dense(h.KFAC().Blocks[0]), k), tol*linalg.FrobeniusNorm(nil, k))
		}
	}
}

// Factors that are not finite are refused, and the bases before stay.
func TestFactorsNotFinite(t *testing.T) {
	l := Layer{3, 2, true}
	a, g := data[float64](2, l, 10, 1)
	f := factors(t, nil, l, a, g, 1)
	before := f.EKFAC()
	g.Set(4, 1, math.NaN())
	f.AddGradients(g)
	var e *linalg.NotFiniteError
	require.ErrorAs(t, f.Factorize(), &e)
	require.Equal(t, before.Blocks[0].D, f.EKFAC().Blocks[0].D)
}

func TestDense(t *testing.T) { both(t, testDense[float32], testDense[float64]) }

// A damped solve is that of Cholesky, for the whole matrix and for its blocks.
func testDense[T kernels.Float](t *testing.T) {
	g := rnd.New(3)
	const n, rows, delta = 13, 20, 0.5
	j := normal[T](g, rows, n)
	h := linalg.NewMatrix[T](n, n)
	Rows(nil, h, j, 1.0/rows)
	x := normal[T](g, 6, n)
	for _, dims := range [][]int{{n}, {4, 9}, {1, 0, 12}} {
		c, err := BlockDense(nil, h, dims...)
		require.NoError(t, err)
		require.Equal(t, n, c.Dim())
		s, err := NewSolver(nil, c, Damping{Value: delta}, 4) // fewer rows than x has
		require.NoError(t, err)
		got := linalg.NewMatrix[T](6, n)
		s.Apply(got, x)
		at := 0
		for _, d := range dims {
			m := linalg.NewMatrix[float64](d, d)
			for i := 0; i < d; i++ {
				for k := 0; k <= i; k++ {
					m.Set(i, k, float64(h.At(at+i, at+k)))
				}
				m.Set(i, i, m.At(i, i)+delta)
			}
			chol := linalg.NewCholesky[float64](d)
			require.NoError(t, chol.Factorize(m))
			for r := 0; r < 6; r++ {
				want := linalg.NewMatrix[float64](d, 1)
				for i := range want.Data {
					want.Data[i] = float64(x.At(r, at+i))
				}
				chol.Solve(want)
				for i, w := range want.Data {
					require.InDelta(t, w, float64(got.At(r, at+i)), 200*eps[T]())
				}
			}
			at += d
		}
	}
	h.Set(2, 1, T(math.Inf(1)))
	_, err := BlockDense(nil, h, 5, 8)
	require.ErrorContains(t, err, "block 0")
}

// Every rule for an indefinite matrix does what it says.
func TestIndefinite(t *testing.T) {
	d := []float64{3, 0, -2}
	c := Diagonal(d)
	v, block := c.Least()
	require.Equal(t, -2.0, v)
	require.Equal(t, 0, block)
	one := linalg.MatrixOf(1, 3, []float64{1, 1, 1})
	solve := func(damping Damping) ([]float64, error) {
		s, err := NewSolver(nil, c, damping, 1)
		if err != nil {
			return nil, err
		}
		out := linalg.NewMatrix[float64](1, 3)
		s.Apply(out, one)
		return out.Data, nil
	}
	for _, k := range []struct {
		damping Damping
		want    []float64 // nil: refused
	}{
		{Damping{Value: 1, Negative: linalg.NegativeKeep}, nil},
		{Damping{Value: 2, Negative: linalg.NegativeKeep}, nil}, // singular
		{Damping{Value: 4, Negative: linalg.NegativeKeep}, []float64{1. / 7, 1. / 4, 1. / 2}},
		{Damping{Value: 1, Negative: linalg.NegativeAbs}, []float64{1. / 4, 1, 1. / 3}},
		{Damping{Value: 1, Negative: linalg.NegativeZero}, []float64{1. / 4, 1, 1}},
		{Damping{Value: 1, Negative: linalg.NegativeDrop}, []float64{1. / 4, 1, 0}},
		{Damping{Value: 1, Negative: linalg.NegativeLift}, []float64{1. / 6, 1. / 3, 1}},
		{Damping{Value: 0, Negative: linalg.NegativeZero}, nil},
		{Damping{Value: 0, Negative: linalg.NegativeDrop, Cut: 1e-6}, []float64{1. / 3, 0, 0}},
		{Damping{Kind: DampMean, Value: 3, Negative: linalg.NegativeAbs}, []float64{1. / 4, 1, 1. / 3}},
		{Damping{Kind: DampSplit, Value: 1, Negative: linalg.NegativeAbs}, []float64{1. / 4, 1, 1. / 3}}, // no factors
	} {
		got, err := solve(k.damping)
		if k.want == nil {
			var e *SingularError
			require.ErrorAs(t, err, &e, "%+v", k.damping)
			require.Equal(t, -2.0, e.Least)
			continue
		}
		require.NoError(t, err, "%+v", k.damping)
		require.InDeltaSlice(t, k.want, got, 1e-15, "%+v", k.damping)
	}
	for _, bad := range []Damping{{Value: -1}, {Value: math.NaN()}, {Value: math.Inf(1)}, {Cut: -1}, {Kind: 9}, {Negative: 9}} {
		_, err := solve(bad)
		var e *DampingError
		require.ErrorAs(t, err, &e, "%+v", bad)
	}

	// A refused damping changes nothing.
	s, err := NewSolver(nil, c, Damping{Value: 4, Negative: linalg.NegativeKeep}, 1)
	require.NoError(t, err)
	require.Error(t, s.SetDamping(Damping{Value: 1, Negative: linalg.NegativeKeep}))
	out := linalg.NewMatrix[float64](1, 3)
	s.Apply(out, one)
	require.Equal(t, 0.5, out.Data[2])
}

// Factored damping is the inverse of the Kronecker product of damped factors.
func TestDampSplit(t *testing.T) {
	l := Layer{4, 3, true}
	a, g := data[float64](5, l, 30, 1)
	c := factors(t, nil, l, a, g, 1).KFAC()
	const delta = 0.3
	s, err := NewSolver(nil, c, Damping{Kind: DampSplit, Value: delta}, 8)
	require.NoError(t, err)
	in, out := c.Blocks[0].In, c.Blocks[0].Out
	ti, to := 0.0, 0.0
	for _, v := range in {
		ti += v / float64(len(in))
	}
	for _, v := range out {
		to += v / float64(len(out))
	}
	pi := math.Sqrt(ti / to)
	ext := linalg.NewMatrix[float64](30, 5)
	for i := 0; i < 30; i++ {
		copy(ext.Row(i), a.Row(i))
		ext.Set(i, 4, 1)
	}
	ma, mg := outer(ext), outer(g)
	for i := 0; i < 5; i++ {
		ma.Set(i, i, ma.At(i, i)+pi*math.Sqrt(delta))
	}
	for i := 0; i < 3; i++ {
		mg.Set(i, i, mg.At(i, i)+math.Sqrt(delta)/pi)
	}
	k := linalg.NewMatrix[float64](15, 15)
	linalg.KronProduct(nil, k, mg, ma)
	x := linalg.NewMatrix[float64](1, 15)
	rnd.Normal(rnd.New(6), x.Data)
	y := linalg.NewMatrix[float64](1, 15)
	s.Apply(y, x)
	back := linalg.NewMatrix[float64](1, 15)
	linalg.MatMul(nil, back, y, k)
	require.InDeltaSlice(t, x.Data, back.Data, 1e-12)
}

func TestScores(t *testing.T) { both(t, testScores[float32], testScores[float64]) }

// Scores from gradients, from tiles of them and from inputs and output gradients agree, and the diagonal is Self.
func testScores[T kernels.Float](t *testing.T) {
	for _, positions := range []int{1, 3} {
		l1, l2 := Layer{6, 5, true}, Layer{5, 4, false}
		const samples, tile = 23, 8
		a1, g1 := data[T](7, l1, samples, positions)
		a2, g2 := data[T](8, l2, samples, positions)
		c := Join(factors(t, nil, l1, a1, g1, positions).EKFAC(), factors(t, nil, l2, a2, g2, positions).KFAC())
		x := linalg.NewMatrix[T](samples, l1.Dim()+l2.Dim())
		Gradients(nil, l1, x.Slice(0, 0, samples, l1.Dim()), a1, g1, positions)
		Gradients(nil, l2, x.Slice(0, l1.Dim(), samples, l2.Dim()), a2, g2, positions)
		s, err := NewSolver(nil, c, Damping{Kind: DampMean, Value: 0.1}, 5)
		require.NoError(t, err)
		q := NewQueries(s, x, tile*positions)
		all := linalg.NewMatrix[T](samples, samples)
		q.Scores(all, x)

		scale := linalg.FrobeniusNorm(nil, all)
		self := make([]T, samples)
		s.Self(self, x)
		for i, v := range self {
			require.InDelta(t, float64(all.At(i, i)), float64(v), 100*eps[T]()*scale)
			require.Greater(t, v, T(0))
			for j := range self { // the operator is symmetric
				require.InDelta(t, float64(all.At(i, j)), float64(all.At(j, i)), 100*eps[T]()*scale)
			}
		}

		streamed := linalg.NewMatrix[T](samples, samples)
		require.NoError(t, q.Stream(tiles(x, tile), func(first int, scores linalg.Matrix[T]) error {
			linalg.Copy(streamed.Slice(0, first, samples, scores.Cols), scores)
			return nil
		}))
		bits.Same(t, all.Data, streamed.Data, "tiles")
		stop := errors.New("stop")
		calls := 0
		require.ErrorIs(t, q.Stream(tiles(x, tile), func(int, linalg.Matrix[T]) error { calls++; return stop }), stop)
		require.Equal(t, 1, calls)

		layers := linalg.NewMatrix[T](samples, samples)
		for lo := 0; lo < samples; lo += tile {
			n := min(tile, samples-lo)
			dst := layers.Slice(0, lo, samples, n)
			q.AddLayer(dst, 0, l1, a1.Slice(lo*positions, 0, n*positions, l1.In), g1.Slice(lo*positions, 0, n*positions, l1.Out), positions)
			q.AddLayer(dst, 1, l2, a2.Slice(lo*positions, 0, n*positions, l2.In), g2.Slice(lo*positions, 0, n*positions, l2.Out), positions)
		}
		for i, v := range layers.Data {
			require.InDelta(t, float64(all.Data[i]), float64(v), 100*eps[T]()*scale)
		}

		// The same bits for any tier and number of workers, and nothing allocated.
		for _, isa := range kernels.Supported() {
			for workers := 1; workers <= 3; workers++ {
				p := kernels.NewPool(workers, kernels.WithISA(isa))
				c := Join(factors(t, p, l1, a1, g1, positions).EKFAC(), factors(t, p, l2, a2, g2, positions).KFAC())
				s, err := NewSolver(p, c, Damping{Kind: DampMean, Value: 0.1}, 5)
				require.NoError(t, err)
				got := linalg.NewMatrix[T](samples, samples)
				NewQueries(s, x, samples).Scores(got, x)
				bits.Same(t, all.Data, got.Data, "%v, %d workers", isa, workers)
				p.Close()
			}
		}
		f := factors(t, nil, l1, a1, g1, positions)
		dst := linalg.NewMatrix[T](samples, tile)
		require.Zero(t, testing.AllocsPerRun(5, func() {
			s.Apply(x, x)
			s.Self(self, x)
			q.Scores(all, x)
			q.AddLayer(dst, 0, l1, a1.Slice(0, 0, tile*positions, l1.In), g1.Slice(0, 0, tile*positions, l1.Out), positions)
			Gradients(nil, l2, x.Slice(0, l1.Dim(), samples, l2.Dim()), a2, g2, positions)
			f.AddInputs(a1)
			f.AddGradients(g1)
			f.AddSquares(a1, g1, positions)
		}))
	}
}

// tiles cuts the rows of a matrix.
func tiles[T kernels.Float](x linalg.Matrix[T], rows int) iter.Seq2[int, linalg.Matrix[T]] {
	return func(yield func(int, linalg.Matrix[T]) bool) {
		for lo := 0; lo < x.Rows; lo += rows {
			if !yield(lo, x.Slice(lo, 0, min(rows, x.Rows-lo), x.Cols)) {
				return
			}
		}
	}
}

func TestTop(t *testing.T) {
	nan := math.NaN()
	scores := linalg.MatrixOf(2, 6, []float64{1, 5, nan, 5, -2, 3, 0, 0, 0, nan, nan, nan})
	want := map[bool][2][]int{false: {{1, 3, 5}, {0, 1, 2}}, true: {{4, 0, 5}, {0, 1, 2}}}
	for lowest, w := range want {
		for _, tile := range []int{1, 2, 6} {
			for _, backwards := range []bool{false, true} {
				top := NewTop[float64](2, 3)
				top.Lowest = lowest
				for i := 0; i < 6; i += tile {
					first := i
					if backwards {
						first = 6 - tile - i
					}
					top.Add(first, scores.Slice(0, first, 2, tile))
				}
				for q := range w {
					index, score := top.Best(q)
					require.Equal(t, w[q], index)
					for k, i := range index {
						require.Equal(t, scores.At(q, i), score[k])
					}
				}
			}
		}
	}
	short := NewTop[float32](1, 4)
	short.Add(7, linalg.MatrixOf(1, 1, []float32{2}))
	index, score := short.Best(0)
	require.Equal(t, []int{7}, index)
	require.Equal(t, []float32{2}, score)
}

func TestPanics(t *testing.T) {
	l := Layer{3, 2, true}
	a, g := data[float64](9, l, 4, 1)
	f := NewFactors[float64](nil, l, 4)
	require.PanicsWithValue(t, unfactored, func() { f.KFAC() })
	require.PanicsWithValue(t, unfactored, func() { f.AddSquares(a, g, 1) })
	require.PanicsWithValue(t, badLayer, func() { NewFactors[float64](nil, Layer{0, 1, true}, 1) })
	require.PanicsWithValue(t, badRows, func() { NewFactors[float64](nil, l, 0) })
	require.PanicsWithValue(t, badShape, func() { f.AddInputs(g) })
	require.PanicsWithValue(t, badShape, func() { f.AddGradients(a) })
	require.PanicsWithValue(t, manyRows, func() { f.AddInputs(linalg.NewMatrix[float64](5, 3)) })
	require.PanicsWithValue(t, badRows, func() { Gradients(nil, l, linalg.NewMatrix[float64](1, 8), a, g, 3) })
	require.PanicsWithValue(t, badPosition, func() { Gradients(nil, l, linalg.NewMatrix[float64](4, 8), a, g, 0) })
	require.PanicsWithValue(t, badShape, func() { Gradients(nil, l, linalg.NewMatrix[float64](4, 7), a, g, 1) })
	s, err := NewSolver(nil, factors(t, nil, l, a, g, 1).KFAC(), Damping{Value: 1}, 4)
	require.NoError(t, err)
	require.PanicsWithValue(t, badShape, func() { s.Apply(a, a) })
	require.PanicsWithValue(t, badShape, func() { s.Self(make([]float64, 4), a) })
	q := NewQueries(s, linalg.NewMatrix[float64](2, 8), 4)
	require.PanicsWithValue(t, badBlock, func() { q.AddLayer(linalg.NewMatrix[float64](2, 4), 1, l, a, g, 1) })
	require.PanicsWithValue(t, badShape, func() { q.AddLayer(linalg.NewMatrix[float64](3, 4), 0, l, a, g, 1) })
	require.PanicsWithValue(t, badK, func() { NewTop[float64](1, 0) })
	require.PanicsWithValue(t, badShape, func() { BlockDense(nil, linalg.NewMatrix[float64](3, 3), 1, 1) })
	require.PanicsWithValue(t, badShape, func() { Rows(nil, linalg.NewMatrix[float64](3, 3), a.Slice(0, 0, 4, 2), 1) })
}
