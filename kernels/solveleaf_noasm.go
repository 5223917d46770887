//go:build !amd64

package kernels

func solveLeaf[T Float](ISA, int, *[triangleLeaf * triangleLeaf]T, []T, int, int) bool { return false }
