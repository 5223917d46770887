package kernels

import "unsafe"

// Kron writes the Kronecker product C = A⊗B: c[i·mb+k, j·nb+l] = a_ij·b_kl, each one rounded product. A is ma×na, B is
// mb×nb and C is (ma·mb)×(na·nb).
//
// A and B are only read (and may be the same matrix), C is only written and must not overlap them. It panics if
// the shape of C overflows an int.
func Kron[T Float](p *Pool, ma, na int, a []T, lda int, mb, nb int, b []T, ldb int, c []T, ldc int) {
	if ma < 0 || na < 0 || mb < 0 || nb < 0 {
		panic(negDim)
	}
	if lda < max(1, na) {
		panic(badLdA)
	}
	if ldb < max(1, nb) {
		panic(badLdB)
	}
	m, n := ma*mb, na*nb
	if mb != 0 && m/mb != ma || nb != 0 && (n/nb != na || ldc < n) || ldc < 1 {
		panic(badLdC)
	}
	if m == 0 || n == 0 {
		return
	}
	switch {
	case short(len(a), ma, na, lda):
		panic(shortA)
	case short(len(b), mb, nb, ldb):
		panic(shortB)
	case short(len(c), m, n, ldc):
		panic(shortC)
	}
	if s := span(m, n, ldc); overlaps(c, s, a, span(ma, na, lda)) || overlaps(c, s, b, span(mb, nb, ldb)) {
		panic(overlap)
	}
	raceReadMat(ma, na, a, lda)
	raceReadMat(mb, nb, b, ldb)
	raceWriteMat(m, n, c, ldc)
	matRun(p, &matTask[T]{op: opKron, m: m, n: n, a: a, lda: lda, b: b, ldb: ldb, mb: mb, nb: nb, c: c, ldc: ldc})
}

// kronMost is the number of rows of n elements in a call; of short ones each takes a cache line.
func kronMost[T Float](n int) int { return max(vecPiece/rowElements[T](n), 1) }

// kronRows writes rows of C: a, b (mb×nb), c. A call takes rows of one row of A.
func kronRows[T Float](t *matTask[T], lo, hi int) {
	na := t.n / t.nb
	stream := t.m*t.n*int(unsafe.Sizeof(t.alpha)) >= kronStream
	part := min(max(vecPiece/t.nb, 1), na)
	most := kronMost[T](part * t.nb)
	for r := lo; r < hi; {
		i, k := r/t.mb, r%t.mb
		rows := min(most, hi-r, t.mb-k)
		left, right := t.a[i*t.lda:i*t.lda+na], t.b[k*t.ldb:(k+rows-1)*t.ldb+t.nb]
		for j := 0; j < na; j += part {
			e := min(j+part, na)
			dst := t.c[r*t.ldc+j*t.nb : (r+rows-1)*t.ldc+e*t.nb]
			if t.nb <= vecPiece && kronPiece(t.isa, rows, t.nb, left[j:e], right, t.ldb, dst, t.ldc, stream) {
				continue
			}
			for q := range rows {
				row, c := right[q*t.ldb:q*t.ldb+t.nb], dst[q*t.ldc:]
				for l, v := range left[j:e] {
					scaleRow(t.isa, v, row, c[l*t.nb:(l+1)*t.nb])
				}
			}
		}
		r += rows
	}
	if stream {
		storeFence()
	}
}
