package kernels

import "unsafe"

//go:noescape
func reflectNEON(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)

// reflectMost bounds n·k·cols of one call of assembly: four flops each, 200 k.
const reflectMost = 50_000

func reflect(isa ISA, n, cols int, v []float64, ldv int, tau, z []float64, ldz int) {
	k := len(tau)
	most := reflectMost / (n * k) &^ 7
	if isa != NEON || most == 0 {
		reflectPortable(n, cols, v, ldv, tau, z, ldz)
		return
	}
	for c := 0; c < cols; c += most {
		reflectCall(n, min(most, cols-c), k, unsafe.SliceData(v), ldv, unsafe.SliceData(tau), unsafe.SliceData(z[c:]), ldz)
	}
}

//go:noinline
func reflectCall(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int) {
	reflectNEON(n, cols, k, v, ldv, tau, z, ldz)
}
