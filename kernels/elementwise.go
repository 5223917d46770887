package kernels

import "unsafe"

// The elementwise kernels share one way to run: the vectors are cut into contiguous chunks
// for the workers, which moves no rounding, and every chunk into pieces so short that
// one assembly call stays far below 50 µs even where memory is slow.
const (
	// elementPiece is the largest number of elements of one assembly call, see pieceElements.
	elementPiece = 4096
	// elementShort is a length up to which a call is one piece of one worker in every tier. Not to look saves 2 ns.
	elementShort = elementPiece / 4
	// elementChunk is the unit in which vectors are cut for workers.
	elementChunk = 4 * elementPiece
)

// pieceElements is the number of elements of one assembly call: a multiple of all lane counts. The root and the
// division of the slowest cores set it; a test has the numbers.
func pieceElements[T Float](isa ISA) int {
	n := elementPiece
	if !is32[T]() {
		n /= 2
	}
	if isa == NEON {
		n /= 2
	}
	return n
}

type elementOp uint8

const (
	opAdam elementOp = iota
	opRMS            // Adam without a first moment
	opAdamDirection
	opRMSDirection
	opSecondMoment
	opPrecondition
	opDivide
	opDivideRoot
	opAxpby
	opExp
)

// elementTask is one call cut into chunks.
type elementTask[T Float] struct {
	op         elementOp
	isa        ISA
	n, chunk   int
	coef       AdamCoef[T] // every operation finds its scalars here
	a, b, c, d *T          // nil: absent
}

// Do performs chunk i.
func (t *elementTask[T]) Do(i int) {
	lo := i * t.chunk
	elementSpan(t.op, t.isa, &t.coef, min(t.chunk, t.n-lo), ahead(t.a, lo), ahead(t.b, lo), ahead(t.c, lo), ahead(t.d, lo))
}

// ahead is the address of x[i], nil for an absent vector.
func ahead[T Float](x *T, i int) *T {
	if x == nil {
		return nil
	}
	return (*T)(unsafe.Add(unsafe.Pointer(x), uintptr(i)*unsafe.Sizeof(*x)))
}

var (
	elementTasks32 freeList[elementTask[float32]]
	elementTasks64 freeList[elementTask[float64]]
)

func elementTasks[T Float]() *freeList[elementTask[T]] {
	if is32[T]() {
		return (*freeList[elementTask[T]])(unsafe.Pointer(&elementTasks32))
	}
	return (*freeList[elementTask[T]])(unsafe.Pointer(&elementTasks64))
}

// parallelElements is the length below which the hand-off to another worker costs more than
// it saves: a few tens of microseconds of work.
func parallelElements[T Float](isa ISA) int {
	n := 1 << 17
	if isa == Portable {
		n = 1 << 13
	}
	if !is32[T]() {
		n /= 2
	}
	return n
}

// elementwise performs op, other than Exp, on vectors of n > 0 elements. They are passed by address, absent ones nil: slices would
// cost more than the work on short vectors.
func elementwise[T Float](p *Pool, op elementOp, coef *AdamCoef[T], n int, a, b, c, d *T) {
	raceElementwise(op, n, a, b, c, d)
	if isa := p.ISA(); n <= elementShort && isa != Portable {
		elementSIMD(op, isa, coef, n, a, b, c, d)
		return
	}
	elementLong(p, op, coef, n, a, b, c, d)
}

// elementLong performs op, of Exp too, on the workers of p if the vectors are long.
func elementLong[T Float](p *Pool, op elementOp, coef *AdamCoef[T], n int, a, b, c, d *T) {
	isa := p.ISA()
	w := p.Workers()
	if w == 1 || n < parallelElements[T](isa) {
		elementSpan(op, isa, coef, n, a, b, c, d)
		return
	}
	list := elementTasks[T]()
	t := list.take()
	if t == nil {
		t = new(elementTask[T])
	}
	// About four chunks for each worker: slow cores take fewer.
	chunk := max(1, (n/(4*w)+elementChunk-1)/elementChunk) * elementChunk
	*t = elementTask[T]{op, isa, n, chunk, *coef, a, b, c, d}
	p.Run((n+chunk-1)/chunk, t)
	*t = elementTask[T]{}
	list.give(t)
}

// elementSpan performs op on one core, piece by piece.
func elementSpan[T Float](op elementOp, isa ISA, coef *AdamCoef[T], n int, a, b, c, d *T) {
	piece := pieceElements[T](isa)
	for ; n > piece; n -= piece {
		elementCall(op, isa, coef, piece, a, b, c, d)
		a, b, c, d = ahead(a, piece), ahead(b, piece), ahead(c, piece), ahead(d, piece)
	}
	elementCall(op, isa, coef, n, a, b, c, d)
}

// elementCall is one piece. It is not inlined, so that its prologue lets the
// runtime stop the goroutine between assembly calls.
//
//go:noinline
func elementCall[T Float](op elementOp, isa ISA, coef *AdamCoef[T], n int, a, b, c, d *T) {
	if isa == Portable {
		elementPortable(op, coef, n, a, b, c, d)
		return
	}
	if op == opExp {
		expSIMD(isa, n, a, b)
		return
	}
	elementSIMD(op, isa, coef, n, a, b, c, d)
}

func elementPortable[T Float](op elementOp, coef *AdamCoef[T], n int, pa, pb, pc, pd *T) {
	a, b, c, d := vector(pa, n), vector(pb, n), vector(pc, n), vector(pd, n)
	switch op {
	case opAdam, opRMS:
		adamPortable(coef, a, b, c, d)
	case opAdamDirection, opRMSDirection:
		adamDirectionPortable(coef, a, b, c, d)
	case opSecondMoment:
		secondMomentPortable(coef, a, b)
	case opPrecondition:
		preconditionPortable(coef, a, b, c)
	case opDivide, opDivideRoot:
		dividePortable(coef, op == opDivideRoot, a, b, c)
	case opAxpby:
		axpbyPortable(coef, a, b, c)
	case opExp:
		expPortable(a, b)
	}
}

// vector is the n elements at x, nil for an absent vector.
func vector[T Float](x *T, n int) []T {
	if x == nil {
		return nil
	}
	return unsafe.Slice(x, n)
}

// same reports whether two vectors of equal length are the same memory.
func same[T Float](x, y []T) bool { return unsafe.SliceData(x) == unsafe.SliceData(y) }

// clash reports whether vectors of equal length overlap: whether their addresses, taken either way round, differ by less than that.
func clash[T Float](x, y []T) bool {
	d := uintptr(unsafe.Pointer(unsafe.SliceData(x))) - uintptr(unsafe.Pointer(unsafe.SliceData(y)))
	bytes := uintptr(len(x)) * unsafe.Sizeof(*new(T))
	return d < bytes || -d < bytes
}
