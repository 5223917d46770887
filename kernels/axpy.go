package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

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
	for i, v := range x {
		y[i] = elem.FMA(alpha, v, y[i])
	}
}

// Scal multiplies a vector in place: x_i = alpha·x_i, rounded once. No value of alpha is special: 0·NaN
// is NaN.
func Scal[T Float](p *Pool, alpha T, x []T) {
	for i, v := range x {
		x[i] = alpha * v
	}
}

// Hadamard writes the elementwise product z_i = x_i·y_i.
//
// The three vectors have the same length. z may be x or y exactly; any other overlap of z with an
// input panics.
func Hadamard[T Float](p *Pool, x, y, z []T) {
	if len(x) != len(y) || len(x) != len(z) {
		panic(badLen)
	}
	if partial(z, x) || partial(z, y) {
		panic(overlap)
	}
	for i, v := range x {
		z[i] = v * y[i]
	}
}

// partial reports whether z and x, of equal lengths, overlap without being the same.
func partial[T Float](z, x []T) bool {
	return overlaps(z, len(z), x, len(x)) && &z[0] != &x[0]
}
