//go:build amd64 || arm64

package kernels

// multiplyNarrow computes a product of one row or one column, if it lies so in memory that a kernel reads the matrix as a stream, and reports whether
// it did. A tile of one row is two vectors wide and one of one column takes an element at a time.
func multiplyNarrow[T Float](isa ISA, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) bool {
	switch {
	case m == 1 && ca == 1 && cb == 1:
		multiplyRow(isa, n, k, alpha, a, b, rb, beta, c)
	case n == 1 && ra == 1 && rb == 1 && ldc == 1:
		multiplyRow(isa, m, k, alpha, b, a, ca, beta, c)
	case n == 1 && ca == 1 && chains(isa):
		multiplyColumn(isa, m, k, alpha, a, ra, b, rb, beta, c, ldc)
	case m == 1 && rb == 1 && chains(isa):
		multiplyColumn(isa, n, k, alpha, b, cb, a, ca, beta, c, 1)
	default:
		return false
	}
	return true
}

// multiplyRow computes c = alpha·x·B + beta·c for k rows of B. A chunk of it is Gemv's with transposed B: one chain over the rows of B for each
// element, then the same update.
func multiplyRow[T Float](isa ISA, n, k int, alpha T, x, b []T, rb int, beta T, c []T) {
	chunk := ChunkLen(k)
	for l := 0; l < k; l += chunk {
		gemvT(isa, min(chunk, k-l), n, alpha, b[l*rb:], rb, x[l:], beta, c[:n])
		beta = 1
	}
}

// multiplyColumn computes c = alpha·A·x + beta·c for m rows of A, elements of x and c being rx and rc apart.
func multiplyColumn[T Float](isa ISA, m, k int, alpha T, a []T, ra int, x []T, rx int, beta T, c []T, rc int) {
	if rx == 1 && rc == 1 && multiplyChains(isa, m, k, alpha, a, ra, x, beta, c) {
		return
	}
	chunk := ChunkLen(k)
	var acc, y [chainRows]T
	for i := 0; i < m; i += chainRows {
		rows, bt := min(chainRows, m-i), beta
		to := y[:rows]
		switch {
		case rc == 1:
			to = c[i : i+rows]
		case beta != 0:
			for r := range to {
				to[r] = c[(i+r)*rc]
			}
		}
		for l := 0; l < k; l += chunk {
			multiplyChain(isa, rows, min(chunk, k-l), a[i*ra+l:], ra, x[l*rx:], rx, &acc)
			updateVec(isa, alpha, acc[:rows], bt, to)
			bt = 1
		}
		if rc != 1 {
			for r, v := range to {
				c[(i+r)*rc] = v
			}
		}
	}
}
