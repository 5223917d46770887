//go:build !amd64 && !arm64

package kernels

// Only Portable exists here, so these are not reached.

func farVectors(isa ISA, _ int, _ uintptr) ISA { return isa }

func vecSIMD[T Float](_ ISA, op vecOp, n int, a, b, c *T) {
	switch op {
	case opAxpy:
		axpyPortable(*a, vector(b, n), vector(c, n))
	case opScale:
		scalePortable(*a, vector(b, n), vector(c, n))
	default:
		mulPortable(vector(a, n), vector(b, n), vector(c, n))
	}
}
