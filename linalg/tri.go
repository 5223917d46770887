package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Triangular solves, inverses and products.

// SolveTriangular computes B ← alpha·op(A)⁻¹·B (side = Left) or B ← alpha·B·op(A)⁻¹ (Right), op chosen by t, with the
// triangle uplo of the square matrix A, whose diagonal is taken as ones if diag = Unit; the other triangle is not read. B must
// not overlap A. It is backward stable row by row: (A+E)X = alpha·B with |E| ≤ n·eps·|A|. A zero on the diagonal is a
// *SingularError, and B is then unchanged.
func SolveTriangular[T kernels.Float](p *kernels.Pool, side kernels.Side, uplo kernels.Uplo, t kernels.Transpose, diag kernels.Diag, alpha T, a, b Matrix[T]) error {
	order := b.Rows
	if side == kernels.Right {
		order = b.Cols
	}
	if a.Rows != order || a.Cols != order {
		panic(badShape)
	}
	a.check()
	if diag == kernels.NonUnit {
		if err := regular("SolveTriangular", a); err != nil {
			return err
		}
	}
	kernels.Trsm(p, side, uplo, t, diag, b.Rows, b.Cols, alpha, a.Data, a.ld(), b.Data, b.ld())
	return nil
}

// InvertTriangular replaces the triangle uplo of the square matrix A by that of its inverse; the other triangle is neither read
// nor written, nor is the diagonal with diag = Unit. A zero on the diagonal is a *SingularError, and A is then unchanged.
//
// A is halved recursively: B₁₂ = −A₁₁⁻¹·A₁₂·A₂₂⁻¹ by two triangular solves, before the halves on the diagonal are
// inverted. |A·X − I| ≤ c·n·eps·|A|·|X| elementwise (Higham 2002, §14.2); n³/3 operations.
func InvertTriangular[T kernels.Float](p *kernels.Pool, uplo kernels.Uplo, diag kernels.Diag, a Matrix[T]) error {
	if uplo != kernels.Lower && uplo != kernels.Upper {
		panic(badUplo)
	}
	if diag != kernels.Unit && diag != kernels.NonUnit {
		panic(badDiag)
	}
	if a.Rows != a.Cols {
		panic(notSquare)
	}
	a.check()
	if diag == kernels.NonUnit {
		if err := regular("InvertTriangular", a); err != nil {
			return err
		}
	}
	invertTriangle(p, uplo, diag, a)
	return nil
}

func invertTriangle[T kernels.Float](p *kernels.Pool, uplo kernels.Uplo, diag kernels.Diag, a Matrix[T]) {
	n := a.Rows
	if n <= kernels.InverseLeaf {
		invertLeaf(uplo, diag, a)
		return
	}
	h := (n/2 + kernels.InverseLeaf - 1) / kernels.InverseLeaf * kernels.InverseLeaf
	a11, a22 := a.Slice(0, 0, h, h), a.Slice(h, h, n-h, n-h)
	off, left, right := a.Slice(0, h, h, n-h), a11, a22
	if uplo == kernels.Lower {
		off, left, right = a.Slice(h, 0, n-h, h), a22, a11
	}
	kernels.Trsm(p, kernels.Left, uplo, kernels.NoTrans, diag, off.Rows, off.Cols, -1, left.Data, left.ld(), off.Data, off.ld())
	kernels.Trsm(p, kernels.Right, uplo, kernels.NoTrans, diag, off.Rows, off.Cols, 1, right.Data, right.ld(), off.Data, off.ld())
	invertTriangle(p, uplo, diag, a11)
	invertTriangle(p, uplo, diag, a22)
}

// invertLeaf inverts a small triangle column by column: x_jj = 1/a_jj, then from the diagonal outwards
// x_ij = −(Σ_l a_il·x_lj)/a_ii, products and sums rounded, l from the diagonal of the column on.
func invertLeaf[T kernels.Float](uplo kernels.Uplo, diag kernels.Diag, a Matrix[T]) {
	n, ld := a.Rows, a.Stride
	// A lower triangle is an upper one with both indices counted from the end.
	first, step := 0, 1
	if uplo == kernels.Lower {
		first, step = n-1, -1
	}
	at := func(i, j int) int { return (first+i*step)*ld + first + j*step }
	// Columns from the last on: column j needs the elements of A in the columns before it, and its own.
	for j := n - 1; j >= 0; j-- {
		xjj := T(1)
		if diag == kernels.NonUnit {
			xjj = 1 / a.Data[at(j, j)]
		}
		for i := j - 1; i >= 0; i-- {
			s := T(a.Data[at(i, j)] * xjj)
			for l := j - 1; l > i; l-- {
				s += T(a.Data[at(i, l)] * a.Data[at(l, j)])
			}
			if diag == kernels.NonUnit {
				s /= a.Data[at(i, i)]
			}
			a.Data[at(i, j)] = -s
		}
		if diag == kernels.NonUnit {
			a.Data[at(j, j)] = xjj
		}
	}
}

