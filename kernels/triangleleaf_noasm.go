//go:build !amd64 && !arm64

package kernels

func applyLeaf[T Float](_ ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	triangleLeafPortable(solve, n, tri, b, at, step, cols)
}
