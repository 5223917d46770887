package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Triangular solves and products as the factorizations need them.

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
