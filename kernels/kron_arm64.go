package kernels

import "unsafe"

//go:noescape
func kronNEONF32(na, nb int, a, b, c *float32)

//go:noescape
func kronNEONF64(na, nb int, a, b, c *float64)

// kronPiece writes a row of a Kronecker product of at most vecPiece elements if the tier has a kernel for its length, and reports
// whether it did. It is not inlined, so that the runtime can stop a long product between two pieces.
//
//go:noinline
func kronPiece[T Float](isa ISA, a, b, c []T, _ bool) bool {
	const vector = 16
	if isa != NEON || len(b)*int(unsafe.Sizeof(*new(T)))%vector != 0 {
		return false
	}
	pa, pb, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(unsafe.SliceData(c))
	if is32[T]() {
		kronNEONF32(len(a), len(b), (*float32)(pa), (*float32)(pb), (*float32)(pc))
	} else {
		kronNEONF64(len(a), len(b), (*float64)(pa), (*float64)(pb), (*float64)(pc))
	}
	return true
}
