//go:build !amd64 && !arm64

package kernels

// Only Portable exists here, so none of these is reached.

func elementSIMD[T Float](op elementOp, _ ISA, coef *AdamCoef[T], n int, a, b, c, d *T) {
	elementPortable(op, coef, n, a, b, c, d)
}

func expSIMD[T Float](_ ISA, n int, y, x *T) { expPortable(vector(y, n), vector(x, n)) }

func preconditionSquaresSIMD[T Float](_ ISA, c *AdamCoef[T], m, v []T, acc *[Lanes32]T) T {
	return preconditionSquaresPortable(c, m, v, acc)
}

func softmaxRowsSIMD[T Float](_ ISA, m, n int, a *T, lda int, b *T, ldb int) {
	softmaxRows(Portable, m, n, a, lda, b, ldb)
}

func rowMaxSIMD[T Float](_ ISA, x []T) T { return rowMaxPortable(x) }

func expSumSIMD[T Float](_ ISA, x, y []T, shift T, acc *[Lanes32]T) T {
	return expSumPortable(x, y, shift, acc)
}

func expSumRowsSIMD[T Float](_ ISA, m, n int, a *T, lda int, out *[2 * rowGroup]T) {
	expSumRows(Portable, m, n, a, lda, out)
}
