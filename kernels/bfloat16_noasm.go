//go:build !amd64 && !arm64

package kernels

import "unsafe"

// bfloat16SIMD is the portable loop: there is no other tier.
func bfloat16SIMD(_ ISA, op bfloat16Op, k bfloat16Keys, blocks int, half *BFloat16, full *float32) {
	bfloat16Portable(op, k, unsafe.Slice(half, blocks*bfloat16Block), unsafe.Slice(full, blocks*bfloat16Block))
}
