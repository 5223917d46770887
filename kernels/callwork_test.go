//go:build amd64 || arm64

package kernels

import "testing"

// callLimit is what one call of assembly may take: 50 µs on the slowest core of the tier, as flops of elements of size bytes.
func callLimit(isa ISA, size int) int {
	return map[ISA]int{AVX512: 3_000_000, AVX2: 1_500_000, NEON: 500_000}[isa] * 4 / size
}

// TestSolverCallsAreShort computes from the loop bounds what one call of the assembly of factorizations, rotations and conversions can take. What has no
// elements of its own type is float64.
func TestSolverCallsAreShort(t *testing.T) {
	const b, s = BandWidth * BandWidth, SymLanesMost * SymLanesMost
	check := func(isa ISA, size int, what string, flops int) {
		if limit := callLimit(isa, size); flops > limit {
			t.Errorf("%v, %d-byte elements: a call of %s is %d flop, more than %d", isa, size, what, flops, limit)
		}
	}
	for _, isa := range Supported() {
		if isa == Portable {
			continue
		}
		const l = 4 // lanes of a batch of matrices
		check(isa, 8, "Reflect", 4*reflectMost)
		check(isa, 8, "BandChase", 2*7*b) // three products with vectors, two updates of two terms
		check(isa, 8, "SecularSums", secularRoots*secularPiece/4*(8+10+4+16+2*4))
		check(isa, 8, "SecularProducts", secularPairs*7)
		check(isa, 8, "SecularVectors", 4*secularPoles/4*(8+10+4+3*4))
		check(isa, 8, "LanesReduce", l*s/2*8)
		check(isa, 8, "LanesBasis", l*s*4)
		check(isa, 8, "TridiagQR", l*tridiagWork*6)
		check(isa, 4, "bfloat16", bfloat16Piece*30) // operations of the stochastic form on integers
		wave, _ := rotatePanel(isa)
		for _, size := range []int{4, 8} {
			step := reflectStep[float32](isa)
			if size == 8 {
				step = reflectStep[float64](isa)
			}
			check(isa, size, "ReflectBlock", 4*ReflectGroup*reflectBlockRows*step)
			check(isa, size, "TridiagColumn", 4*tridiagColumnMost*tridiagColumnMost)
			check(isa, size, "Rotate", rotateFuse*6*rotateSteps*(wave/size))
			check(isa, size, "leaf of Trsm", leafPiece*triangleLeaf*triangleLeaf)
			check(isa, size, "leaf of Trsm from the right", stripRows*triangleLeaf*triangleLeaf)
			check(isa, size, "leaf of Cholesky", CholeskyLeaf*CholeskyLeaf*CholeskyLeaf)
			check(isa, size, "a chain", chainRows*2*ChunkK)
		}
	}
	// The least that the calls are cut to.
	if secularPairs/secularPoles < SecularGroup {
		t.Errorf("a call of SecularProducts with %d poles takes no group of columns", secularPoles)
	}
}
