package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

// triangleLeafPortable is the leaf of Trmm and Trsm. With t_ik = tri[16·i+k] it solves,
//
//	x_k = b_k·t_kk,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending
//
// the diagonal of tri holding reciprocals, or multiplies, tri holding −t below its diagonal:
//
//	b_i = fma(−t_ik, b_k, b_i) for k < i < n,  b_k = b_k·t_kk,  k descending
//
// Row r of b begins at b[at+r·step]. Panels of columns stay in the first-level cache.
func triangleLeafPortable[T Float](solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
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
				scalePortable(tri[k*triangleLeaf+k], x, x)
			}
			for i := k + 1; i < n; i++ {
				row := b[at+i*step+j:][:w]
				t := -tri[i*triangleLeaf+k]
				for l, v := range x {
					row[l] = elem.FMA(t, v, row[l])
				}
			}
			if !solve {
				scalePortable(tri[k*triangleLeaf+k], x, x)
			}
		}
	}
}
