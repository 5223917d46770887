//go:build !amd64

package kernels

import "unsafe"

// streams: no tier here has stores past the caches (those of Arm, STNP, are a hint).
func streams(ISA) bool { return false }

func streamBlock(ISA, int, int, unsafe.Pointer, uintptr, unsafe.Pointer, uintptr) {}
