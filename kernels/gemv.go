package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Gemv computes y = alpha·op(A)·x + beta·y, where A is m×n as stored and op(A) is A (NoTrans) or Aᵀ (Trans).
//
// x has n elements and y has m for NoTrans; x has m and y has n for Trans. Longer slices are allowed. A and x
// are read, y is written and, unless beta is 0, read; y must overlap neither.
//
// Numeric order. NoTrans: s_i is the lane-order sum of a_ij·x_j (Dot of the row and x, bit for bit). Trans:
// s_j starts at +0 and s_j = fma(a_ij, x_i, s_j), i ascending. Then y = alpha·s if beta is 0, else
// y = fma(alpha, s, beta·y) with beta·y rounded. If alpha is 0 or the contracted dimension is 0,
// neither A nor x is read and y = beta·y (+0 if beta is 0). These are reductions: Gemv does not equal Gemm
// with one column bit for bit.
func Gemv[T Float](p *Pool, t Transpose, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if t != NoTrans && t != Trans {
		panic(badTranspose)
	}
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	out, in := m, n
	if t == Trans {
		out, in = n, m
	}
	if out == 0 {
		return
	}
	switch {
	case short(len(a), m, n, lda):
		panic(shortA)
	case len(x) < in:
		panic(shortX)
	case len(y) < out:
		panic(shortY)
	}
	if overlaps(y, out, x, in) || overlaps(y, out, a, span(m, n, lda)) {
		panic(overlap)
	}
	x, y = x[:in], y[:out]
	if alpha == 0 || in == 0 {
		scaleBeta(beta, y)
		return
	}
	raceReadMat(m, n, a, lda)
	raceRead(x)
	raceWrite(y)
	if gemvIsNear[T](m, n) && gemvAtOnce(p.ISA(), t, m, n, alpha, &a[0], lda, &x[0], beta, &y[0]) {
		return
	}
	if m*n < gemvParallel || p.Workers() == 1 {
		if t == NoTrans {
			gemvN(p.ISA(), m, n, alpha, a, lda, x, beta, y)
		} else {
			gemvT(p.ISA(), m, n, alpha, a, lda, x, beta, y)
		}
		return
	}
	gemvRun(p, gemvTask[T]{isa: p.ISA(), trans: t == Trans, m: m, n: n, alpha: alpha, a: a, lda: lda, x: x, beta: beta, y: y})
}

// gemvTask is a Gemv cut along the output into ranges of step elements.
type gemvTask[T Float] struct {
	isa         ISA
	trans       bool
	sum         bool // sums of columns; x, alpha and beta are unused, trans is set
	m, n, lda   int
	alpha, beta T
	a, x, y     []T
	step        int
}

// gemvNear is the size of A in bytes up to which there is nothing to choose or to cut: one call of assembly, without the way to it for larger ones, which takes a third of a product of order 32.
const gemvNear = 64 << 10

func gemvIsNear[T Float](m, n int) bool {
	return max(m, n)*rowElements[T](min(m, n)) <= gemvNear/int(unsafe.Sizeof(*new(T)))
}

// gemvParallel is the number of elements of A from which workers are called.
const gemvParallel = 1 << 18

// gemvRun performs g on the workers of p.
func gemvRun[T Float](p *Pool, g gemvTask[T]) {
	// About four ranges for each worker. Columns are cut at multiples of the kernels' widest block of them,
	// 1 KiB, rows at multiples of what the kernels take at a time, three and four.
	unit := 24
	if g.trans {
		unit = 4 * lanes[T]()
	}
	out := len(g.y)
	g.step = max((out/(4*p.Workers())+unit-1)/unit*unit, unit)
	list := gemvTasks[T]()
	t := list.take()
	if t == nil {
		t = new(gemvTask[T])
	}
	*t = g
	p.Run((out+g.step-1)/g.step, t)
	*t = gemvTask[T]{}
	list.give(t)
}

// Do computes range i of y.
func (g *gemvTask[T]) Do(i int) { g.span(i*g.step, min((i+1)*g.step, len(g.y))) }

