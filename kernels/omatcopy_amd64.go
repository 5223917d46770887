package kernels

import "unsafe"

//go:noescape
func transposeAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeAVX2F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeAVX2F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)

// transposeSide returns the side of the largest tile with a kernel that fits m×n elements, 0 if there is none.
func transposeSide[T Float](isa ISA, m, n int) int {
	if isa == Portable {
		return 0
	}
	side := 16
	if !is32[T]() {
		side = 8
	}
	if isa == AVX512 && min(m, n) >= side {
		return side
	}
	if side /= 2; min(m, n) >= side {
		return side
	}
	return 0
}

// transposeAhead is the number of rows of A and B, 256 bytes each, that transposeStrip fetches in all tiles of a block of that height.
func transposeAhead(side int) int { return max(side, 8) }

// transposeTurns is 1 where two copies of the loop over tiles take turns: on Zen 5 (oneStream) where A is no longer in the first level beside B, up to 8 MiB;
// smaller and larger ones lose up to 15 %.
func transposeTurns(bytes int) int {
	if oneStream && bytes > 16<<10 && bytes <= 8<<20 {
		return 1
	}
	return 0
}

// transposeStrip transposes tiles of the side that transposeSide returned. Where nextA is not 0, it fetches rows that begin nextA bytes after a and
// nextB after b, each tile some. It is not inlined, so that the runtime can
// stop a long transposition between two strips.
//
//go:noinline
func transposeStrip[T Float](side, tiles int, alpha T, a []T, lda int, b []T, ldb int, nextA, nextB, turns int) {
	pa, pb := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b))
	switch {
	case is32[T]() && side == 16:
		transposeAVX512F32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb, nextA, nextB, turns)
	case is32[T]():
		transposeAVX2F32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb, nextA, nextB, turns)
	case side == 8:
		transposeAVX512F64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb, nextA, nextB, turns)
	default:
		transposeAVX2F64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb, nextA, nextB, turns)
	}
}
