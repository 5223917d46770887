package linalg

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// PolarMethod chooses the polynomials of a polar iteration X ← X·(a·I + b·G + c·G²), G = XᵀX.
type PolarMethod uint8

const (
	// PolarExpress takes the minimax polynomials of Amsel, Persson, Musco and Gower (2025) for singular values in
	// [1e-3, 1], one after the other, and then (15/8, −10/8, 3/8), whose convergence is cubic. The default.
	PolarExpress PolarMethod = iota
	// PolarNewtonSchulz takes (15/8, −10/8, 3/8) at every step: monotone, and slower for small singular
	// values, which grow by 15/8 a step.
	PolarNewtonSchulz
	// PolarFixed takes (3.4445, −4.7750, 2.0315) at every step: it brings singular values near 1 within a
	// few products (about 0.7 … 1.2) and does not converge (Jordan et al. 2024, Muon).
	PolarFixed
)

// expressSteps are the polynomials of PolarExpress.
var expressSteps = [...][3]float64{
	{8.28721201814563, -23.595886519098837, 17.300387312530933},
	{4.107059111542203, -2.9478499167379106, 0.5448431082926601},
	{3.9486908534822946, -2.908902115962949, 0.5518191394370137},
	{3.3184196573706015, -2.488488024314874, 0.51004894012372},
	{2.300652019954817, -1.6689039845747493, 0.4188073119525673},
	{1.891301407787398, -1.2679958271945868, 0.37680408948524835},
	{1.8750014808534479, -1.2500016453999487, 0.3750001645474248},
}

// PolarResult reports a polar iteration.
type PolarResult struct {
	Residual   float64 // max|XᵀX − I| of what was returned (of XXᵀ for a wide matrix)
	Iterations int
	Converged  bool // Residual ≤ the tolerance
}

// Polar computes the orthogonal polar factor of an m×n matrix A = U·H, the matrix with orthonormal columns
// (rows, if m < n) nearest to A: V·Wᵀ for A = V·Σ·Wᵀ. It uses products only, on the smaller Gram matrix: 2·m·n·k for
// k = min(m, n) to multiply, half of that for the Gram matrix, and k³ for its square, in each step.
type Polar[T kernels.Float] struct {
	pool    *kernels.Pool
	m, n, k int
	x, y    Matrix[T] // the iterate and the next one
	best    Matrix[T]
	g, g2   Matrix[T]
}

// NewPolar returns a solver for m×n matrices.
func NewPolar[T kernels.Float](m, n int, opts ...Option) *Polar[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	k := min(m, n)
	return &Polar[T]{
		pool: gather(opts).pool, m: m, n: n, k: k, x: paddedMatrix[T](m, n), y: paddedMatrix[T](m, n), best: paddedMatrix[T](m, n),
		g: paddedMatrix[T](k, k), g2: paddedMatrix[T](k, k),
	}
}

// PolarBytes returns the memory of a solver for m×n matrices.
func PolarBytes[T kernels.Float](m, n int) int64 {
	var z T
	k := min(m, n)
	return (3*int64(m)*int64(padded[T](n)) + 2*int64(k)*int64(padded[T](k))) * int64(unsafe.Sizeof(z))
}

// PolarError says that an iteration came nowhere near an orthogonal factor.
type PolarError struct{ Residual float64 }

func (e *PolarError) Error() string {
	return fmt.Sprintf("linalg: Polar: residual %.3g; the matrix is zero or its rank is deficient: use QR or the eigenvalues", e.Residual)
}

// Compute sets dst to the polar factor of a; both are m×n and dst may be a. It starts from a/‖a‖_F and makes at most steps
// steps, fewer if max|XᵀX − I| ≤ tol before; 0 stands for tol = 4·√k·eps and steps = 40, and for 5 steps of PolarFixed.
// The iterate with the least residual is returned, for PolarFixed the last one.
//
// NaN or Inf in a is a *NotFiniteError, a zero matrix a *PolarError; dst is then unchanged. A matrix of deficient rank is no
// error: its zero singular values stay zero, and the result has Converged = false and a residual near 1.
func (s *Polar[T]) Compute(dst, a Matrix[T], method PolarMethod, tol float64, steps int) (PolarResult, error) {
	if a.Rows != s.m || a.Cols != s.n || dst.Rows != s.m || dst.Cols != s.n {
		panic(badShape)
	}
	if method > PolarFixed || !(tol >= 0) || steps < 0 {
		panic(badPolar)
	}
	a.check()
	dst.check()
	if err := finite(s.pool, "Polar", a, false); err != nil {
		return PolarResult{}, err
	}
	if s.k == 0 {
		return PolarResult{Converged: true}, nil
	}
	if tol == 0 {
		tol = 4 * math.Sqrt(float64(s.k)) * epsilon[T]()
	}
	if steps == 0 {
		steps = 40
		if method == PolarFixed {
			steps = 5
		}
	}
	if err := s.start(a); err != nil {
		return PolarResult{}, err
	}
	res := PolarResult{Residual: math.Inf(1)}
	out := s.best
	for {
		s.gram()
		e := distance(s.g)
		if method == PolarFixed {
			out, res.Residual = s.x, e
		} else if e < res.Residual {
			res.Residual = e
			Copy(s.best, s.x)
		}
		if e <= tol && method != PolarFixed || res.Iterations >= steps || e != e {
			break
		}
		s.step(method, res.Iterations)
		res.Iterations++
	}
	if !(res.Residual < math.Inf(1)) {
		return res, &PolarError{Residual: res.Residual}
	}
	res.Converged = res.Residual <= tol
	Copy(dst, out)
	return res, nil
}

// start sets x = a/‖a‖_F, without overflow.
func (s *Polar[T]) start(a Matrix[T]) error {
	scale := scaleFor(maxAbs(s.pool, a, false))
	kernels.Omatcopy(s.pool, kernels.NoTrans, s.m, s.n, scale, a.Data, a.ld(), s.x.Data, s.x.ld())
	norm := FrobeniusNorm(s.pool, s.x)
	if norm == 0 {
		return &PolarError{Residual: 1}
	}
	inv := T(1 / norm)
	for i := 0; i < s.m; i++ {
		kernels.Scal(s.pool, inv, s.x.Row(i))
	}
	return nil
}

// gram sets g to the smaller Gram matrix of x.
func (s *Polar[T]) gram() {
	t := kernels.Trans
	if s.m < s.n {
		t = kernels.NoTrans
	}
	Gram(s.pool, s.g, t, 1, s.x, 0)
}

// step replaces x by x·(a·I + b·G + c·G²), or (…)·x for a wide matrix.
func (s *Polar[T]) step(method PolarMethod, i int) {
	c := [3]float64{1.875, -1.25, 0.375}
	switch {
	case method == PolarFixed:
		c = [3]float64{3.4445, -4.7750, 2.0315}
	case method == PolarExpress && i < len(expressSteps):
		c = expressSteps[i]
	}
	copyLower(s.g2, s.g)
	// c·G² + b·G, symmetric, then + a·I.
	Gram(s.pool, s.g2, kernels.NoTrans, T(c[2]), s.g, T(c[1]))
	addDiagonal(s.g2, T(c[0]))
	if s.m < s.n {
		MatMul(s.pool, s.y, s.g2, s.x)
	} else {
		MatMul(s.pool, s.y, s.x, s.g2)
	}
	s.x, s.y = s.y, s.x
}