func (g *gemvTask[T]) span(lo, hi int) {
	switch {
	case g.sum:
		colSum(g.isa, g.m, hi-lo, g.a[lo:], g.lda, g.y[lo:hi])
	case g.trans:
		gemvT(g.isa, g.m, hi-lo, g.alpha, g.a[lo:], g.lda, g.x, g.beta, g.y[lo:hi])
	default:
		gemvN(g.isa, hi-lo, g.n, g.alpha, g.a[lo*g.lda:], g.lda, g.x, g.beta, g.y[lo:hi])
	}
}

var (
	gemvTasks32 freeList[gemvTask[float32]]
	gemvTasks64 freeList[gemvTask[float64]]
)

func gemvTasks[T Float]() *freeList[gemvTask[T]] {
	if is32[T]() {
		return (*freeList[gemvTask[T]])(unsafe.Pointer(&gemvTasks32))
	}
	return (*freeList[gemvTask[T]])(unsafe.Pointer(&gemvTasks64))
}

// gemvPiece is the number of bytes of A that one assembly call reads: 25 µs from slow memory.
const gemvPiece = 512 << 10

// gemvRows returns how many rows of n elements one call takes, a multiple of unit and no less than it.
func gemvRows[T Float](n, unit int) int {
	size := int(unsafe.Sizeof(*new(T)))
	return max(gemvPiece/size/rowElements[T](n)/unit*unit, unit)
}

// rowElements is what a row of n elements counts where calls are cut: no less than a cache line, since the rows of a few columns of a wide matrix
// have one each.
func rowElements[T Float](n int) int {
	return max(n, 64/int(unsafe.Sizeof(*new(T))))
}

// A rowOrder is an order in which rows are read, all to the same bits.
type rowOrder uint8

const (
	rowsTogether rowOrder = iota // several side by side
	rowsByPanels                 // 1 KiB of each of several in turn; on AVX2 as rowsTogether
	rowAfterRow
	rowsStreamed // fetched ahead: row after row, on AVX2 three at once
)

// gemvN is rows of A times x.
func gemvN[T Float](isa ISA, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	order := rowsAlone[T](isa, m, n, lda)
	if n <= Segment {
		rows := gemvRows[T](n, 4)
		if rows > 12 {
			rows -= rows % 12 // kernels take three or four
		}
		for i := 0; i < m; i += rows {
			gemvNPiece(isa, order, min(rows, m-i), n, alpha, a[i*lda:], lda, x, beta, y[i:])
		}
		return
	}
	// Long rows: the sums of the segments of a few rows, then the update.
	const rows = 16
	var total, sum [rows]T
	for i := 0; i < m; i += rows {
		r := min(rows, m-i)
		for j := 0; j < n; j += Segment {
			w := min(Segment, n-j)
			if j == 0 {
				gemvNPiece(isa, order, r, w, 1, a[i*lda:], lda, x, 0, total[:])
				continue
			}
			gemvNPiece(isa, order, r, w, 1, a[i*lda+j:], lda, x[j:], 0, sum[:])
			for k, s := range sum[:r] {
				total[k] += s
			}
		}
		for k := 0; k < r; k++ {
			y[i+k] = update(alpha, total[k], beta, y[i+k])
		}
	}
}

// gemvNEach computes m elements of y from rows of at most one segment by one Dot each: for tiers without room
// for several rows in registers.
func gemvNEach[T Float](isa ISA, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	for i := 0; i < m; i++ {
		y[i] = update(alpha, reduceSegment(isa, opDot, a[i*lda:i*lda+n], x[:n]), beta, y[i])
	}
}

// gemvColumns is the number of columns that gemvTSums sums at a time.
const gemvColumns = 512

// gemvTFits reports whether one call takes m rows of n elements and y, which is read and written.
func gemvTFits[T Float](m, n int) bool {
	return m+2 <= gemvPiece/int(unsafe.Sizeof(*new(T)))/rowElements[T](n) // a product could overflow
}

// gemvT is columns of A times x: at once where a call can take all of it, since clearing sums in memory and the update as calls of their own took
// as long as the chain of a product of order 32. Fewer rows than gemvTFar takes at a time have all their columns so, one piece after the other.
func gemvT[T Float](isa ISA, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	w, turns := n, gemvTTurns[T](isa, m, n)
	if m < 8 {
		w = min(n, gemvFarColumns)
	}
	if !gemvTFits[T](m, w) || !gemvTAtOnce(isa, turns, m, w, alpha, a, lda, x, beta, y) {
		gemvTSums(isa, turns, m, n, alpha, a, lda, x, beta, y)
		return
	}
	for j := w; j < n; j += w {
		gemvTAtOnce(isa, turns, m, min(w, n-j), alpha, a[j:], lda, x, beta, y[j:])
	}
}

