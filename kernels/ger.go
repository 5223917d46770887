package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

// Ger adds a rank-one matrix: A = alpha·x·yᵀ + A, A m×n.
//
// x has at least m elements, y at least n; both are only read and must not overlap A. Numeric order:
// a_ij = fma(alpha·x_i, y_j, a_ij) with alpha·x_i rounded. If alpha is 0, nothing is read or written.
func Ger[T Float](p *Pool, m, n int, alpha T, x, y []T, a []T, lda int) {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	if m == 0 || n == 0 {
		return
	}
	switch {
	case len(x) < m:
		panic(shortX)
	case len(y) < n:
		panic(shortY)
	case short(len(a), m, n, lda):
		panic(shortA)
	}
	if s := span(m, n, lda); overlaps(a, s, x, m) || overlaps(a, s, y, n) {
		panic(overlap)
	}
	if alpha == 0 {
		return
	}
	for i := 0; i < m; i++ {
		s := alpha * x[i]
		row := a[i*lda : i*lda+n]
		for j, v := range y[:n] {
			row[j] = elem.FMA(s, v, row[j])
		}
	}
}

// Syr2 adds a symmetric rank-two matrix to one triangle: A = alpha·x·yᵀ + alpha·y·xᵀ + A, A n×n.
//
// Only the triangle named by uplo, diagonal included, is read and written. x and y have at least n elements,
// are only read, and must not overlap A. Numeric order: a_ij = fma(alpha·x_i, y_j, a_ij), then
// a_ij = fma(alpha·y_i, x_j, a_ij), with alpha·x_i and alpha·y_i rounded; i is the row and j the column
// of the stored element, so the two triangles may differ in the last bit. If alpha is 0, nothing is
// read or written.
func Syr2[T Float](p *Pool, uplo Uplo, n int, alpha T, x, y []T, a []T, lda int) {
	if uplo != Upper && uplo != Lower {
		panic(badUplo)
	}
	if n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	if n == 0 {
		return
	}
	switch {
	case len(x) < n:
		panic(shortX)
	case len(y) < n:
		panic(shortY)
	case short(len(a), n, n, lda):
		panic(shortA)
	}
	if s := span(n, n, lda); overlaps(a, s, x, n) || overlaps(a, s, y, n) {
		panic(overlap)
	}
	if alpha == 0 {
		return
	}
	for i := 0; i < n; i++ {
		lo, hi := 0, i+1
		if uplo == Upper {
			lo, hi = i, n
		}
		sx, sy := alpha*x[i], alpha*y[i]
		row := a[i*lda+lo : i*lda+hi]
		for j := range row {
			v := elem.FMA(sx, y[lo+j], row[j])
			row[j] = elem.FMA(sy, x[lo+j], v)
		}
	}
}
