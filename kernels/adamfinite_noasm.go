//go:build !amd64 && !arm64

package kernels

// adamFiniteSIMD is not reached: only Portable exists here.
func adamFiniteSIMD[T Float](_ ISA, _ *AdamCoef[T], _ int, _, _, _, _ *T) int { return 0 }
