package kernels

import "unsafe"

//go:noescape
func reflectAVX512(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)

//go:noescape
func reflectAVX2(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)

// reflectMost bounds n·k·cols of one call of assembly: 128 k take 25 µs in AVX2.
const reflectMost = 1 << 17

func reflect(isa ISA, n, cols int, v []float64, ldv int, tau, z []float64, ldz int) {
	k := len(tau)
	most := reflectMost / (n * k) &^ 7
	if isa == Portable || most == 0 {
		reflectPortable(n, cols, v, ldv, tau, z, ldz)
		return
	}
	for c := 0; c < cols; c += most {
		reflectCall(isa, n, min(most, cols-c), k, unsafe.SliceData(v), ldv, unsafe.SliceData(tau), unsafe.SliceData(z[c:]), ldz)
	}
}

//go:noinline
func reflectCall(isa ISA, n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int) {
	if isa == AVX512 {
		reflectAVX512(n, cols, k, v, ldv, tau, z, ldz)
	} else {
		reflectAVX2(n, cols, k, v, ldv, tau, z, ldz)
	}
}
