package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Triangular solves by halving: the two halves are coupled by one matrix product, and what is left
// at the end are triangles of kernels.TriLeaf. Diagonals enter as rounded reciprocals.

// triHalf is where the recursions on triangles cut n: a multiple of the leaf near the middle.
func triHalf(n int) int {
	return (n/2 + kernels.TriLeaf - 1) / kernels.TriLeaf * kernels.TriLeaf
}

// solveUT computes B ← U⁻ᵀ·B, U upper triangular: forward substitution on the rows of B.
func solveUT[T kernels.Float](p *kernels.Pool, u, b Matrix[T]) {
	n := u.Rows
	if n <= kernels.TriLeaf {
		for i := 0; i < n; i++ {
			bi := b.Row(i)
			for r := 0; r < i; r++ {
				kernels.Axpy(p, -u.Data[r*u.Stride+i], b.Row(r), bi)
			}
			kernels.Scal(p, 1/u.Data[i*u.Stride+i], bi)
		}
		return
	}
	h := triHalf(n)
	b1, b2 := b.Slice(0, 0, h, b.Cols), b.Slice(h, 0, n-h, b.Cols)
	solveUT(p, u.Slice(0, 0, h, h), b1)
	MatMulAdd(p, b2, kernels.Trans, kernels.NoTrans, -1, u.Slice(0, h, h, n-h), b1, 1)
	solveUT(p, u.Slice(h, h, n-h, n-h), b2)
}

// solveU computes B ← U⁻¹·B, U upper triangular: backward substitution on the rows of B.
func solveU[T kernels.Float](p *kernels.Pool, u, b Matrix[T]) {
	n := u.Rows
	if n <= kernels.TriLeaf {
		for i := n - 1; i >= 0; i-- {
			bi := b.Row(i)
			for r := n - 1; r > i; r-- {
				kernels.Axpy(p, -u.Data[i*u.Stride+r], b.Row(r), bi)
			}
			kernels.Scal(p, 1/u.Data[i*u.Stride+i], bi)
		}
		return
	}
	h := triHalf(n)
	b1, b2 := b.Slice(0, 0, h, b.Cols), b.Slice(h, 0, n-h, b.Cols)
	solveU(p, u.Slice(h, h, n-h, n-h), b2)
	MatMulAdd(p, b1, kernels.NoTrans, kernels.NoTrans, -1, u.Slice(0, h, h, n-h), b2, 1)
	solveU(p, u.Slice(0, 0, h, h), b1)
}

// triStrip is the number of columns that solveRightU transposes at a time. It moves a rounding
// only through the cut of solveUT, so it is a multiple of every half.
const triStrip = 8 * kernels.TriLeaf

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
