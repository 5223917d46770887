package kernelbench

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// The work of rows by gonum, whose functions have a name for each type.

func gonumTranspose(t kernels.Transpose) blas.Transpose {
	if t == kernels.Trans {
		return blas.Trans
	}
	return blas.NoTrans
}

func gonumSide(s kernels.Side) blas.Side {
	if s == kernels.Left {
		return blas.Left
	}
	return blas.Right
}

func gonumUplo(u kernels.Uplo) blas.Uplo {
	if u == kernels.Lower {
		return blas.Lower
	}
	return blas.Upper
}

// byType returns what it is given for T: of float32 or float64.
func byType[T kernels.Float, F any](single, double F) F {
	if typeName[T]() == "float32" {
		return single
	}
	return double
}

// both returns x as what it is, and nil for the other type; so do singles and doubles.
func both[T kernels.Float](x [][]T) (s [][]float32, d [][]float64) {
	s, _ = any(x).([][]float32)
	d, _ = any(x).([][]float64)
	return s, d
}

func singles[T kernels.Float](x []T) []float32 { y, _ := any(x).([]float32); return y }
func doubles[T kernels.Float](x []T) []float64 { y, _ := any(x).([]float64); return y }

// gonumGemm is the product with the scalars of the rows.
func gonumGemm[T kernels.Float](tA, tB kernels.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) func() {
	var g gonum.Implementation
	ta, tb := gonumTranspose(tA), gonumTranspose(tB)
	s, d := both([][]T{a, b, c})
	return byType[T](
		func() { g.Sgemm(ta, tb, m, n, k, alpha, s[0], lda, s[1], ldb, beta, s[2], ldc) },
		func() { g.Dgemm(ta, tb, m, n, k, alpha, d[0], lda, d[1], ldb, beta, d[2], ldc) })
}

func gonumSyrk[T kernels.Float](uplo kernels.Uplo, t kernels.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) func() {
	var g gonum.Implementation
	u, tr := gonumUplo(uplo), gonumTranspose(t)
	return byType[T](
		func() { g.Ssyrk(u, tr, n, k, float32(alpha), singles(a), lda, float32(beta), singles(c), ldc) },
		func() { g.Dsyrk(u, tr, n, k, float64(alpha), doubles(a), lda, float64(beta), doubles(c), ldc) })
}

func gonumSyr2k[T kernels.Float](uplo kernels.Uplo, t kernels.Transpose, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) func() {
	var g gonum.Implementation
	u, tr := gonumUplo(uplo), gonumTranspose(t)
	return byType[T](
		func() { g.Ssyr2k(u, tr, n, k, alpha, singles(a), lda, singles(b), ldb, beta, singles(c), ldc) },
		func() { g.Dsyr2k(u, tr, n, k, alpha, doubles(a), lda, doubles(b), ldb, beta, doubles(c), ldc) })
}

func gonumSymm[T kernels.Float](side kernels.Side, uplo kernels.Uplo, m, n int, a []T, lda int, b []T, ldb int, c []T, ldc int) func() {
	var g gonum.Implementation
	s, u := gonumSide(side), gonumUplo(uplo)
	return byType[T](
		func() { g.Ssymm(s, u, m, n, alpha, singles(a), lda, singles(b), ldb, beta, singles(c), ldc) },
		func() { g.Dsymm(s, u, m, n, alpha, doubles(a), lda, doubles(b), ldb, beta, doubles(c), ldc) })
}

// gonumTriangular is Trmm, or Trsm if solve is set, with a diagonal of its own and α = 1.
func gonumTriangular[T kernels.Float](solve bool, side kernels.Side, uplo kernels.Uplo, t kernels.Transpose, m, n int, a []T, lda int, b []T, ldb int) func() {
	var g gonum.Implementation
	s, u, tr := gonumSide(side), gonumUplo(uplo), gonumTranspose(t)
	single, double := g.Strmm, g.Dtrmm
	if solve {
		single, double = g.Strsm, g.Dtrsm
	}
	return byType[T](
		func() { single(s, u, tr, blas.NonUnit, m, n, 1, singles(a), lda, singles(b), ldb) },
		func() { double(s, u, tr, blas.NonUnit, m, n, 1, doubles(a), lda, doubles(b), ldb) })
}

func gonumGer[T kernels.Float](m, n int, alpha T, x, y, a []T, lda int) func() {
	var g gonum.Implementation
	s, d := both([][]T{x, y, a})
	return byType[T](
		func() { g.Sger(m, n, float32(alpha), s[0], 1, s[1], 1, s[2], lda) },
		func() { g.Dger(m, n, float64(alpha), d[0], 1, d[1], 1, d[2], lda) })
}

func gonumSyr2[T kernels.Float](uplo kernels.Uplo, n int, alpha T, x, y, a []T, lda int) func() {
	var g gonum.Implementation
	s, d := both([][]T{x, y, a})
	u := gonumUplo(uplo)
	return byType[T](
		func() { g.Ssyr2(u, n, float32(alpha), s[0], 1, s[1], 1, s[2], lda) },
		func() { g.Dsyr2(u, n, float64(alpha), d[0], 1, d[1], 1, d[2], lda) })
}

// gonumMatvec is a row of matvecRows.
func gonumMatvec[T kernels.Float](kind string, n int, a, x, y []T) func() {
	var g gonum.Implementation
	s, d := both([][]T{a, x, y})
	tr, uplo := blas.Transpose(kind[5]), blas.Uplo(kind[5])
	if kind[0] == 'g' {
		return byType[T](
			func() { g.Sgemv(tr, n, n, 1.5, s[0], n, s[1], 1, 0.5, s[2], 1) },
			func() { g.Dgemv(tr, n, n, 1.5, d[0], n, d[1], 1, 0.5, d[2], 1) })
	}
	return byType[T](
		func() { g.Ssymv(uplo, n, 1.5, s[0], n, s[1], 1, 0.5, s[2], 1) },
		func() { g.Dsymv(uplo, n, 1.5, d[0], n, d[1], 1, 0.5, d[2], 1) })
}
