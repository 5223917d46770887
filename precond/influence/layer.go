package influence

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Layer is the shape of a linear layer y = W·a + b. With Bias its block of parameters is the out×(in+1) matrix
// [W, b], row-major; a convolution is the linear layer of its unfolded patches, one position per place.
//
// Inputs and output gradients come as matrices of one row per sample and position, positions rows for a
// sample one after another: inputs a with In columns, gradients g of the sample's loss with Out columns. The sample's
// gradient is Σ g·[a, 1]ᵀ over its positions.
type Layer struct {
	In, Out int
	Bias    bool
}

// Cols is the width of a block of parameters: In, and one more with Bias.
func (l Layer) Cols() int {
	if l.Bias {
		return l.In + 1
	}
	return l.In
}

// Dim is the number of parameters.
func (l Layer) Dim() int { return l.Out * l.Cols() }

func (l Layer) check() {
	if l.In < 1 || l.Out < 1 {
		panic(badLayer)
	}
}

// samples checks inputs and output gradients and returns the number of samples.
func samples[T kernels.Float](l Layer, a, g linalg.Matrix[T], positions int) int {
	l.check()
	if positions < 1 {
		panic(badPosition)
	}
	if a.Rows != g.Rows || a.Cols != l.In || g.Cols != l.Out {
		panic(badShape)
	}
	if a.Rows%positions != 0 {
		panic(badRows)
	}
	return a.Rows / positions
}

// Gradients sets row i of dst to the gradient of sample i, Σ g·[a, 1]ᵀ over its positions as a vector of Dim
// elements. dst has as many rows as there are samples and overlaps nothing.
func Gradients[T kernels.Float](p *kernels.Pool, l Layer, dst, a, g linalg.Matrix[T], positions int) {
	n := samples(l, a, g, positions)
	if dst.Rows != n || dst.Cols != l.Dim() {
		panic(badShape)
	}
	for i := 0; i < n; i++ {
		ai := a.Slice(i*positions, 0, positions, l.In)
		gi := g.Slice(i*positions, 0, positions, l.Out)
		gradient(p, l, linalg.MatrixOf(l.Out, l.Cols(), dst.Row(i)), ai, gi)
	}
}

// gradient sets w = gᵀ·[a, 1].
func gradient[T kernels.Float](p *kernels.Pool, l Layer, w, a, g linalg.Matrix[T]) {
	linalg.MatMulTN(p, w.Slice(0, 0, l.Out, l.In), g, a)
	if !l.Bias {
		return
	}
	for j := 0; j < l.Out; j++ {
		// One chain over the positions, ascending, as in the product.
		var s T
		for r := 0; r < g.Rows; r++ {
			s += g.At(r, j)
		}
		w.Set(j, l.In, s)
	}
}

// Factors are the Kronecker factors of a layer's Gauss–Newton block, in the formulas of kronfluence:
//
//	A = Σ [a, 1]·[a, 1]ᵀ / n_A       S = Σ g·gᵀ / n_S
//	A = Q_A·diag(λ_A)·Q_Aᵀ           S = Q_S·diag(λ_S)·Q_Sᵀ        in float64
//	K-FAC    Λ_ij = λ_S,i·λ_A,j
//	EK-FAC   Λ_ij = Σ_n ((Q_Sᵀ·G_n·Q_A)_ij)² / n_Λ
//
// over rows (positions count singly) for the factors and over whole samples for EK-FAC, both in the basis Q_S ⊗ Q_A.
// Gradients of labels sampled from the model give the Gauss–Newton block of its loss; gradients of the data's labels
// give the empirical Fisher matrix, which is something else. Use: AddInputs and AddGradients over the data, Factorize,
// then KFAC; for EKFAC a second pass of AddSquares over the data.
type Factors[T kernels.Float] struct {
	Layer Layer
	p     *kernels.Pool

	a, s     linalg.Matrix[T] // sums, lower triangles
	nA, nS   float64
	qa, qs   linalg.Matrix[T]
	la, ls   []T
	factored bool

	lambda linalg.Matrix[T] // sum of squares
	nL     float64

	rows   int
	ra, rg linalg.Matrix[T] // rotated inputs and gradients
	one    linalg.Matrix[T] // one sample's gradient
}

