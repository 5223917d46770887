package kernels

import "unsafe"

// Operations on matrices whose rows do not depend on each other share one way to run: ranges of rows, which moves no
// rounding, and within a row pieces of at most vecPiece elements, one assembly call each.
const (
	// matParallel is the number of elements from which workers are called.
	matParallel = 1 << 18
	// matUnit is the unit in which rows are cut for workers: the height of a transposed tile.
	matUnit = 16
	// shortRow is the largest row of which many go in one assembly call, where the tier has kernels for them.
	shortRow = 256
)

type matOp uint8

const (
	opGer matOp = iota
	opSyr2
	opRowScale
	opColScale
	opRowSum
	opCopy
	opTranspose
	opKron
	opExpand
)

// matTask is one call; each operation uses the fields that its function names.
type matTask[T Float] struct {
	op      matOp
	isa     ISA
	uplo    Uplo
	m, n    int // rows that are cut, elements in each
	alpha   T
	x, y    []T
	a, b, c []T
	lda     int
	ldb     int
	ldc     int
	mb, nb  int
	step    int
}

// Do performs range i of rows.
func (t *matTask[T]) Do(i int) { t.rows(i*t.step, min((i+1)*t.step, t.m)) }

func (t *matTask[T]) rows(lo, hi int) {
	switch t.op {
	case opGer:
		gerRows(t, lo, hi)
	case opSyr2:
		syr2Rows(t, lo, hi)
	case opRowScale:
		rowScaleRows(t, lo, hi)
	case opColScale:
		colScaleRows(t, lo, hi)
	case opRowSum:
		rowSumRows(t, lo, hi)
	case opCopy:
		copyRows(t, lo, hi)
	case opTranspose:
		transposeRows(t, lo, hi)
	case opKron:
		kronRows(t, lo, hi)
	case opExpand:
		expandRows(t, lo, hi)
	}
}

var (
	matTasks32 freeList[matTask[float32]]
	matTasks64 freeList[matTask[float64]]
)

func matTasks[T Float]() *freeList[matTask[T]] {
	if is32[T]() {
		return (*freeList[matTask[T]])(unsafe.Pointer(&matTasks32))
	}
	return (*freeList[matTask[T]])(unsafe.Pointer(&matTasks64))
}

// matRun performs u, on the workers of p if it is large.
func matRun[T Float](p *Pool, u *matTask[T]) {
	u.isa = p.ISA()
	w := p.Workers()
	if w == 1 || u.m <= matUnit || u.m*u.n < matParallel {
		u.rows(0, u.m)
		return
	}
	list := matTasks[T]()
	t := list.take()
	if t == nil {
		t = new(matTask[T])
	}
	*t = *u
	// About eight ranges for each worker: rows of a triangle differ in length.
	t.step = max((u.m/(8*w)+matUnit-1)/matUnit*matUnit, matUnit)
	p.Run((u.m+t.step-1)/t.step, t)
	*t = matTask[T]{}
	list.give(t)
}

// shortRows is the number of short rows that one call takes, 0 without a kernel.
func shortRows[T Float](isa ISA, n int) int {
	if n > shortRow || !hasShortRows(isa) {
		return 0
	}
	return vecPiece / rowElements[T](n)
}

// shortAtOnce reports whether one call takes m short rows: a task for them and the division that cuts them would cost as much as some hundred elements.
func shortAtOnce[T Float](isa ISA, m, n int) bool {
	return n <= shortRow && hasShortRows(isa) && m*rowElements[T](n) <= vecPiece
}

// axpyRow is y = fma(alpha, x, y) for a row of any length, scaleRow z = alpha·x, mulRow z = x∘y.
func axpyRow[T Float](isa ISA, alpha T, x, y []T) {
	for len(x) > vecPiece {
		axpyPiece(isa, alpha, x[:vecPiece], y[:vecPiece])
		x, y = x[vecPiece:], y[vecPiece:]
	}
	if len(x) > 0 {
		axpyPiece(isa, alpha, x, y)
	}
}

func scaleRow[T Float](isa ISA, alpha T, x, z []T) {
	for len(x) > vecPiece {
		scalePiece(isa, alpha, x[:vecPiece], z[:vecPiece])
		x, z = x[vecPiece:], z[vecPiece:]
	}
	scalePiece(isa, alpha, x, z)
}

func mulRow[T Float](isa ISA, x, y, z []T) {
	for len(x) > vecPiece {
		mulPiece(isa, x[:vecPiece], y[:vecPiece], z[:vecPiece])
		x, y, z = x[vecPiece:], y[vecPiece:], z[vecPiece:]
	}
	mulPiece(isa, x, y, z)
}
