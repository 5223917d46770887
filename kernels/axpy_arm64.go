package kernels

import "unsafe"

//go:noescape
func axpyNEONF32(n int, alpha float32, x, y *float32)

//go:noescape
func axpyNEONF64(n int, alpha float64, x, y *float64)

//go:noescape
func scaleNEONF32(n int, alpha float32, x, z *float32)

//go:noescape
func scaleNEONF64(n int, alpha float64, x, z *float64)

//go:noescape
func mulNEONF32(n int, x, y, z *float32)

//go:noescape
func mulNEONF64(n int, x, y, z *float64)

// axpyPiece is y_i = fma(alpha, x_i, y_i). The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func axpyPiece[T Float](isa ISA, alpha T, x, y []T) {
	n, px, py := len(x), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	switch isa {
	case NEON:
		if is32[T]() {
			axpyNEONF32(n, float32(alpha), (*float32)(px), (*float32)(py))
		} else {
			axpyNEONF64(n, float64(alpha), (*float64)(px), (*float64)(py))
		}
	default:
		axpyPortable(alpha, x, y)
	}
}

// scalePiece is z_i = alpha·x_i; z may be x. The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func scalePiece[T Float](isa ISA, alpha T, x, z []T) {
	n, px, pz := len(x), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(z))
	switch isa {
	case NEON:
		if is32[T]() {
			scaleNEONF32(n, float32(alpha), (*float32)(px), (*float32)(pz))
		} else {
			scaleNEONF64(n, float64(alpha), (*float64)(px), (*float64)(pz))
		}
	default:
		scalePortable(alpha, x, z)
	}
}

// mulPiece is z_i = x_i·y_i; z may be x or y. The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func mulPiece[T Float](isa ISA, x, y, z []T) {
	n, px, py, pz := len(x), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), unsafe.Pointer(unsafe.SliceData(z))
	switch isa {
	case NEON:
		if is32[T]() {
			mulNEONF32(n, (*float32)(px), (*float32)(py), (*float32)(pz))
		} else {
			mulNEONF64(n, (*float64)(px), (*float64)(py), (*float64)(pz))
		}
	default:
		mulPortable(x, y, z)
	}
}