// NewFactors returns the factors of a layer; rows is the largest number of rows that AddInputs, AddGradients and
// AddSquares get at once.
func NewFactors[T kernels.Float](p *kernels.Pool, l Layer, rows int) *Factors[T] {
	l.check()
	if rows < 1 {
		panic(badRows)
	}
	n, m := l.Cols(), l.Out
	return &Factors[T]{
		Layer: l, p: p, rows: rows,
		a: linalg.NewMatrix[T](n, n), s: linalg.NewMatrix[T](m, m),
		qa: linalg.NewMatrix[T](n, n), qs: linalg.NewMatrix[T](m, m),
		la: make([]T, n), ls: make([]T, m),
		lambda: linalg.NewMatrix[T](m, n),
		ra:     linalg.NewMatrix[T](rows, n), rg: linalg.NewMatrix[T](rows, m), one: linalg.NewMatrix[T](m, n),
	}
}

// AddInputs adds rows of inputs to A. After Factorize the sums go on; the bases stay until the next one.
func (f *Factors[T]) AddInputs(a linalg.Matrix[T]) {
	if a.Cols != f.Layer.In {
		panic(badShape)
	}
	if a.Rows > f.rows {
		panic(manyRows)
	}
	linalg.Syrk(f.p, f.a, kernels.Lower, kernels.Trans, 1, f.extended(a), 1)
	f.nA += float64(a.Rows)
}

// extended returns a with a column of ones if the layer has a bias.
func (f *Factors[T]) extended(a linalg.Matrix[T]) linalg.Matrix[T] {
	if !f.Layer.Bias {
		return a
	}
	x := f.ra.Slice(0, 0, a.Rows, f.Layer.Cols())
	linalg.Copy(x.Slice(0, 0, a.Rows, a.Cols), a)
	for i := 0; i < a.Rows; i++ {
		x.Set(i, a.Cols, 1)
	}
	return x
}

// AddGradients adds rows of output gradients to S.
func (f *Factors[T]) AddGradients(g linalg.Matrix[T]) {
	if g.Cols != f.Layer.Out {
		panic(badShape)
	}
	linalg.Syrk(f.p, f.s, kernels.Lower, kernels.Trans, 1, g, 1)
	f.nS += float64(g.Rows)
}

// Factorize computes the bases. It fails, with everything as before, if a factor is not finite; without rows a factor is
// zero. Squares of AddSquares belong to a basis and start anew.
func (f *Factors[T]) Factorize() error {
	qa, la, err := decompose(f.p, f.a, f.nA)
	if err != nil {
		return fmt.Errorf("influence: factor of the inputs: %w", err)
	}
	qs, ls, err := decompose(f.p, f.s, f.nS)
	if err != nil {
		return fmt.Errorf("influence: factor of the output gradients: %w", err)
	}
	for _, c := range []struct {
		q     linalg.Matrix[T]
		l     []T
		fromQ linalg.Matrix[float64]
		fromL []float64
	}{{f.qa, f.la, qa, la}, {f.qs, f.ls, qs, ls}} {
		kernels.Convert(f.p, c.q.Data, c.fromQ.Data)
		kernels.Convert(f.p, c.l, c.fromL)
	}
	f.lambda.Zero()
	f.nL, f.factored = 0, true
	return nil
}

