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
	n := len(x)
	if n != len(y) {
		panic(badLen)
	}
	if clash(x, y) {
		panic(overlap)
	}
	if alpha == 0 {
		return
	}
	raceRead(x)
	raceWrite(y)
	if isa := p.ISA(); uint(n)-1 < vecShort && isa != Portable {
		vecSIMD(isa, opAxpy, n, &alpha, unsafe.SliceData(x), unsafe.SliceData(y))
		return
	}
	vecRun(p, opAxpy, alpha, x, nil, y)
}

// Scal multiplies a vector in place: x_i = alpha·x_i, rounded once. No value of alpha is special: 0·NaN
// is NaN.
func Scal[T Float](p *Pool, alpha T, x []T) {
	n := len(x)
	raceWrite(x)
	if isa := p.ISA(); uint(n)-1 < vecShort && isa != Portable {
		vecSIMD(isa, opScale, n, &alpha, unsafe.SliceData(x), unsafe.SliceData(x))
		return
	}
	vecRun(p, opScale, alpha, x, nil, x)
}

// Hadamard writes the elementwise product z_i = x_i·y_i.
//
// The three vectors have the same length. z may be x or y exactly; any other overlap of z with an
// input panics.
func Hadamard[T Float](p *Pool, x, y, z []T) {
	n := len(x)
	if n != len(y) || n != len(z) {
		panic(badLen)
	}
	if !same(z, x) && clash(z, x) || !same(z, y) && clash(z, y) {
		panic(overlap)
	}
	raceRead(x)
	raceRead(y)
	raceWrite(z)
	if isa := p.ISA(); uint(n)-1 < vecShort && isa != Portable {
		vecSIMD(isa, opMul, n, unsafe.SliceData(x), unsafe.SliceData(y), unsafe.SliceData(z))
		return
	}
	vecRun(p, opMul, 0, x, y, z)
}

// vecShort is a length that is one piece of one worker and one way (farVectors) in every tier: not to look, and no call in between, is a fifth of Axpy of 64 elements.
// vecPiece is the number of elements of one assembly call, some microseconds where memory is slow; vecChunk is what a
// worker takes at a time, vecParallel the length from which workers are called.
const (
	vecShort    = 4096 - 1
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

// vecRun performs a vector update, on the workers of p if it is long.
func vecRun[T Float](p *Pool, op vecOp, alpha T, x, y, z []T) {
	u := vecTask[T]{p.ISA(), op, alpha, x, y, z}
	if len(x) < vecParallel || p.Workers() == 1 {
		u.span(0, len(x))
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

// axpyPiece is y_i = fma(alpha, x_i, y_i). The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func axpyPiece[T Float](isa ISA, alpha T, x, y []T) {
	if isa == Portable {
		axpyPortable(alpha, x, y)
		return
	}
	n, px, py := len(x), unsafe.SliceData(x), unsafe.SliceData(y)
	isa = farVectors(isa, n*int(unsafe.Sizeof(alpha)), addressBits(px, py))
	vecSIMD(isa, opAxpy, n, &alpha, px, py)
}

// scalePiece is z_i = alpha·x_i; z may be x. The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func scalePiece[T Float](isa ISA, alpha T, x, z []T) {
	if isa == Portable {
		scalePortable(alpha, x, z)
		return
	}
	n, px, pz := len(x), unsafe.SliceData(x), unsafe.SliceData(z)
	if px == pz { // one vector; from one to another 256 bits gain as much in the second level, but lose 4 % from memory
		isa = farVectors(isa, n*int(unsafe.Sizeof(alpha))/2, addressBits(px, px))
	}
	vecSIMD(isa, opScale, n, &alpha, px, pz)
}

// mulPiece is z_i = x_i·y_i; z may be x or y. The vectors have the same length, from 1 to vecPiece. It is not inlined, so that the runtime can stop a
// long loop between two pieces.
//
//go:noinline
func mulPiece[T Float](isa ISA, x, y, z []T) {
	if isa == Portable {
		mulPortable(x, y, z)
		return
	}
	n, px, py, pz := len(x), unsafe.SliceData(x), unsafe.SliceData(y), unsafe.SliceData(z)
	isa = farVectors(isa, n*int(unsafe.Sizeof(*px)), addressBits(px, py)|addressBits(pz, pz))
	vecSIMD(isa, opMul, n, px, py, pz)
}

// addressBits are the bits that are set in either address.
func addressBits[T Float](x, y *T) uintptr {
	return uintptr(unsafe.Pointer(x)) | uintptr(unsafe.Pointer(y))
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
