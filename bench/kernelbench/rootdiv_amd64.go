package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

//go:noescape
func rootDiv32Z(form, n, mul int, x *byte)

//go:noescape
func rootDiv32Y(form, n, mul int, x *byte)

//go:noescape
func rootDiv64Z(form, n, mul int, x *byte)

//go:noescape
func rootDiv64Y(form, n, mul int, x *byte)

// rootDivForms is the number of forms of runRootDiv in a tier.
func rootDivForms(isa kernels.ISA) int {
	if isa == kernels.AVX512 {
		return 7
	}
	return 3
}

// runRootDiv performs a root, a division and mul > 0 multiplications for each of 4·n vectors, of the values in x, four vectors.
func runRootDiv[T kernels.Float](isa kernels.ISA, form, n, mul int, x []T) {
	p := (*byte)(unsafe.Pointer(unsafe.SliceData(x)))
	switch {
	case bitsOf[T]() == 32 && isa == kernels.AVX512:
		rootDiv32Z(form, n, mul, p)
	case bitsOf[T]() == 32:
		rootDiv32Y(form, n, mul, p)
	case isa == kernels.AVX512:
		rootDiv64Z(form, n, mul, p)
	default:
		rootDiv64Y(form, n, mul, p)
	}
}
