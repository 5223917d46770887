package kernels

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Softmax writes to every row of B the softmax of the row of A: b_ij = e^(a_ij − M_i)/Σ_j e^(a_ij − M_i) with
// M_i = max_j a_ij. A and B are m×n; B may be A itself (same slice, ldb = lda), otherwise they must not overlap.
//
// Order: the difference is rounded; e as Exp; the sum S of a row in lane order (order.go); then b = e·r
// with r = 1/S rounded. 1 ≤ S ≤ n, so nothing overflows.
// A row that holds NaN or +Inf, or only −Inf, becomes NaN. −Inf among finite elements gives +0: the mask of an
// attention.
func Softmax[T Float](p *Pool, m, n int, a []T, lda int, b []T, ldb int) {
	switch {
	case m < 0 || n < 0:
		panic(negDim)
	case lda < max(1, n):
		panic(badLdA)
	case ldb < max(1, n):
		panic(badLdB)
	case m == 0 || n == 0:
		return
	case short(len(a), m, n, lda):
		panic(shortA)
	case short(len(b), m, n, ldb):
		panic(shortB)
	case !(same(a, b) && lda == ldb) && overlaps2(a, m, n, lda, b, m, n, ldb):
		panic(overlap)
	}
	raceReadMat(m, n, a, lda)
	raceWriteMat(m, n, b, ldb)
	isa := p.ISA()
	if serialRows[T](p, isa, m, n) {
		softmaxSpan(isa, m, n, unsafe.SliceData(a), lda, unsafe.SliceData(b), ldb)
		return
	}
	rowwise(p, rowTask[T]{isa: isa, m: m, n: n, lda: lda, ldb: ldb, a: unsafe.SliceData(a), b: unsafe.SliceData(b)})
}

// LogSumExp writes to s[i] the logarithm of Σ_j e^a_ij over row i of the m×n matrix A, without overflow:
// s_i = M_i + ln Σ_j e^(a_ij − M_i), M_i = max_j a_ij, or 0 in place of an infinite M_i.
//
// Order: the difference is rounded, e as Exp, the sum in lane order (order.go), ln from internal/elem. A row
// that holds NaN gives NaN; else one that holds +Inf gives +Inf, one of −Inf only, or n = 0, gives −Inf. s must have
// m elements at least and must not overlap A.
func LogSumExp[T Float](p *Pool, m, n int, a []T, lda int, s []T) {
	switch {
	case m < 0 || n < 0:
		panic(negDim)
	case lda < max(1, n):
		panic(badLdA)
	case m == 0:
		return
	case short(len(a), m, n, lda):
		panic(shortA)
	case len(s) < m:
		panic(shortS)
	case overlaps(a, span(m, n, lda), s, m):
		panic(overlap)
	case n == 0:
		for i := range s[:m] {
			s[i] = T(math.Inf(-1))
		}
		return
	}
	raceReadMat(m, n, a, lda)
	raceWrite(s[:m])
	isa := p.ISA()
	if serialRows[T](p, isa, m, n) {
		logSumExpSpan(isa, m, n, unsafe.SliceData(a), lda, unsafe.SliceData(s))
		return
	}
	rowwise(p, rowTask[T]{isa: isa, m: m, n: n, lda: lda, a: unsafe.SliceData(a), s: unsafe.SliceData(s)})
}

// rowTask is one call of Softmax (b) or LogSumExp (s) cut into groups of rows.
type rowTask[T Float] struct {
	isa      ISA
	m, n     int
	group    int
	lda, ldb int
	a, b, s  *T
}

// Do performs group i.
func (t *rowTask[T]) Do(i int) {
	lo := i * t.group
	m := min(t.group, t.m-lo)
	if t.s != nil {
		logSumExpSpan(t.isa, m, t.n, ahead(t.a, lo*t.lda), t.lda, ahead(t.s, lo))
		return
	}
	softmaxSpan(t.isa, m, t.n, ahead(t.a, lo*t.lda), t.lda, ahead(t.b, lo*t.ldb), t.ldb)
}

// rowStep is the number of rows of one assembly call of m: short rows go in groups.
func rowStep(m, n int) int {
	if m == 1 {
		return 1
	}
	return max(1, rowPiece/n)
}

// softmaxSpan is Softmax on one core. From here on matrices are passed by address, as elementwise does with vectors: slices do not fit the
// registers of a call, and what is stored in words and loaded in pairs of words has to wait for all stores before.
func softmaxSpan[T Float](isa ISA, m, n int, a *T, lda int, b *T, ldb int) {
	step := rowStep(m, n)
	for r := 0; r < m; r += step {
		softmaxRows(isa, min(step, m-r), n, ahead(a, r*lda), lda, ahead(b, r*ldb), ldb)
	}
}

// logSumExpSpan is LogSumExp on one core.
func logSumExpSpan[T Float](isa ISA, m, n int, a *T, lda int, s *T) {
	step := min(rowStep(m, n), rowGroup)
	var out [2 * rowGroup]T
	for r := 0; r < m; r += step {
		k := min(step, m-r)
		expSumRows(isa, k, n, ahead(a, r*lda), lda, &out)
		sums := vector(ahead(s, r), k)
		for i := range sums {
			sums[i] = out[2*i] + elem.Log(out[2*i+1])
		}
	}
}

