package kernels

import "unsafe"

//go:noescape
func choleskyTile32AVX512(n int, a *float32, lda int, scratch *float32) int

//go:noescape
func choleskyTile64AVX512(n int, a *float64, lda int, scratch *float64) int

//go:noescape
func choleskyTile32AVX2(n int, a *float32, lda int) int

//go:noescape
func choleskyTile64AVX2(n int, a *float64, lda int) int

func choleskyTile[T Float](isa ISA, n int, a []T, lda int) int {
	x := unsafe.Pointer(unsafe.SliceData(a))
	switch {
	case isa == AVX512 && is32[T]():
		var scratch [16]float32
		return choleskyTile32AVX512(n, (*float32)(x), 4*lda, &scratch[0])
	case isa == AVX512:
		var scratch [16]float64
		return choleskyTile64AVX512(n, (*float64)(x), 8*lda, &scratch[0])
	case isa == AVX2 && is32[T]():
		return choleskyTile32AVX2(n, (*float32)(x), 4*lda)
	case isa == AVX2:
		return choleskyTile64AVX2(n, (*float64)(x), 8*lda)
	}
	return choleskyTilePortable(n, a, lda)
}
