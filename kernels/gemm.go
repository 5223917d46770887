package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Gemm computes
//
//	C = alpha·op(A)·op(B) + beta·C
//
// op(A) is m×k, op(B) k×n and C m×n; op(X) is X or its transpose by tA, tB. A is stored as
// m×k (tA = NoTrans) or k×m (Trans) with leading dimension lda, B as k×n or n×k. C
// must not share memory with A or B; A and B may overlap.
//
// With beta = 0, C is written and never read. With alpha = 0 or k = 0, A and B are not
// read and C = beta·C. The order is that of the chain: k is cut into chunks
// of ChunkLen(k), in a chunk acc = fma(a, b, acc) from +0 with ascending index, the first
// chunk gives c = alpha·acc or fma(alpha, acc, beta·c), a later one c = fma(alpha, acc, c).
// A sub-block of the product is therefore the product of the sub-blocks, bit for bit.
//
// It panics on bad flags, negative sizes, leading dimensions smaller than a row, short
// slices and overlapping outputs, before anything is written. It does not allocate once a
// packing arena exists (see Reserve).
func Gemm[T Float](p *Pool, tA, tB Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	if tB == NoTrans && uint(m-1) < smallRows && uint(n-1) < smallCols && uint(k-1) < ChunkK && alpha != 0 &&
		gemmSmall(p, tA, m, n, k, alpha, &a, lda, &b, ldb, beta, &c, ldc) {
		return
	}
	if tB == Trans && tA == NoTrans && uintptr(n)*unsafe.Sizeof(alpha)%panelLine == 0 && uint(m-1) < smallRows && uint(n-1) < smallCols && uint(k-1) < ChunkK && alpha != 0 &&
		gemmPanels(p, m, n, k, alpha, &a, lda, &b, ldb, beta, &c, ldc) {
		return
	}
	checkGemm(tA, tB, m, n, k, lda, ldb, ldc)
	if m == 0 || n == 0 {
		return
	}
	ra, ca, rowsA, colsA := stored(tA, m, k, lda)
	rb, cb, rowsB, colsB := stored(tB, k, n, ldb)
	if short(len(a), rowsA, colsA, lda) {
		panic(shortA)
	}
	if short(len(b), rowsB, colsB, ldb) {
		panic(shortB)
	}
	if short(len(c), m, n, ldc) {
		panic(shortC)
	}
	if overlaps2(c, m, n, ldc, a, rowsA, colsA, lda) || overlaps2(c, m, n, ldc, b, rowsB, colsB, ldb) {
		panic(overlap)
	}
	if alpha == 0 || k == 0 {
		scaleBlock(m, n, beta, c, ldc)
		return
	}
	raceReadMat(rowsA, colsA, a, lda)
	raceReadMat(rowsB, colsB, b, ldb)
	raceWriteMat(m, n, c, ldc)
	if isa := p.ISA(); !multiplyTiles(isa, m, n, k, alpha, a, ra, ca, 0, b, rb, cb, 0, beta, c, ldc, 0, 1) {
		multiply(p, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
	}
}

// stored returns how far apart rows and columns of the m×n matrix op(X) are, and the shape in which X is stored.
func stored(t Transpose, m, n, ld int) (rs, cs, rows, cols int) {
	if t == Trans {
		return 1, ld, n, m
	}
	return ld, 1, m, n
}

// Products of at most these sizes are worth the attempt of gemmSmall, or of gemmPanels in whole panels of so many bytes a line. Those of at most fewRows×fewCols, three of the highest tile and the widest, with sums of at most
// fewDepth need no driver on amd64, unless rows of B collide.
const smallRows, smallCols, panelLine = 64, 64, 128
const fewRows, fewCols, fewDepth = 36, 32, 64

func checkGemm(tA, tB Transpose, m, n, k, lda, ldb, ldc int) {
	if tA != NoTrans && tA != Trans || tB != NoTrans && tB != Trans {
		panic(badTranspose)
	}
	if m < 0 || n < 0 || k < 0 {
		panic(negDim)
	}
	wa, wb := k, n
	if tA == Trans {
		wa = m
	}
	if tB == Trans {
		wb = k
	}
	if lda < max(1, wa) {
		panic(badLdA)
	}
	if ldb < max(1, wb) {
		panic(badLdB)
	}
	if ldc < max(1, n) {
		panic(badLdC)
	}
}

// scaleBlock computes C = beta·C; beta = 0 writes +0 and does not read C.
func scaleBlock[T Float](m, n int, beta T, c []T, ldc int) {
	if beta == 1 {
		return
	}
	for i := 0; i < m; i++ {
		row := c[i*ldc : i*ldc+n]
		if beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= beta
		}
	}
}

