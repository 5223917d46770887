package kernels

import "testing"

// TestSolverCallsAreShort computes from the loop bounds what one call of the assembly of factorizations can take: 50 µs on the
// slowest core, as flops of float64.
func TestSolverCallsAreShort(t *testing.T) {
	const limit = 250_000
	const b, l, s = BandWidth * BandWidth, 4, SymLanesMost * SymLanesMost
	for what, flops := range map[string]int{
		"ReflectBlock":     128 * reflectBlockRows,
		"Reflect":          4 * reflectMost,
		"TridiagColumn":    4 * tridiagColumnMost * tridiagColumnMost,
		"BandChase":        2 * 7 * b, // three products with vectors, two updates of two terms
		"SecularSums":      l * secularPoles / 4 * (8 + 10 + 4 + 16 + 2*4),
		"SecularProducts":  secularPairs * 7,
		"SecularVectors":   4 * secularPoles / 4 * (8 + 10 + 4 + 3*4),
		"LanesReduce":      l * s / 2 * 8,
		"LanesBasis":       l * s * 4,
		"TridiagQR":        l * tridiagWork * 6,
		"leaf of Trsm":     leafPiece * triangleLeaf * triangleLeaf,
		"leaf of Cholesky": CholeskyLeaf * CholeskyLeaf * CholeskyLeaf,
	} {
		if flops > limit {
			t.Errorf("%s: a call is %d flop, more than %d", what, flops, limit)
		}
	}
	// The least that the calls are cut to.
	if secularPairs/secularPoles < SecularGroup {
		t.Errorf("a call of SecularProducts with %d poles takes no group of columns", secularPoles)
	}
}
