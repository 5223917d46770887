package kernels

//go:noescape
func adam32AVX512(n int, c *AdamCoef[float32], x, grad, m, v *float32)

//go:noescape
func adam64AVX512(n int, c *AdamCoef[float64], x, grad, m, v *float64)

//go:noescape
func adam32AVX2(n int, c *AdamCoef[float32], x, grad, m, v *float32)

//go:noescape
func adam64AVX2(n int, c *AdamCoef[float64], x, grad, m, v *float64)

//go:noescape
func rms32AVX512(n int, c *AdamCoef[float32], x, grad, v *float32)

//go:noescape
func rms64AVX512(n int, c *AdamCoef[float64], x, grad, v *float64)

//go:noescape
func rms32AVX2(n int, c *AdamCoef[float32], x, grad, v *float32)

//go:noescape
func rms64AVX2(n int, c *AdamCoef[float64], x, grad, v *float64)

//go:noescape
func adamDirection32AVX512(n int, c *AdamCoef[float32], u, grad, m, v *float32)

//go:noescape
func adamDirection64AVX512(n int, c *AdamCoef[float64], u, grad, m, v *float64)

//go:noescape
func adamDirection32AVX2(n int, c *AdamCoef[float32], u, grad, m, v *float32)

//go:noescape
func adamDirection64AVX2(n int, c *AdamCoef[float64], u, grad, m, v *float64)

//go:noescape
func rmsDirection32AVX512(n int, c *AdamCoef[float32], u, grad, v *float32)

//go:noescape
func rmsDirection64AVX512(n int, c *AdamCoef[float64], u, grad, v *float64)

//go:noescape
func rmsDirection32AVX2(n int, c *AdamCoef[float32], u, grad, v *float32)

//go:noescape
func rmsDirection64AVX2(n int, c *AdamCoef[float64], u, grad, v *float64)
