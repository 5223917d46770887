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
// Order: B = alpha·B is rounded first unless alpha = 1. op(A) is halved at multiples of 16, recursively, while it is larger
// than 128: the diagonal block of the half whose results nobody else needs goes first, then its product with the other half is
// added as Gemm adds it (beta = 1), then the other half follows. A block of at most 128 goes in leaves of 16, in the same direction: index k after index k of
// the leaf, the one with most dependents last, b_i = fma(a_ik, b_k, b_i) for the others and b_k = a_kk·b_k; then the product with all of the rest of the block that
// the leaf depends on is added.
//
// It panics as Gemm does.
func Trmm[T Float](p *Pool, side Side, uplo Uplo, t Transpose, diag Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	runTriangle(p, false, side, uplo, t, diag, m, n, alpha, a, lda, b, ldb)
}