// gemvTSums is gemvT by sums in memory.
func gemvTSums[T Float](isa ISA, turns, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if n <= gemvColumns/8 {
		// A few columns should not pay for clearing a large block: tall matrices, and small ones in tiers without gemvTAtOnce.
		var acc [gemvColumns / 8]T
		gemvTBlock(isa, turns, m, alpha, a, lda, x, beta, y[:n], acc[:n])
		return
	}
	if stream := columnsStreamed[T](isa, m, n, lda); stream || gemvT8(isa) && m*n*int(unsafe.Sizeof(alpha)) >= gemvFar(isa, lda*int(unsafe.Sizeof(alpha))) {
		gemvTFar(isa, stream, m, n, alpha, a, lda, x, beta, y)
		return
	}
	var acc [gemvColumns]T
	for j := 0; j < n; j += gemvColumns {
		w := min(gemvColumns, n-j)
		if j > 0 {
			clear(acc[:w])
		}
		gemvTBlock(isa, turns, m, alpha, a[j:], lda, x, beta, y[j:j+w], acc[:w])
	}
}

// gemvFarColumns is the number of columns that gemvTFar takes at a time, for A that is streamed or has gemvFar bytes and more.
const gemvFarColumns = 2048

// gemvTFar is gemvT for large matrices.
func gemvTFar[T Float](isa ISA, stream bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	var room [gemvFarColumns + 64/4]T
	block := room[-uintptr(unsafe.Pointer(&room))&63/unsafe.Sizeof(alpha):] // from the start of a cache line on
	for j := 0; j < n; j += gemvFarColumns {
		w := min(gemvFarColumns, n-j)
		acc := block[:w]
		clear(acc)
		rows := gemvRows[T](w, 8)
		for i := 0; i < m; i += rows {
			gemvTRows(isa, stream, min(rows, m-i), w, a[i*lda+j:], lda, x[i:], acc)
		}
		updateVec(isa, alpha, acc, beta, y[j:j+w])
	}
}

// gemvTRows adds the m rows of one call to acc, row after row or eight at a time.
func gemvTRows[T Float](isa ISA, stream bool, m, n int, a []T, lda int, x, acc []T) {
	if stream {
		gemvTRowPiece(isa, m, n, a, lda, x, acc)
		return
	}
	if m >= 8 {
		gemvT8Piece(isa, m/8, n, a, lda, x, acc)
	}
	if rest := m & 7; rest > 0 {
		m -= rest
		gemvTPiece(isa, 0, rest, n, a[m*lda:], lda, x[m:], acc)
	}
}

// gemvTBlock computes the elements of y from a block of columns; acc is zero.
func gemvTBlock[T Float](isa ISA, turns, m int, alpha T, a []T, lda int, x []T, beta T, y, acc []T) {
	rows := gemvRows[T](len(y), 1)
	for i := 0; i < m; i += rows {
		gemvTPiece(isa, turns, min(rows, m-i), len(y), a[i*lda:], lda, x[i:], acc)
	}
	updateVec(isa, alpha, acc, beta, y)
}

// updateVec is y = update(alpha, s, beta, y) for every element, with no more than vecPiece of them.
func updateVec[T Float](isa ISA, alpha T, s []T, beta T, y []T) {
	if beta == 0 {
		scalePiece(isa, alpha, s, y)
		return
	}
	elementCall(opAxpby, isa, &AdamCoef[T]{Weight1: alpha, Beta1: beta}, len(y), unsafe.SliceData(y), unsafe.SliceData(s), unsafe.SliceData(y), nil)
}

// gemvTPortable adds m rows to acc.
func gemvTPortable[T Float](m, n int, a []T, lda int, x, acc []T) {
	acc = acc[:n]
	for i := 0; i < m; i++ {
		for j, v := range a[i*lda : i*lda+n] {
			acc[j] = elem.FMA(v, x[i], acc[j])
		}
	}
}

// scaleBeta is y = beta·y, +0 without reading y if beta is 0.
func scaleBeta[T Float](beta T, y []T) {
	if beta == 0 {
		clear(y)
		return
	}
	for i, v := range y {
		y[i] = beta * v
	}
}
