package kernels

//go:noescape
func divide32AVX512(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func divideRoot32AVX512(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func divide64AVX512(n int, c *AdamCoef[float64], u, m, v *float64)

//go:noescape
func divideRoot64AVX512(n int, c *AdamCoef[float64], u, m, v *float64)

//go:noescape
func divide32AVX2(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func divideRoot32AVX2(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func divide64AVX2(n int, c *AdamCoef[float64], u, m, v *float64)

//go:noescape
func divideRoot64AVX2(n int, c *AdamCoef[float64], u, m, v *float64)
