//go:build amd64 || arm64

package kernels

// reflectBlockMost bounds the sums of the columns of one call: those of 192 bytes.
const reflectBlockMost = ReflectGroup * 192 / 4

func reflectBlock[T Float](isa ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	if isa == Portable {
		reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
		return
	}
	step := reflectStep[T](isa)
	if rows <= reflectBlockRows {
		for j := 0; j < cols; j += step {
			reflectBlockCall(isa, rows, &v[0], rsv, csv, &t[0], &c[j], ldc, nil, 3)
		}
		return
	}
	var sums [reflectBlockMost]T
	for j := 0; j < cols; j += step {
		clear(sums[:])
		for part := 1; part <= 2; part++ {
			for r := 0; r < rows; r += reflectBlockRows {
				reflectBlockCall(isa, min(reflectBlockRows, rows-r), &v[r*rsv], rsv, csv, &t[0], &c[r*ldc+j], ldc, &sums[0], part)
			}
		}
	}
}
