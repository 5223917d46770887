package kernels

import "unsafe"

// Symm computes
//
//	C = alpha·A·B + beta·C   (side = Left,  A m×m)
//	C = alpha·B·A + beta·C   (side = Right, A n×n)
//
// with symmetric A, of which only the triangle uplo is read, and m×n B and C. C must not
// share memory with A or B. The result is Gemm's with the mirrored A, bit for bit; the rules
// for alpha = 0 and beta = 0 are Gemm's too. It panics as Gemm does.
//
// Blocks of A are expanded into an arena, one chunk of the contracted index at a time.
func Symm[T Float](p *Pool, side Side, uplo Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	order := m
	if side == Right {
		order = n
	}
	checkSide(side, uplo, m, n, order, lda, ldb)
	if ldc < max(1, n) {
		panic(badLdC)
	}
	if m == 0 || n == 0 {
		return
	}
	if short(len(a), order, order, lda) {
		panic(shortA)
	}
	if short(len(b), m, n, ldb) {
		panic(shortB)
	}
	if short(len(c), m, n, ldc) {
		panic(shortC)
	}
	if overlaps2(c, m, n, ldc, a, order, order, lda) || overlaps2(c, m, n, ldc, b, m, n, ldb) {
		panic(overlap)
	}
	if alpha == 0 {
		scaleBlock(m, n, beta, c, ldc)
		return
	}
	raceReadTri(uplo, order, a, lda)
	raceReadMat(m, n, b, ldb)
	raceWriteMat(m, n, c, ldc)
	ar := takeArena()
	full := scratch[T](ar)
	chunk := ChunkLen(order)
	_, nr := tileSize[T](p.ISA())
	for l := 0; l < order; l += chunk {
		k := min(chunk, order-l)
		step := len(full) / k
		if near := symmBytes / (k * int(unsafe.Sizeof(alpha))) / nr * nr; side == Right && near >= nr {
			// What Gemm reads as it lies is not packed once more.
			parts := (order + near - 1) / near
			step = ((order+parts-1)/parts + nr - 1) / nr * nr
		}
		for i := 0; i < order; i += step {
			s := min(step, order-i)
			if side == Left {
				expand(p, uplo, full, a, lda, i, s, l, k)
				multiply(p, s, n, k, alpha, full, k, 1, b[l*ldb:], ldb, 1, beta, c[i*ldc:], ldc)
			} else {
				expand(p, uplo, full, a, lda, l, k, i, s)
				multiply(p, m, s, k, alpha, b[l:], ldb, 1, full, s, 1, beta, c[i:], ldc)
			}
		}
		beta = 1
	}
	giveArena(ar)
}

// checkSide checks the flags and sizes that Symm, Trmm and Trsm share.
func checkSide(side Side, uplo Uplo, m, n, order, lda, ldb int) {
	if side != Left && side != Right {
		panic(badSide)
	}
	if uplo != Upper && uplo != Lower {
		panic(badUplo)
	}
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if lda < max(1, order) {
		panic(badLdA)
	}
	if ldb < max(1, n) {
		panic(badLdB)
	}
}

// expand writes rows [r, r+rows) × columns [q, q+cols) of the symmetric matrix whose triangle uplo
// is stored in a to dst, with leading dimension cols.
func expand[T Float](p *Pool, uplo Uplo, dst, a []T, lda, r, rows, q, cols int) {
	matRun(p, &matTask[T]{op: opExpand, uplo: uplo, m: rows, n: cols, alpha: 1, a: a, lda: lda, b: dst, ldb: cols, mb: r, nb: q})
}

// expandRows writes rows of B, the block of a symmetric matrix that begins at row mb and column nb: uplo, a, b. A strip of rows meets the diagonal in a square; of what
// lies left and right of it one side is copied, with the stored half of the square, the other transposed.
func expandRows[T Float](t *matTask[T], lo, hi int) {
	for i0 := lo; i0 < hi; i0 += matUnit {
		i1 := min(i0+matUnit, hi)
		// Columns [from, to) are those of the square.
		from := min(t.n, max(0, t.mb+i0-t.nb))
		to := max(from, min(t.n, t.mb+i1-t.nb))
		mirrorLo, mirrorHi := to, t.n
		if t.uplo == Upper {
			mirrorLo, mirrorHi = 0, from
		}
		for i := i0; i < i1; i++ {
			// Columns [storedLo, storedHi) are stored, of the square [otherLo, otherHi) are not.
			diag := t.mb + i - t.nb
			storedLo, storedHi := 0, min(t.n, max(0, diag+1))
			otherLo, otherHi := max(from, storedHi), to
			if t.uplo == Upper {
				storedLo, storedHi = min(t.n, max(0, diag)), t.n
				otherLo, otherHi = from, min(storedLo, to)
			}
			dst := t.b[i*t.ldb : i*t.ldb+t.n]
			if storedLo < storedHi {
				copy(dst[storedLo:storedHi], t.a[(t.mb+i)*t.lda+t.nb+storedLo:])
			}
			at := (t.nb+otherLo)*t.lda + t.mb + i
			for j := otherLo; j < otherHi; j++ {
				dst[j] = t.a[at]
				at += t.lda
			}
		}
		if mirrorLo < mirrorHi {
			u := *t
			u.n, u.a, u.b = mirrorHi-mirrorLo, t.a[(t.nb+mirrorLo)*t.lda+t.mb+i0:], t.b[i0*t.ldb+mirrorLo:]
			transposeRows(&u, 0, i1-i0)
		}
	}
}
