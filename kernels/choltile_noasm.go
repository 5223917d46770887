//go:build !amd64 && !arm64

package kernels

func choleskyTile[T Float](_ ISA, n int, a []T, lda int) int { return choleskyTilePortable(n, a, lda) }
