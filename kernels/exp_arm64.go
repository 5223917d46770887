package kernels

//go:noescape
func exp32NEON(n int, y, x, table *float32)

//go:noescape
func exp64NEON(n int, y, x, table *float64)
