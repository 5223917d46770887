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
// Order: B = alpha·B is rounded first unless alpha = 1. op(A) is halved at multiples of 16, recursively,
// while it is larger than 128: solve one half, subtract its product from the other as Gemm does with
// alpha = −1 and beta = 1, solve the other. A block of at most 128 is solved in leaves of 16, cut at multiples of 16 from its first
// index on: subtract from the leaf its product with all of the block that was solved before, as Gemm does, then, index k after
// index k of the leaf, x_k = b_k·(1/a_kk), the reciprocal rounded, and b_i = fma(−a_ik, x_k, b_i) for the others. Multiplying by the
// reciprocal makes x_k wrong by one and a half units in the last place instead of a half, and the error of the whole no larger than
// its bound, (A+E)·X = alpha·B with |E| ≤ (n+2)·eps·|A|. A reciprocal overflows for |a_kk| below 2^-128 (2^-1024).
//
// It panics as Gemm does.
func Trsm[T Float](p *Pool, side Side, uplo Uplo, t Transpose, diag Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	runTriangle(p, true, side, uplo, t, diag, m, n, alpha, a, lda, b, ldb)
}
