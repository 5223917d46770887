package kernels

import (
	"math"
	"unsafe"
)

// oneStream is true on Zen 5. There the second-level cache delivers a line a cycle to a loop that reads A from end to end, and exactly half as many where several
// instructions each read a row of their own, or a column of lines, in equal steps: the prefetcher that follows such steps takes the other half, and fetching ahead
// does not help (134 and 200 to 262 GB/s at 4.15 GHz). So rows go one after the other (rowsAlone), and of columns two copies of the loop take two turns each, so that
// no step equals the one before (gemvTTurns). From the third level on it is that prefetcher that brings the lines in time.
var oneStream = zen5

// nearL2 is the number of bytes of the largest matrix that lies in the second-level cache to a good part, 0 where it does not matter.
var nearL2 = func() int {
	if !oneStream {
		return 0
	}
	l2, _ := cacheSizes()
	return 2 * knownL2(l2)
}()

// rowsAlone says how rows are read. Short ones go side by side: alone, each has its fold. With 256 bits x takes as many loads as a row then, so that three rows are
// faster (gemvNTurns) from the second-level cache, and from the third where each pass fetches what the next one reads; one stream is from memory (46 and 44 GB/s).
// From half of the second-level cache on four rows go by turns of 1 KiB, whose x stays in registers, where they have several whole ones (at 512 KiB 1.05 to 1.7 times as fast as one row after the
// other, whose next lines the cache fetches too far ahead: at 1 MiB one stream reads 150 GB/s and those turns 196; at 256 KiB no faster, and slower with single turns or a rest). Rows of 2 and 3 KiB
// that are not pages apart gain from the cache's size on only: order 256 in float64 loses 4 to 9 %, 320×256 12.
func rowsAlone[T Float](isa ISA, m, n, lda int) rowOrder {
	bytes := m * n * int(unsafe.Sizeof(*new(T)))
	switch {
	case isa == AVX2 && streamed[T](isa, m, n, lda):
		return rowsStreamed
	case isa == AVX2 && oneStream && bytes > nearL2/8*5:
		return rowAfterRow
	case isa != AVX512 || bytes <= 64<<10 || bytes <= 512*m:
		return rowsTogether
	case streamed[T](isa, m, n, lda):
		return rowsStreamed
	case bytes > nearL2:
		return rowsTogether
	case bytes >= nearL2/4 && bytes/m&1023 == 0 && bytes > 1<<10*m && (bytes >= 4<<10*m || bytes >= nearL2/2 || lda*int(unsafe.Sizeof(*new(T)))&4095 == 0):
		return rowsByPanels
	}
	return rowAfterRow
}

// streamMost is the size of A in bytes up to which it comes from the third-level cache of Zen 5 to a good part.
const streamMost = 12 << 20

// streamed reports whether A, 1.25 to 12 MiB, comes from the third-level cache and is fetched ahead: with 512 bits as one stream, but for small gaps between rows, at 120 to 124 of 130 GB/s, where rows
// side by side and columns in turns come at 100 to 110; with 256 bits three rows (two for columns) at 105 to 120, where one row, or eight, come at 90 to 105. Fetches from memory cost more
// than they bring, those of 512 bits also where they go to what lies between rows far apart; longer rows than 8 KiB, three of which and the next, do not fit the first level.
func streamed[T Float](isa ISA, m, n, lda int) bool {
	row := n * int(unsafe.Sizeof(*new(T)))
	if !oneStream || m*row <= nearL2/8*5 || m*row >= streamMost || row < 1<<10 {
		return false
	}
	if isa == AVX2 {
		return row <= 8<<10
	}
	return isa == AVX512 && lda-n <= n/16
}

// gemvNTurns is 1 where the loop over three rows on AVX2 has two copies that take two turns each. Rows of up to three blocks gain nothing, or lose (two blocks, 5 %). It is 2 where
// each pass fetches what the next reads.
func gemvNTurns[T Float](order rowOrder, n int) int {
	if order == rowsStreamed {
		return 2
	}
	if oneStream && n*int(unsafe.Sizeof(*new(T))) >= 4*256 {
		return 1
	}
	return 0
}

