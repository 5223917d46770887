package machine

import (
	"slices"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// vectorWidths lists the widths of the machine's FMA instructions in bits, ascending.
var vectorWidths = func() []int {
	var w []int
	if slices.Contains(kernels.Supported(), kernels.AVX2) {
		w = append(w, 256)
	}
	if slices.Contains(kernels.Supported(), kernels.AVX512) {
		w = append(w, 512)
	}
	return w
}()

func runFMA(bits int) {
	if bits == 512 {
		fma512(fmaPerCall / 24)
	} else {
		fma256(fmaPerCall / 24)
	}
}

// addChain performs n dependent additions.
//
//go:noescape
func addChain(n int)

// fma512 performs 24·n independent 512-bit FMAs.
//
//go:noescape
func fma512(n int)

// fma256 performs 24·n 256-bit FMAs in twelve chains.
//
//go:noescape
func fma256(n int)
