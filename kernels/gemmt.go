package kernels

// Gemmt computes one triangle of C = alpha·op(A)·op(B) + beta·C with op(A) n×k, op(B) k×n and C n×n: for products that are known to be symmetric. Only the
// triangle uplo of C, diagonal included, is read and written; it is that of Gemm bit for bit. C must share memory with neither A nor B. It panics as Gemm does, and if uplo is neither Upper nor Lower.
//
// A rank-2k update −V·Wᵀ − W·Vᵀ is one such product, [V W]·[W V]ᵀ, and passes over C once, where Syr2k does so twice.
func Gemmt[T Float](p *Pool, uplo Uplo, tA, tB Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	if uplo != Upper && uplo != Lower {
		panic(badUplo)
	}
	checkGemm(tA, tB, n, n, k, lda, ldb, ldc)
	if n == 0 {
		return
	}
	ra, ca, rowsA, colsA := stored(tA, n, k, lda)
	rb, cb, rowsB, colsB := stored(tB, k, n, ldb)
	switch {
	case short(len(a), rowsA, colsA, lda):
		panic(shortA)
	case short(len(b), rowsB, colsB, ldb):
		panic(shortB)
	case short(len(c), n, n, ldc):
		panic(shortC)
	}
	if overlaps2(c, n, n, ldc, a, rowsA, colsA, lda) || overlaps2(c, n, n, ldc, b, rowsB, colsB, ldb) {
		panic(overlap)
	}
	if alpha != 0 {
		raceReadMat(rowsA, colsA, a, lda)
		raceReadMat(rowsB, colsB, b, ldb)
	}
	raceWriteTri(uplo, n, c, ldc)
	multiplyTriangle(p, uplo, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
}
