package kernels

//go:noescape
func widenNEON(n int, dst *float64, src *float32)

//go:noescape
func narrowNEON(n int, dst *float32, src *float64)

// widenVec and narrowVec convert n ≥ 1 elements and report whether the tier has a kernel for it.
func widenVec(isa ISA, n int, dst *float64, src *float32) bool {
	if isa != NEON {
		return false
	}
	widenNEON(n, dst, src)
	return true
}

func narrowVec(isa ISA, n int, dst *float32, src *float64) bool {
	if isa != NEON {
		return false
	}
	narrowNEON(n, dst, src)
	return true
}