// regular returns a *SingularError if the square block at the top left of a triangular factor has a zero on its diagonal.
func regular[T kernels.Float](op string, a Matrix[T]) error {
	for i := range min(a.Rows, a.Cols) {
		if a.Data[i*a.Stride+i] == 0 {
			return &SingularError{Op: op, Pivot: i}
		}
	}
	return nil
}

// logDiagonal returns the logarithm of the magnitude, and the sign, of 2^exp times the product of the diagonal of a, without
// overflow.
func logDiagonal[T kernels.Float](a Matrix[T], exp int) (log, sign float64) {
	f, sign := 1.0, 1.0
	for i := range a.Rows {
		x := float64(a.Data[i*a.Stride+i])
		if x < 0 {
			x, sign = -x, -sign
		}
		g, e := math.Frexp(x)
		f, exp = float64(f*g), exp+e
		if f < 0x1p-500 {
			g, e = math.Frexp(f)
			f, exp = g, exp+e
		}
	}
	return elem.Log(f) + float64(float64(exp)*math.Ln2), sign
}

// multiplyUUT replaces the upper triangle of a by that of U·Uᵀ, U the old one. Halved recursively: the first half is
// U₁₁U₁₁ᵀ + U₁₂U₁₂ᵀ, the block beside it U₁₂U₂₂ᵀ.
func multiplyUUT[T kernels.Float](p *kernels.Pool, a Matrix[T]) {
	n, ld := a.Rows, a.Stride
	if n <= kernels.InverseLeaf {
		for i := range n {
			for j := i; j < n; j++ {
				var s T
				for l := j; l < n; l++ {
					s += T(a.Data[i*ld+l] * a.Data[j*ld+l])
				}
				a.Data[i*ld+j] = s
			}
		}
		return
	}
	h := (n/2 + kernels.InverseLeaf - 1) / kernels.InverseLeaf * kernels.InverseLeaf
	a11, a12, a22 := a.Slice(0, 0, h, h), a.Slice(0, h, h, n-h), a.Slice(h, h, n-h, n-h)
	multiplyUUT(p, a11)
	Syrk(p, a11, kernels.Upper, kernels.NoTrans, 1, a12, 1)
	kernels.Trmm(p, kernels.Right, kernels.Upper, kernels.Trans, kernels.NonUnit, h, n-h, 1, a22.Data, ld, a12.Data, ld)
	multiplyUUT(p, a22)
}

// solveUT computes B ← U⁻ᵀ·B, U upper triangular: forward substitution on the rows of B.
func solveUT[T kernels.Float](p *kernels.Pool, u, b Matrix[T]) {
	kernels.Trsm(p, kernels.Left, kernels.Upper, kernels.Trans, kernels.NonUnit, u.Rows, b.Cols, 1, u.Data, u.ld(), b.Data, b.ld())
}

// solveU computes B ← U⁻¹·B, U upper triangular: backward substitution on the rows of B.
func solveU[T kernels.Float](p *kernels.Pool, u, b Matrix[T]) {
	kernels.Trsm(p, kernels.Left, kernels.Upper, kernels.NoTrans, kernels.NonUnit, u.Rows, b.Cols, 1, u.Data, u.ld(), b.Data, b.ld())
}

// solveRightU computes B ← B·U⁻¹, U upper triangular.
func solveRightU[T kernels.Float](p *kernels.Pool, b, u Matrix[T]) {
	kernels.Trsm(p, kernels.Right, kernels.Upper, kernels.NoTrans, kernels.NonUnit, b.Rows, u.Rows, 1, u.Data, u.ld(), b.Data, b.ld())
}

// mulUpper computes C = A·B of upper triangular matrices, zeros below the diagonal, in strips
// of rows: a third of the product of full matrices.
func mulUpper[T kernels.Float](p *kernels.Pool, c, a, b Matrix[T]) {
	n := a.Rows
	for i := 0; i < n; i += kernels.TriStrip {
		h := min(kernels.TriStrip, n-i)
		for r := i; r < i+h; r++ {
			clear(a.Row(r)[:r])
			clear(c.Row(r)[:i])
		}
		MatMul(p, c.Slice(i, i, h, n-i), a.Slice(i, i, h, n-i), b.Slice(i, i, n-i, n-i))
	}
}
