package kernels

// Syrk computes one triangle of
//
//	C = alpha·op(A)·op(A)ᵀ + beta·C
//
// with op(A) n×k and C n×n: t = NoTrans takes A as n×k (C = A·Aᵀ), Trans takes it as k×n
// (C = Aᵀ·A). Only the triangle uplo of C, diagonal included, is read and written. C must not
// share memory with A. The result is the triangle of Gemm bit for bit; the other triangle
// is a copy away (the product is symmetric in exact bits, since fma(a, b, c) = fma(b, a, c)).
//
// An exponential moving average of G·Gᵀ is Syrk with alpha = 1−β, beta = β.
//
// It panics as Gemm does.
func Syrk[T Float](p *Pool, uplo Uplo, t Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) {
	rows, cols := checkSyrk(uplo, t, n, k, lda, ldc)
	if n == 0 {
		return
	}
	if short(len(a), rows, cols, lda) {
		panic(shortA)
	}
	if short(len(c), n, n, ldc) {
		panic(shortC)
	}
	if overlaps2(c, n, n, ldc, a, rows, cols, lda) {
		panic(overlap)
	}
	if alpha != 0 {
		raceReadMat(rows, cols, a, lda)
	}
	raceWriteTri(uplo, n, c, ldc)
	ra, ca := lda, 1
	if t == Trans {
		ra, ca = 1, lda
	}
	multiplyTriangle(p, uplo, n, k, alpha, a, ra, ca, a, ca, ra, beta, c, ldc)
}

// checkSyrk checks flags and sizes of Syrk and Syr2k and returns the stored shape of A.
func checkSyrk(uplo Uplo, t Transpose, n, k, lda, ldc int) (rows, cols int) {
	if uplo != Upper && uplo != Lower {
		panic(badUplo)
	}
	if t != NoTrans && t != Trans {
		panic(badTranspose)
	}
	if n < 0 || k < 0 {
		panic(negDim)
	}
	rows, cols = n, k
	if t == Trans {
		rows, cols = k, n
	}
	if lda < max(1, cols) {
		panic(badLdA)
	}
	if ldc < max(1, n) {
		panic(badLdC)
	}
	return rows, cols
}

// multiplyTriangle computes a triangle of the n×n product of an n×k and a k×n operand given by
// their strides.
func multiplyTriangle[T Float](p *Pool, uplo Uplo, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	if alpha == 0 || k == 0 {
		for i := 0; i < n; i++ {
			lo, hi := region{uplo: uplo}.columns(i, i+1, n)
			scaleBlock(1, hi-lo, beta, c[i*ldc+lo:], ldc)
		}
		return
	}
	multiplyRegion(p, region{uplo: uplo}, n, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
}
