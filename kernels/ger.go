package kernels

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
	raceRead(x[:m])
	raceRead(y[:n])
	raceWriteMat(m, n, a, lda)
	if isa := p.ISA(); shortAtOnce[T](isa, m, n) {
		gerShort(isa, m, n, alpha, x, y, a, lda)
		return
	}
	matRun(p, &matTask[T]{op: opGer, m: m, n: n, alpha: alpha, x: x[:m], y: y[:n], a: a, lda: lda})
}

// gerRows updates rows of Ger: a, x, y.
func gerRows[T Float](t *matTask[T], lo, hi int) {
	if rows := shortRows[T](t.isa, t.n); rows > 0 {
		for ; lo < hi; lo += rows {
			gerShort(t.isa, min(rows, hi-lo), t.n, t.alpha, t.x[lo:], t.y, t.a[lo*t.lda:], t.lda)
		}
		return
	}
	for i := lo; i < hi; i++ {
		axpyRow(t.isa, t.alpha*t.x[i], t.y, t.a[i*t.lda:i*t.lda+t.n])
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
	raceRead(x[:n])
	raceRead(y[:n])
	raceWriteTri(uplo, n, a, lda)
	if syr2Once(n) {
		grow, first := 1, 1
		if uplo == Upper {
			grow, first = -1, n
		}
		syr2Piece(p.ISA(), n, first, grow, alpha, x, y, x, y, a, lda)
		return
	}
	matRun(p, &matTask[T]{op: opSyr2, uplo: uplo, m: n, n: n, alpha: alpha, x: x[:n], y: y[:n], a: a, lda: lda})
}

// syr2Once reports whether a triangle is one piece, which needs no task.
func syr2Once(n int) bool { return n*n <= vecPiece }

// syr2Rows updates rows of Syr2: a, x, y, uplo.
func syr2Rows[T Float](t *matTask[T], from, to int) {
	for i := from; i < to; {
		lo, n, grow := 0, i+1, 1
		if t.uplo == Upper {
			lo, n, grow = i, t.n-i, -1
		}
		rows := min(to-i, max(vecPiece/t.n, 1))
		for j := 0; j < n; j += vecPiece { // more than one piece only if rows is 1
			e := n
			if t.n > vecPiece {
				e = min(j+vecPiece, n)
			}
			syr2Piece(t.isa, rows, e-j, grow, t.alpha, t.x[i:], t.y[i:], t.x[lo+j:], t.y[lo+j:], t.a[i*t.lda+lo+j:], t.lda)
		}
		i += rows
	}
}

// syr2Portable updates rows of a triangle as syr2Piece does, by two vector updates each.
func syr2Portable[T Float](rows, n, grow int, alpha T, xi, yi, x, y, a []T, lda int) {
	for r := 0; r < rows; r++ {
		axpyPortable(alpha*xi[r], y[:n], a[:n])
		axpyPortable(alpha*yi[r], x[:n], a[:n])
		if r == rows-1 {
			return
		}
		n += grow
		if grow < 0 {
			x, y, a = x[1:], y[1:], a[1:]
		}
		a = a[lda:]
	}
}
