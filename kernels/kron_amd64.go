package kernels

import "unsafe"

//go:noescape
func kronAVX2F32(na, nb int, a, b, c *float32, stream int)

//go:noescape
func kronAVX2F64(na, nb int, a, b, c *float64, stream int)

//go:noescape
func kronAVX512F32(rows, na, nb int, a, b *float32, ldb int, c *float32, ldc int, stream int)

//go:noescape
func kronAVX512F64(rows, na, nb int, a, b *float64, ldb int, c *float64, ldc int, stream int)

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

// kronWide is true where vectors of 512 bits pay: Zen 5 stores one of them a cycle. On Intel they do not; on Zen 4, which takes two cycles, they were not measured.
var kronWide = zen5

// kronPiece writes rows of a Kronecker product, in all at most vecPiece elements or one row, if the tier has a kernel for their length, and reports
// whether it did: a∘row of b, of nb elements each. It is not inlined, so that the runtime can stop a long product between two pieces.
//
//go:noinline
func kronPiece[T Float](isa ISA, rows, nb int, a, b []T, ldb int, c []T, ldc int, stream bool) bool {
	size := int(unsafe.Sizeof(*new(T)))
	pa, pb, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(unsafe.SliceData(c))
	// Whole vectors at multiples of their size, in every row, go past the caches.
	past := func(vector int) int {
		if stream && (int(uintptr(pc))|nb*size)%vector == 0 && (rows == 1 || ldc*size%vector == 0) {
			return 1
		}
		return 0
	}
	// What only vectors of 256 bits can take past the caches goes so.
	if isa == AVX512 && kronWide && (past(32) == 0 || past(64) == 1) {
		if is32[T]() {
			kronAVX512F32(rows, len(a), nb, (*float32)(pa), (*float32)(pb), ldb, (*float32)(pc), ldc, past(64))
		} else {
			kronAVX512F64(rows, len(a), nb, (*float64)(pa), (*float64)(pb), ldb, (*float64)(pc), ldc, past(64))
		}
		return true
	}
	if isa == Portable || nb*size%32 != 0 {
		return false
	}
	for i := range rows {
		pb, pc := unsafe.Add(pb, i*ldb*size), unsafe.Add(pc, i*ldc*size)
		if is32[T]() {
			kronAVX2F32(len(a), nb, (*float32)(pa), (*float32)(pb), (*float32)(pc), past(32))
		} else {
			kronAVX2F64(len(a), nb, (*float64)(pa), (*float64)(pb), (*float64)(pc), past(32))
		}
	}
	return true
}
