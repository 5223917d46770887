package kernels

import "unsafe"

// streams reports whether the tier has stores past the caches.
func streams(isa ISA) bool { return isa != Portable }

// streamBlock copies rows of whole cache lines. It is not inlined, so that the runtime can stop a long copy between two calls.
//
//go:noinline
func streamBlock(isa ISA, rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr) {
	if isa == AVX512 {
		streamBlockAVX512(rows, lines, a, ra, b, rb)
	} else {
		streamBlockAVX2(rows, lines, a, ra, b, rb)
	}
}

//go:noescape
func streamBlockAVX512(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr)

//go:noescape
func streamBlockAVX2(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr)