// gemvTTurns is 1 where two copies of the loop over rows take two turns each, 2 where they take one, 0 where the first takes all. With 256 bits, 2 MiB of float64 run at
// 92 GB/s without and 73 with two turns; with 512 bits, from the third level, steps of two rows are 4 to 8 % faster than of one, unequal ones slower than both.
func gemvTTurns[T Float](isa ISA, m, n int) int {
	bytes := m * n * int(unsafe.Sizeof(*new(T)))
	if isa == AVX2 {
		bytes *= 2
	}
	switch {
	case bytes <= nearL2:
		return 1
	case oneStream && isa == AVX512:
		return 2
	}
	return 0
}

// gemvFar is the size of A in bytes from which eight rows of it are read as long streams; below, a narrow block of columns in registers is faster. Intel reads streams
// better from wherever its second level ends, Zen 5 (30 bytes a cycle from the third) in vectors of 512 bits from where the third does, or earlier where rows a multiple of a page apart share
// few places of it: a block of 256 bytes of columns is too narrow for it, at order 1024 54 against 91 GB/s (float32). Both give the same bits. row is the distance of rows in bytes.
func gemvFar(isa ISA, row int) int {
	switch {
	case !oneStream || isa != AVX512:
		return 5 << 18
	case row&4095 == 0:
		return streamMost
	}
	return 2 * streamMost
}

// columnsStreamed reports whether products with columns read A so: with 512 bits if all its rows begin at the same place in a cache line, since a load across two lines takes the time of two,
// of three that the sums need.
func columnsStreamed[T Float](isa ISA, m, n, lda int) bool {
	return (isa == AVX2 || lda*int(unsafe.Sizeof(*new(T)))&63 == 0) && streamed[T](isa, m, n, lda)
}

//go:noescape
func gemvNAVX512F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32, panels int)

//go:noescape
func gemvNAVX512F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64, panels int)

//go:noescape
func gemvNAloneAVX512F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32, ahead int)

//go:noescape
func gemvNAloneAVX512F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64, ahead int)

//go:noescape
func gemvNAVX2F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y, scratch *float32, turns int)

//go:noescape
func gemvNAVX2F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y, scratch *float64, turns int)

//go:noescape
func gemvNAloneAVX2F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)

//go:noescape
func gemvNAloneAVX2F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)

//go:noescape
func gemvNShortAVX2F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)

//go:noescape
func gemvNShortAVX2F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)

//go:noescape
func gemvNShortAVX512F32(groups, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)

//go:noescape
func gemvNShortAVX512F64(groups, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)

//go:noescape
func gemvTRowAVX512F32(m, n int, a *float32, lda int, x, acc *float32)

//go:noescape
func gemvTRowAVX512F64(m, n int, a *float64, lda int, x, acc *float64)

//go:noescape
func gemvTRowAVX2F32(pairs, n int, a *float32, lda int, x, acc *float32)

//go:noescape
func gemvTRowAVX2F64(pairs, n int, a *float64, lda int, x, acc *float64)

//go:noescape
func gemvT8AVX512F32(groups, n int, a *float32, lda int, x, acc *float32)

//go:noescape
func gemvT8AVX512F64(groups, n int, a *float64, lda int, x, acc *float64)

//go:noescape
func gemvTAVX512F32(m, n int, a *float32, lda int, x, y *float32, alpha float32, mode int, beta float32, turns int)

//go:noescape
func gemvTAVX512F64(m, n int, a *float64, lda int, x, y *float64, alpha float64, mode int, beta float64, turns int)

//go:noescape
func gemvT8AVX2F32(groups, n int, a *float32, lda int, x, acc *float32)

//go:noescape
func gemvT8AVX2F64(groups, n int, a *float64, lda int, x, acc *float64)

//go:noescape
func gemvTAVX2F32(m, n int, a *float32, lda int, x, y *float32, alpha float32, mode int, beta float32, turns int)

//go:noescape
func gemvTAVX2F64(m, n int, a *float64, lda int, x, y *float64, alpha float64, mode int, beta float64, turns int)

// noPanels is what a row on AVX-512 never has left, minus the bytes of a panel.
const noPanels = math.MinInt

