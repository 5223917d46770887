package kernels

import (
	"sync/atomic"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Rotate applies k sequences of plane rotations to adjacent rows of the m×n matrix a.
//
// Sequence j = 0 … k−1 consists of the rotations i = 0 … m−2 in ascending order; rotation i
// acts on rows i and i+1. With γ = c[j*ldr+i], σ = s[j*ldr+i], x an element of row i and y the
// element below it,
//
//	x ← fma(γ, x, σ·y)        y ← fma(γ, y, −(σ·x)),
//
// both from the old x and y. Each sequence is applied to the result of the one before. With
// the eigenvectors of a tridiagonal matrix as rows, one sequence is one sweep of the implicit
// QR algorithm (γ and σ are cosine and sine, but nothing is assumed about them). A rotation
// with γ = 1 and σ = 0 keeps finite elements up to the sign of a zero.
//
// c and s are k×(m−1) with leading dimension ldr ≥ max(1, m−1); they are only read and must not
// overlap a. Columns of a are independent, so workers share them. Four sequences travel down
// a panel of columns as one wave that keeps five rows in registers, after Van Zee, van de Geijn
// and Quintana-Ortí (TOMS 40, 2014) and Steel and Langou (arXiv 2412.01852); the order in which
// one element is touched is the one above, so the bits do not depend on it.
func Rotate[T Float](p *Pool, m, n, k int, c, s []T, ldr int, a []T, lda int) {
	switch {
	case m < 0 || n < 0 || k < 0:
		panic(negDim)
	case ldr < max(1, m-1):
		panic(badLdR)
	case lda < max(1, n):
		panic(badLdA)
	}
	if m < 2 || n == 0 || k == 0 {
		return
	}
	switch {
	case short(len(c), k, m-1, ldr):
		panic(shortC)
	case short(len(s), k, m-1, ldr):
		panic(shortS)
	case short(len(a), m, n, lda):
		panic(shortA)
	}
	na, nr := span(m, n, lda), span(k, m-1, ldr)
	if overlaps(a, na, c, nr) || overlaps(a, na, s, nr) {
		panic(overlap)
	}
	raceReadMat(k, m-1, c, ldr)
	raceReadMat(k, m-1, s, ldr)
	raceWriteMat(m, n, a, lda)
	isa := p.ISA()
	tasks := (n + rotateCols - 1) / rotateCols
	if tasks == 1 || p.Workers() == 1 || m*k < rotateParallel/n {
		rotateBlock(isa, m, n, k, unsafe.SliceData(c), unsafe.SliceData(s), ldr, unsafe.SliceData(a), lda)
		return
	}
	t := takeRotateTask[T]()
	*t = rotateTask[T]{isa, m, n, k, unsafe.SliceData(c), unsafe.SliceData(s), ldr, unsafe.SliceData(a), lda}
	p.Run(tasks, t)
	*t = rotateTask[T]{}
	putRotateTask(t)
}

const (
	// rotateCols is the number of columns of one task: a whole number of panels in every tier.
	rotateCols = 64
	// rotateParallel is the least m·n·k worth sharing, some 100 µs of work.
	rotateParallel = 1 << 20
)

type rotateTask[T Float] struct {
	isa     ISA
	m, n, k int
	c, s    *T
	ldr     int
	a       *T
	lda     int
}

// Do rotates one block of columns.
func (t *rotateTask[T]) Do(i int) {
	j := i * rotateCols
	rotateBlock(t.isa, t.m, min(rotateCols, t.n-j), t.k, t.c, t.s, t.ldr, rotateAt(t.a, j), t.lda)
}

// rotateAt returns the address of element i of the array that starts at x.
func rotateAt[T Float](x *T, i int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(x), i*int(unsafe.Sizeof(*x))))
}

// rotateTasks keeps tasks for reuse, so that a parallel call does not allocate.
var rotateTasks32 [8]atomic.Pointer[rotateTask[float32]]
var rotateTasks64 [8]atomic.Pointer[rotateTask[float64]]

func rotateSlots[T Float]() *[8]atomic.Pointer[rotateTask[T]] {
	if is32[T]() {
		return (*[8]atomic.Pointer[rotateTask[T]])(unsafe.Pointer(&rotateTasks32))
	}
	return (*[8]atomic.Pointer[rotateTask[T]])(unsafe.Pointer(&rotateTasks64))
}

func takeRotateTask[T Float]() *rotateTask[T] {
	for s, i := rotateSlots[T](), 0; i < len(s); i++ {
		if t := s[i].Swap(nil); t != nil {
			return t
		}
	}
	return new(rotateTask[T])
}

func putRotateTask[T Float](t *rotateTask[T]) {
	for s, i := rotateSlots[T](), 0; i < len(s); i++ {
		if s[i].CompareAndSwap(nil, t) {
			return
		}
	}
}

func rotateBlock[T Float](isa ISA, m, n, k int, c, s *T, ldr int, a *T, lda int) {
	if isa != Portable {
		rotateWaves(isa, m, n, k, c, s, ldr, a, lda)
		return
	}
	rotatePortable(m, n, k, unsafe.Slice(c, span(k, m-1, ldr)), unsafe.Slice(s, span(k, m-1, ldr)), ldr,
		unsafe.Slice(a, span(m, n, lda)), lda)
}

// rotatePortable is the twin of the assembly. It works on panels of columns that stay in the
// first-level cache for usual m.
func rotatePortable[T Float](m, n, k int, c, s []T, ldr int, a []T, lda int) {
	const panel = 16
	for j := 0; j < n; j += panel {
		w := min(panel, n-j)
		for q := 0; q < k; q++ {
			for i := 0; i < m-1; i++ {
				cs, sn := c[q*ldr+i], s[q*ldr+i]
				x := a[i*lda+j : i*lda+j+w]
				y := a[(i+1)*lda+j : (i+1)*lda+j+w]
				for l, xl := range x {
					yl := y[l]
					x[l] = elem.FMA(cs, xl, T(sn*yl))
					y[l] = elem.FMA(cs, yl, -T(sn*xl))
				}
			}
		}
	}
}
