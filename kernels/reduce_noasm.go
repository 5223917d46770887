//go:build !amd64 && !arm64

package kernels

// reduceSegment reduces one segment.
func reduceSegment[T Float](_ ISA, op reduceOp, x, y []T) T { return reducePortable(op, x, y) }
