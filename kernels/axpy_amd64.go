package kernels

import "unsafe"

// vecCall jumps to the kernel of a kind: 16 times the operation plus what kinds_amd64.h says. a is the address of alpha, or x of a product.
//
//go:noescape
func vecCall(n int, a, b, c unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func axpyAVX512F32(n int, alpha, x, y unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func axpyAVX512F64(n int, alpha, x, y unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func scaleAVX512F32(n int, alpha, x, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func scaleAVX512F64(n int, alpha, x, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func mulAVX512F32(n int, x, y, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func mulAVX512F64(n int, x, y, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func axpyAVX2F32(n int, alpha, x, y unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func axpyAVX2F64(n int, alpha, x, y unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func scaleAVX2F32(n int, alpha, x, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func scaleAVX2F64(n int, alpha, x, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func mulAVX2F32(n int, x, y, z unsafe.Pointer, kind uintptr)

//lint:ignore U1000 vecCall jumps there
//go:noescape
func mulAVX2F64(n int, x, y, z unsafe.Pointer, kind uintptr)

// groupedVectors: AVX2 kernels load four vectors before they store any, but on Zen 5, the only processor where storing each at once was faster (server Intel loses by it; Zen 4 was not asked).
//
//lint:ignore U1000 the assembly reads it
var groupedVectors = !zen5

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

// vecSIMD is one piece in assembly, c = fma(*a, b, c), *a·b or a·b by op; isa is not Portable.
func vecSIMD[T Float](isa ISA, op vecOp, n int, a, b, c *T) {
	vecCall(n, unsafe.Pointer(a), unsafe.Pointer(b), unsafe.Pointer(c), uintptr(op)<<4+uintptr(isa)+unsafe.Sizeof(*a))
}
