package linalg

// Jacobi diagonalises the symmetric matrix w, both triangles of which are read and destroyed, by Jacobi's method, in float64
// and on the calling goroutine: afterwards the diagonal of w holds the eigenvalues in no particular order, and
// row i of z the eigenvector of w_ii. It is slow (some 50·n³ flops), accurate, and needs no memory: what one falls back on when
// SymEig has no result. It reports false if the rotations do not come to an end, which NaN and Inf bring about and no
// finite matrix known to us. w and z are n×n and must not overlap.
func Jacobi(w, z Matrix[float64]) bool {
	n := w.Rows
	if w.Cols != n || z.Rows != n || z.Cols != n {
		panic(badShape)
	}
	w.check()
	z.check()
	if overlaps(w.span(), z.span()) {
		panic(overlap)
	}
	z.Identity()
	big := maxAbs(nil, w, false)
	return big-big == 0 && jacobi(w, z, eps64/64*big)
}
