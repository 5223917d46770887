package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// ReflectColumns is what the number of columns of ReflectBlock is a multiple of: 192 bytes.
func ReflectColumns[T Float]() int {
	var z T
	return int(192 / unsafe.Sizeof(z))
}

// ReflectBlock multiplies C, rows×cols, from the left by a block reflection, C ← (I − V·T·Vᵀ)·C, of b = ReflectGroup columns (compact WY, Schreiber and Van
// Loan 1989). Element (r, i) of V, rows×b, is v[r·rsv + i·csv]; T is upper triangular, its rows one after the other in t, of which nothing is read below the diagonal.
// cols is a multiple of ReflectColumns.
//
// Order: for each column x of C
//
//	s_i = Σ_r V_ri·x_r         a fused chain from +0, r ascending
//	y_i = Σ_{j≥i} t_ij·s_j     the first product rounded, the others fused, j ascending
//	x_r = fma(−V_ri, y_i, x_r)   i ascending
//
// C must not overlap v or t.
func ReflectBlock[T Float](p *Pool, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	switch {
	case rows < 0 || cols < 0:
		panic(negDim)
	case cols%ReflectColumns[T]() != 0:
		panic(badLen)
	case rsv <= 0 || csv <= 0:
		panic(badLdV)
	case ldc < max(1, cols):
		panic(badLdC)
	case rows == 0 || cols == 0:
		return
	case short(len(v), rows, 1, rsv) || short(len(v)-(rows-1)*rsv, ReflectGroup, 1, csv):
		panic(shortV)
	case short(len(c), rows, cols, ldc):
		panic(shortC)
	}
	m := span(rows, cols, ldc)
	if overlaps(c, m, v, (rows-1)*rsv+(ReflectGroup-1)*csv+1) || overlaps(c, m, t[:], len(t)) {
		panic(overlap)
	}
	for i := range ReflectGroup {
		if rsv == 1 {
			raceRead(v[i*csv : i*csv+rows])
		} else {
			raceReadMat(rows, 1, v[i*csv:], rsv)
		}
	}
	raceRead(t[:])
	raceWriteMat(rows, cols, c, ldc)
	reflectBlock(p.ISA(), rows, cols, v, rsv, csv, t, c, ldc)
}

// reflectBlockRows is how many rows one call of assembly takes, of 768 flops of float64 each on AVX-512 and of 128 on AVX2 and NEON. Tests make it small.
var reflectBlockRows = 1536

func reflectBlockPortable[T Float](rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	const lanes = 8
	for j := 0; j < cols; j += lanes {
		var s [ReflectGroup][lanes]T
		for r := range rows {
			row := (*[lanes]T)(c[r*ldc+j:])
			for i := range s {
				for l, x := range row {
					s[i][l] = elem.FMA(v[r*rsv+i*csv], x, s[i][l])
				}
			}
		}
		for i := range s {
			for l := range s[i] {
				y := T(t[i*ReflectGroup+i] * s[i][l])
				for k := i + 1; k < ReflectGroup; k++ {
					y = elem.FMA(t[i*ReflectGroup+k], s[k][l], y)
				}
				s[i][l] = y
			}
		}
		for r := range rows {
			row := (*[lanes]T)(c[r*ldc+j:])
			for i := range s {
				for l, x := range row {
					row[l] = elem.FMA(-v[r*rsv+i*csv], s[i][l], x)
				}
			}
		}
	}
}
