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
func transposeStripsAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, strips int)

//go:noescape
func transposeStripsAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, strips int)

//go:noescape
func transposeHalvesAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)

//go:noescape
func transposePartAVX512F32(m, n int, alpha float32, a *float32, lda int, b *float32, ldb int)

//go:noescape
func transposePartAVX512F64(m, n int, alpha float64, a *float64, lda int, b *float64, ldb int)

//go:noescape
func transposeAVX2F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)

//go:noescape
func transposeAVX2F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)

// transposeSide returns the side of the largest tile with a kernel that fits m×n elements, 0 if there is none, or if Zen 5 takes parts of tiles, which are faster than those of AVX2 where A has few rows.
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
	if side /= 2; min(m, n) >= side && !(isa == AVX512 && zen5 && n < 2*side) {
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

// transposeOnce bounds the bytes of a transposition that needs neither turns nor blocks nor workers, half of a first-level cache of 48 KiB: transposeAtOnce goes from strip to strip, without a task and without the
// divisions that cut one.
const transposeOnce = 24 << 10

const _ = uint(transposePiece - transposeOnce/4) // no more than one call of assembly takes

// transposeAtOnce is B = alpha·Aᵀ, B m×n, if it is so small and has a kernel.
func transposeAtOnce[T Float](isa ISA, m, n int, alpha T, a []T, lda int, b []T, ldb int) bool {
	if m*n*int(unsafe.Sizeof(alpha)) > transposeOnce || isa == Portable && min(m, n) > transposeTile {
		return false
	}
	parts, lanes := isa == AVX512 && zen5, 64/int(unsafe.Sizeof(alpha))
	side := transposeSide[T](isa, m, n)
	if side == 0 || parts && min(m, n) < 2*lanes && (side == lanes || n < 4*lanes) { // a strip of one tile gains nothing
		transposeLoose(isa, m, n, alpha, a, lda, b, ldb)
		return true
	}
	shift := bits.TrailingZeros(uint(side))
	rows, cols := m>>shift<<shift, n>>shift<<shift
	if parts && side == lanes {
		transposeStrips(rows>>shift, n>>shift, alpha, a, lda, b, ldb)
		if cols < n {
			transposeParts(rows, n-cols, alpha, a[cols*lda:], lda, b[cols:], ldb)
		}
		if rows < m {
			transposeParts(m-rows, n, alpha, a[rows:], lda, b[rows*ldb:], ldb)
		}
		return true
	}
	for i := 0; i < m; i += side {
		if i == rows {
			if parts {
				transposeParts(m-i, n, alpha, a[i:], lda, b[i*ldb:], ldb)
				break
			}
			i = m - side
		}
		transposeStrip(side, n>>shift, alpha, a[i:], lda, b[i*ldb:], ldb, 0, 0, 0)
		switch {
		case cols == n:
		case parts:
			transposeParts(side, n-cols, alpha, a[cols*lda+i:], lda, b[i*ldb+cols:], ldb)
		default:
			transposeStrip(side, 1, alpha, a[(n-side)*lda+i:], lda, b[i*ldb+n-side:], ldb, 0, 0, 0)
		}
	}
	return true
}

// transposeStrips transposes strips of tiles, all of a small matrix, whose rows are loaded by halves: a call for each took a tenth of the time of order 48.
func transposeStrips[T Float](strips, tiles int, alpha T, a []T, lda int, b []T, ldb int) {
	pa, pb := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b))
	if is32[T]() {
		transposeStripsAVX512F32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb, 0, 0, strips)
	} else {
		transposeStripsAVX512F64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb, 0, 0, strips)
	}
}

// transposeLoose is B = alpha·Aᵀ, small, without a kernel for strips of whole tiles.
func transposeLoose[T Float](isa ISA, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	if isa == AVX512 && zen5 {
		transposeParts(m, n, alpha, a, lda, b, ldb)
		return
	}
	for j := 0; j < n; j += transposeTile { // rows of A that collide would be gone before the next row of B reads them
		transposePortable(m, min(transposeTile, n-j), alpha, a[j*lda:], lda, b[j:], ldb)
	}
}

// transposeParts goes tile by tile, whole or not. It is not inlined, so that the runtime can stop a long transposition.
//
//go:noinline
func transposeParts[T Float](m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	lanes := 64 / int(unsafe.Sizeof(alpha))
	for i := 0; i < m; i += lanes {
		for j := 0; j < n; j += lanes {
			transposePart(min(lanes, m-i), min(lanes, n-j), alpha, &a[j*lda+i], lda, &b[i*ldb+j], ldb)
		}
	}
}

// transposePart is a tile of at most a vector of rows and columns.
func transposePart[T Float](m, n int, alpha T, a *T, lda int, b *T, ldb int) {
	if is32[T]() {
		transposePartAVX512F32(m, n, float32(alpha), (*float32)(unsafe.Pointer(a)), lda, (*float32)(unsafe.Pointer(b)), ldb)
	} else {
		transposePartAVX512F64(m, n, float64(alpha), (*float64)(unsafe.Pointer(a)), lda, (*float64)(unsafe.Pointer(b)), ldb)
	}
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
