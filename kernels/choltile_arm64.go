package kernels

import "unsafe"

//go:noescape
func choleskyTile32NEON(n int, a *float32, lda int) int

//go:noescape
func choleskyTile64NEON(n int, a *float64, lda int) int

func choleskyTile[T Float](isa ISA, n int, a []T, lda int) int {
	x := unsafe.Pointer(unsafe.SliceData(a))
	switch {
	case isa != NEON:
		return choleskyTilePortable(n, a, lda)
	case is32[T]():
		return choleskyTile32NEON(n, (*float32)(x), lda)
	}
	return choleskyTile64NEON(n, (*float64)(x), lda)
}
