package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

//go:noescape
func exp32AVX512(n int, y, x, table *float32)

//go:noescape
func exp32AVX2(n int, y, x, table *float32)

//go:noescape
func exp64AVX512(n int, y, x, table *float64)

//go:noescape
func exp64AVX2(n int, y, x, table *float64)

// The constants of elem.Exp, each repeated over 32 bytes so that assembly can use them as operands.
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
	py, px := unsafe.Pointer(y), unsafe.Pointer(x)
	switch {
	case is32[T]() && isa == AVX512:
		exp32AVX512(n, (*float32)(py), (*float32)(px), &expWide32[0])
	case is32[T]():
		exp32AVX2(n, (*float32)(py), (*float32)(px), &expWide32[0])
	case isa == AVX512:
		exp64AVX512(n, (*float64)(py), (*float64)(px), &expWide64[0])
	default:
		exp64AVX2(n, (*float64)(py), (*float64)(px), &expWide64[0])
	}
}
