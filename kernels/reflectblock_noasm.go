//go:build !amd64 && !arm64

package kernels

func reflectBlock[T Float](_ ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
}
