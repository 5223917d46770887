package kernels

import "unsafe"

//go:noescape
func adamFinite32NEON(n int, c *AdamCoef[float32], x, grad, m, v *float32) int

//go:noescape
func rmsFinite32NEON(n int, c *AdamCoef[float32], x, grad, v *float32) int

//go:noescape
func adamFinite64NEON(n int, c *AdamCoef[float64], x, grad, m, v *float64) int

//go:noescape
func rmsFinite64NEON(n int, c *AdamCoef[float64], x, grad, v *float64) int

// adamFiniteSIMD is one piece in assembly: it returns the number of elements done, n or those before a vector with a bad one.
func adamFiniteSIMD[T Float](_ ISA, c *AdamCoef[T], n int, x, g, m, v *T) int {
	k, px, pg, pm, pv := unsafe.Pointer(c), unsafe.Pointer(x), unsafe.Pointer(g), unsafe.Pointer(m), unsafe.Pointer(v)
	if is32[T]() {
		if m == nil {
			return rmsFinite32NEON(n, (*AdamCoef[float32])(k), (*float32)(px), (*float32)(pg), (*float32)(pv))
		}
		return adamFinite32NEON(n, (*AdamCoef[float32])(k), (*float32)(px), (*float32)(pg), (*float32)(pm), (*float32)(pv))
	}
	if m == nil {
		return rmsFinite64NEON(n, (*AdamCoef[float64])(k), (*float64)(px), (*float64)(pg), (*float64)(pv))
	}
	return adamFinite64NEON(n, (*AdamCoef[float64])(k), (*float64)(px), (*float64)(pg), (*float64)(pm), (*float64)(pv))
}
