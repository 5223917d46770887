package kernels

//go:noescape
func divide32NEON(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func divideRoot32NEON(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func divide64NEON(n int, c *AdamCoef[float64], u, m, v *float64)

//go:noescape
func divideRoot64NEON(n int, c *AdamCoef[float64], u, m, v *float64)
