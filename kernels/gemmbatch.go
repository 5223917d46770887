package kernels

const (
	badStride = "kernels: bad batch stride"
)

// GemmBatch computes batch products of one shape,
//
//	C_i = alpha·op(A_i)·op(B_i) + beta·C_i,   i = 0 … batch−1,
//
// where A_i starts at a[i*strideA], B_i at b[i*strideB] and C_i at c[i*strideC]. Each product is that
// of Gemm bit for bit, wherever it stands in the batch. strideA and strideB may be anything
// ≥ 0 (0 shares the operand). The C_i must be disjoint: strideC is at least the span
// (m−1)·ldc+n of one, or the C_i are blocks of columns of one matrix: strideC ≥ n and
// (batch−1)·strideC+n ≤ ldc, as heads of an attention layer are.
//
// It panics as Gemm does, and if batch or a stride is negative or the C_i are not disjoint.
func GemmBatch[T Float](p *Pool, tA, tB Transpose, m, n, k int, alpha T, a []T, lda, strideA int, b []T, ldb, strideB int, beta T, c []T, ldc, strideC, batch int) {
	checkGemm(tA, tB, m, n, k, lda, ldb, ldc)
	if batch < 0 {
		panic(negDim)
	}
	if strideA < 0 || strideB < 0 || strideC < 0 {
		panic(badStride)
	}
	if m == 0 || n == 0 || batch == 0 {
		return
	}
	ra, ca, rowsA, colsA := stored(tA, m, k, lda)
	rb, cb, rowsB, colsB := stored(tB, k, n, ldb)
	if shortBatch(len(a), rowsA, colsA, lda, strideA, batch) {
		panic(shortA)
	}
	if shortBatch(len(b), rowsB, colsB, ldb, strideB, batch) {
		panic(shortB)
	}
	if shortBatch(len(c), m, n, ldc, strideC, batch) {
		panic(shortC)
	}
	if batch > 1 && strideC < span(m, n, ldc) && !columnBlocks(n, ldc, strideC, batch) {
		panic(badStride)
	}
	if batchOverlaps(c, m, n, ldc, strideC, a, rowsA, colsA, lda, strideA, batch) ||
		batchOverlaps(c, m, n, ldc, strideC, b, rowsB, colsB, ldb, strideB, batch) {
		panic(overlap)
	}
	if alpha == 0 || k == 0 {
		for i := 0; i < batch; i++ {
			scaleBlock(m, n, beta, c[i*strideC:], ldc)
		}
		return
	}
	for i := range raceCalls(batch) {
		raceReadMat(rowsA, colsA, a[i*strideA:], lda)
		raceReadMat(rowsB, colsB, b[i*strideB:], ldb)
		raceWriteMat(m, n, c[i*strideC:], ldc)
	}
	multiplyBatch(p, m, n, k, alpha, a, ra, ca, strideA, b, rb, cb, strideB, beta, c, ldc, strideC, batch)
}

// shortBatch is short for batch matrices at a stride.
func shortBatch(n, rows, cols, ld, stride, batch int) bool {
	if rows == 0 || cols == 0 {
		return false
	}
	if short(n, rows, cols, ld) {
		return true
	}
	return batch > 1 && stride > (n-span(rows, cols, ld))/(batch-1)
}

// columnBlocks reports whether the matrices of a batch are disjoint blocks of columns
// of one matrix with leading dimension ld.
func columnBlocks(cols, ld, stride, batch int) bool {
	return stride >= cols && cols <= ld && stride <= (ld-cols)/max(1, batch-1)
}

// batchOverlaps reports whether an output of the batch may share memory with an input. Column
// blocks of one matrix are told apart exactly, other layouts by their spans.
func batchOverlaps[T Float](x []T, rx, cx, ldx, sx int, y []T, ry, cy, ldy, sy, batch int) bool {
	if rx == 0 || cx == 0 || ry == 0 || cy == 0 {
		return false
	}
	more := batch - 1
	if columnBlocks(cx, ldx, sx, batch) && (sy == 0 || columnBlocks(cy, ldy, sy, batch)) {
		return overlaps2(x, rx, cx+more*sx, ldx, y, ry, cy+more*sy, ldy)
	}
	return overlaps(x, more*sx+span(rx, cx, ldx), y, more*sy+span(ry, cy, ldy))
}
