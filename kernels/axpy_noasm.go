//go:build !amd64 && !arm64

package kernels

func axpyPiece[T Float](_ ISA, alpha T, x, y []T) { axpyPortable(alpha, x, y) }

func scalePiece[T Float](_ ISA, alpha T, x, z []T) { scalePortable(alpha, x, z) }

func mulPiece[T Float](_ ISA, x, y, z []T) { mulPortable(x, y, z) }
