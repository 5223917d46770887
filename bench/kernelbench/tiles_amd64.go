package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

//go:noescape
func move16Z(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)

//go:noescape
func move8Z(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)

//go:noescape
func move8Y(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)

//go:noescape
func move4Y(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)

// tileProbes is the number of members of the family of probes of a transposition: strips of tiles from end to end by one loop and by two in turns, blocks of 256 bytes squared
// of which each fetches the next, likewise, and such blocks stored past the caches, which AVX2 cannot with its half lines, where they have no room for both matrices, of bytes in all.
func tileProbes(isa kernels.ISA, bytes int) int {
	if isa == kernels.AVX512 && beyondCaches(bytes) {
		return 5
	}
	return 4
}

// tileRun is member i of that family for a dense matrix of n rows and columns of elements of that size, whose rows are a multiple of a cache line.
func tileRun(isa kernels.ISA, member, n, size int, a, b unsafe.Pointer) func() {
	register, move := 32, move8Y
	switch {
	case isa == kernels.AVX512 && size == 4:
		register, move = 64, move16Z
	case isa == kernels.AVX512:
		register, move = 64, move8Z
	case size == 8:
		move = move4Y
	}
	row, side, block := n*size, register/size, n
	if member >= 2 {
		block = 256 / size
	}
	at := func(p unsafe.Pointer, i, j int) *byte { return (*byte)(unsafe.Add(p, i*row+j*size)) }
	return func() {
		for j0 := 0; j0 < n; j0 += block {
			for i0 := 0; i0 < n; i0 += block {
				// The block behind this one; the last fetches itself.
				in, jn := i0+block, j0
				if in >= n {
					in, jn = 0, j0+block
				}
				if jn >= n {
					in, jn = i0, j0
				}
				for i := i0; i < min(i0+block, n); i += side {
					// The tiles of a strip fetch a quarter of the rows of the next block; where there are eight strips, as with AVX2, those of the first four.
					mode, row4 := member, (i-i0)/side*(block/4)
					if mode >= 2 && row4 >= block {
						mode, row4 = mode&1, 0
					}
					move(min(block, n-j0)/side, at(a, j0, i), row, at(b, i, j0), row, at(a, min(jn+row4, n-1), in), at(b, min(in+row4, n-1), jn), mode)
				}
			}
		}
	}
}

//go:noescape
func columnsZ(rows int, x *byte, stride, mode int)

//go:noescape
func columnsY(rows int, x *byte, stride, mode int)

// columnProbes is the number of members of the family that reads 1 KiB of each row after the other: by one loop, by two that take two turns each, or one.
const columnProbes = 3

// readColumns reads 1 KiB of so many rows with member i of it.
func readColumns(isa kernels.ISA, i, rows int, x unsafe.Pointer, stride int) {
	if isa == kernels.AVX512 {
		columnsZ(rows, (*byte)(x), stride, i)
	} else {
		columnsY(rows, (*byte)(x), stride, i)
	}
}
