package kernels

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Dot returns Σ x_i·y_i.
//
// x and y have the same length and are only read; they may overlap. The numeric order is the
// lane order of order.go: acc = fma(x, y, acc). It panics if the lengths differ. An empty
// sum is +0.
func Dot[T Float](p *Pool, x, y []T) T {
	return reduceOn(p, opDot, x, y)
}

// Sum returns Σ x_i in lane order: acc = acc + x. An empty sum is +0.
func Sum[T Float](p *Pool, x []T) T { return reduceOn(p, opSum, x, x) }

// SumSquares returns Σ x_i² in lane order: acc = fma(x, x, acc). It equals Dot(p, x, x) bit for
// bit and reads x once. It overflows and underflows as the squares do; Nrm2 does not.
func SumSquares[T Float](p *Pool, x []T) T { return reduceOn(p, opSquares, x, x) }

// Nrm2 returns the Euclidean norm √Σ x_i², without overflow or underflow of the squares.
//
// If max|x| lies in [2⁻⁵⁰, 2⁵⁰] (float32) or [2⁻⁴⁰⁰, 2⁴⁰⁰] (float64), it is √SumSquares. Outside, x is
// multiplied by s = 2⁻ᵉ, where e is the binary exponent of max|x| (max|x| = f·2ᵉ, ½ ≤ f < 1) cut to
// the range in which s and 1/s are normal numbers, and the root of the sum of squares in lane order is
// multiplied by 1/s. The norm of a zero or empty vector is +0; an infinite element gives +Inf; a
// NaN gives NaN.
func Nrm2[T Float](p *Pool, x []T) T {
	if len(x) == 0 {
		return 0
	}
	most, upper, lower := 1022, float64(1<<nrm2Exp64), 1./(1<<nrm2Exp64)
	if is32[T]() {
		most, upper, lower = 126, 1<<nrm2Exp32, 1./(1<<nrm2Exp32)
	}
	hi, lo := T(upper), T(lower)
	// Most vectors need one pass: a sum of squares well inside the range proves where the largest
	// element lies, since max² ≤ Σ ≤ n·max² up to a relative rounding error below one half.
	ss := SumSquares(p, x)
	if ss <= T(hi*hi)/2 && ss >= T(T(lo*lo)*T(len(x)))*2 {
		return elem.Sqrt(ss)
	}
	m := MaxAbs(p, x)
	switch {
	case m != m || m > T(maxFinite[T]()):
		return m
	case m == 0 || m >= lo && m <= hi:
		return elem.Sqrt(ss)
	}
	_, e := math.Frexp(float64(m))
	e = min(max(e, -most), most)
	s := T(math.Ldexp(1, -e))
	var total T
	for i := 0; i < len(x); i += Segment {
		t := nrm2Scaled(x[i:min(i+Segment, len(x))], s)
		if i == 0 {
			total = t
		} else {
			total += t
		}
	}
	return elem.Sqrt(total) * T(math.Ldexp(1, e))
}

