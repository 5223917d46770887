package kernels

import "unsafe"

// RowScale multiplies row i of the m×n matrix A by d_i: a_ij = a_ij·d_i. d has at least m elements and
// must not overlap A.
func RowScale[T Float](p *Pool, m, n int, d []T, a []T, lda int) {
	if rowcolCheck(m, n, d, m, shortD, a, lda) {
		return
	}
	raceRead(d[:m])
	raceWriteMat(m, n, a, lda)
	if isa := p.ISA(); shortAtOnce[T](isa, m, n) {
		scaleShort(isa, m, n, d, 1, a, lda, a, lda)
		return
	}
	matRun(p, &matTask[T]{op: opRowScale, m: m, n: n, x: d, a: a, lda: lda})
}

// rowScaleRows is RowScale: a, x = d.
func rowScaleRows[T Float](t *matTask[T], lo, hi int) {
	if rows := shortRows[T](t.isa, t.n); rows > 0 {
		for ; lo < hi; lo += rows {
			a := t.a[lo*t.lda:]
			scaleShort(t.isa, min(rows, hi-lo), t.n, t.x[lo:], 1, a, t.lda, a, t.lda)
		}
		return
	}
	for i := lo; i < hi; i++ {
		row := t.a[i*t.lda : i*t.lda+t.n]
		scaleRow(t.isa, t.x[i], row, row)
	}
}

// ColScale multiplies column j of the m×n matrix A by d_j: a_ij = a_ij·d_j. d has at least n elements and
// must not overlap A.
func ColScale[T Float](p *Pool, m, n int, d []T, a []T, lda int) {
	if rowcolCheck(m, n, d, n, shortD, a, lda) {
		return
	}
	raceRead(d[:n])
	raceWriteMat(m, n, a, lda)
	if isa := p.ISA(); shortAtOnce[T](isa, m, n) {
		mulShort(isa, m, n, d, a, lda)
		return
	}
	matRun(p, &matTask[T]{op: opColScale, m: m, n: n, x: d[:n], a: a, lda: lda})
}

// colScaleRows is ColScale: a, x = d.
func colScaleRows[T Float](t *matTask[T], lo, hi int) {
	if rows := shortRows[T](t.isa, t.n); rows > 0 {
		for ; lo < hi; lo += rows {
			mulShort(t.isa, min(rows, hi-lo), t.n, t.x, t.a[lo*t.lda:], t.lda)
		}
		return
	}
	for i := lo; i < hi; i++ {
		row := t.a[i*t.lda : i*t.lda+t.n]
		mulRow(t.isa, row, t.x, row)
	}
}

// RowSum writes s_i = Σ_j a_ij for the m×n matrix A, in lane order (Sum of the row, bit for bit). s has at
// least m elements, is not read, and must not overlap A. Rows of no columns give +0.
func RowSum[T Float](p *Pool, m, n int, a []T, lda int, s []T) {
	if rowcolCheck(m, n, s, m, shortS, a, lda) {
		if n == 0 {
			clear(s[:m])
		}
		return
	}
	raceReadMat(m, n, a, lda)
	raceWrite(s[:m])
	// fma(a, 1, s) is a + s, and 1·s is s.
	if zen5 && n <= lanes[T]() && gemvIsNear[T](m, n) && gemvAtOnce(p.ISA(), NoTrans, m, n, 1, &a[0], lda, &colOnes[T]()[0], 0, &s[0]) {
		return
	}
	matRun(p, &matTask[T]{op: opRowSum, m: m, n: n, x: s, a: a, lda: lda})
}

// rowSumRows is RowSum: a, x = s.
func rowSumRows[T Float](t *matTask[T], lo, hi int) {
	if t.n > Segment {
		for i := lo; i < hi; i++ {
			row := t.a[i*t.lda : i*t.lda+t.n]
			t.x[i] = reduce(t.isa, opSum, row, row)
		}
		return
	}
	step, order := gemvRows[T](t.n, 4), rowsAlone[T](t.isa, hi-lo, t.n, t.lda)
	for ; lo < hi; lo += step {
		rowSumPiece(t.isa, order, min(step, hi-lo), t.n, t.a[lo*t.lda:], t.lda, t.x[lo:])
	}
}

