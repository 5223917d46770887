package kernels

//go:noescape
func bfloat16NearestNEON(blocks int, half *BFloat16, full *float32)

//go:noescape
func bfloat16StochasticNEON(blocks int, half *BFloat16, full *float32, first, second uint32)

//go:noescape
func bfloat16WidenNEON(blocks int, half *BFloat16, full *float32)

// bfloat16SIMD performs op on whole blocks; isa is not Portable.
func bfloat16SIMD(_ ISA, op bfloat16Op, k bfloat16Keys, blocks int, half *BFloat16, full *float32) {
	switch op {
	case opBFloat16Nearest:
		bfloat16NearestNEON(blocks, half, full)
	case opBFloat16Stochastic:
		bfloat16StochasticNEON(blocks, half, full, k.first, k.second)
	default:
		bfloat16WidenNEON(blocks, half, full)
	}
}
