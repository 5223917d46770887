package kernels

//go:noescape
func adam32NEON(n int, c *AdamCoef[float32], x, grad, m, v *float32)

//go:noescape
func rms32NEON(n int, c *AdamCoef[float32], x, grad, v *float32)

//go:noescape
func adamDirection32NEON(n int, c *AdamCoef[float32], u, grad, m, v *float32)

//go:noescape
func rmsDirection32NEON(n int, c *AdamCoef[float32], u, grad, v *float32)

//go:noescape
func adam64NEON(n int, c *AdamCoef[float64], x, grad, m, v *float64)

//go:noescape
func rms64NEON(n int, c *AdamCoef[float64], x, grad, v *float64)

//go:noescape
func adamDirection64NEON(n int, c *AdamCoef[float64], u, grad, m, v *float64)

//go:noescape
func rmsDirection64NEON(n int, c *AdamCoef[float64], u, grad, v *float64)