// rowSumEach sums m rows of at most a segment one by one.
func rowSumEach[T Float](isa ISA, m, n int, a []T, lda int, s []T) {
	for i := 0; i < m; i++ {
		row := a[i*lda : i*lda+n]
		s[i] = reduceSegment(isa, opSum, row, row)
	}
}

// ColSum writes s_j = Σ_i a_ij for the m×n matrix A: s_j starts at +0 and s_j = s_j + a_ij, i ascending. s has at
// least n elements, is not read, and must not overlap A.
func ColSum[T Float](p *Pool, m, n int, a []T, lda int, s []T) {
	if rowcolCheck(m, n, s, n, shortS, a, lda) {
		if m == 0 {
			clear(s[:n])
		}
		return
	}
	raceReadMat(m, n, a, lda)
	s = s[:n]
	raceWrite(s)
	if ones := colOnes[T](); m <= len(ones) && gemvIsNear[T](m, n) && gemvAtOnce(p.ISA(), Trans, m, n, 1, &a[0], lda, &ones[0], 0, &s[0]) {
		return
	}
	if m*n < gemvParallel || p.Workers() == 1 {
		colSum(p.ISA(), m, n, a, lda, s)
		return
	}
	gemvRun(p, gemvTask[T]{isa: p.ISA(), trans: true, sum: true, m: m, n: n, a: a, lda: lda, y: s})
}

// colSum is ColSum of a range of columns: fma(a, 1, s) is a + s and 1·s is s, so the kernels of Gemv serve, at once or some rows at a time.
func colSum[T Float](isa ISA, m, n int, a []T, lda int, s []T) {
	ones := colOnes[T]()
	if m <= len(ones) {
		gemvT(isa, m, n, 1, a, lda, ones[:m], 0, s)
		return
	}
	turns, stream := gemvTTurns[T](isa, m, n), columnsStreamed[T](isa, m, n, lda)
	columns, far := gemvColumns, stream || gemvT8(isa) && m*n*int(unsafe.Sizeof(ones[0])) >= gemvFar(isa, lda*int(unsafe.Sizeof(ones[0])))
	if far {
		columns = gemvFarColumns
	}
	for j := 0; j < n; j += columns {
		acc := s[j:min(j+columns, n)]
		clear(acc)
		most := min(gemvRows[T](len(acc), 8), len(ones))
		for i := 0; i < m; i += most {
			rows := min(most, m-i)
			if far {
				gemvTRows(isa, stream, rows, len(acc), a[i*lda+j:], lda, ones, acc)
			} else {
				gemvTPiece(isa, turns, rows, len(acc), a[i*lda+j:], lda, ones, acc)
			}
		}
	}
}

// colOnes is a vector of ones, the most rows of one call.
func colOnes[T Float]() []T {
	if is32[T]() {
		return unsafe.Slice((*T)(unsafe.Pointer(&ones32)), len(ones32))
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&ones64)), len(ones64))
}

var (
	ones32 = allOnes[float32]()
	ones64 = allOnes[float64]()
)

func allOnes[T Float]() (x [256]T) {
	for i := range x {
		x[i] = 1
	}
	return x
}

// rowcolCheck checks an m×n matrix and a vector of k elements, and reports whether the matrix is empty.
func rowcolCheck[T Float](m, n int, v []T, k int, shortV string, a []T, lda int) bool {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	switch {
	case len(v) < k:
		panic(shortV)
	case short(len(a), m, n, lda):
		panic(shortA)
	case overlaps(a, span(m, n, lda), v, k):
		panic(overlap)
	}
	return m == 0 || n == 0
}
