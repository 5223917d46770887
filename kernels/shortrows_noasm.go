//go:build !amd64 && !arm64

package kernels

// hasShortRows is false: rows go one by one.
func hasShortRows(ISA) bool { return false }

func gerShort[T Float](ISA, int, int, T, []T, []T, []T, int) {}

func scaleShort[T Float](ISA, int, int, []T, int, []T, int, []T, int) {}

func mulShort[T Float](ISA, int, int, []T, []T, int) {}
