//go:build !amd64

package kernels

import (
	"math"
	"unsafe"
)

// streams: no tier here has stores past the caches (those of Arm, STNP, are a hint).
func streams(ISA) bool { return false }

func streamBlock[T Float](ISA, T, int, int, unsafe.Pointer, uintptr, unsafe.Pointer, uintptr) {}

// copyStream is where Omatcopy would copy past the caches: never.
var copyStream = math.MaxInt
