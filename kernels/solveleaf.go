package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

// solveLeafRows is the leaf of Trsm where there is no assembly for the whole of it:
//
//	x_k = b_k·r_k,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending
//
// with t_ik = tri[16·i+k] and the reciprocals r_k on the diagonal. Row r of b begins at b[at+r·step]. Rows are updated by the
// vector kernels of the tier, in panels of columns that stay in the first-level cache; on the portable tier this is the twin.
func solveLeafRows[T Float](isa ISA, n int, tri *[solveLeafSize * solveLeafSize]T, b []T, at, step, cols int) {
	const panel = 128
	for j := 0; j < cols; j += panel {
		w := min(panel, cols-j)
		for k := range n {
			x := b[at+k*step+j:][:w]
			scalePiece(isa, tri[k*solveLeafSize+k], x, x)
			for i := k + 1; i < n; i++ {
				row := b[at+i*step+j:][:w]
				if t := -tri[i*solveLeafSize+k]; isa == Portable {
					for l, v := range x {
						row[l] = elem.FMA(t, v, row[l])
					}
				} else {
					axpyPiece(isa, t, x, row)
				}
			}
		}
	}
}
