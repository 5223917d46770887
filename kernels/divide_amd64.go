package kernels

import "unsafe"

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divide32AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divideRoot32AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divide64AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divideRoot64AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divide32AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divideRoot32AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divide64AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func divideRoot64AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
