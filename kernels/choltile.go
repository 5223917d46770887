package kernels

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// CholeskyTile factorizes a small symmetric positive definite matrix in place: A = Uᵀ·U with U upper triangular. A is
// n×n, n ≤ CholeskyLeaf; only its upper triangle is read, and replaced by U.
//
// It returns −1, or the index of the first pivot that is not positive and finite; that pivot stays on the
// diagonal, the rows before it are those of U, and those after it are partly updated.
//
// Order: for k ascending, u_kk = √a_kk and u_kj = a_kj/u_kk, then a_ij = fma(−u_ki, u_kj, a_ij) for
// k < i ≤ j. The work is serial.
//
// It panics as Gemm does, and if n > CholeskyLeaf.
func CholeskyTile[T Float](p *Pool, n int, a []T, lda int) int {
	if n < 0 || n > CholeskyLeaf {
		panic(badOrder)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	if n == 0 {
		return -1
	}
	if short(len(a), n, n, lda) {
		panic(shortA)
	}
	raceWriteTri(Upper, n, a, lda)
	return choleskyTile(p.ISA(), n, a, lda)
}

func choleskyTilePortable[T Float](n int, a []T, lda int) int {
	for k := 0; k < n; k++ {
		row := a[k*lda+k : k*lda+n]
		// The comparison is false for NaN.
		if !(row[0] > 0 && float64(row[0]) < math.Inf(1)) {
			return k
		}
		d := elem.Sqrt(row[0])
		row[0] = d
		row = row[1:]
		for j := range row {
			row[j] /= d
		}
		for i, f := range row {
			dst := a[(k+1+i)*lda+k+1+i:][:len(row)-i]
			for j, v := range row[i:] {
				dst[j] = elem.FMA(-f, v, dst[j])
			}
		}
	}
	return -1
}
