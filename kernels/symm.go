package kernels

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
	for l := 0; l < order; l += chunk {
		k := min(chunk, order-l)
		step := len(full) / k
		for i := 0; i < order; i += step {
			s := min(step, order-i)
			if side == Left {
				expand(uplo, full, a, lda, i, s, l, k)
				multiply(p, s, n, k, alpha, full, k, 1, b[l*ldb:], ldb, 1, beta, c[i*ldc:], ldc)
			} else {
				expand(uplo, full, a, lda, l, k, i, s)
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
func expand[T Float](uplo Uplo, dst, a []T, lda, r, rows, q, cols int) {
	const strip = 16 // mirrored elements are read along the rows of a, a cache line at a time
	for i0 := 0; i0 < rows; i0 += strip {
		i1 := min(i0+strip, rows)
		for i := i0; i < i1; i++ {
			// The stored part of row r+i within the block.
			lo, hi := 0, min(cols, max(0, r+i+1-q))
			if uplo == Upper {
				lo, hi = min(cols, max(0, r+i-q)), cols
			}
			copy(dst[i*cols+lo:i*cols+hi], a[(r+i)*lda+q+lo:(r+i)*lda+q+hi])
		}
		for j := 0; j < cols; j++ {
			lo, hi := i0, min(i1, max(i0, q+j-r))
			if uplo == Upper {
				lo, hi = max(i0, min(i1, q+j-r+1)), i1
			}
			row := a[(q+j)*lda:]
			for i := lo; i < hi; i++ {
				dst[i*cols+j] = row[r+i]
			}
		}
	}
}
