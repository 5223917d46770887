package peers

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// named prefixes the letter of the type: "s" or "d".
func named[T kernels.Float](name string) string {
	var z T
	if _, ok := any(z).(float32); ok {
		return "s" + name
	}
	return "d" + name
}

// A row-major matrix is the column-major transpose: operands change places, triangles and sides flip.

func flipTranspose(t kernels.Transpose) byte {
	if t == kernels.Trans {
		return 'N'
	}
	return 'T'
}

func flipUplo(u kernels.Uplo) byte {
	if u == kernels.Lower {
		return 'U'
	}
	return 'L'
}

func flipSide(s kernels.Side) byte {
	if s == kernels.Left {
		return 'R'
	}
	return 'L'
}

// SmallProduct is the largest m·n·k for which libxsmm generates code.
const SmallProduct = 64 * 64 * 64

// Gemm is C = α·op(A)·op(B) + β·C, as kernels.Gemm. libxsmm generates code for small products with α = 1 and β = 0 or 1 whose B is not transposed;
// the rest it would pass on to a BLAS.
func Gemm[T kernels.Float](l *Library, tA, tB kernels.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) *Call {
	if l.Name == "libxsmm" && (m*n*k > SmallProduct || alpha != 1 || beta != 0 && beta != 1 || tB == kernels.Trans) {
		return nil
	}
	return l.newCall(named[T]("gemm"), byte(tB), byte(tA), n, m, k, alpha, b, ldb, a, lda, beta, c, ldc)
}

// Syrk is C = α·op(A)·op(A)ᵀ + β·C on one triangle, as kernels.Syrk.
func Syrk[T kernels.Float](l *Library, uplo kernels.Uplo, t kernels.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) *Call {
	return l.newCall(named[T]("syrk"), flipUplo(uplo), flipTranspose(t), n, k, alpha, a, lda, beta, c, ldc)
}

