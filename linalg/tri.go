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