// decompose returns eigenvectors and eigenvalues of the symmetric matrix sum/count, of which the lower triangle is
// given, in float64.
func decompose[T kernels.Float](p *kernels.Pool, sum linalg.Matrix[T], count float64) (linalg.Matrix[float64], []float64, error) {
	n := sum.Rows
	m := linalg.NewMatrix[float64](n, n)
	kernels.Convert(p, m.Data, sum.Data)
	if count > 0 {
		for i, v := range m.Data {
			m.Data[i] = v / count
		}
	}
	e := linalg.NewSymEig[float64](n, linalg.WithPool(p))
	if err := e.Factorize(m); err != nil {
		return m, nil, err
	}
	linalg.Copy(m, e.Vectors())
	return m, append([]float64(nil), e.Values()...), nil
}

// Basis is Q_S ⊗ Q_A. It shares memory with f and changes with the next Factorize.
func (f *Factors[T]) Basis() linalg.Kron[T] {
	if !f.factored {
		panic(unfactored)
	}
	return linalg.Kron[T]{Factors: []linalg.Factor[T]{{A: f.qs}, {A: f.qa}}}
}

// AddSquares adds the squares of the rotated gradients of whole samples to Λ of EK-FAC. With one position
// per sample no gradient is formed: Σ_n (Q_Sᵀg)²·((Q_Aᵀa)²)ᵀ is a product of the squares.
func (f *Factors[T]) AddSquares(a, g linalg.Matrix[T], positions int) {
	n := samples(f.Layer, a, g, positions)
	if !f.factored {
		panic(unfactored)
	}
	if a.Rows > f.rows {
		panic(manyRows)
	}
	ra, rg := f.ra.Slice(0, 0, a.Rows, f.Layer.Cols()), f.rg.Slice(0, 0, g.Rows, f.Layer.Out)
	linalg.MatMul(f.p, ra, a, f.qa.Slice(0, 0, f.Layer.In, f.Layer.Cols()))
	if f.Layer.Bias {
		last := f.qa.Row(f.Layer.In)
		for i := 0; i < ra.Rows; i++ {
			kernels.Axpy(f.p, 1, last, ra.Row(i))
		}
	}
	linalg.MatMul(f.p, rg, g, f.qs)
	if positions == 1 {
		for i := 0; i < n; i++ {
			kernels.Hadamard(f.p, ra.Row(i), ra.Row(i), ra.Row(i))
			kernels.Hadamard(f.p, rg.Row(i), rg.Row(i), rg.Row(i))
		}
		linalg.MatMulAdd(f.p, f.lambda, kernels.Trans, kernels.NoTrans, 1, rg, ra, 1)
	} else {
		for i := 0; i < n; i++ {
			linalg.MatMulTN(f.p, f.one, rg.Slice(i*positions, 0, positions, rg.Cols), ra.Slice(i*positions, 0, positions, ra.Cols))
			kernels.SecondMoment(f.p, 1, 1, 1, f.one.Data, f.lambda.Data)
		}
	}
	f.nL += float64(n)
}

// KFAC returns the curvature S ⊗ A. Its basis is that of f; the values are its own.
func (f *Factors[T]) KFAC() Curvature[T] {
	b := f.Basis()
	d := make([]T, 0, f.Layer.Dim())
	for _, s := range f.ls {
		for _, a := range f.la {
			d = append(d, T(s*a))
		}
	}
	out, in := append([]T(nil), f.ls...), append([]T(nil), f.la...)
	return Curvature[T]{[]Block[T]{{Spectral: linalg.Spectral[T]{Basis: b, D: d}, Out: out, In: in}}}
}

// EKFAC returns the curvature with the eigenvalue correction: of all diagonals in this basis the one nearest to
// the mean of the samples' g·gᵀ. Its basis is that of f; the values are its own.
func (f *Factors[T]) EKFAC() Curvature[T] {
	b := f.Basis()
	d := append([]T(nil), f.lambda.Data...)
	if f.nL > 0 {
		for i, v := range d {
			d[i] = T(float64(v) / f.nL)
		}
	}
	return Curvature[T]{[]Block[T]{{Spectral: linalg.Spectral[T]{Basis: b, D: d}}}}
}
