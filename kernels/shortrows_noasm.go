//go:build !amd64 && !arm64

package kernels

// shortRows is 0: rows go one by one.
func shortRows[T Float](ISA, int) int { return 0 }

func gerShort[T Float](ISA, int, int, T, []T, []T, []T, int) {}

func scaleShort[T Float](ISA, int, int, []T, int, []T, int, []T, int) {}

func mulShort[T Float](ISA, int, int, []T, []T, int) {}
