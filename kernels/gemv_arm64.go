package kernels

import (
	"math"
	"unsafe"
)

//go:noescape
func gemvTNEONF32(m, n int, a *float32, lda int, x, acc *float32)

//go:noescape
func gemvTNEONF64(m, n int, a *float64, lda int, x, acc *float64)

// gemvNPiece computes m elements of y from rows of at most one segment.
func gemvNPiece[T Float](isa ISA, _ rowOrder, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	gemvNEach(isa, m, n, alpha, a, lda, x, beta, y)
}

// rowsAlone says how rows are read.
func rowsAlone[T Float](ISA, int, int, int) rowOrder { return rowsTogether }

// columnsStreamed reports whether products with columns read A as one stream, fetched ahead.
func columnsStreamed[T Float](ISA, int, int, int) bool { return false }

// gemvTTurns is 1 where two copies of the loop over rows take turns.
func gemvTTurns[T Float](ISA, int, int) int { return 0 }

// gemvFar is the size of A in bytes from which rows are read as long streams.
func gemvFar(ISA, int) int { return math.MaxInt }

// gemvTPiece adds m rows to the sums of n columns: acc_j = fma(a_ij, x_i, acc_j). It is not inlined, so that the runtime can
// stop a long product between two pieces.
//
//go:noinline
func gemvTPiece[T Float](isa ISA, _, m, n int, a []T, lda int, x, acc []T) {
	pa, px, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(acc))
	switch isa {
	case NEON:
		if is32[T]() {
			gemvTNEONF32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc))
		} else {
			gemvTNEONF64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc))
		}
	default:
		gemvTPortable(m, n, a, lda, x, acc)
	}
}

// gemvTAtOnce reports whether the tier computed y from sums in registers.
func gemvTAtOnce[T Float](ISA, int, int, int, T, []T, int, []T, T, []T) bool { return false }

// gemvT8 reports whether the tier has a kernel that takes eight rows in one pass over the sums.
func gemvT8(ISA) bool { return false }

// gemvT8Piece is reached only where gemvT8 is true.
func gemvT8Piece[T Float](isa ISA, groups, n int, a []T, lda int, x, acc []T) {
	gemvTPiece(isa, 0, 8*groups, n, a, lda, x, acc)
}

// gemvTRowPiece is reached only where streamed is true.
func gemvTRowPiece[T Float](isa ISA, m, n int, a []T, lda int, x, acc []T) {
	gemvTPiece(isa, 0, m, n, a, lda, x, acc)
}

// gemvAtOnce is Gemv in one call for small A.
func gemvAtOnce[T Float](ISA, Transpose, int, int, T, *T, int, *T, T, *T) bool { return false }
