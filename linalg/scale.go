package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Facts about a type that the solvers need.

func is32[T kernels.Float]() bool {
	var z T
	return unsafe.Sizeof(z) == 4
}

// elementSize is the number of bytes of an element.
func elementSize[T kernels.Float]() int {
	var z T
	return int(unsafe.Sizeof(z))
}

// epsilon is the distance from 1 to the next number.
func epsilon[T kernels.Float]() float64 {
	if is32[T]() {
		return 0x1p-23
	}
	return 0x1p-52
}

func maxFinite[T kernels.Float]() float64 {
	if is32[T]() {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// safeExp is the exponent e for which squares of numbers in [2^-e, 2^e], summed, neither overflow
// nor lose digits to underflow.
func safeExp[T kernels.Float]() int {
	if is32[T]() {
		return 40
	}
	return 400
}

// maxAbs returns max|a_ij|, or with half that of the lower triangle.
func maxAbs[T kernels.Float](p *kernels.Pool, a Matrix[T], half bool) T {
	if !half && a.compact() {
		return kernels.MaxAbs(p, a.span())
	}
	var m T
	for i := 0; i < a.Rows; i++ {
		row := a.Row(i)
		if half {
			row = row[:i+1]
		}
		m = max(m, kernels.MaxAbs(p, row))
	}
	return m
}

// scaleFor returns the power of two that brings big, the largest magnitude of a matrix, to
// [1, 2) if it lies outside the safe range, and 1 otherwise. Multiplying by it is exact. It stays so small
// that its reciprocal is a normal number: a subnormal big comes to within the safe range only.
func scaleFor[T kernels.Float](big T) T {
	if big == 0 {
		return 1
	}
	most := 1022
	if is32[T]() {
		most = 126
	}
	_, e := math.Frexp(float64(big))
	if s := safeExp[T](); e-1 < -s || e-1 > s {
		return T(math.Ldexp(1, min(1-e, most)))
	}
	return 1
}

// padded returns the leading dimension of an own buffer with rows of n elements: whole cache
// lines, and never a multiple of 512 bytes, at which the rows of a block would fall into few
// sets of the cache.
func padded[T kernels.Float](n int) int {
	var z T
	line := 64 / int(unsafe.Sizeof(z))
	if n <= 2*line {
		return max(n, 1)
	}
	n = (n + line - 1) / line * line
	if n%(8*line) == 0 {
		n += line
	}
	return n
}

func paddedMatrix[T kernels.Float](rows, cols int) Matrix[T] {
	ld := padded[T](cols)
	return Matrix[T]{Rows: rows, Cols: cols, Stride: ld, Data: hugepage.Make[T](max(0, rows*ld))}
}
