package kernels

// bfloat16Pairs says whether the AVX-512 kernels take pairs of blocks. Zen 5: nearest in the first level 178 and 300 GB/s, in the second 203 and 245, stochastic 134 and 152, 148 and 152.
//
//lint:ignore U1000 read by assembly
var bfloat16Pairs = zen5

//go:noescape
func bfloat16NearestAVX512(blocks int, half *BFloat16, full *float32)

//go:noescape
func bfloat16StochasticAVX512(blocks int, half *BFloat16, full *float32, first, second uint32)

//go:noescape
func bfloat16WidenAVX512(blocks int, half *BFloat16, full *float32)

//go:noescape
func bfloat16NearestAVX2(blocks int, half *BFloat16, full *float32)

//go:noescape
func bfloat16StochasticAVX2(blocks int, half *BFloat16, full *float32, first, second uint32)

//go:noescape
func bfloat16WidenAVX2(blocks int, half *BFloat16, full *float32)

// bfloat16SIMD performs op on whole blocks; isa is not Portable.
func bfloat16SIMD(isa ISA, op bfloat16Op, k bfloat16Keys, blocks int, half *BFloat16, full *float32) {
	wide := isa == AVX512
	switch {
	case op == opBFloat16Nearest && wide:
		bfloat16NearestAVX512(blocks, half, full)
	case op == opBFloat16Nearest:
		bfloat16NearestAVX2(blocks, half, full)
	case op == opBFloat16Stochastic && wide:
		bfloat16StochasticAVX512(blocks, half, full, k.first, k.second)
	case op == opBFloat16Stochastic:
		bfloat16StochasticAVX2(blocks, half, full, k.first, k.second)
	case wide:
		bfloat16WidenAVX512(blocks, half, full)
	default:
		bfloat16WidenAVX2(blocks, half, full)
	}
}
