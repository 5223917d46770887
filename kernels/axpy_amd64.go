package kernels

import "unsafe"

//go:noescape
func axpyAVX512F32(n int, alpha float32, x, y *float32)

//go:noescape
func axpyAVX512F64(n int, alpha float64, x, y *float64)

//go:noescape
func scaleAVX512F32(n int, alpha float32, x, z *float32)

//go:noescape
func scaleAVX512F64(n int, alpha float64, x, z *float64)

//go:noescape
func mulAVX512F32(n int, x, y, z *float32)

//go:noescape
func mulAVX512F64(n int, x, y, z *float64)

//go:noescape
func axpyAVX2F32(n int, alpha float32, x, y *float32)

//go:noescape
func axpyAVX2F64(n int, alpha float64, x, y *float64)

//go:noescape
func scaleAVX2F32(n int, alpha float32, x, z *float32)

//go:noescape
func scaleAVX2F64(n int, alpha float64, x, z *float64)

//go:noescape
func mulAVX2F32(n int, x, y, z *float32)

//go:noescape
func mulAVX2F64(n int, x, y, z *float64)

// farVectors returns the tier whose kernel takes a piece of n bytes a vector, of two vectors or more, of which at holds the bits of the addresses. Beyond
// the first level 256 bits at a time are faster than 512 where something is written (Axpy, Hadamard and Scal 6 to 10 % in the second level, Axpy and Scal 10
// and more from memory), and slower where they straddle cache lines (5 to 10 %). Measured on Intel of the Granite Rapids class; not on Zen 4. On Zen 5 it
// is the other way round (Axpy L2 311 and 380 GB/s).
func farVectors(isa ISA, n int, at uintptr) ISA {
	if isa == AVX512 && !zen5 && n >= 32<<10 && at%32 == 0 {
		return AVX2
	}
	return isa
}

// axpyPiece is y_i = fma(alpha, x_i, y_i). The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func axpyPiece[T Float](isa ISA, alpha T, x, y []T) {
	n, px, py := len(x), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	isa = farVectors(isa, n*int(unsafe.Sizeof(alpha)), uintptr(px)|uintptr(py))
	switch isa {
	case AVX512:
		if is32[T]() {
			axpyAVX512F32(n, float32(alpha), (*float32)(px), (*float32)(py))
		} else {
			axpyAVX512F64(n, float64(alpha), (*float64)(px), (*float64)(py))
		}
	case AVX2:
		if is32[T]() {
			axpyAVX2F32(n, float32(alpha), (*float32)(px), (*float32)(py))
		} else {
			axpyAVX2F64(n, float64(alpha), (*float64)(px), (*float64)(py))
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
	if px == pz { // one vector; from one to another 256 bits gain as much in the second level, but lose 4 % from memory
		isa = farVectors(isa, n*int(unsafe.Sizeof(alpha))/2, uintptr(px))
	}
	switch isa {
	case AVX512:
		if is32[T]() {
			scaleAVX512F32(n, float32(alpha), (*float32)(px), (*float32)(pz))
		} else {
			scaleAVX512F64(n, float64(alpha), (*float64)(px), (*float64)(pz))
		}
	case AVX2:
		if is32[T]() {
			scaleAVX2F32(n, float32(alpha), (*float32)(px), (*float32)(pz))
		} else {
			scaleAVX2F64(n, float64(alpha), (*float64)(px), (*float64)(pz))
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
	isa = farVectors(isa, n*int(unsafe.Sizeof(x[0])), uintptr(px)|uintptr(py)|uintptr(pz))
	switch isa {
	case AVX512:
		if is32[T]() {
			mulAVX512F32(n, (*float32)(px), (*float32)(py), (*float32)(pz))
		} else {
			mulAVX512F64(n, (*float64)(px), (*float64)(py), (*float64)(pz))
		}
	case AVX2:
		if is32[T]() {
			mulAVX2F32(n, (*float32)(px), (*float32)(py), (*float32)(pz))
		} else {
			mulAVX2F64(n, (*float64)(px), (*float64)(py), (*float64)(pz))
		}
	default:
		mulPortable(x, y, z)
	}
}
