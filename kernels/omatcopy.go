package kernels

import "unsafe"

// Omatcopy copies, scales and transposes: B = alpha·op(A), where op(A) and B are m×n. A is m×n for NoTrans and n×m for
// Trans.
//
// A is only read, B only written; they must not overlap. Every element is one rounded product; no value of
// alpha is special.
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
	raceReadMat(ra, ca, a, lda)
	raceWriteMat(m, n, b, ldb)
	op := opCopy
	switch isa := p.ISA(); {
	case t == Trans:
		if transposeAtOnce(isa, m, n, alpha, a, lda, b, ldb) {
			return
		}
		op = opTranspose
	case lda == n && ldb == n && m*n <= vecPiece && isa != Portable:
		// One vector: a task of rows would cost as much as some hundred elements.
		if alpha == 1 {
			copy(b[:m*n], a[:m*n])
		} else {
			vecSIMD(isa, opScale, m*n, &alpha, unsafe.SliceData(a), unsafe.SliceData(b))
		}
		return
	}
	matRun(p, &matTask[T]{op: op, m: m, n: n, alpha: alpha, a: a, lda: lda, b: b, ldb: ldb})
}

// copyRows writes rows of B = alpha·A: a, b. Rows that follow each other in both without a gap are one row. A matrix of copyStream bytes goes past the caches,
// but not short rows with gaps between them: what is left of each beside whole lines would be a call of its own.
func copyRows[T Float](t *matTask[T], lo, hi int) {
	m, n, a, b := hi-lo, t.n, t.a[lo*t.lda:], t.b[lo*t.ldb:]
	if t.lda == n && t.ldb == n {
		m, n = 1, m*n
	}
	if t.m*t.n >= copyStream/int(unsafe.Sizeof(t.alpha)) && streams(t.isa) && n > shortRow {
		streamRows(t.isa, m, n, t.alpha, a, t.lda, b, t.ldb)
		return
	}
	if rows := shortRows[T](t.isa, n); rows > 0 && t.alpha != 1 {
		alpha := [1]T{t.alpha}
		for i := 0; i < m; i += rows {
			scaleShort(t.isa, min(rows, m-i), n, alpha[:], 0, a[i*t.lda:], t.lda, b[i*t.ldb:], t.ldb)
		}
		return
	}
	for i := range m {
		copyPieces(t.isa, t.alpha, a[i*t.lda:i*t.lda+n], b[i*t.ldb:i*t.ldb+n])
	}
}

// copyPieces copies a row of any length.
func copyPieces[T Float](isa ISA, alpha T, from, to []T) {
	for len(from) > 0 {
		w := min(len(from), vecPiece)
		copyRow(isa, alpha, from[:w], to[:w])
		from, to = from[w:], to[w:]
	}
}

// copyRow is not inlined, so that the runtime can stop a long copy between two calls.
//
//go:noinline
func copyRow[T Float](isa ISA, alpha T, from, to []T) {
	if alpha == 1 {
		copy(to, from)
	} else {
		scaleRow(isa, alpha, from, to)
	}
}

// transposeTile is the side of the square tiles of a transposition in Go or by parts of tiles, so that the strided side stays in the
// first-level cache; transposePiece the number of elements of one assembly call, rows of A counted as rowElements does. Matrices of more than transposeNear bytes are cut into square blocks
// whose rows have transposeBlock bytes, and while one is transposed, the lines of the next are fetched, row by row.
const (
	transposeTile  = 16
	transposePiece = 1 << 15
	transposeNear  = 1 << 20
	transposeBlock = 256
)

// transposeColumns returns how many columns of B, rows of A, one assembly call takes at most.
func transposeColumns[T Float](side int) int {
	return transposePiece / rowElements[T](side) &^ (side - 1)
}

// transposeRows writes rows of B = alpha·Aᵀ: a, b. Where a kernel's tile does not divide the matrix, the last tile is moved back
// over elements already written, with the same values.
func transposeRows[T Float](t *matTask[T], lo, hi int) {
	side := transposeSide[T](t.isa, hi-lo, t.n)
	if side == 0 {
		for i := lo; i < hi; i += transposeTile {
			for j := 0; j < t.n; j += transposeTile {
				transposeLoose(t.isa, min(transposeTile, hi-i), min(transposeTile, t.n-j), t.alpha, t.a[j*t.lda+i:], t.lda, t.b[i*t.ldb+j:], t.ldb)
			}
		}
		return
	}
	size := int(unsafe.Sizeof(t.alpha))
	turns, past := transposeTurns(t.m*t.n*size), transposePast(t.isa, t.m, t.n, t.b, t.ldb)
	if past {
		turns = 2
		defer storeFence()
	}
	// Columns and rows of B in a block, and rows of the next block that a strip of tiles fetches.
	cols, rows, ahead := transposeColumns[T](side), hi-lo, 0
	if past || (hi-lo)*t.n*size > transposeNear {
		cols, rows, ahead = transposeBlock/size, transposeBlock/size, transposeAhead(side)
	}
	for j0 := 0; j0 < t.n; j0 += cols {
		width := min(cols, t.n-j0)
		for i0 := lo; i0 < hi; i0 += rows {
			iNext, jNext := i0+rows, j0
			if iNext >= hi {
				iNext, jNext = lo, j0+cols
			}
			for strip := 0; strip*side < min(rows, hi-i0); strip++ {
				i := min(i0+strip*side, hi-side)
				var nextA, nextB int // from the tiles of this strip, in bytes
				if row := strip * ahead; ahead > 0 && row < rows && jNext < t.n {
					nextA = ((jNext+row-j0)*t.lda + iNext - i) * size
					nextB = ((iNext+row-i)*t.ldb + jNext - j0) * size
				}
				if width >= side {
					transposeStrip(side, width/side, t.alpha, t.a[j0*t.lda+i:], t.lda, t.b[i*t.ldb+j0:], t.ldb, nextA, nextB, turns)
				}
				if j := t.n - side; width%side != 0 {
					transposeStrip(side, 1, t.alpha, t.a[j*t.lda+i:], t.lda, t.b[i*t.ldb+j:], t.ldb, 0, 0, 0)
				}
			}
		}
	}
}

// transposePortable writes one m×n tile.
func transposePortable[T Float](m, n int, alpha T, a []T, lda int, b []T, ldb int) {
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
