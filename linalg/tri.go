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

// triStrip is the number of columns that solveRightU transposes at a time.
const triStrip = kernels.TriStrip

// stripLen is the length of the strip that solveRightU needs.
func stripLen[T kernels.Float](m, n int) int { return min(triStrip, n) * padded[T](m) }

// solveRightU computes B ← B·U⁻¹, U upper triangular. Columns of B combine there, and a row-major
// matrix has them apart; so strips of columns are transposed, solved by solveUT, and
// transposed back.
func solveRightU[T kernels.Float](p *kernels.Pool, b, u Matrix[T], strip []T) {
	m, n := b.Rows, b.Cols
	if m == 0 {
		return
	}
	ld := padded[T](m)
	for j := 0; j < n; j += triStrip {
		w := min(triStrip, n-j)
		bj := b.Slice(0, j, m, w)
		if j > 0 {
			MatMulAdd(p, bj, kernels.NoTrans, kernels.NoTrans, -1, b.Slice(0, 0, m, j), u.Slice(0, j, j, w), 1)
		}
		x := Matrix[T]{Rows: w, Cols: m, Stride: ld, Data: strip[:w*ld]}
		TransposeTo(p, x, bj)
		solveUT(p, u.Slice(j, j, w, w), x)
		TransposeTo(p, bj, x)
	}
}

// mulUpper computes C = A·B of upper triangular matrices, zeros below the diagonal, in strips
// of rows: a third of the product of full matrices.
func mulUpper[T kernels.Float](p *kernels.Pool, c, a, b Matrix[T]) {
	n := a.Rows
	for i := 0; i < n; i += triStrip {
		h := min(triStrip, n-i)
		for r := i; r < i+h; r++ {
			clear(a.Row(r)[:r])
			clear(c.Row(r)[:i])
		}
		MatMul(p, c.Slice(i, i, h, n-i), a.Slice(i, i, h, n-i), b.Slice(i, i, n-i, n-i))
	}
}
