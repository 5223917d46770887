package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

// triangleLeafRows is the leaf of Trmm and Trsm where there is no assembly for the whole of it. With t_ik = tri[16·i+k] it solves,
//
//	x_k = b_k·t_kk,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending
//
// the diagonal of tri holding reciprocals, or multiplies, tri holding −t below its diagonal:
//
//	b_i = fma(−t_ik, b_k, b_i) for k < i < n,  b_k = b_k·t_kk,  k descending
//
// Row r of b begins at b[at+r·step]. Rows are updated by the
// vector kernels of the tier, in panels of columns that stay in the first-level cache; on the portable tier this is the twin.
func triangleLeafRows[T Float](isa ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	const panel = 128
	for j := 0; j < cols; j += panel {
		w := min(panel, cols-j)
		for s := range n {
			k := s
			if !solve {
				k = n - 1 - s
			}
			x := b[at+k*step+j:][:w]
			if solve {
				scalePiece(isa, tri[k*triangleLeaf+k], x, x)
			}
			for i := k + 1; i < n; i++ {
				row := b[at+i*step+j:][:w]
				if t := -tri[i*triangleLeaf+k]; isa == Portable {
					for l, v := range x {
						row[l] = elem.FMA(t, v, row[l])
					}
				} else {
					axpyPiece(isa, t, x, row)
				}
			}
			if !solve {
				scalePiece(isa, tri[k*triangleLeaf+k], x, x)
			}
		}
	}
}
