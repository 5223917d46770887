package kernels

import "unsafe"

//go:noescape
func softmaxRows32AVX512(rows, n int, x *float32, ldx int, y *float32, ldy int, table *float32)

//go:noescape
func expSumRows32AVX512(rows, n int, x *float32, ldx int, out, table *float32)

//go:noescape
func rowMax32AVX512(n int, x *float32) float32

//go:noescape
func expSum32AVX512(n int, x, acc, table *float32, shift float32) float32

//go:noescape
func expSumStore32AVX512(n int, y, x, acc, table *float32, shift float32) float32

//go:noescape
func softmaxRows32AVX2(rows, n int, x *float32, ldx int, y *float32, ldy int, acc, table *float32)

//go:noescape
func expSumRows32AVX2(rows, n int, x *float32, ldx int, out, acc, table *float32)

//go:noescape
func rowMax32AVX2(n int, x *float32) float32

//go:noescape
func expSum32AVX2(n int, x, acc, table *float32, shift float32) float32

//go:noescape
func expSumStore32AVX2(n int, y, x, acc, table *float32, shift float32) float32

//go:noescape
func softmaxRows64AVX512(rows, n int, x *float64, ldx int, y *float64, ldy int, table *float64)

//go:noescape
func expSumRows64AVX512(rows, n int, x *float64, ldx int, out, table *float64)

//go:noescape
func rowMax64AVX512(n int, x *float64) float64

//go:noescape
func expSum64AVX512(n int, x, acc, table *float64, shift float64) float64

//go:noescape
func expSumStore64AVX512(n int, y, x, acc, table *float64, shift float64) float64

//go:noescape
func softmaxRows64AVX2(rows, n int, x *float64, ldx int, y *float64, ldy int, acc, table *float64)

//go:noescape
func expSumRows64AVX2(rows, n int, x *float64, ldx int, out, acc, table *float64)

//go:noescape
func rowMax64AVX2(n int, x *float64) float64

//go:noescape
func expSum64AVX2(n int, x, acc, table *float64, shift float64) float64

//go:noescape
func expSumStore64AVX2(n int, y, x, acc, table *float64, shift float64) float64

// softmaxRowsSIMD is softmaxRows in assembly; isa is not Portable, n ≤ rowPiece. AVX2 keeps the lanes in memory.
func softmaxRowsSIMD[T Float](isa ISA, m, n int, a *T, lda int, b *T, ldb int) {
	pa, pb := unsafe.Pointer(a), unsafe.Pointer(b)
	switch {
	case is32[T]() && isa == AVX512:
		softmaxRows32AVX512(m, n, (*float32)(pa), lda, (*float32)(pb), ldb, &expWide32[0])
	case is32[T]():
		var acc [Lanes32]float32
		softmaxRows32AVX2(m, n, (*float32)(pa), lda, (*float32)(pb), ldb, &acc[0], &expWide32[0])
	case isa == AVX512:
		softmaxRows64AVX512(m, n, (*float64)(pa), lda, (*float64)(pb), ldb, &expWide64[0])
	default:
		var acc [Lanes64]float64
		softmaxRows64AVX2(m, n, (*float64)(pa), lda, (*float64)(pb), ldb, &acc[0], &expWide64[0])
	}
}

// expSumRowsSIMD is expSumRows in assembly; isa is not Portable, n ≤ rowPiece.
func expSumRowsSIMD[T Float](isa ISA, m, n int, a *T, lda int, out *[2 * rowGroup]T) {
	pa, po := unsafe.Pointer(a), unsafe.Pointer(out)
	switch {
	case is32[T]() && isa == AVX512:
		expSumRows32AVX512(m, n, (*float32)(pa), lda, (*float32)(po), &expWide32[0])
	case is32[T]():
		var acc [Lanes32]float32
		expSumRows32AVX2(m, n, (*float32)(pa), lda, (*float32)(po), &acc[0], &expWide32[0])
	case isa == AVX512:
		expSumRows64AVX512(m, n, (*float64)(pa), lda, (*float64)(po), &expWide64[0])
	default:
		var acc [Lanes64]float64
		expSumRows64AVX2(m, n, (*float64)(pa), lda, (*float64)(po), &acc[0], &expWide64[0])
	}
}

// rowMaxSIMD is the largest element of x, which is not empty; isa is not Portable.
func rowMaxSIMD[T Float](isa ISA, x []T) T {
	p := unsafe.Pointer(unsafe.SliceData(x))
	switch {
	case is32[T]() && isa == AVX512:
		return T(rowMax32AVX512(len(x), (*float32)(p)))
	case is32[T]():
		return T(rowMax32AVX2(len(x), (*float32)(p)))
	case isa == AVX512:
		return T(rowMax64AVX512(len(x), (*float64)(p)))
	}
	return T(rowMax64AVX2(len(x), (*float64)(p)))
}

// expSumSIMD is expSumPiece in assembly; isa is not Portable.
func expSumSIMD[T Float](isa ISA, x, y []T, shift T, acc *[Lanes32]T) T {
	n := len(x)
	px, py := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	if is32[T]() {
		x, y, s := (*float32)(px), (*float32)(py), (*float32)(unsafe.Pointer(acc))
		switch {
		case py == nil && isa == AVX512:
			return T(expSum32AVX512(n, x, s, &expWide32[0], float32(shift)))
		case py == nil:
			return T(expSum32AVX2(n, x, s, &expWide32[0], float32(shift)))
		case isa == AVX512:
			return T(expSumStore32AVX512(n, y, x, s, &expWide32[0], float32(shift)))
		}
		return T(expSumStore32AVX2(n, y, x, s, &expWide32[0], float32(shift)))
	}
	x64, y64, s := (*float64)(px), (*float64)(py), (*float64)(unsafe.Pointer(acc))
	switch {
	case py == nil && isa == AVX512:
		return T(expSum64AVX512(n, x64, s, &expWide64[0], float64(shift)))
	case py == nil:
		return T(expSum64AVX2(n, x64, s, &expWide64[0], float64(shift)))
	case isa == AVX512:
		return T(expSumStore64AVX512(n, y64, x64, s, &expWide64[0], float64(shift)))
	}
	return T(expSumStore64AVX2(n, y64, x64, s, &expWide64[0], float64(shift)))
}
