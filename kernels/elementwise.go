package kernels

import "unsafe"

// The elementwise kernels share one way to run: the vectors are cut into contiguous chunks
// for the workers, which moves no rounding, and every chunk into pieces so short that
// one assembly call stays far below 50 µs even where memory is slow.
const (
	// elementPiece is the largest number of elements of one assembly call, see pieceElements.
	elementPiece = 4096
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
	opAxpby
	opExp
)

// elementTask is one call cut into chunks.
type elementTask[T Float] struct {
	op         elementOp
	isa        ISA
	chunk      int
	coef       AdamCoef[T] // every operation finds its scalars here
	a, b, c, d []T         // a is never nil
}

// Do performs chunk i.
func (t *elementTask[T]) Do(i int) {
	lo := i * t.chunk
	hi := min(lo+t.chunk, len(t.a))
	elementSpan(t.op, t.isa, &t.coef, t.a[lo:hi], part(t.b, lo, hi), part(t.c, lo, hi), part(t.d, lo, hi))
}

// part is x[lo:hi], nil for an absent vector.
func part[T Float](x []T, lo, hi int) []T {
	if x == nil {
		return nil
	}
	return x[lo:hi]
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

// elementwise performs op on equally long vectors, absent ones nil.
func elementwise[T Float](p *Pool, op elementOp, coef *AdamCoef[T], a, b, c, d []T) {
	isa, n, w := p.ISA(), len(a), p.Workers()
	if w == 1 || n < parallelElements[T](isa) {
		elementSpan(op, isa, coef, a, b, c, d)
		return
	}
	list := elementTasks[T]()
	t := list.take()
	if t == nil {
		t = new(elementTask[T])
	}
	// About four chunks for each worker: slow cores take fewer.
	chunk := (n/(4*w) + elementChunk - 1) / elementChunk * elementChunk
	*t = elementTask[T]{op, isa, max(chunk, elementChunk), *coef, a, b, c, d}
	p.Run((n+t.chunk-1)/t.chunk, t)
	*t = elementTask[T]{}
	list.give(t)
}

// elementSpan performs op on one core, piece by piece.
func elementSpan[T Float](op elementOp, isa ISA, coef *AdamCoef[T], a, b, c, d []T) {
	piece := pieceElements[T](isa)
	for n := len(a); n > piece; n = len(a) {
		elementCall(op, isa, coef, a[:piece], part(b, 0, piece), part(c, 0, piece), part(d, 0, piece))
		a, b, c, d = a[piece:], part(b, piece, n), part(c, piece, n), part(d, piece, n)
	}
	elementCall(op, isa, coef, a, b, c, d)
}

// elementCall is one piece. It is not inlined, so that its prologue lets the
// runtime stop the goroutine between assembly calls.
//
//go:noinline
func elementCall[T Float](op elementOp, isa ISA, coef *AdamCoef[T], a, b, c, d []T) {
	if isa == Portable {
		elementPortable(op, coef, a, b, c, d)
		return
	}
	elementSIMD(op, isa, coef, a, b, c, d)
}

func elementPortable[T Float](op elementOp, coef *AdamCoef[T], a, b, c, d []T) {
	switch op {
	case opAdam, opRMS:
		adamPortable(coef, a, b, c, d)
	case opAdamDirection, opRMSDirection:
		adamDirectionPortable(coef, a, b, c, d)
	case opSecondMoment:
		secondMomentPortable(coef, a, b)
	case opPrecondition:
		preconditionPortable(coef, a, b, c)
	case opAxpby:
		axpbyPortable(coef, a, b, c)
	case opExp:
		expPortable(a, b)
	}
}

// same reports whether two vectors of equal length are the same memory.
func same[T Float](x, y []T) bool { return unsafe.SliceData(x) == unsafe.SliceData(y) }

// clash reports whether vectors of equal length overlap.
func clash[T Float](x, y []T) bool { return overlaps(x, len(x), y, len(y)) }
