package kernels

import "unsafe"

// The functions take whole blocks of 16 elements, n > 0 of them; Go does the rest.

//go:noescape
func poleSumsNEON(n int, d, z *float64, o, t float64, u, v *[poleLanes]float64)

//go:noescape
func poleProductsNEON(n int, u, d *float64, x float64, y *float64)

//go:noescape
func poleVectorNEON(n int, z, u, x *float64, s *[poleLanes]float64)

// poleSegment bounds one call of assembly: 4 k divisions, 14 cycles for two at worst.
const poleSegment = 4096

//go:noinline
func poleSums(isa ISA, d, z []float64, o, t float64) (s, ds float64) {
	var u, v [poleLanes]float64
	if n := len(d) &^ (poleLanes - 1); isa == NEON && n > 0 && n <= poleSegment {
		poleSumsNEON(n, unsafe.SliceData(d), unsafe.SliceData(z), o, t, &u, &v)
		d, z = d[n:], z[n:]
	}
	poleSumsTail(d, z, o, t, &u, &v)
	return foldPoles(&u), foldPoles(&v)
}

//go:noinline
func poleProducts(isa ISA, u, d []float64, x float64, y []float64) {
	for isa == NEON && len(y) >= poleLanes {
		n := min(len(y)&^(poleLanes-1), poleSegment)
		poleProductsNEON(n, unsafe.SliceData(u), unsafe.SliceData(d), x, unsafe.SliceData(y))
		u, d, y = u[n:], d[n:], y[n:]
	}
	poleProductsPortable(u, d, x, y)
}

//go:noinline
func poleVector(isa ISA, z, u, x []float64) float64 {
	var s [poleLanes]float64
	if n := len(x) &^ (poleLanes - 1); isa == NEON && n > 0 && n <= poleSegment {
		poleVectorNEON(n, unsafe.SliceData(z), unsafe.SliceData(u), unsafe.SliceData(x), &s)
		z, u, x = z[n:], u[n:], x[n:]
	}
	poleVectorTail(z, u, x, &s)
	return foldPoles(&s)
}
