//go:build !amd64

package kernels

func rightLeaves[T Float](ISA) bool { return false }

// applyRight is not reached.
func applyRight[T Float](bool, bool, int, *[triangleLeaf * triangleLeaf]T, []T, int, int) {}
