package kernels

import (
	"math"
	"math/bits"
	"unsafe"
)

//go:noescape
func transposeAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeHalvesAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeHalvesAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)

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

// transposeStream is the size of A in bytes from which B is written past the caches, if its rows begin at cache lines: on Zen 5 three eighths of the third level, from where on a transposition
// and two readings of B are faster so; smaller ones would be 15 to 40 % slower together, though the transposition alone is up to twice as fast from 1 MiB on. Elsewhere never: not measured.
var transposeStream = func() int {
	if _, l3 := cacheSizes(); zen5 && l3 > 0 {
		return l3 / 8 * 3
	}
	return math.MaxInt
}()

// transposePast reports whether B goes past the caches.
func transposePast[T Float](isa ISA, m, n int, b []T, ldb int) bool {
	size := int(unsafe.Sizeof(b[0]))
	return isa == AVX512 && m*n*size >= transposeStream && (int(uintptr(unsafe.Pointer(&b[0])))|ldb*size)%streamLine == 0
}

// transposeTurns is 1 where two copies of the loop over tiles take turns: on Zen 5 (oneStream) where A is no longer in the first level beside B, up to 8 MiB;
// smaller and larger ones lose up to 15 %.
func transposeTurns(bytes int) int {
	if oneStream && bytes > transposeOnce && bytes <= 8<<20 {
		return 1
	}
	return 0
}

// transposeOnce bounds the bytes of a transposition that needs neither turns nor blocks nor workers: transposeAtOnce goes from strip to strip, without a task and without the divisions that cut one.
const transposeOnce = 16 << 10

// transposeAtOnce is B = alpha·Aᵀ, B m×n, if it is so small and has a kernel.
func transposeAtOnce[T Float](isa ISA, m, n int, alpha T, a []T, lda int, b []T, ldb int) bool {
	side := transposeSide[T](isa, m, n)
	if side == 0 || m*n*int(unsafe.Sizeof(alpha)) > transposeOnce {
		return false
	}
	for i := 0; i < m; i += side {
		i = min(i, m-side)
		transposeStrip(side, n>>bits.TrailingZeros(uint(side)), alpha, a[i:], lda, b[i*ldb:], ldb, 0, 0, 0)
		if j := n - side; n&(side-1) != 0 {
			transposeStrip(side, 1, alpha, a[j*lda+i:], lda, b[i*ldb+j:], ldb, 0, 0, 0)
		}
	}
	return true
}

// transposeStrip transposes tiles of the side that transposeSide returned. Where nextA is not 0, it fetches rows that begin nextA bytes after a and
// nextB after b, each tile some; turns is 0, or 1 (transposeTurns), or 2, where B goes past the caches. It is not inlined, so that the runtime can
// stop a long transposition between two strips. Zen 5 loads rows by halves, but not where B goes past the caches, or where blocks are fetched and rows of A are a multiple of 4 KiB apart (−2 to −18 %).
//
//go:noinline
func transposeStrip[T Float](side, tiles int, alpha T, a []T, lda int, b []T, ldb int, nextA, nextB, turns int) {
	pa, pb := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b))
	wide := side*int(unsafe.Sizeof(alpha)) == 64
	switch halves := wide && zen5 && turns < 2 && (nextA == 0 || lda*int(unsafe.Sizeof(alpha))&4095 != 0); {
	case halves && is32[T]():
		transposeHalvesAVX512F32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb, nextA, nextB, turns)
	case halves:
		transposeHalvesAVX512F64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb, nextA, nextB, turns)
	case wide && is32[T]():
		transposeAVX512F32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb, nextA, nextB, turns)
	case wide:
		transposeAVX512F64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb, nextA, nextB, turns)
	case is32[T]():
		transposeAVX2F32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb, nextA, nextB, turns)
	default:
		transposeAVX2F64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb, nextA, nextB, turns)
	}
}
