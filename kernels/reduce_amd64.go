package kernels

import "unsafe"

// reduceCall jumps to the kernel of a kind (reduceKind, kinds_amd64.h). All have the same arguments; only dot reads y.
//
//go:noescape
func reduceCall(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func dotAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func dotAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func sumAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func sumAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func squaresAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func squaresAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func maxabsAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func maxabsAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func dotAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func dotAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func sumAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func sumAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func squaresAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func squaresAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func maxabsAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//lint:ignore U1000 reduceCall jumps there
//go:noescape
func maxabsAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)

//go:noescape
func squares4AVX512F32(x, sums *float32)

//go:noescape
func squares4AVX512F64(x, sums *float64)

//go:noescape
func sum4AVX512F32(x, sums *float32)

//go:noescape
func sum4AVX512F64(x, sums *float64)

//go:noescape
func maxabs4AVX512F32(x, sums *float32)

//go:noescape
func maxabs4AVX512F64(x, sums *float64)

//go:noescape
func dot2AVX512F32(x, y, sums *float32)

//go:noescape
func dot2AVX512F64(x, y, sums *float64)

// reduceAhead is how many bytes ahead a kernel of one segment of n elements fetches, 0 for a loop without. Whole segments look ahead: on Zen 5, which
// brings one ascending stream from its second level at 260 GB/s by itself and at 180 to 220 with a look ahead, only where they come from
// farther; elsewhere on AVX2, AVX-512 having kernels of several segments for that.
func reduceAhead(isa ISA, far bool, n int) int {
	switch {
	case n < Segment:
		return 0
	case zen5:
		if far {
			return 2048
		}
		return 0
	case isa == AVX2:
		return 512
	}
	return 0
}

// reduceMany reduces whole segments from the start of x and y side by side, if the tier has a kernel for it and there are enough of
// them and they come from far, and returns how many it did. Zen 5 reads one stream faster than several.
//
//go:noinline
func reduceMany[T Float](isa ISA, op reduceOp, far bool, x, y []T, sums *[reduceGroup]T) int {
	many := reduceGroup
	if op == opDot {
		many = 2
	}
	// The chains of four segments help MaxAbs in the cache, too.
	if isa != AVX512 || zen5 || !far && op != opMaxAbs || len(x) < many*Segment {
		return 0
	}
	px, py, ps := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), unsafe.Pointer(sums)
	switch {
	case op == opDot && is32[T]():
		dot2AVX512F32((*float32)(px), (*float32)(py), (*float32)(ps))
	case op == opDot:
		dot2AVX512F64((*float64)(px), (*float64)(py), (*float64)(ps))
	case op == opSquares && is32[T]():
		squares4AVX512F32((*float32)(px), (*float32)(ps))
	case op == opSquares:
		squares4AVX512F64((*float64)(px), (*float64)(ps))
	case op == opSum && is32[T]():
		sum4AVX512F32((*float32)(px), (*float32)(ps))
	case op == opSum:
		sum4AVX512F64((*float64)(px), (*float64)(ps))
	case is32[T]():
		maxabs4AVX512F32((*float32)(px), (*float32)(ps))
	default:
		maxabs4AVX512F64((*float64)(px), (*float64)(ps))
	}
	return many
}
