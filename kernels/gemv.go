package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

// Gemv computes y = alpha·op(A)·x + beta·y, where A is m×n as stored and op(A) is A (NoTrans) or Aᵀ (Trans).
//
// x has n elements and y has m for NoTrans; x has m and y has n for Trans. Longer slices are allowed. A and x
// are read, y is written and, unless beta is 0, read; y must overlap neither.
//
// Numeric order. NoTrans: s_i is the lane-order sum of a_ij·x_j (Dot of the row and x, bit for bit). Trans:
// s_j starts at +0 and s_j = fma(a_ij, x_i, s_j), i ascending. Then y = alpha·s if beta is 0, else
// y = fma(alpha, s, beta·y) with beta·y rounded. If alpha is 0 or the contracted dimension is 0,
// neither A nor x is read and y = beta·y (+0 if beta is 0). These are reductions: Gemv does not equal Gemm
// with one column bit for bit.
func Gemv[T Float](p *Pool, t Transpose, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if t != NoTrans && t != Trans {
		panic(badTranspose)
	}
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	out, in := m, n
	if t == Trans {
		out, in = n, m
	}
	if out == 0 {
		return
	}
	switch {
	case short(len(a), m, n, lda):
		panic(shortA)
	case len(x) < in:
		panic(shortX)
	case len(y) < out:
		panic(shortY)
	}
	if overlaps(y, out, x, in) || overlaps(y, out, a, span(m, n, lda)) {
		panic(overlap)
	}
	x, y = x[:in], y[:out]
	if alpha == 0 || in == 0 {
		scaleBeta(beta, y)
		return
	}
	if t == NoTrans {
		gemvNPortable(m, n, alpha, a, lda, x, beta, y)
	} else {
		gemvTPortable(m, n, alpha, a, lda, x, beta, y)
	}
}

// scaleBeta is y = beta·y, +0 without reading y if beta is 0.
func scaleBeta[T Float](beta T, y []T) {
	if beta == 0 {
		clear(y)
		return
	}
	for i, v := range y {
		y[i] = beta * v
	}
}

func gemvNPortable[T Float](m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	for i := 0; i < m; i++ {
		y[i] = update(alpha, reduce(Portable, opDot, a[i*lda:i*lda+n], x), beta, y[i])
	}
}

func gemvTPortable[T Float](m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	const block = 64
	for j := 0; j < n; j += block {
		var acc [block]T
		w := min(block, n-j)
		for i := 0; i < m; i++ {
			for l, v := range a[i*lda+j : i*lda+j+w] {
				acc[l] = elem.FMA(v, x[i], acc[l])
			}
		}
		for l := 0; l < w; l++ {
			y[j+l] = update(alpha, acc[l], beta, y[j+l])
		}
	}
}
