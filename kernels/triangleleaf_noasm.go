//go:build !amd64

package kernels

func applyLeaf[T Float](isa ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	triangleLeafRows(isa, solve, n, tri, b, at, step, cols)
}

func rightLeaves[T Float](ISA) bool { return false }

func applyRight[T Float](bool, bool, int, *[triangleLeaf * triangleLeaf]T, []T, int, int) {}
