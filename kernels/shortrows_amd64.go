package kernels

import "unsafe"

//go:noescape
func gerShortAVX512F32(m, n int, alpha float32, x, y, a *float32, lda, fours int)

//go:noescape
func gerRowsAVX512F32(m, vectors int, alpha float32, x, y, a *float32, lda int)

//go:noescape
func gerRowsAVX512F64(m, vectors int, alpha float64, x, y, a *float64, lda int)

//go:noescape
func scaleShortAVX512F32(m, n int, d *float32, step int, a *float32, lda int, b *float32, ldb int)

//go:noescape
func mulShortAVX512F32(m, n int, d, a *float32, lda int)

//go:noescape
func gerShortAVX512F64(m, n int, alpha float64, x, y, a *float64, lda, fours int)

//go:noescape
func scaleShortAVX512F64(m, n int, d *float64, step int, a *float64, lda int, b *float64, ldb int)

//go:noescape
func mulShortAVX512F64(m, n int, d, a *float64, lda int)

//go:noescape
func gerShortAVX2F32(m, n int, alpha float32, x, y, a *float32, lda int)

//go:noescape
func scaleShortAVX2F32(m, n int, d *float32, step int, a *float32, lda int, b *float32, ldb int)

//go:noescape
func mulShortAVX2F32(m, n int, d, a *float32, lda int)

//go:noescape
func gerShortAVX2F64(m, n int, alpha float64, x, y, a *float64, lda int)

//go:noescape
func scaleShortAVX2F64(m, n int, d *float64, step int, a *float64, lda int, b *float64, ldb int)

//go:noescape
func mulShortAVX2F64(m, n int, d, a *float64, lda int)

// hasShortRows reports whether the tier has kernels for short rows.
func hasShortRows(isa ISA) bool { return isa != Portable }

// rowsInRegisters: rows of Ger of up to eight whole vectors by the kernel that keeps y in registers (1.1 times as fast, 1.2 to 1.37 where rows begin within cache lines). On Intel it was not measured.
var rowsInRegisters = zen5

// foursBytes bounds an A (or the last piece of a larger one) in which Ger takes four rows side by side on AVX-512, where they are whole cache lines: in the first-level cache of Zen 5 as fast in float32 and 1.1 to 1.14 times in float64 as rows in registers,
// in the second 1.3 to 1.5 times slower.
var foursBytes = onZen5(40 << 10)

// shortTier is the tier whose kernel takes rows of n elements: rows of half a vector of AVX-512, which it would mask, are whole ones of AVX2. A row that follows a masked one without a gap waits for its store, six nanoseconds on Zen 5.
func shortTier[T Float](isa ISA, n int) ISA {
	if zen5 && isa == AVX512 && n*int(unsafe.Sizeof(*new(T))) == 32 {
		return AVX2
	}
	return isa
}

// gerShort is m rows of Ger.
//
//go:noinline
func gerShort[T Float](isa ISA, m, n int, alpha T, x, y, a []T, lda int) {
	px, py, pa := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), unsafe.Pointer(unsafe.SliceData(a))
	isa = shortTier[T](isa, n)
	whole, fours := false, 0
	if isa == AVX512 {
		bytes, line := n*int(unsafe.Sizeof(alpha)), lda*int(unsafe.Sizeof(alpha))
		if m*line <= foursBytes && (line|bytes|int(uintptr(pa)))&63 == 0 {
			fours = 1
		} else {
			whole = rowsInRegisters && bytes <= 512 && bytes&63 == 0
		}
	}
	switch {
	case whole && is32[T]():
		gerRowsAVX512F32(m, n>>4, float32(alpha), (*float32)(px), (*float32)(py), (*float32)(pa), lda)
	case whole:
		gerRowsAVX512F64(m, n>>3, float64(alpha), (*float64)(px), (*float64)(py), (*float64)(pa), lda)
	case isa == AVX512 && is32[T]():
		gerShortAVX512F32(m, n, float32(alpha), (*float32)(px), (*float32)(py), (*float32)(pa), lda, fours)
	case isa == AVX512:
		gerShortAVX512F64(m, n, float64(alpha), (*float64)(px), (*float64)(py), (*float64)(pa), lda, fours)
	case is32[T]():
		gerShortAVX2F32(m, n, float32(alpha), (*float32)(px), (*float32)(py), (*float32)(pa), lda)
	default:
		gerShortAVX2F64(m, n, float64(alpha), (*float64)(px), (*float64)(py), (*float64)(pa), lda)
	}
}

// scaleShort is b_ij = d[i·step]·a_ij for m rows; B may be A.
//
//go:noinline
func scaleShort[T Float](isa ISA, m, n int, d []T, step int, a []T, lda int, b []T, ldb int) {
	pd, pa, pb := unsafe.Pointer(unsafe.SliceData(d)), unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b))
	switch isa = shortTier[T](isa, n); {
	case isa == AVX512 && is32[T]():
		scaleShortAVX512F32(m, n, (*float32)(pd), step, (*float32)(pa), lda, (*float32)(pb), ldb)
	case isa == AVX512:
		scaleShortAVX512F64(m, n, (*float64)(pd), step, (*float64)(pa), lda, (*float64)(pb), ldb)
	case is32[T]():
		scaleShortAVX2F32(m, n, (*float32)(pd), step, (*float32)(pa), lda, (*float32)(pb), ldb)
	default:
		scaleShortAVX2F64(m, n, (*float64)(pd), step, (*float64)(pa), lda, (*float64)(pb), ldb)
	}
}

// mulShort is m rows of ColScale.
//
//go:noinline
func mulShort[T Float](isa ISA, m, n int, d, a []T, lda int) {
	pd, pa := unsafe.Pointer(unsafe.SliceData(d)), unsafe.Pointer(unsafe.SliceData(a))
	switch isa = shortTier[T](isa, n); {
	case isa == AVX512 && is32[T]():
		mulShortAVX512F32(m, n, (*float32)(pd), (*float32)(pa), lda)
	case isa == AVX512:
		mulShortAVX512F64(m, n, (*float64)(pd), (*float64)(pa), lda)
	case is32[T]():
		mulShortAVX2F32(m, n, (*float32)(pd), (*float32)(pa), lda)
	default:
		mulShortAVX2F64(m, n, (*float64)(pd), (*float64)(pa), lda)
	}
}
