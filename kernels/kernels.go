// Package kernels holds the SIMD kernels of eigenbasis: slices in, slices out.
//
// Every exported kernel exists as portable Go and, where it pays, as AVX2,
// AVX-512 and NEON assembly, and all of them return the same bits: for every
// tier, for any number of workers, on every machine. The rules that make this so
// are written at the top of order.go.
//
// Matrices are row-major: element (i, j) of an m×n matrix a with leading
// dimension lda is a[i*lda+j], lda ≥ max(1, n). A slice may be longer than needed;
// elements between the columns and lda are neither read nor written. Column-major
// callers swap operands and flags: a column-major matrix is the row-major transpose.
//
// A nil *Pool means: serial, on the tier Active. Wrong shapes, short slices and bad
// flags panic with a constant string before anything is written, as is the
// convention of BLAS. Outputs must not overlap inputs unless a comment allows it.
// NaN and Inf propagate as IEEE 754 says; beta = 0 never reads the destination.
// The contract assumes the default floating-point environment: flush-to-zero or
// another rounding mode set by foreign code voids it.
package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/elem"

// Float is the element type of every kernel.
type Float = elem.Float

// Transpose says whether an operand is used as stored or transposed.
type Transpose byte

// Uplo says which triangle of a symmetric or triangular matrix is referenced.
type Uplo byte

// Side says on which side of a product the symmetric or triangular matrix stands.
type Side byte

// Diag says whether the diagonal of a triangular matrix is taken as ones and not read.
type Diag byte

// The flags have the BLAS letters as values, so that a conversion from other
// libraries' types is a cast.
const (
	NoTrans Transpose = 'N'
	Trans   Transpose = 'T'
	Upper   Uplo      = 'U'
	Lower   Uplo      = 'L'
	Left    Side      = 'L'
	Right   Side      = 'R'
	NonUnit Diag      = 'N'
	Unit    Diag      = 'U'
)
