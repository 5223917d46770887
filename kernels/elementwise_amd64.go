package kernels

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// prefetchAhead is how many bytes ahead the optimizer steps fetch each of their streams. From memory, Adam reaches 98 % of its four streams with 1 KiB on a
// Granite Rapids, 93 % with 256 bytes and 90 % without; on Zen 4 256 bytes are 2 % faster than none and 1 KiB 13 % slower, on Zen 5 256 bytes up to 1 % and 768 bytes 11 %.
//
//lint:ignore U1000 read by assembly
var prefetchAhead = func() int {
	if cpuid.CPU.VendorID == cpuid.Intel {
		return 1024
	}
	return 256
}()

// rootMixed says how the AVX-512 kernels take roots (RUNROOT), with the same bits either way. An Intel core needs 24 cycles for √ and ÷ of 16 float32 in the
// unit that they share, so it takes all roots by FMA beside it. Zen 5 needs 7 (8 float64: 11.5 beside 43.5), FMA as long or longer, and takes both ways in turn. So
// does Zen 4, by published tables and not by measurement: some 17 cycles (27), and twice those of Zen 5 for the FMAs of 512 bits.
var rootMixed = amd

// updateCall jumps to the kernel of a kind: 16 times the operation plus what kinds_amd64.h says. Vectors that a kernel does not have are left out.
//
//go:noescape
func updateCall(n int, c, x, y, z, w unsafe.Pointer, kind uintptr)

// elementSIMD is one piece in assembly, but not of Exp; isa is not Portable.
func elementSIMD[T Float](op elementOp, isa ISA, coef *AdamCoef[T], n int, a, b, c, d *T) {
	updateCall(n, unsafe.Pointer(coef), unsafe.Pointer(a), unsafe.Pointer(b), unsafe.Pointer(c), unsafe.Pointer(d), uintptr(op)<<4+uintptr(isa)+unsafe.Sizeof(*a))
}
