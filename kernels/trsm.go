package kernels

// Trsm solves, in place,
//
//	op(A)·X = alpha·B   (side = Left,  A m×m)
//	X·op(A) = alpha·B   (side = Right, A n×n)
//
// with triangular A, of which only the triangle uplo is read, and its diagonal not if diag =
// Unit; X replaces the m×n B, which must not share memory with A. op(A) is A or its transpose by t.
// alpha = 0 sets B to +0 and reads nothing. A is not tested for singularity: a zero on the diagonal gives
// Inf or NaN.
//
// Order: B = alpha·B is rounded first unless alpha = 1. op(A) is halved at multiples of 8, recursively,
// while it is larger than 8: solve one half, subtract its product from the other as Gemm does with
// alpha = −1 and beta = 1, solve the other. In a block of at most 8, index i becomes
// (b_i − Σ a_ij·x_j)/a_ii with the sum over the block's indices solved before, as a chain of ascending index from
// +0, subtracted by one fma, then divided by the diagonal.
//
// It panics as Gemm does.
func Trsm[T Float](p *Pool, side Side, uplo Uplo, t Transpose, diag Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	runTriangle(p, true, side, uplo, t, diag, m, n, alpha, a, lda, b, ldb)
}
