package kernels

import "unsafe"

//go:noescape
func kronAVX2F32(na, nb int, a, b, c *float32, stream int)

//go:noescape
func kronAVX2F64(na, nb int, a, b, c *float64, stream int)

// storeFence makes streamed stores visible before those that follow.
func storeFence()

// kronStream is the size of C in bytes from which it is written past the caches: that of the last of them. One of more than 64 MiB is shared by
// many cores and no faster than memory: on a Granite Rapids with 480 MiB, 9 MiB take 13 GB/s into the cache and 24 past it.
var kronStream = func() int {
	_, l3 := cacheSizes()
	if l3 > 64<<20 {
		return 8 << 20
	}
	return max(l3, 8<<20)
}()

// kronPiece writes a row of a Kronecker product of at most vecPiece elements if the tier has a kernel for its length, and reports
// whether it did. It is not inlined, so that the runtime can stop a long product between two pieces.
//
//go:noinline
func kronPiece[T Float](isa ISA, a, b, c []T, stream bool) bool {
	// Vectors of 256 bits, on AVX-512 too: the stores are the limit.
	const vector = 32
	pa, pb, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(unsafe.SliceData(c))
	if isa == Portable || len(b)*int(unsafe.Sizeof(*new(T)))%vector != 0 {
		return false
	}
	past := 0
	if stream && uintptr(pc)%vector == 0 {
		past = 1
	}
	if is32[T]() {
		kronAVX2F32(len(a), len(b), (*float32)(pa), (*float32)(pb), (*float32)(pc), past)
	} else {
		kronAVX2F64(len(a), len(b), (*float64)(pa), (*float64)(pb), (*float64)(pc), past)
	}
	return true
}
