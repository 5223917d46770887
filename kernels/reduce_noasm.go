//go:build !amd64 && !arm64

package kernels

// reducePiece reduces one segment.
func reducePiece[T Float](_ ISA, op reduceOp, _ bool, x, y []T) T { return reducePortable(op, x, y) }

// reduceMany reports that there is no kernel for several segments.
func reduceMany[T Float](ISA, reduceOp, bool, []T, []T, *[reduceGroup]T) int { return 0 }
