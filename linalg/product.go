package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// shapeOf returns the shape of op(a).
func shapeOf[T kernels.Float](t kernels.Transpose, a Matrix[T]) (int, int) {
	switch t {
	case kernels.NoTrans:
		return a.Rows, a.Cols
	case kernels.Trans:
		return a.Cols, a.Rows
	}
	panic(badTrans)
}

// MatMul computes dst = a·b. dst must not overlap a or b. It does not allocate.
//
// All products follow the chain order of package kernels: an element does not depend on
// the shape around it, on the tier or on the number of workers.
func MatMul[T kernels.Float](p *kernels.Pool, dst, a, b Matrix[T]) {
	MatMulAdd(p, dst, kernels.NoTrans, kernels.NoTrans, 1, a, b, 0)
}

// MatMulTN computes dst = aᵀ·b.
func MatMulTN[T kernels.Float](p *kernels.Pool, dst, a, b Matrix[T]) {
	MatMulAdd(p, dst, kernels.Trans, kernels.NoTrans, 1, a, b, 0)
}

// MatMulNT computes dst = a·bᵀ.
func MatMulNT[T kernels.Float](p *kernels.Pool, dst, a, b Matrix[T]) {
	MatMulAdd(p, dst, kernels.NoTrans, kernels.Trans, 1, a, b, 0)
}

// MatMulTT computes dst = aᵀ·bᵀ.
func MatMulTT[T kernels.Float](p *kernels.Pool, dst, a, b Matrix[T]) {
	MatMulAdd(p, dst, kernels.Trans, kernels.Trans, 1, a, b, 0)
}

// MatMulAdd computes dst = alpha·op(a)·op(b) + beta·dst, op chosen by tA and tB. With beta = 0
// dst is not read; with alpha = 0 a and b are not. dst must not overlap a or b.
func MatMulAdd[T kernels.Float](p *kernels.Pool, dst Matrix[T], tA, tB kernels.Transpose, alpha T, a, b Matrix[T], beta T) {
	m, k := shapeOf(tA, a)
	kb, n := shapeOf(tB, b)
	if k != kb || m != dst.Rows || n != dst.Cols {
		panic(badShape)
	}
	kernels.Gemm(p, tA, tB, m, n, k, alpha, a.Data, a.ld(), b.Data, b.ld(), beta, dst.Data, dst.ld())
}

// Syrk computes the triangle of dst named by uplo, diagonal included, of
// dst = alpha·op(a)·op(a)ᵀ + beta·dst; the other triangle is neither read nor written. With
// t = NoTrans that is a·aᵀ, with Trans aᵀ·a. The triangle equals that of MatMulAdd bit for bit.
// An exponential moving average of a Gram matrix is one call: alpha = 1−β, beta = β.
func Syrk[T kernels.Float](p *kernels.Pool, dst Matrix[T], uplo kernels.Uplo, t kernels.Transpose, alpha T, a Matrix[T], beta T) {
	n, k := shapeOf(t, a)
	if dst.Rows != n || dst.Cols != n {
		panic(badShape)
	}
	kernels.Syrk(p, uplo, t, n, k, alpha, a.Data, a.ld(), beta, dst.Data, dst.ld())
}

// Gram computes dst = alpha·op(a)·op(a)ᵀ + beta·dst, both triangles, where the old dst is
// taken to be symmetric: only its lower triangle is read (none of it for beta = 0). The
// result is exactly symmetric. It costs half of the product.
func Gram[T kernels.Float](p *kernels.Pool, dst Matrix[T], t kernels.Transpose, alpha T, a Matrix[T], beta T) {
	Syrk(p, dst, kernels.Lower, t, alpha, a, beta)
	Mirror(p, kernels.Lower, dst)
}

// MatVec computes y = alpha·op(a)·x + beta·y. x and y must not overlap a or each other. The sum
// is a reduction in the lane order of package kernels: it is not the bits of MatMulAdd with
// one column.
func MatVec[T kernels.Float](p *kernels.Pool, y []T, t kernels.Transpose, alpha T, a Matrix[T], x []T, beta T) {
	m, n := shapeOf(t, a)
	if len(y) != m || len(x) != n {
		panic(badLen)
	}
	kernels.Gemv(p, t, a.Rows, a.Cols, alpha, a.Data, a.ld(), x, beta, y)
}
