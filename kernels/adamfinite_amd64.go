package kernels

import "unsafe"

//go:noescape
func adamFinite32AVX512(n int, c *AdamCoef[float32], x, grad, m, v *float32) int

//go:noescape
func rmsFinite32AVX512(n int, c *AdamCoef[float32], x, grad, v *float32) int

//go:noescape
func adamFinite64AVX512(n int, c *AdamCoef[float64], x, grad, m, v *float64) int

//go:noescape
func rmsFinite64AVX512(n int, c *AdamCoef[float64], x, grad, v *float64) int

//go:noescape
func adamFinite32AVX2(n int, c *AdamCoef[float32], x, grad, m, v *float32) int

//go:noescape
func rmsFinite32AVX2(n int, c *AdamCoef[float32], x, grad, v *float32) int

//go:noescape
func adamFinite64AVX2(n int, c *AdamCoef[float64], x, grad, m, v *float64) int

//go:noescape
func rmsFinite64AVX2(n int, c *AdamCoef[float64], x, grad, v *float64) int

// adamFiniteSIMD is one piece in assembly: it returns the number of elements done, n or those before a vector with a bad one.
func adamFiniteSIMD[T Float](isa ISA, c *AdamCoef[T], n int, x, g, m, v *T) int {
	k, px, pg, pm, pv := unsafe.Pointer(c), unsafe.Pointer(x), unsafe.Pointer(g), unsafe.Pointer(m), unsafe.Pointer(v)
	switch {
	case is32[T]() && isa == AVX512:
		if m == nil {
			return rmsFinite32AVX512(n, (*AdamCoef[float32])(k), (*float32)(px), (*float32)(pg), (*float32)(pv))
		}
		return adamFinite32AVX512(n, (*AdamCoef[float32])(k), (*float32)(px), (*float32)(pg), (*float32)(pm), (*float32)(pv))
	case is32[T]():
		if m == nil {
			return rmsFinite32AVX2(n, (*AdamCoef[float32])(k), (*float32)(px), (*float32)(pg), (*float32)(pv))
		}
		return adamFinite32AVX2(n, (*AdamCoef[float32])(k), (*float32)(px), (*float32)(pg), (*float32)(pm), (*float32)(pv))
	case isa == AVX512:
		if m == nil {
			return rmsFinite64AVX512(n, (*AdamCoef[float64])(k), (*float64)(px), (*float64)(pg), (*float64)(pv))
		}
		return adamFinite64AVX512(n, (*AdamCoef[float64])(k), (*float64)(px), (*float64)(pg), (*float64)(pm), (*float64)(pv))
	}
	if m == nil {
		return rmsFinite64AVX2(n, (*AdamCoef[float64])(k), (*float64)(px), (*float64)(pg), (*float64)(pv))
	}
	return adamFinite64AVX2(n, (*AdamCoef[float64])(k), (*float64)(px), (*float64)(pg), (*float64)(pm), (*float64)(pv))
}
