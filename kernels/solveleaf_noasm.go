//go:build !amd64

package kernels

func solveLeaf[T Float](isa ISA, n int, tri *[solveLeafSize * solveLeafSize]T, b []T, at, step, cols int) {
	solveLeafRows(isa, n, tri, b, at, step, cols)
}
