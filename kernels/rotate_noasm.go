//go:build !amd64 && !arm64

package kernels

import "unsafe"

func rotateWaves[T Float](_ ISA, m, n, k int, c, s *T, ldr int, a *T, lda int) {
	rotatePortable(m, n, k, unsafe.Slice(c, span(k, m-1, ldr)), unsafe.Slice(s, span(k, m-1, ldr)), ldr,
		unsafe.Slice(a, span(m, n, lda)), lda)
}
