package kernels

// Trmm computes, in place,
//
//	B = alpha·op(A)·B   (side = Left,  A m×m)
//	B = alpha·B·op(A)   (side = Right, A n×n)
//
// with triangular A, of which only the triangle uplo is read, and its diagonal not if diag =
// Unit. op(A) is A or its transpose by t; B is m×n and must not share memory with A. alpha = 0
// sets B to +0 and reads nothing.
//
// Order: op(A) is halved at multiples of 8, recursively, while it is larger than 8. The
// diagonal block of the half whose results nobody else needs goes first, then its product with the other half is
// added as Gemm adds it (b = fma(alpha, acc, 1·b)), then the other half follows. In a block of at most 8, index i
// of B becomes Gemm's alpha·Σ over the block's stored elements, ascending; with a unit diagonal
// b_i = alpha·b_i is rounded first and the others are added by Gemm with beta = 1.
//
// It panics as Gemm does.
func Trmm[T Float](p *Pool, side Side, uplo Uplo, t Transpose, diag Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	runTriangle(p, false, side, uplo, t, diag, m, n, alpha, a, lda, b, ldb)
}
