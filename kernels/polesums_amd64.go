package kernels

import "unsafe"

//go:noescape
func poleSumsAVX512(n int, d, z *float64, o, t float64) (s, ds float64)

//go:noescape
func poleProductsAVX512(n int, u, d *float64, x float64, y *float64)

//go:noescape
func poleVectorAVX512(n int, z, u, x *float64) float64

// The AVX2 functions take whole blocks of 16 elements, n > 0 of them; Go does the rest.

//go:noescape
func poleSumsAVX2(n int, d, z *float64, o, t float64, u, v *[poleLanes]float64)

//go:noescape
func poleProductsAVX2(n int, u, d *float64, x float64, y *float64)

//go:noescape
func poleVectorAVX2(n int, z, u, x *float64, s *[poleLanes]float64)

// poleSegment bounds one call of assembly: 16 k divisions, 16 cycles for four in AVX2.
const poleSegment = 16384

//go:noinline
func poleSums(isa ISA, d, z []float64, o, t float64) (s, ds float64) {
	if isa == AVX512 && len(d) <= poleSegment {
		return poleSumsAVX512(len(d), unsafe.SliceData(d), unsafe.SliceData(z), o, t)
	}
	var u, v [poleLanes]float64
	if n := len(d) &^ (poleLanes - 1); isa != Portable && n > 0 && n <= poleSegment {
		poleSumsAVX2(n, unsafe.SliceData(d), unsafe.SliceData(z), o, t, &u, &v)
		d, z = d[n:], z[n:]
	}
	poleSumsTail(d, z, o, t, &u, &v)
	return foldPoles(&u), foldPoles(&v)
}

//go:noinline
func poleProducts(isa ISA, u, d []float64, x float64, y []float64) {
	for isa == AVX512 && len(y) > 0 {
		n := min(len(y), poleSegment)
		poleProductsAVX512(n, unsafe.SliceData(u), unsafe.SliceData(d), x, unsafe.SliceData(y))
		u, d, y = u[n:], d[n:], y[n:]
	}
	for isa == AVX2 && len(y) >= poleLanes {
		n := min(len(y)&^(poleLanes-1), poleSegment)
		poleProductsAVX2(n, unsafe.SliceData(u), unsafe.SliceData(d), x, unsafe.SliceData(y))
		u, d, y = u[n:], d[n:], y[n:]
	}
	poleProductsPortable(u, d, x, y)
}

//go:noinline
func poleVector(isa ISA, z, u, x []float64) float64 {
	if isa == AVX512 && len(x) <= poleSegment {
		return poleVectorAVX512(len(x), unsafe.SliceData(z), unsafe.SliceData(u), unsafe.SliceData(x))
	}
	var s [poleLanes]float64
	if n := len(x) &^ (poleLanes - 1); isa != Portable && n > 0 && n <= poleSegment {
		poleVectorAVX2(n, unsafe.SliceData(z), unsafe.SliceData(u), unsafe.SliceData(x), &s)
		z, u, x = z[n:], u[n:], x[n:]
	}
	poleVectorTail(z, u, x, &s)
	return foldPoles(&s)
}
