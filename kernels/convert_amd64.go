package kernels

//go:noescape
func widenAVX512(n int, dst *float64, src *float32)

//go:noescape
func widenAVX2(n int, dst *float64, src *float32)

//go:noescape
func narrowAVX512(n int, dst *float32, src *float64)

//go:noescape
func narrowAVX2(n int, dst *float32, src *float64)

// widenVec and narrowVec convert n ≥ 1 elements and report whether the tier has a kernel for it.
func widenVec(isa ISA, n int, dst *float64, src *float32) bool {
	switch isa {
	case AVX512:
		widenAVX512(n, dst, src)
	case AVX2:
		widenAVX2(n, dst, src)
	default:
		return false
	}
	return true
}

func narrowVec(isa ISA, n int, dst *float32, src *float64) bool {
	switch isa {
	case AVX512:
		narrowAVX512(n, dst, src)
	case AVX2:
		narrowAVX2(n, dst, src)
	default:
		return false
	}
	return true
}
