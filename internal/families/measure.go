package families

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Errors are those of an eigen-decomposition A ≈ QΛQᵀ, in units of n times eps of the type it was made in. All are zero where
// nothing is wrong, and good up to 1.
type Errors struct {
	// Residual is ‖AQ − QΛ‖_F/‖A‖_F.
	Residual float64
	// Orthogonality is ‖QᵀQ − I‖_F.
	Orthogonality float64
	// Values bounds the error of every eigenvalue, in units of ‖A‖₂: there is a numbering of the exact ones with
	// |λ_i − Λ_i| ≤ ‖AQ − QΛ‖₂/σ_min(Q) (Cao, Xie and Li 1996, after Kahan 1967). So no arithmetic of higher precision is needed to
	// know them, and the measured residual includes its own rounding errors.
	Values float64
}

// Worst returns the largest of the three.
func (e Errors) Worst() float64 { return max(e.Residual, e.Orthogonality, e.Values) }

// Max returns the larger ones of both.
func (e Errors) Max(f Errors) Errors {
	return Errors{max(e.Residual, f.Residual), max(e.Orthogonality, f.Orthogonality), max(e.Values, f.Values)}
}

// Measure measures a decomposition of the n×n matrix a, of which it reads the lower triangle, in float64 after scaling a to about 1. Column i of q
// belongs to values[i]. If the largest eigenvalue is subnormal in a type whose least normal number is smallest, values carry few digits, and
// the orthogonality alone counts.
func Measure(n int, a, values, q []float64, eps, smallest float64) Errors {
	if n == 0 {
		return Errors{}
	}
	big, norm2 := 0.0, 0.0
	for i := range n {
		big = max(big, kernels.MaxAbs(nil, a[i*n:i*n+i+1]))
		norm2 = max(norm2, math.Abs(values[i]))
	}
	_, exp := math.Frexp(big)
	scaled, lambda := make([]float64, n*n), make([]float64, n)
	for i := range n {
		lambda[i] = math.Ldexp(values[i], -exp)
		for j := range i + 1 {
			scaled[i*n+j] = math.Ldexp(a[i*n+j], -exp)
		}
	}
	mirror(n, scaled)
	// Row i of r is that of AQ − QΛ.
	r := make([]float64, n*n)
	kernels.Gemm(nil, kernels.NoTrans, kernels.NoTrans, n, n, n, 1, scaled, n, q, n, 0, r, n)
	for i := range n {
		for j, l := range lambda {
			r[i*n+j] = math.FMA(-q[i*n+j], l, r[i*n+j])
		}
	}
	limit := float64(n) * eps
	residual, norm := kernels.Nrm2(nil, r), kernels.Nrm2(nil, scaled)
	above := normAbove(n, r)
	// QᵀQ − I. The diagonal in lanes: the chain of a product would blur 1 − ‖q‖² by more than the solver does.
	qt := scaled
	kernels.Omatcopy(nil, kernels.Trans, n, n, 1, q, n, qt, n)
	kernels.Gemm(nil, kernels.NoTrans, kernels.NoTrans, n, n, n, 1, qt, n, q, n, 0, r, n)
	for i := range n {
		r[i*n+i] = kernels.SumSquares(nil, qt[i*n:i*n+n]) - 1
	}
	orth := kernels.Nrm2(nil, r)
	e := Errors{Orthogonality: orth / limit}
	switch {
	case norm2 > 0 && norm2 < smallest:
	case norm == 0:
		e.Residual, e.Values = residual, residual
	default:
		e.Residual = residual / norm / limit
		e.Values = above / math.Sqrt(max(0, 1-orth)) / math.Ldexp(norm2, -exp) / limit
	}
	if math.IsNaN(orth) || math.IsNaN(residual) {
		return Errors{math.NaN(), math.NaN(), math.NaN()}
	}
	return e
}

// normAbove returns an upper bound of ‖R‖₂, too large by at most a factor n^(1/8), or n^(1/32) for small n: the Schatten norm (Σ σ_i^p)^(1/p), p = 8 or
// 32, which takes squarings of RᵀR.
func normAbove(n int, r []float64) float64 {
	squarings := 1
	if n < 300 {
		squarings = 3
	}
	g, h := make([]float64, n*n), make([]float64, n*n)
	f := kernels.Nrm2(nil, r)
	if f == 0 || f-f != 0 {
		return f
	}
	// Scaled to norm 1 at every step: high powers of rounding errors would vanish.
	for i, v := range r {
		h[i] = v / f
	}
	kernels.Gemm(nil, kernels.Trans, kernels.NoTrans, n, n, n, 1, h, n, h, n, 0, g, n)
	norm, root := f, 0.5
	for range squarings {
		f := kernels.Nrm2(nil, g)
		norm *= math.Pow(f, root)
		root /= 2
		kernels.Scal(nil, 1/f, g)
		kernels.Gemm(nil, kernels.NoTrans, kernels.NoTrans, n, n, n, 1, g, n, g, n, 0, h, n)
		g, h = h, g
	}
	return norm * math.Pow(kernels.Nrm2(nil, g), root)
}
