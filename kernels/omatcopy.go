package kernels

// Omatcopy copies, scales and transposes: B = alpha·op(A), where op(A) and B are m×n. A is m×n for NoTrans and n×m for
// Trans.
//
// A is only read, B only written; they must not overlap. Every element is one rounded product; no value of
// alpha is special, except that alpha = 1 copies bits.
func Omatcopy[T Float](p *Pool, t Transpose, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	if t != NoTrans && t != Trans {
		panic(badTranspose)
	}
	if m < 0 || n < 0 {
		panic(negDim)
	}
	ra, ca := m, n
	if t == Trans {
		ra, ca = n, m
	}
	if lda < max(1, ca) {
		panic(badLdA)
	}
	if ldb < max(1, n) {
		panic(badLdB)
	}
	if m == 0 || n == 0 {
		return
	}
	if short(len(a), ra, ca, lda) {
		panic(shortA)
	}
	if short(len(b), m, n, ldb) {
		panic(shortB)
	}
	if overlaps2(a, ra, ca, lda, b, m, n, ldb) {
		panic(overlap)
	}
	if t == NoTrans {
		for i := 0; i < m; i++ {
			row := b[i*ldb : i*ldb+n]
			if alpha == 1 {
				copy(row, a[i*lda:i*lda+n])
				continue
			}
			for j, v := range a[i*lda : i*lda+n] {
				row[j] = alpha * v
			}
		}
		return
	}
	// Square tiles, so that the strided side stays in the first-level cache.
	const tile = 16
	for i0 := 0; i0 < m; i0 += tile {
		for j0 := 0; j0 < n; j0 += tile {
			omatcopyTile(min(tile, m-i0), min(tile, n-j0), alpha, a[j0*lda+i0:], lda, b[i0*ldb+j0:], ldb)
		}
	}
}

func omatcopyTile[T Float](m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	for i := 0; i < m; i++ {
		row := b[i*ldb : i*ldb+n]
		if alpha == 1 {
			for j := range row {
				row[j] = a[j*lda+i]
			}
			continue
		}
		for j := range row {
			row[j] = alpha * a[j*lda+i]
		}
	}
}
