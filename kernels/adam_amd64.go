package kernels

import "unsafe"

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adam32AVX512(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adam64AVX512(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adam32AVX2(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adam64AVX2(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rms32AVX512(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rms64AVX512(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rms32AVX2(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rms64AVX2(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adamDirection32AVX512(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adamDirection64AVX512(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adamDirection32AVX2(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func adamDirection64AVX2(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rmsDirection32AVX512(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rmsDirection64AVX512(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rmsDirection32AVX2(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func rmsDirection64AVX2(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)
