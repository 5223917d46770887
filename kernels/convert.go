package kernels

import "unsafe"

// Convert writes dst_i = D(src_i): float32 to float64 exactly, float64 to float32 rounded to nearest even, equal types
// copied.
//
// The lengths must be equal. dst and src must not share memory.
func Convert[D, S Float](p *Pool, dst []D, src []S) {
	if len(dst) != len(src) {
		panic(badLen)
	}
	if len(dst) == 0 {
		return
	}
	d, s := uintptr(unsafe.Pointer(&dst[0])), uintptr(unsafe.Pointer(&src[0]))
	n := uintptr(len(dst))
	if d < s+n*unsafe.Sizeof(src[0]) && s < d+n*unsafe.Sizeof(dst[0]) {
		panic(overlap)
	}
	raceRead(src)
	raceWrite(dst)
	isa := p.ISA()
	for len(src) > convertPiece {
		convertCall(isa, dst[:convertPiece], src[:convertPiece])
		dst, src = dst[convertPiece:], src[convertPiece:]
	}
	convertCall(isa, dst, src)
}

// convertPiece is the number of elements of one assembly call.
const convertPiece = 16384

// convertCall converts one piece. It is not inlined, so that the runtime can stop a long conversion between two
// pieces.
//
//go:noinline
func convertCall[D, S Float](isa ISA, dst []D, src []S) {
	pd, ps := unsafe.Pointer(unsafe.SliceData(dst)), unsafe.Pointer(unsafe.SliceData(src))
	switch {
	case is32[D]() == is32[S]():
		copy(unsafe.Slice((*S)(pd), len(dst)), src)
	case is32[S]() && widenVec(isa, len(src), (*float64)(pd), (*float32)(ps)):
	case is32[D]() && narrowVec(isa, len(src), (*float32)(pd), (*float64)(ps)):
	default:
		for i, v := range src {
			dst[i] = D(v)
		}
	}
}
