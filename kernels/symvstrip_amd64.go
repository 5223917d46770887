package kernels

import "unsafe"

//go:noescape
func symvStripAVX512F32(pairs, n int, a *float32, lda int, x, v, xi, lanes *float32)

//go:noescape
func symvStripAVX512F64(pairs, n int, a *float64, lda int, x, v, xi, lanes *float64)

//go:noescape
func symvSumsAVX512F32(groups int, lanes, v *float32)

//go:noescape
func symvSumsAVX512F64(groups int, lanes, v *float64)

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
