//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 ReflectBlock runs as its portable twin.

func reflectBlock[T Float](_ ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
}
