//go:build !amd64 && !arm64

package kernels

// widenVec and narrowVec report that there is no kernel.
func widenVec(ISA, int, *float64, *float32) bool { return false }

func narrowVec(ISA, int, *float32, *float64) bool { return false }
