package kernels

import "unsafe"

//go:noescape
func symvLowerAVX512F32(i, groups int, a *float32, lda int, x, v *float32, from int, lanes *float32)

//go:noescape
func symvUpperAVX512F32(i, groups, n int, a *float32, lda int, x, v, lanes *float32)

//go:noescape
func symvLowerAVX512F64(i, groups int, a *float64, lda int, x, v *float64, from int, lanes *float64)

//go:noescape
func symvUpperAVX512F64(i, groups, n int, a *float64, lda int, x, v, lanes *float64)

//go:noescape
func symvLowerAVX2F32(i, pairs int, a *float32, lda int, x, v *float32, lanes *[64]float64)

//go:noescape
func symvUpperAVX2F32(i, pairs, n int, a *float32, lda int, x, v *float32, lanes *[64]float64)

//go:noescape
func symvLowerAVX2F64(i, pairs int, a *float64, lda int, x, v *float64, lanes *[64]float64)

//go:noescape
func symvUpperAVX2F64(i, pairs, n int, a *float64, lda int, x, v *float64, lanes *[64]float64)

//go:noescape
func symvFoursLowerAVX2F32(i, pairs int, a *float32, lda int, x, v *float32, lanes *[128]float64)

//go:noescape
func symvFoursUpperAVX2F32(i, pairs, n int, a *float32, lda int, x, v *float32, lanes *[128]float64)

//go:noescape
func symvFoursLowerAVX2F64(i, pairs int, a *float64, lda int, x, v *float64, lanes *[128]float64)

//go:noescape
func symvFoursUpperAVX2F64(i, pairs, n int, a *float64, lda int, x, v *float64, lanes *[128]float64)

//go:noescape
func symvShortLowerAVX2F32(n int, a *float32, lda int, x, v *float32)

//go:noescape
func symvShortLowerAVX2F64(n int, a *float64, lda int, x, v *float64)

//go:noescape
func symvRowAVX2F32(skip, n int, a, x, v *float32, xi float32) float32

//go:noescape
func symvRowAVX2F64(skip, n int, a, x, v *float64, xi float64) float64

// symvRowPiece is symvRowPortable for at most a segment. It is not inlined, so that the runtime can stop a long product
// between two rows.
//
//go:noinline
func symvRowPiece[T Float](isa ISA, lo int, row, x, v []T, xi T) T {
	if isa == Portable {
		return symvRowPortable(lo, row, x, v, xi)
	}
	// Only up to three rows of a panel come here.
	skip := lo & (lanes[T]() - 1)
	lo -= skip
	n, pa, px, pv := len(row)-lo, unsafe.Pointer(&row[lo]), unsafe.Pointer(&x[lo]), unsafe.Pointer(&v[lo])
	if is32[T]() {
		return T(symvRowAVX2F32(skip, n, (*float32)(pa), (*float32)(px), (*float32)(pv), float32(xi)))
	}
	return T(symvRowAVX2F64(skip, n, (*float64)(pa), (*float64)(px), (*float64)(pv), float64(xi)))
}

// symvGroups reports whether the tier has a kernel that takes several rows in one pass.
func symvGroups(isa ISA) bool { return isa != Portable }

// symvPiece4 adds 4·groups rows to v, starting with row i, of which a is the start. It is not inlined, so that the
// runtime can stop a long product between two pieces.
//
//go:noinline
func symvPiece4[T Float](isa ISA, uplo Uplo, i, groups, n int, a []T, lda int, x, v []T) {
	pa, px, pv := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(v))
	if isa == AVX2 {
		if symvFours(n * int(unsafe.Sizeof(*new(T)))) {
			symvPieceFours(uplo, i, groups, n, a, lda, x, v)
			return
		}
		// The lanes of two rows, from the first boundary of 64 bytes on: vectors across two cache lines that are loaded right after they were stored cost some 20
		// cycles each (in float32, three times as long in one program as in another).
		var room [64 + 7]float64
		lanes := (*[64]float64)(unsafe.Add(unsafe.Pointer(&room), -uintptr(unsafe.Pointer(&room))&63))
		switch {
		case is32[T]() && uplo == Lower:
			symvLowerAVX2F32(i, 2*groups, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), lanes)
		case is32[T]():
			symvUpperAVX2F32(i, 2*groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), lanes)
		case uplo == Lower:
			symvLowerAVX2F64(i, 2*groups, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), lanes)
		default:
			symvUpperAVX2F64(i, 2*groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), lanes)
		}
		return
	}
	if symvStripped512[T](n) && symvStrips512[T](uplo, i, groups, n, pa, lda, px, pv) {
		return
	}
	switch {
	case is32[T]() && uplo == Lower:
		symvLowerAVX512F32(i, groups, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), 0, nil)
	case is32[T]():
		symvUpperAVX512F32(i, groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), nil)
	case uplo == Lower:
		symvLowerAVX512F64(i, groups, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), 0, nil)
	default:
		symvUpperAVX512F64(i, groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), nil)
	}
}

// symvShort computes v of a whole matrix of at most as many columns as there are lanes, and reports whether the tier has a kernel for that.
func symvShort[T Float](isa ISA, uplo Uplo, n int, a []T, lda int, x, v []T) bool {
	if isa != AVX2 || uplo != Lower || n > lanes[T]() {
		return false
	}
	pa, px, pv := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(v))
	if is32[T]() {
		symvShortLowerAVX2F32(n, (*float32)(pa), lda, (*float32)(px), (*float32)(pv))
	} else {
		symvShortLowerAVX2F64(n, (*float64)(pa), lda, (*float64)(px), (*float64)(pv))
	}
	return true
}

// symvPieceFours is symvPiece4 by four rows at a time on AVX2, in a frame of its own: Go clears all of one.
//
//go:noinline
func symvPieceFours[T Float](uplo Uplo, i, groups, n int, a []T, lda int, x, v []T) {
	pa, px, pv := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(v))
	var room [128 + 7]float64 // as in symvPiece4
	lanes := (*[128]float64)(unsafe.Add(unsafe.Pointer(&room), -uintptr(unsafe.Pointer(&room))&63))
	switch {
	case is32[T]() && uplo == Lower:
		symvFoursLowerAVX2F32(i, 2*groups, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), lanes)
	case is32[T]():
		symvFoursUpperAVX2F32(i, 2*groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pv), lanes)
	case uplo == Lower:
		symvFoursLowerAVX2F64(i, 2*groups, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), lanes)
	default:
		symvFoursUpperAVX2F64(i, 2*groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pv), lanes)
	}
}

// symvFoursBytes is the longest row of which AVX2 takes four at a time, from more than a seventh of it on; 0 is never. Measured on Zen 5 only: longer rows are 1 to 6 % faster by pairs, shorter ones 4 to 13 %.
var symvFoursBytes = onZen5(7 << 10)

// symvFours reports whether rows of so many bytes are taken four at a time.
func symvFours(bytes int) bool { return bytes > symvFoursBytes/7 && bytes <= symvFoursBytes }
