package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

//go:noescape
func exp32NEON(n int, y, x, table *float32)

//go:noescape
func exp64NEON(n int, y, x, table *float64)

// expSIMD is one piece of Exp in assembly; isa is not Portable.
func expSIMD[T Float](_ ISA, n int, y, x *T) {
	if is32[T]() {
		exp32NEON(n, (*float32)(unsafe.Pointer(y)), (*float32)(unsafe.Pointer(x)), &elem.Exp32.Max)
		return
	}
	exp64NEON(n, (*float64)(unsafe.Pointer(y)), (*float64)(unsafe.Pointer(x)), &elem.Exp64.Max)
}
