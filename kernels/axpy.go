package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Axpy adds a multiple of a vector: y_i = fma(alpha, x_i, y_i).
//
// x and y have the same length; y is read and written and must not overlap x. If alpha is 0, nothing
// is read or written.
func Axpy[T Float](p *Pool, alpha T, x, y []T) {
	if len(x) != len(y) {
		panic(badLen)
	}
	if overlaps(x, len(x), y, len(y)) {
		panic(overlap)
	}
	if alpha == 0 {
		return
	}
	raceRead(x)
	raceWrite(y)
	if n := len(x); n <= vecPiece {
		if n > 0 {
			axpyPiece(p.ISA(), alpha, x, y)
		}
		return
	}
	vecRun(p, vecTask[T]{op: opAxpy, alpha: alpha, x: x, z: y})
}

// Scal multiplies a vector in place: x_i = alpha·x_i, rounded once. No value of alpha is special: 0·NaN
// is NaN.
func Scal[T Float](p *Pool, alpha T, x []T) {
	raceWrite(x)
	if n := len(x); n <= vecPiece {
		if n > 0 {
			scalePiece(p.ISA(), alpha, x, x)
		}
		return
	}
	vecRun(p, vecTask[T]{op: opScale, alpha: alpha, x: x, z: x})
}

// Hadamard writes the elementwise product z_i = x_i·y_i.
//
// The three vectors have the same length. z may be x or y exactly; any other overlap of z with an
// input panics.
func Hadamard[T Float](p *Pool, x, y, z []T) {
	if len(x) != len(y) || len(x) != len(z) {
		panic(badLen)
	}
	if !same(z, x) && clash(z, x) || !same(z, y) && clash(z, y) {
		panic(overlap)
	}
	raceRead(x)
	raceRead(y)
	raceWrite(z)
	if n := len(x); n <= vecPiece {
		if n > 0 {
			mulPiece(p.ISA(), x, y, z)
		}
		return
	}
	vecRun(p, vecTask[T]{op: opMul, x: x, y: y, z: z})
}

// vecPiece is the number of elements of one assembly call, some microseconds where memory is slow; vecChunk is what a
// worker takes at a time, vecParallel the length from which workers are called.
const (
	vecPiece    = 16384
	vecChunk    = 4 * vecPiece
	vecParallel = 4 * vecChunk
)

type vecOp uint8

const (
	opAxpy vecOp = iota
	opScale
	opMul
)

// vecTask is a vector update cut into chunks.
type vecTask[T Float] struct {
	isa     ISA
	op      vecOp
	alpha   T
	x, y, z []T // y only of opMul
}

// Do updates chunk i.
func (t *vecTask[T]) Do(i int) { t.span(i*vecChunk, min((i+1)*vecChunk, len(t.x))) }

// span updates elements lo … hi−1, piece by piece.
func (t *vecTask[T]) span(lo, hi int) {
	for ; lo < hi; lo += vecPiece {
		e := min(lo+vecPiece, hi)
		switch t.op {
		case opAxpy:
			axpyPiece(t.isa, t.alpha, t.x[lo:e], t.z[lo:e])
		case opScale:
			scalePiece(t.isa, t.alpha, t.x[lo:e], t.z[lo:e])
		case opMul:
			mulPiece(t.isa, t.x[lo:e], t.y[lo:e], t.z[lo:e])
		}
	}
}

var (
	vecTasks32 freeList[vecTask[float32]]
	vecTasks64 freeList[vecTask[float64]]
)

func vecTasks[T Float]() *freeList[vecTask[T]] {
	if is32[T]() {
		return (*freeList[vecTask[T]])(unsafe.Pointer(&vecTasks32))
	}
	return (*freeList[vecTask[T]])(unsafe.Pointer(&vecTasks64))
}

// vecRun performs a vector update of more than a piece, on the workers of p if it is long.
func vecRun[T Float](p *Pool, u vecTask[T]) {
	u.isa = p.ISA()
	if len(u.x) < vecParallel || p.Workers() == 1 {
		u.span(0, len(u.x))
		return
	}
	list := vecTasks[T]()
	t := list.take()
	if t == nil {
		t = new(vecTask[T])
	}
	*t = u
	p.Run((len(t.x)+vecChunk-1)/vecChunk, t)
	*t = vecTask[T]{}
	list.give(t)
}

func axpyPortable[T Float](alpha T, x, y []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = elem.FMA(alpha, v, y[i])
	}
}

func scalePortable[T Float](alpha T, x, z []T) {
	z = z[:len(x)]
	for i, v := range x {
		z[i] = alpha * v
	}
}

func mulPortable[T Float](x, y, z []T) {
	y, z = y[:len(x)], z[:len(x)]
	for i, v := range x {
		z[i] = v * y[i]
	}
}
