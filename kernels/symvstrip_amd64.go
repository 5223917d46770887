package kernels

import "unsafe"

//go:noescape
func symvStripAVX2F32(i, pairs, from, to int, a *float32, lda int, x, v, lanes *float32, jump int)

//go:noescape
func symvDiagonalsAVX2F32(i, pairs int, a *float32, lda int, x, v, lanes *float32)

//go:noescape
func symvHeadsAVX2F32(i, pairs, n int, a *float32, lda int, x, v, lanes *float32)

//go:noescape
func symvTailsAVX2F32(i, pairs, n int, a *float32, lda int, x, v, lanes *float32)

//go:noescape
func symvStripAVX2F64(i, pairs, from, to int, a *float64, lda int, x, v, lanes *float64, jump int)

//go:noescape
func symvDiagonalsAVX2F64(i, pairs int, a *float64, lda int, x, v, lanes *float64)

//go:noescape
func symvHeadsAVX2F64(i, pairs, n int, a *float64, lda int, x, v, lanes *float64)

//go:noescape
func symvTailsAVX2F64(i, pairs, n int, a *float64, lda int, x, v, lanes *float64)

//go:noescape
func symvStripAVX512F32(pairs, n int, a *float32, lda int, x, v, xi, lanes *float32)

//go:noescape
func symvStripAVX512F64(pairs, n int, a *float64, lda int, x, v, xi, lanes *float64)

//go:noescape
func symvSumsAVX512F32(groups int, lanes, v *float32)

//go:noescape
func symvSumsAVX512F64(groups int, lanes, v *float64)

// symvFarAVX2 and symvFarAVX512 are the size of a matrix above which its columns are taken in strips by AVX2's kernels, in either tier; 0 is never.
var symvFarAVX2, symvFarAVX512 = symvFar(cacheSizes())

// symvFar: measured on Zen 5 with a third level of 32 MiB only, where strips from 20 MiB on are 1.13 to 1.6 times as fast as pairs (below 0.88 to 1.0), and from 34 MiB on 1.03 to 1.35 times as fast as four whole rows or
// strips of AVX-512, which read memory more slowly (0.91 to 0.95 at 30 and 32).
func symvFar(_, l3 int) (avx2, avx512 int) {
	if !zen5 {
		return 0, 0
	}
	if l3 <= 0 {
		l3 = 32 << 20
	}
	return l3 / 8 * 5, l3 / 16 * 17
}

// symvStripBytes is how much of a row a strip has: a page, of which the first-level cache keeps those of a dozen rows.
const symvStripBytes = 4 << 10

// symvStripped reports whether the columns of a matrix of order n are taken in strips by AVX2's kernels.
func symvStripped[T Float](isa ISA, n int) bool {
	far := symvFarAVX2
	if isa == AVX512 {
		far = symvFarAVX512
	}
	return isa != Portable && far > 0 && n <= Segment && n*n*int(unsafe.Sizeof(*new(T))) > far
}

// symvBlock adds 4·groups rows to v, strip by strip, starting with row i, of which a is the start. Their diagonals are in one block of 256 bytes. lanes has 256 bytes a row.
func symvBlock[T Float](uplo Uplo, i, groups, n int, a []T, lda int, x, v, lanes []T) {
	size := int(unsafe.Sizeof(*new(T)))
	pa, px, pv, pl := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(v)), unsafe.Pointer(unsafe.SliceData(lanes))
	first, to := 0, i*size&^255
	if uplo == Upper {
		first, to = to+256, n*size&^255
		if size == 4 {
			symvHeadsAVX2F32(i, 2*groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), (*float32)(pl))
		} else {
			symvHeadsAVX2F64(i, 2*groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), (*float64)(pl))
		}
	}
	for c := first; c < to; c += symvStripBytes {
		end, jump := c+symvStripBytes, symvStripBytes
		if end >= to { // what is fetched last is the first strip of the next block
			end, jump = to, 4*groups*lda*size+first-c
		}
		symvStrip(i, groups, c, end, a, lda, x, v, lanes, jump)
	}
	switch {
	case uplo == Upper && size == 4:
		symvTailsAVX2F32(i, 2*groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), (*float32)(pl))
	case uplo == Upper:
		symvTailsAVX2F64(i, 2*groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), (*float64)(pl))
	case size == 4:
		symvDiagonalsAVX2F32(i, 2*groups, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), (*float32)(pl))
	default:
		symvDiagonalsAVX2F64(i, 2*groups, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), (*float64)(pl))
	}
}

