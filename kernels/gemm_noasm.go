//go:build !amd64 && !arm64

package kernels

// tileSize returns the unit in which C is cut for workers.
func tileSize[T Float](ISA) (mr, nr int) { return goRows, goCols }

// multiplyBlock computes the wanted elements of a product on one core.
func multiplyBlock[T Float](_ ISA, want region, _ bool, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	multiplyGo(want, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
}

// multiplyTiles is the short way for products of a few tiles where there is assembly.
func multiplyTiles[T Float](_ ISA, _, _, _ int, _ T, _ []T, _, _, _ int, _ []T, _, _, _ int, _ T, _ []T, _, _, _ int) bool {
	return false
}

// gemmSmall is the short way of Gemm where there is assembly.
func gemmSmall[T Float](_ *Pool, _ Transpose, _, _, _ int, _ T, _ *[]T, _ int, _ *[]T, _ int, _ T, _ *[]T, _ int) bool {
	return false
}

// gemmPanels is that of A·Bᵀ.
func gemmPanels[T Float](_ *Pool, _, _, _ int, _ T, _ *[]T, _ int, _ *[]T, _ int, _ T, _ *[]T, _ int) bool {
	return false
}

// carryState: there are no tiles that copy.
type carryState struct{}
