package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// expCall jumps to exp32AVX2 (kind 6), exp32AVX512 (7), exp64AVX2 (10) or exp64AVX512 (11): a switch in Go would not be inlined, and of an Exp of 16
// elements a call is a tenth.
//
//go:noescape
func expCall(n int, y, x unsafe.Pointer, kind uintptr)

// The kinds are numbers of ISA and sizes: these do not compile with others.
const _, _ = uint(AVX2-2) + uint(2-AVX2), uint(AVX512-3) + uint(3-AVX512)

//lint:ignore U1000 expCall jumps there
//go:noescape
func exp32AVX512(n int, y, x unsafe.Pointer)

//lint:ignore U1000 expCall jumps there
//go:noescape
func exp32AVX2(n int, y, x unsafe.Pointer)

//lint:ignore U1000 expCall jumps there
//go:noescape
func exp64AVX512(n int, y, x unsafe.Pointer)

//lint:ignore U1000 expCall jumps there
//go:noescape
func exp64AVX2(n int, y, x unsafe.Pointer)

// The constants of elem.Exp, each repeated over 32 bytes so that assembly can use them as operands. It reads them itself.
var (
	expWide32 = widen[float32](&elem.Exp32)
	expWide64 = widen[float64](&elem.Exp64)
)

// widen repeats Max, Min, Log2E, Magic, NLn2Hi, NLn2Lo and the polynomial.
func widen[T Float](t *elem.ExpTable[T]) []T {
	var z T
	each := 32 / int(unsafe.Sizeof(z))
	var wide []T
	for _, c := range append([]T{t.Max, t.Min, t.Log2E, t.Magic, t.NLn2Hi, t.NLn2Lo}, t.Polynomial[:]...) {
		for range each {
			wide = append(wide, c)
		}
	}
	return wide
}

// expSIMD is one piece of Exp in assembly; isa is not Portable.
func expSIMD[T Float](isa ISA, n int, y, x *T) {
	expCall(n, unsafe.Pointer(y), unsafe.Pointer(x), uintptr(isa)+unsafe.Sizeof(*x))
}