func maxFinite[T Float]() float64 {
	if is32[T]() {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// nrm2Scaled is the sum of (s·x)² over one segment. It is the rare path of Nrm2, taken for
// vectors near the ends of the exponent range only, so it has no assembly.
func nrm2Scaled[T Float](x []T, s T) T {
	var acc [Lanes32]T
	n := lanes[T]()
	for i, v := range x {
		v = T(v * s)
		l := i & (n - 1)
		acc[l] = elem.FMA(v, v, acc[l])
	}
	return fold(acc[:n])
}

// MaxAbs returns max|x_i|; NaN if any element is NaN; +0 for an empty vector. The maximum does not
// depend on any order.
func MaxAbs[T Float](p *Pool, x []T) T { return reduceOn(p, opMaxAbs, x, x) }

// Finite reports whether no element of x is NaN or infinite. It stops early when one is.
func Finite[T Float](p *Pool, x []T) bool {
	for len(x) > 0 {
		n := min(len(x), 4*Segment)
		if !(MaxAbs(p, x[:n]) <= T(maxFinite[T]())) {
			return false
		}
		x = x[n:]
	}
	return true
}

// reduceOp names a reduction that is cut into segments.
type reduceOp uint8

const (
	opDot reduceOp = iota
	opSum
	opSquares
	opMaxAbs
)

// reduce applies op to x and y, which have more than a segment, segment by segment.
func reduce[T Float](isa ISA, op reduceOp, x, y []T) T {
	var total T
	var sums [reduceGroup]T
	far := reduceFar(op, x)
	for i := 0; i < len(x); i += reduceGroup * Segment {
		j := min(i+reduceGroup*Segment, len(x))
		for k, s := range sums[:reduceSegments(isa, op, far, x[i:j], y[i:j], &sums)] {
			total = merge(op, i == 0 && k == 0, total, s)
		}
	}
	return total
}

// reduceFar reports whether vectors like x are so long that they come from beyond the second-level cache. Kernels for those look ahead.
func reduceFar[T Float](op reduceOp, x []T) bool {
	var z T
	bytes := len(x) * int(unsafe.Sizeof(z))
	if op == opDot {
		bytes *= 2
	}
	return bytes > reduceNear
}

// reduceSegment reduces one segment, 1 ≤ len(x) ≤ Segment, that stands alone.
func reduceSegment[T Float](isa ISA, op reduceOp, x, y []T) T {
	return reducePiece(isa, op, false, x, y)
}

// reducePiece reduces one segment, 1 ≤ len(x) ≤ Segment, or for opMaxAbs up to reduceGroup segments; far says that it comes from beyond the second-level cache. It is not inlined, so that the runtime can stop a long
// reduction between two segments.
//
//go:noinline
func reducePiece[T Float](isa ISA, op reduceOp, far bool, x, y []T) T {
	if isa == Portable {
		return reducePortable(op, x, y)
	}
	n := len(x)
	return resultOf[T](reduceCall(n, unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), reduceAhead(isa, far, n), reduceKind[T](isa, op)))
}

// reduceKind is the kind of a reduceCall, which is one segment in assembly (of opMaxAbs up to reduceGroup), of 1 element or more, in a tier that is not Portable; ahead is how many bytes ahead it looks.
func reduceKind[T Float](isa ISA, op reduceOp) uintptr {
	return uintptr(op)<<4 + uintptr(isa) + unsafe.Sizeof(*new(T))
}

// resultOf is that of the two results of a reduceCall which its kind has. (is32, a generic function in another, would be inlined with two loads.)
func resultOf[T Float](single float32, double float64) (v T) {
	if unsafe.Sizeof(v) == 4 {
		return T(single)
	}
	return T(double)
}

// reduceSegments reduces up to reduceGroup segments, the last of which may be shorter, and returns the number of values: of maxima, which have no order, one.
func reduceSegments[T Float](isa ISA, op reduceOp, far bool, x, y []T, sums *[reduceGroup]T) int {
	n := 0
	for len(x) > 0 {
		var part [reduceGroup]T
		if done := reduceMany(isa, op, far, x, y, &part); done > 0 {
			n += copy(sums[n:], part[:done])
			x, y = x[done*Segment:], y[done*Segment:]
			continue
		}
		w := len(x)
		if op != opMaxAbs {
			w = min(w, Segment)
		}
		sums[n] = reducePiece(isa, op, far, x[:w], y[:w])
		n++
		x, y = x[w:], y[w:]
	}
	return n
}

// reduceGroup is the number of segments that go together, and that a worker takes at a time; reduceParallel the number from which workers
// are called: some ten microseconds of work in the second-level cache.
const (
	reduceGroup    = 4
	reduceParallel = 16
	// reduceNear is the number of bytes that a second-level cache holds, about.
	reduceNear = 1 << 20
)

// reduceTask is a long reduction cut into groups of segments.
type reduceTask[T Float] struct {
	isa  ISA
	op   reduceOp
	x, y []T
	sums []T // of the segments
}

// Do reduces group i.
func (t *reduceTask[T]) Do(i int) {
	lo, hi := i*reduceGroup*Segment, min((i+1)*reduceGroup*Segment, len(t.x))
	var sums [reduceGroup]T
	reduceSegments(t.isa, t.op, reduceFar(t.op, t.x), t.x[lo:hi], t.y[lo:hi], &sums)
	copy(t.sums[i*reduceGroup:], sums[:]) // +0 where a maximum stands for several segments
}

var (
	reduceTasks32 freeList[reduceTask[float32]]
	reduceTasks64 freeList[reduceTask[float64]]
)

func reduceTasks[T Float]() *freeList[reduceTask[T]] {
	if is32[T]() {
		return (*freeList[reduceTask[T]])(unsafe.Pointer(&reduceTasks32))
	}
	return (*freeList[reduceTask[T]])(unsafe.Pointer(&reduceTasks64))
}

// reduceOn applies op to x and y, which must have the same length. Less than a segment comes first, without a call in between: of a Dot of some ten elements each is a part that counts, and one of
// the first level waits for every load from the stack.
func reduceOn[T Float](p *Pool, op reduceOp, x, y []T) T {
	n := len(x)
	if n != len(y) {
		panic(badLen)
	}
	raceRead(x)
	raceRead(y)
	if isa := p.ISA(); uint(n)-1 < Segment-1 && isa != Portable {
		return resultOf[T](reduceCall(n, unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), 0, reduceKind[T](isa, op)))
	}
	return reduceLong(p, op, x, y)
}

