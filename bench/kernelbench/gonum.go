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

// singles and doubles are x as what it is; nil for the other type.
func singles[T kernels.Float](x []T) []float32 { y, _ := any(x).([]float32); return y }
func doubles[T kernels.Float](x []T) []float64 { y, _ := any(x).([]float64); return y }

// gonumGemm is the product with the scalars of the rows.
func gonumGemm[T kernels.Float](tA, tB kernels.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) func() {
	var g gonum.Implementation
	ta, tb := gonumTranspose(tA), gonumTranspose(tB)
	return byType[T](
		func() { g.Sgemm(ta, tb, m, n, k, alpha, singles(a), lda, singles(b), ldb, beta, singles(c), ldc) },
		func() { g.Dgemm(ta, tb, m, n, k, alpha, doubles(a), lda, doubles(b), ldb, beta, doubles(c), ldc) })
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
	return byType[T](
		func() { g.Sger(m, n, float32(alpha), singles(x), 1, singles(y), 1, singles(a), lda) },
		func() { g.Dger(m, n, float64(alpha), doubles(x), 1, doubles(y), 1, doubles(a), lda) })
}

func gonumSyr2[T kernels.Float](uplo kernels.Uplo, n int, alpha T, x, y, a []T, lda int) func() {
	var g gonum.Implementation
	u := gonumUplo(uplo)
	return byType[T](
		func() { g.Ssyr2(u, n, float32(alpha), singles(x), 1, singles(y), 1, singles(a), lda) },
		func() { g.Dsyr2(u, n, float64(alpha), doubles(x), 1, doubles(y), 1, doubles(a), lda) })
}
