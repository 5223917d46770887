//go:build !amd64 && !arm64

package kernels

// transposeSide returns 0: there is no kernel.
func transposeSide[T Float](ISA, int, int) int { return 0 }

// transposeAhead is not used.
func transposeAhead(int) int { return 0 }

// transposePast is not reached.
func transposePast[T Float](ISA, int, int, []T, int) bool { return false }

// transposeTurns is not reached.
func transposeTurns(int) int { return 0 }

// transposeStrip is not reached.
func transposeStrip[T Float](side, tiles int, alpha T, a []T, lda int, b []T, ldb, _, _, _ int) {
	transposePortable(side, side*tiles, alpha, a, lda, b, ldb)
}

// transposeAtOnce leaves all to transposeRows.
func transposeAtOnce[T Float](ISA, int, int, T, []T, int, []T, int) bool { return false }

// transposeLoose is B = alpha·Aᵀ of at most transposeTile rows and columns.
func transposeLoose[T Float](_ ISA, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	transposePortable(m, n, alpha, a, lda, b, ldb)
}
