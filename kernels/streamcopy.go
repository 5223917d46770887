package kernels

import "unsafe"

// StreamCopy copies the m×n matrix A to B past the caches, where the tier has stores that do so: for a B that will not be read again before other data have driven it out of
// them. A line that is stored whole this way is neither read from memory first nor kept, and rows a power of two apart do not drive each other out of the few places that they
// share. It is slower than a copy where B stays in a cache.
//
// Whole cache lines of B go past the caches if its rows begin at lines, which is up to the caller; all else, and everything where there are no such stores, is an ordinary copy.
//
// A is only read, B only written; they must not overlap. It runs on one worker; p chooses the tier.
func StreamCopy[T Float](p *Pool, m, n int, a []T, lda int, b []T, ldb int) {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	if ldb < max(1, n) {
		panic(badLdB)
	}
	if m == 0 || n == 0 {
		return
	}
	if short(len(a), m, n, lda) {
		panic(shortA)
	}
	if short(len(b), m, n, ldb) {
		panic(shortB)
	}
	if overlaps2(a, m, n, lda, b, m, n, ldb) {
		panic(overlap)
	}
	raceReadMat(m, n, a, lda)
	raceWriteMat(m, n, b, ldb)
	streamRows(p.ISA(), m, n, 1, a, lda, b, ldb)
}

// streamRows is B = alpha·A past the caches as far as StreamCopy says.
func streamRows[T Float](isa ISA, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	size := int(unsafe.Sizeof(alpha))
	whole := 0 // columns in whole lines
	if uintptr(unsafe.Pointer(&b[0]))%streamLine == 0 && (m == 1 || ldb*size%streamLine == 0) && streams(isa) {
		whole = n * size / streamLine * streamLine / size
	}
	if whole > 0 {
		rows := max(1, streamPiece/(whole*size))
		for i := 0; i < m; i += rows {
			for j := 0; j < whole; j += streamPiece / size {
				streamBlock(isa, alpha, min(rows, m-i), min(streamPiece/size, whole-j)*size/streamLine, unsafe.Pointer(&a[i*lda+j]), uintptr(lda*size), unsafe.Pointer(&b[i*ldb+j]), uintptr(ldb*size))
			}
		}
		storeFence()
	}
	if whole < n {
		for i := range m {
			copyPieces(isa, alpha, a[i*lda+whole:i*lda+n], b[i*ldb+whole:i*ldb+n])
		}
	}
}

// streamLine is the length of a cache line in bytes, streamPiece that of what one call of assembly copies at most.
const streamLine, streamPiece = 64, 64 << 10