// reduceLong applies op to x and y of any length, on the workers of p where there is enough to do.
func reduceLong[T Float](p *Pool, op reduceOp, x, y []T) T {
	if len(x) <= Segment {
		if len(x) == 0 {
			return 0
		}
		return reduceSegment(p.ISA(), op, x, y)
	}
	if p.Workers() == 1 || len(x) < reduceParallel*Segment {
		return reduce(p.ISA(), op, x, y)
	}
	list := reduceTasks[T]()
	t := list.take()
	if t == nil {
		t = new(reduceTask[T])
	}
	segments := (len(x) + Segment - 1) / Segment
	t.isa, t.op, t.x, t.y, t.sums = p.ISA(), op, x, y, grow(t.sums, segments)
	p.Run((segments+reduceGroup-1)/reduceGroup, t)
	var total T
	for k, s := range t.sums {
		total = merge(op, k == 0, total, s)
	}
	t.x, t.y = nil, nil
	list.give(t)
	return total
}

// merge adds the value of the next segment to the total.
func merge[T Float](op reduceOp, first bool, total, s T) T {
	if first {
		return s
	}
	if op == opMaxAbs {
		return maxAbs(total, s)
	}
	return total + s
}

// reducePortable reduces one segment in Go.
func reducePortable[T Float](op reduceOp, x, y []T) T {
	if op == opMaxAbs {
		return maxAbsPortable(x)
	}
	var acc [Lanes32]T
	n := lanes[T]()
	for i, v := range x {
		l := i & (n - 1)
		if op == opSum {
			acc[l] += v
		} else {
			acc[l] = elem.FMA(v, y[i], acc[l])
		}
	}
	return fold(acc[:n])
}

// fold combines lanes by halves: i += i+n/2, i += i+n/4, … 0 += 1. len(acc) is a power of two.
func fold[T Float](acc []T) T {
	for h := len(acc) / 2; h > 0; h /= 2 {
		for i := 0; i < h; i++ {
			acc[i] += acc[i+h]
		}
	}
	return acc[0]
}

func maxAbsPortable[T Float](x []T) T {
	var m T
	for _, v := range x {
		m = maxAbs(m, v)
	}
	return m
}

// maxAbs returns max(a, |b|), a NaN if either is one; a is not negative.
func maxAbs[T Float](a, b T) T {
	if unsafe.Sizeof(b) == 4 {
		b = T(math.Float32frombits(math.Float32bits(float32(b)) &^ (1 << 31)))
	} else {
		b = T(math.Abs(float64(b)))
	}
	if b > a || b != b {
		return b
	}
	return a
}
