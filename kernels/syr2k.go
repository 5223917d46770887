package kernels

// Syr2k computes one triangle of
//
//	C = alpha·op(A)·op(B)ᵀ + alpha·op(B)·op(A)ᵀ + beta·C
//
// with op(A) and op(B) n×k: t = NoTrans takes them as n×k, Trans as k×n. Only the triangle uplo of
// C is read and written. C must not share memory with A or B.
//
// Order: the triangle of Gemm's alpha·op(A)·op(B)ᵀ + beta·C, then that of
// alpha·op(B)·op(A)ᵀ + 1·C, bit for bit. It panics as Gemm does.
func Syr2k[T Float](p *Pool, uplo Uplo, t Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	rows, cols := checkSyrk(uplo, t, n, k, lda, ldc)
	if ldb < max(1, cols) {
		panic(badLdB)
	}
	if n == 0 {
		return
	}
	if short(len(a), rows, cols, lda) {
		panic(shortA)
	}
	if short(len(b), rows, cols, ldb) {
		panic(shortB)
	}
	if short(len(c), n, n, ldc) {
		panic(shortC)
	}
	if overlaps2(c, n, n, ldc, a, rows, cols, lda) || overlaps2(c, n, n, ldc, b, rows, cols, ldb) {
		panic(overlap)
	}
	if alpha != 0 {
		raceReadMat(rows, cols, a, lda)
		raceReadMat(rows, cols, b, ldb)
	}
	raceWriteTri(uplo, n, c, ldc)
	ra, ca, rb, cb := lda, 1, ldb, 1
	if t == Trans {
		ra, ca, rb, cb = 1, lda, 1, ldb
	}
	multiplyTriangle(p, uplo, n, k, alpha, a, ra, ca, b, cb, rb, beta, c, ldc)
	if alpha != 0 && k != 0 {
		multiplyTriangle(p, uplo, n, k, alpha, b, rb, cb, a, ca, ra, 1, c, ldc)
	}
}