// gemvNTogether is rows side by side on AVX-512: four, on Zen 5 of short ones eight while there are as many.
func gemvNTogether[T Float](m, n int, alpha T, a unsafe.Pointer, lda int, x unsafe.Pointer, beta T, y unsafe.Pointer, panels int) {
	if n <= lanes[T]() && m >= 8 && zen5 {
		if is32[T]() {
			gemvNShortAVX512F32(m>>3, n, float32(alpha), (*float32)(a), lda, (*float32)(x), float32(beta), (*float32)(y))
		} else {
			gemvNShortAVX512F64(m>>3, n, float64(alpha), (*float64)(a), lda, (*float64)(x), float64(beta), (*float64)(y))
		}
		done := m &^ 7 * int(unsafe.Sizeof(alpha))
		if m &= 7; m == 0 {
			return
		}
		a, y = unsafe.Add(a, done*lda), unsafe.Add(y, done)
	}
	if is32[T]() {
		gemvNAVX512F32(m, n, float32(alpha), (*float32)(a), lda, (*float32)(x), float32(beta), (*float32)(y), panels)
	} else {
		gemvNAVX512F64(m, n, float64(alpha), (*float64)(a), lda, (*float64)(x), float64(beta), (*float64)(y), panels)
	}
}

// gemvAtOnce is Gemv for at most gemvNear bytes of A, and reports whether the tier has one call for that.
//
//go:noinline
func gemvAtOnce[T Float](isa ISA, t Transpose, m, n int, alpha T, a *T, lda int, x *T, beta T, y *T) bool {
	pa, px, py := unsafe.Pointer(a), unsafe.Pointer(x), unsafe.Pointer(y)
	if t == Trans {
		mode, turns := gemvMix, 0
		if beta == 0 {
			mode = gemvScale
		}
		if oneStream {
			turns = 1
		}
		switch {
		case isa == AVX512 && is32[T]():
			gemvTAVX512F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(py), float32(alpha), mode, float32(beta), turns)
		case isa == AVX512:
			gemvTAVX512F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(py), float64(alpha), mode, float64(beta), turns)
		case isa == AVX2 && is32[T]():
			gemvTAVX2F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(py), float32(alpha), mode, float32(beta), turns)
		case isa == AVX2:
			gemvTAVX2F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(py), float64(alpha), mode, float64(beta), turns)
		default:
			return false
		}
		return true
	}
	switch {
	case isa == AVX512:
		gemvNTogether(m, n, alpha, pa, lda, px, beta, py, noPanels)
	case isa != AVX2 || n > lanes[T]():
		return false
	case is32[T]():
		gemvNShortAVX2F32(m, n, float32(alpha), (*float32)(pa), lda, (*float32)(px), float32(beta), (*float32)(py))
	default:
		gemvNShortAVX2F64(m, n, float64(alpha), (*float64)(pa), lda, (*float64)(px), float64(beta), (*float64)(py))
	}
	return true
}

// gemvNPiece computes m elements of y from rows of at most one segment. It is not inlined, so that the runtime
// can stop a long product between two pieces.
//
//go:noinline
func gemvNPiece[T Float](isa ISA, order rowOrder, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	pa, px, py := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	switch isa {
	case AVX512:
		if order >= rowAfterRow {
			ahead := int(order - rowAfterRow)
			if is32[T]() {
				gemvNAloneAVX512F32(m, n, float32(alpha), (*float32)(pa), lda, (*float32)(px), float32(beta), (*float32)(py), ahead)
			} else {
				gemvNAloneAVX512F64(m, n, float64(alpha), (*float64)(pa), lda, (*float64)(px), float64(beta), (*float64)(py), ahead)
			}
			return
		}
		panels := noPanels
		if order == rowsByPanels {
			panels = -1024
		}
		gemvNTogether(m, n, alpha, pa, lda, px, beta, py, panels)
	case AVX2:
		if n <= lanes[T]() {
			if is32[T]() {
				gemvNShortAVX2F32(m, n, float32(alpha), (*float32)(pa), lda, (*float32)(px), float32(beta), (*float32)(py))
			} else {
				gemvNShortAVX2F64(m, n, float64(alpha), (*float64)(pa), lda, (*float64)(px), float64(beta), (*float64)(py))
			}
			return
		}
		if order == rowAfterRow {
			if is32[T]() {
				gemvNAloneAVX2F32(m, n, float32(alpha), (*float32)(pa), lda, (*float32)(px), float32(beta), (*float32)(py))
			} else {
				gemvNAloneAVX2F64(m, n, float64(alpha), (*float64)(pa), lda, (*float64)(px), float64(beta), (*float64)(py))
			}
			return
		}
		turns := gemvNTurns[T](order, n)
		// Half the lanes of three rows, from the first boundary of 32 bytes on: vectors across two cache lines are loaded right after they were stored.
		var room [48 + 3]float64
		ps := unsafe.Add(unsafe.Pointer(&room), -uintptr(unsafe.Pointer(&room))&31)
		if is32[T]() {
			gemvNAVX2F32(m, n, float32(alpha), (*float32)(pa), lda, (*float32)(px), float32(beta), (*float32)(py), (*float32)(ps), turns)
		} else {
			gemvNAVX2F64(m, n, float64(alpha), (*float64)(pa), lda, (*float64)(px), float64(beta), (*float64)(py), (*float64)(ps), turns)
		}
	default:
		gemvNEach(isa, m, n, alpha, a, lda, x, beta, y)
	}
}

