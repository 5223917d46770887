//go:build !amd64 && !arm64

package kernels

import "unsafe"

// Only Portable exists here, so these two are not reached.

func reduceAhead(ISA, bool, int) int { return 0 }

func reduceCall(int, unsafe.Pointer, unsafe.Pointer, int, uintptr) (single float32, double float64) {
	return 0, 0
}

// reduceMany reports that there is no kernel for several segments.
func reduceMany[T Float](ISA, reduceOp, bool, []T, []T, *[reduceGroup]T) int { return 0 }