// region says which elements of a product are wanted: all, or those on one side of a
// diagonal of the block.
type region struct {
	uplo Uplo // 0: every element
	off  int  // Lower: j ≤ i+off; Upper: j ≥ i+off
}

func (r region) has(i, j int) bool {
	return r.uplo == 0 || r.uplo == Lower && j <= i+r.off || r.uplo == Upper && j >= i+r.off
}

// columns returns the range of columns of rows [i0, i1) that hold wanted elements, within [0, n).
func (r region) columns(i0, i1, n int) (lo, hi int) {
	switch r.uplo {
	case Lower:
		return 0, max(0, min(n, i1+r.off))
	case Upper:
		return min(n, max(0, i0+r.off)), n
	}
	return 0, n
}

// block returns the region as seen from the block that starts at (i, j).
func (r region) block(i, j int) region {
	r.off += i - j
	return r
}

const goRows, goCols = 4, 2 // 8 sums and 6 operands fit 16 registers

// multiplyGo is the portable twin of the product: element (i, l) of op(A) is a[i*ra+l*ca],
// element (l, j) of op(B) b[l*rb+j*cb]. Tiles at the edges repeat their last row or column
// and store it once.
func multiplyGo[T Float](want region, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	chunk := ChunkLen(k)
	for i := 0; i < m; i += goRows {
		rows := min(goRows, m-i)
		lo, hi := want.columns(i, i+rows, n)
		i0, i1, i2, i3 := i*ra, min(i+1, m-1)*ra, min(i+2, m-1)*ra, min(i+3, m-1)*ra
		for j := lo; j < hi; j += goCols {
			cols := min(goCols, hi-j)
			j0, j1 := j*cb, min(j+1, n-1)*cb
			for l := 0; l < k; l += chunk {
				var s00, s01, s10, s11, s20, s21, s30, s31 T
				la, lb := l*ca, l*rb
				for range min(chunk, k-l) {
					b0, b1 := b[lb+j0], b[lb+j1]
					a0, a1, a2, a3 := a[la+i0], a[la+i1], a[la+i2], a[la+i3]
					s00, s01 = elem.FMA(a0, b0, s00), elem.FMA(a0, b1, s01)
					s10, s11 = elem.FMA(a1, b0, s10), elem.FMA(a1, b1, s11)
					s20, s21 = elem.FMA(a2, b0, s20), elem.FMA(a2, b1, s21)
					s30, s31 = elem.FMA(a3, b0, s30), elem.FMA(a3, b1, s31)
					la += ca
					lb += rb
				}
				bl := beta
				if l > 0 {
					bl = 1
				}
				sums := [goRows][goCols]T{{s00, s01}, {s10, s11}, {s20, s21}, {s30, s31}}
				for r := 0; r < rows; r++ {
					for q := 0; q < cols; q++ {
						if want.has(i+r, j+q) {
							x := &c[(i+r)*ldc+j+q]
							*x = update(alpha, sums[r][q], bl, *x)
						}
					}
				}
			}
		}
	}
}

// update returns alpha·acc + beta·c as the contract rounds it. For a later chunk beta is 1,
// and 1·c is exact.
func update[T Float](alpha, acc, beta, c T) T {
	if beta == 0 {
		return alpha * acc
	}
	return elem.FMA(alpha, acc, T(beta*c))
}