// gemvTPiece adds m rows to the sums of n columns: acc_j = fma(a_ij, x_i, acc_j). It is not inlined, so that the runtime can
// stop a long product between two pieces.
//
//go:noinline
func gemvTPiece[T Float](isa ISA, turns, m, n int, a []T, lda int, x, acc []T) {
	pa, px, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(acc))
	switch isa {
	case AVX512:
		if is32[T]() {
			gemvTAVX512F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc), 0, gemvSums, 0, turns)
		} else {
			gemvTAVX512F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc), 0, gemvSums, 0, turns)
		}
	case AVX2:
		if is32[T]() {
			gemvTAVX2F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc), 0, gemvSums, 0, turns)
		} else {
			gemvTAVX2F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc), 0, gemvSums, 0, turns)
		}
	default:
		gemvTPortable(m, n, a, lda, x, acc)
	}
}

// The modes of a tier's gemvT; the assembly knows their values.
const (
	gemvSums  = iota // y holds sums, to which rows are added
	gemvScale        // y = alpha·s
	gemvMix          // y = fma(alpha, s, beta·y)
)

// gemvTAtOnce computes y from sums that stay in registers and reports whether the tier does that. One call takes all of it. It is
// not inlined, so that the runtime can stop a long product between two pieces.
//
//go:noinline
func gemvTAtOnce[T Float](isa ISA, turns, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) bool {
	if isa == Portable {
		return false
	}
	mode := gemvMix
	if beta == 0 {
		mode = gemvScale
	}
	pa, px, py := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	switch {
	case isa == AVX512 && is32[T]():
		gemvTAVX512F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(py), float32(alpha), mode, float32(beta), turns)
	case isa == AVX512:
		gemvTAVX512F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(py), float64(alpha), mode, float64(beta), turns)
	case is32[T]():
		gemvTAVX2F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(py), float32(alpha), mode, float32(beta), turns)
	default:
		gemvTAVX2F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(py), float64(alpha), mode, float64(beta), turns)
	}
	return true
}

// gemvT8 reports whether the tier has a kernel that takes eight rows in one pass over the sums.
func gemvT8(isa ISA) bool { return isa != Portable }

// gemvT8Piece is gemvTPiece for 8·groups rows by that kernel.
//
//go:noinline
func gemvT8Piece[T Float](isa ISA, groups, n int, a []T, lda int, x, acc []T) {
	pa, px, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(acc))
	switch {
	case isa == AVX512 && is32[T]():
		gemvT8AVX512F32(groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc))
	case isa == AVX512:
		gemvT8AVX512F64(groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc))
	case is32[T]():
		gemvT8AVX2F32(groups, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc))
	default:
		gemvT8AVX2F64(groups, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc))
	}
}

// gemvTRowPiece is gemvTPiece with one row after the other, with 256 bits two after two, for A that is streamed.
//
//go:noinline
func gemvTRowPiece[T Float](isa ISA, m, n int, a []T, lda int, x, acc []T) {
	pa, px, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(acc))
	switch {
	case isa == AVX512 && is32[T]():
		gemvTRowAVX512F32(m, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc))
		return
	case isa == AVX512:
		gemvTRowAVX512F64(m, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc))
		return
	case m < 2:
	case is32[T]():
		gemvTRowAVX2F32(m/2, n, (*float32)(pa), lda, (*float32)(px), (*float32)(pc))
	default:
		gemvTRowAVX2F64(m/2, n, (*float64)(pa), lda, (*float64)(px), (*float64)(pc))
	}
	if m&1 == 1 {
		gemvTPiece(isa, 0, 1, n, a[(m-1)*lda:], lda, x[m-1:], acc)
	}
}
