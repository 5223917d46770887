//go:build !amd64 && !arm64

package kernels

// reduceAhead: nothing is fetched ahead.
func reduceAhead(ISA, bool, int) int { return 0 }

// reduceSegment reduces one segment.
func reduceSegment[T Float](_ ISA, op reduceOp, _ int, x, y []T) T { return reducePortable(op, x, y) }

// reduceMany reports that there is no kernel for several segments.
func reduceMany[T Float](ISA, reduceOp, bool, []T, []T, *[reduceGroup]T) int { return 0 }