// symvStrip is one strip, bytes from … to−1 of its rows; jump is the way in bytes to what follows it. It is not inlined, so that the runtime can stop a long product between two.
//
//go:noinline
func symvStrip[T Float](i, groups, from, to int, a []T, lda int, x, v, lanes []T, jump int) {
	pa, px, pv, pl := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(v)), unsafe.Pointer(unsafe.SliceData(lanes))
	if is32[T]() {
		symvStripAVX2F32(i, 2*groups, from, to, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), (*float32)(pl), jump)
	} else {
		symvStripAVX2F64(i, 2*groups, from, to, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), (*float64)(pl), jump)
	}
}

// symvStripRow is the bytes of a row from which AVX-512 takes strips of its own, 0 for never, in matrices that symvStripped leaves: x, v and four rows then exceed the first-level cache by far. Measured on
// Zen 5: order 1500 to 2160 in float64 1.0 to 1.1 times as fast, 2800 to 3000 in float32 1.0 to 1.03; rows of 8 KiB are slower by strips (0.81 to 0.93).
var symvStripRow = onZen5(11 << 10)

// symvStripped512 reports whether columns go by strips of AVX-512.
func symvStripped512[T Float](n int) bool {
	return symvStripRow > 0 && n*int(unsafe.Sizeof(*new(T))) >= symvStripRow
}

// symvStrips512 is symvPiece4 by strips: those to the left of the rows' last columns (Lower) before these, or those to the right of their first ones (Upper) after
// these. It does nothing and reports false where there are less than two; where there are more, a piece of at most gemvPiece bytes has no more rows than there is room for lanes.
func symvStrips512[T Float](uplo Uplo, i, groups, n int, a unsafe.Pointer, lda int, x, v unsafe.Pointer) bool {
	size := int(unsafe.Sizeof(*new(T)))
	lo, hi := 0, i*size&^(symvStripBytes-1)
	if uplo == Upper {
		lo, hi = ((i+symvGroup*groups)*size+symvStripBytes-1)&^(symvStripBytes-1), n*size
	}
	if hi-lo < 2*symvStripBytes {
		return false
	}
	var room [gemvPiece/(2*symvStripBytes)*256 + 64]byte
	lanes := unsafe.Add(unsafe.Pointer(&room), -uintptr(unsafe.Pointer(&room))&63)
	if is32[T]() {
		if uplo == Upper {
			symvUpperAVX512F32(i, groups, lo/size, (*float32)(a), lda, (*float32)(x), (*float32)(v), (*float32)(lanes))
		}
		for c := lo; c < hi; c += symvStripBytes {
			symvStripAVX512F32(symvGroup/2*groups, min(symvStripBytes, hi-c)/size, (*float32)(unsafe.Add(a, c)), lda, (*float32)(unsafe.Add(x, c)), (*float32)(unsafe.Add(v, c)), (*float32)(unsafe.Add(x, i*size)), (*float32)(lanes))
		}
		if uplo == Upper {
			symvSumsAVX512F32(groups, (*float32)(lanes), (*float32)(unsafe.Add(v, i*size)))
		} else {
			symvLowerAVX512F32(i, groups, (*float32)(a), lda, (*float32)(x), (*float32)(v), hi, (*float32)(lanes))
		}
		return true
	}
	if uplo == Upper {
		symvUpperAVX512F64(i, groups, lo/size, (*float64)(a), lda, (*float64)(x), (*float64)(v), (*float64)(lanes))
	}
	for c := lo; c < hi; c += symvStripBytes {
		symvStripAVX512F64(symvGroup/2*groups, min(symvStripBytes, hi-c)/size, (*float64)(unsafe.Add(a, c)), lda, (*float64)(unsafe.Add(x, c)), (*float64)(unsafe.Add(v, c)), (*float64)(unsafe.Add(x, i*size)), (*float64)(lanes))
	}
	if uplo == Upper {
		symvSumsAVX512F64(groups, (*float64)(lanes), (*float64)(unsafe.Add(v, i*size)))
	} else {
		symvLowerAVX512F64(i, groups, (*float64)(a), lda, (*float64)(x), (*float64)(v), hi, (*float64)(lanes))
	}
	return true
}