// Syr2k is C = α·(op(A)·op(B)ᵀ + op(B)·op(A)ᵀ) + β·C on one triangle, as kernels.Syr2k.
func Syr2k[T kernels.Float](l *Library, uplo kernels.Uplo, t kernels.Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) *Call {
	return l.newCall(named[T]("syr2k"), flipUplo(uplo), flipTranspose(t), n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Symm is C = α·A·B + β·C or α·B·A + β·C with A symmetric, as kernels.Symm.
func Symm[T kernels.Float](l *Library, side kernels.Side, uplo kernels.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) *Call {
	return l.newCall(named[T]("symm"), flipSide(side), flipUplo(uplo), n, m, alpha, a, lda, b, ldb, beta, c, ldc)
}

// Trmm is B = α·op(A)·B or α·B·op(A) with A triangular, as kernels.Trmm.
func Trmm[T kernels.Float](l *Library, side kernels.Side, uplo kernels.Uplo, t kernels.Transpose, diag kernels.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) *Call {
	return l.newCall(named[T]("trmm"), flipSide(side), flipUplo(uplo), byte(t), byte(diag), n, m, alpha, a, lda, b, ldb)
}

// Trsm is B = α·op(A)⁻¹·B or α·B·op(A)⁻¹ with A triangular, as kernels.Trsm.
func Trsm[T kernels.Float](l *Library, side kernels.Side, uplo kernels.Uplo, t kernels.Transpose, diag kernels.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) *Call {
	return l.newCall(named[T]("trsm"), flipSide(side), flipUplo(uplo), byte(t), byte(diag), n, m, alpha, a, lda, b, ldb)
}

// Gemv is y = α·op(A)·x + β·y, A m×n, as kernels.Gemv.
func Gemv[T kernels.Float](l *Library, t kernels.Transpose, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) *Call {
	return l.newCall(named[T]("gemv"), flipTranspose(t), n, m, alpha, a, lda, x, 1, beta, y, 1)
}

// Symv is y = α·A·x + β·y with A symmetric, as kernels.Symv.
func Symv[T kernels.Float](l *Library, uplo kernels.Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y []T) *Call {
	return l.newCall(named[T]("symv"), flipUplo(uplo), n, alpha, a, lda, x, 1, beta, y, 1)
}

// Ger is A += α·x·yᵀ, as kernels.Ger.
func Ger[T kernels.Float](l *Library, m, n int, alpha T, x, y, a []T, lda int) *Call {
	return l.newCall(named[T]("ger"), n, m, alpha, y, 1, x, 1, a, lda)
}

// Syr2 is A += α·(x·yᵀ + y·xᵀ) on one triangle, as kernels.Syr2.
func Syr2[T kernels.Float](l *Library, uplo kernels.Uplo, n int, alpha T, x, y, a []T, lda int) *Call {
	return l.newCall(named[T]("syr2"), flipUplo(uplo), n, alpha, x, 1, y, 1, a, lda)
}

// Dot is xᵀy; its value is the Result of the call.
func Dot[T kernels.Float](l *Library, x, y []T) *Call {
	return l.newCall(named[T]("dot"), len(x), x, 1, y, 1)
}

// Nrm2 is ‖x‖; its value is the Result of the call.
func Nrm2[T kernels.Float](l *Library, x []T) *Call {
	return l.newCall(named[T]("nrm2"), len(x), x, 1)
}

// Asum is the sum of |x|; its value is the Result of the call.
func Asum[T kernels.Float](l *Library, x []T) *Call {
	return l.newCall(named[T]("asum"), len(x), x, 1)
}

// Axpy is y += α·x.
func Axpy[T kernels.Float](l *Library, alpha T, x, y []T) *Call {
	return l.newCall(named[T]("axpy"), len(x), alpha, x, 1, y, 1)
}

// Scal is x = α·x.
func Scal[T kernels.Float](l *Library, alpha T, x []T) *Call {
	return l.newCall(named[T]("scal"), len(x), alpha, x, 1)
}

// Omatcopy is B = α·op(A), B m×n, as kernels.Omatcopy; OpenBLAS and Eigen have it, libxsmm the transposition.
func Omatcopy[T kernels.Float](l *Library, t kernels.Transpose, m, n int, alpha T, a []T, lda int, b []T, ldb int) *Call {
	if t == kernels.Trans {
		m, n = n, m
	}
	if l.Name == "libxsmm" {
		if t != kernels.Trans || alpha != 1 {
			return nil
		}
		return l.newCall("otrans_", b, a, int(unsafe.Sizeof(alpha)), n, m, lda, ldb)
	}
	return l.newCall(named[T]("omatcopy"), byte('R'), byte(t), m, n, alpha, a, lda, b, ldb)
}

// Sum is the sum of x; its value is the Result of the call. Eigen has it, and so has OpenBLAS, but ssum of 0.3.21 returns something else on
// processors with AVX-512.
func Sum[T kernels.Float](l *Library, x []T) *Call {
	if l.Name == "OpenBLAS" {
		return nil
	}
	return l.newCall(named[T]("sum"), len(x), x, 1)
}

// What no BLAS has, but Eigen's expressions do:

// MaxAbs is the largest |x|; its value is the Result of the call.
func MaxAbs[T kernels.Float](l *Library, x []T) *Call {
	return l.newCall(named[T]("maxabs"), len(x), x)
}

// Hadamard is z = x ⊙ y.
func Hadamard[T kernels.Float](l *Library, x, y, z []T) *Call {
	return l.newCall(named[T]("hadamard"), len(x), x, y, z)
}

// Exp is y = eˣ, elementwise.
func Exp[T kernels.Float](l *Library, x, y []T) *Call {
	return l.newCall(named[T]("exp"), len(x), x, y)
}

// Softmax is kernels.Softmax.
func Softmax[T kernels.Float](l *Library, m, n int, a []T, lda int, b []T, ldb int) *Call {
	return l.newCall(named[T]("softmax"), m, n, a, lda, b, ldb)
}

// LogSumExp is kernels.LogSumExp.
func LogSumExp[T kernels.Float](l *Library, m, n int, a []T, lda int, s []T) *Call {
	return l.newCall(named[T]("logsumexp"), m, n, a, lda, s)
}

// Adam is m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², x −= step·m/(√v + ε).
func Adam[T kernels.Float](l *Library, beta1, beta2, eps, step T, x, g, m, v []T) *Call {
	return l.newCall(named[T]("adam"), len(x), beta1, beta2, eps, step, x, g, m, v)
}