var (
	rowTasks32 freeList[rowTask[float32]]
	rowTasks64 freeList[rowTask[float64]]
)

func rowTasks[T Float]() *freeList[rowTask[T]] {
	if is32[T]() {
		return (*freeList[rowTask[T]])(unsafe.Pointer(&rowTasks32))
	}
	return (*freeList[rowTask[T]])(unsafe.Pointer(&rowTasks64))
}

// serialRows reports whether m rows are work for one core only. What is short does not become a task: to copy that waits for all stores
// before, so that calls one after another could not overlap.
func serialRows[T Float](p *Pool, isa ISA, m, n int) bool {
	// An exponential costs about what four elements of a plain update cost.
	return p.Workers() == 1 || m == 1 || float64(m)*float64(n) < float64(parallelElements[T](isa)/4)
}

// rowwise performs a task with the workers of p.
func rowwise[T Float](p *Pool, task rowTask[T]) {
	m, w := task.m, p.Workers()
	list := rowTasks[T]()
	t := list.take()
	if t == nil {
		t = new(rowTask[T])
	}
	*t = task
	t.group = (m + 4*w - 1) / (4 * w)
	p.Run((m+t.group-1)/t.group, t)
	*t = rowTask[T]{}
	list.give(t)
}

// rowPiece is the number of elements of one assembly call of Softmax and LogSumExp.
const rowPiece = 2048

// softmaxRows is the softmax of m rows of n ≤ rowPiece elements, or of one longer row. It is not inlined, so that
// its prologue lets the runtime stop the goroutine between assembly calls.
//
//go:noinline
func softmaxRows[T Float](isa ISA, m, n int, a *T, lda int, b *T, ldb int) {
	if isa != Portable && n <= rowPiece {
		softmaxRowsSIMD(isa, m, n, a, lda, b, ldb)
		return
	}
	for r := range m {
		x, y := vector(ahead(a, r*lda), n), vector(ahead(b, r*ldb), n)
		rowScale(isa, 1/expSum(isa, x, y, rowMax(isa, x)), y)
	}
}

// rowGroup is the largest number of rows of one call of expSumRows.
const rowGroup = 32

// expSumRows writes to out the shift and Σ e^(x − shift) of m ≤ rowGroup rows: of n ≤ rowPiece elements, or one longer.
//
//go:noinline
func expSumRows[T Float](isa ISA, m, n int, a *T, lda int, out *[2 * rowGroup]T) {
	if isa != Portable && n <= rowPiece {
		expSumRowsSIMD(isa, m, n, a, lda, out)
		return
	}
	for r := range m {
		x := vector(ahead(a, r*lda), n)
		shift := rowMax(isa, x)
		if shift-shift != 0 {
			shift = 0
		}
		out[2*r], out[2*r+1] = shift, expSum(isa, x, nil, shift)
	}
}

// rowMax returns the largest element. If x holds NaN the result is any element: the sum of the exponentials
// is NaN then, whatever is subtracted. The sign of a zero does not matter either.
func rowMax[T Float](isa ISA, x []T) T {
	if isa == Portable {
		return rowMaxPortable(x)
	}
	top := x[0]
	for len(x) > 0 {
		n := min(len(x), Segment)
		if v := rowMaxSIMD(isa, x[:n]); v > top {
			top = v
		}
		x = x[n:]
	}
	return top
}

func rowMaxPortable[T Float](x []T) T {
	top := x[0]
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	return top
}

// expSum returns the sum of e^(x − shift) in lane order and, unless y is nil, writes the terms to y.
func expSum[T Float](isa ISA, x, y []T, shift T) T {
	var sum T
	for i := 0; i < len(x); i += Segment {
		var acc [Lanes32]T
		var s T
		end := min(i+Segment, len(x))
		for j := i; j < end; j += rowPiece {
			k := min(j+rowPiece, end)
			s = expSumPiece(isa, x[j:k], part(y, j, k), shift, &acc)
		}
		sum += s
	}
	return sum
}

// expSumPiece adds one piece of a segment to the lanes and returns their sum.
//
//go:noinline
func expSumPiece[T Float](isa ISA, x, y []T, shift T, acc *[Lanes32]T) T {
	if isa == Portable {
		return expSumPortable(x, y, shift, acc)
	}
	return expSumSIMD(isa, x, y, shift, acc)
}

func expSumPortable[T Float](x, y []T, shift T, acc *[Lanes32]T) T {
	mask := lanes[T]() - 1
	for i, v := range x {
		e := elem.Exp(v - shift)
		if y != nil {
			y[i] = e
		}
		acc[i&mask] += e
	}
	sums := *acc
	return fold(sums[:lanes[T]()])
}

// rowScale multiplies y by r.
func rowScale[T Float](isa ISA, r T, y []T) {
	for len(y) > 0 {
		n := min(len(y), vecPiece)
		scalePiece(isa, r, y[:n], y[:n])
		y = y[n:]
	}
}

// part is x[lo:hi], nil for an absent vector.
func part[T Float](x []T, lo, hi int) []T {
	if x == nil {
		return nil
	}
	return x[lo:hi]
}
