package kernels

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

type tileKind uint8

const (
	tile32AVX512 tileKind = iota
	tile64AVX512
	tile32AVX2
	tile64AVX2
)

// A tileShape is the largest tile of a kernel.
type tileShape struct{ mr, nr int }

var tileShapes = [...]tileShape{
	tile32AVX512: {12, 32},
	tile64AVX512: {12, 16},
	tile32AVX2:   {6, 16},
	tile64AVX2:   {6, 8},
}

// triangleRow is the distance of rows of sums for gemmTriangle in bytes: two vectors.
const triangleRow = 128

// padTiles: the tiles take any number of rows and columns and strides of their own.
const padTiles = false

// tileBytes holds the largest tile.
const tileBytes = 12 * 32 * 4

func kindOf(isa ISA, size uintptr) tileKind {
	k := tile32AVX512
	if isa == AVX2 {
		k = tile32AVX2
	}
	if size == 8 {
		k++
	}
	return k
}

// tileSize returns the unit in which C is cut for workers.
func tileSize[T Float](isa ISA) (mr, nr int) {
	if isa == Portable {
		return goRows, goCols
	}
	var z T
	s := tileShapes[kindOf(isa, unsafe.Sizeof(z))]
	return s.mr, s.nr
}

// fetchComing: while the tiles of a product of a batch run, they fetch the operands of the next one. Zen 5 does both at once: from memory order 32 in float64 was half as fast
// as in the cache. (Fetched in one go before each product, there is no gain.) Server Intel, which was tried only that way, lost up to a quarter.
var fetchComing = zen5

// fetches reports whether the tile fetches the next rows of A. The narrow tiles of AVX2 spend half the time on a row: looking at A ahead cost
// float64 8 % at n = 1024 on server Intel.
func fetches(kind tileKind) bool { return kind <= tile64AVX512 || zen5 }

// sharesPanels reports whether tiles of a triangle may read rows of A from panels of B. On AVX2 they would be too low.
func sharesPanels(kind tileKind) bool { return kind <= tile64AVX512 }

// fetchBytes is what one tile fetches of a row of A: two cache lines a segment of its sum.
func fetchBytes(kind tileKind) uintptr {
	if kind > tile64AVX512 {
		return 7 * 128
	}
	return 13 * 128
}

// runTile computes one tile; k ≥ 1, rows and cols at least 1. The AVX2 tiles of less
// than two whole vectors and more than one were measured on Zen 5 only; elsewhere they are two of at most one. Rows of A with at most half a vector of columns are taken in pairs on Zen 5, the only processor where that was measured, if there are enough
// of them for more than their latency to count.
func runTile(kind tileKind, t *tileCall, a, b, c unsafe.Pointer, rows, cols int) {
	switch kind {
	case tile32AVX512:
		switch {
		case t.ra == 4:
			gemmColTile32AVX512(t, a, b, c, rows, cols)
		case cols <= 8 && rows >= 8 && zen5:
			gemmHalfTile32AVX512(t, a, b, c, rows, cols)
		default:
			gemmTile32AVX512(t, a, b, c, rows, cols)
		}
	case tile64AVX512:
		switch {
		case t.ra == 8:
			gemmColTile64AVX512(t, a, b, c, rows, cols)
		case cols <= 4 && rows >= 9 && zen5:
			gemmHalfTile64AVX512(t, a, b, c, rows, cols)
		default:
			gemmTile64AVX512(t, a, b, c, rows, cols)
		}
	case tile32AVX2:
		if cols > 8 && cols < 16 && !tallTiles {
			gemmTile32AVX2(t, a, b, c, rows, 8)
			b, c, cols = unsafe.Add(b, 32), unsafe.Add(c, 32), cols-8
		}
		gemmTile32AVX2(t, a, b, c, rows, cols)
	case tile64AVX2:
		if cols > 4 && cols < 8 && !tallTiles {
			gemmTile64AVX2(t, a, b, c, rows, 4)
			b, c, cols = unsafe.Add(b, 32), unsafe.Add(c, 32), cols-4
		}
		gemmTile64AVX2(t, a, b, c, rows, cols)
	}
}

// wideColumns: products A·Bᵀ as large as those of tiled need no driver either. On Intel it was not measured.
var wideColumns = zen5

// tiledWork bounds the m·n·k of products that tiled takes, since nothing stops them: 50 µs on a slow core.
var tiledWork = [...]int{tile32AVX512: 1_500_000, tile64AVX512: 750_000}

// tiled reports whether a product needs no driver beyond what few says: where wide tiles read both operands in place whatever packs says of larger products, that is, rows
// of B do not share few sets of a cache, columns of A, or rows where they would collide in the first level, do not lie pages apart, and there are few of each.
func tiled(kind tileKind, m, n, k int, lda, ldb uintptr, columns bool) bool {
	return kind <= tile64AVX512 && uint(m-2) <= smallRows-2 && uint(n-2) <= smallCols-2 && k <= ChunkK && m*n*k <= tiledWork[kind] &&
		k*int(ldb&-ldb) <= cacheHalf && (!columns || lda < 4096) && (columns || !narrowL1 || lda%4096 != 0)
}

// packPages: rows of B pages apart fall into one set of the first-level cache, and on Zen 5 wide tiles pack them for far fewer rows of A than others: products of order 32 to 128
// inside wide matrices gained 8 to 33 %. With columns of A they gain 2 to 11 % from 96 rows of C on, up to 25 % where B is a vector or two wide, and lose up to 20 % below. Rows that follow each other, and a C without such gaps, are a large operand that passes by once (a Kronecker
// product's), as products of a batch are mostly, where that costs 5 to 20 % (but see relaysSmall). Nothing else was measured.
var packPages = zen5

// pagesApart reports whether a B in place would be read so. The distances are in bytes.
func pagesApart(kind tileKind, m, n, k int, size, ca, rb, rc uintptr) bool {
	return packPages && kind <= tile64AVX512 && (m >= 96 || m > 24 && ca == size) && n > 8 && k >= 32 && (rb|rc)%4096 == 0 && 2*uintptr(n)*size <= rb
}

// triangle computes the wanted part of a tile whose diagonal passes (0, d) by a masked update from its sums, which go to buf, and reports
// whether there is a kernel for it.
func (g *blockCall) triangle(t tileCall, d, rows, cols int, a, b, c, buf unsafe.Pointer) bool {
	if g.kind > tile64AVX512 {
		return false
	}
	t.rc, t.mode = triangleRow, modePut
	runTile(g.kind, &t, a, b, buf, rows, cols)
	// Columns j < s+i of row i for flip 0, j ≥ s+i for −1.
	s, flip := d+1, 0
	if g.want.uplo == Upper {
		s, flip = d, -1
	}
	if g.kind == tile32AVX512 {
		gemmTriangle32AVX512(c, g.rc, buf, rows, cols, s, flip, &g.tile)
	} else {
		gemmTriangle64AVX512(c, g.rc, buf, rows, cols, s, flip, &g.tile)
	}
	return true
}

// lowPanels: see tileRows. Nothing but Zen 5 was measured.
var lowPanels = zen5

// tileRows is the height of a product's tiles at most: lower ones where rows of A and of C are a multiple of 4 KiB apart, since twelve lines of each in a set of twelve ways push each other out, and the next tile's first loads of A wait for
// stores to C with the same low address bits, which are then slow. Order 48 10 (float32) and 3 % faster with ten rows, 96 to 128 1 to 4, 53 to 64 up to 3 more with eight. 32 rows by four tiles in place of three gain 11 %; 33 to 36 lose, as do
// larger products as often as they gain.
func tileRows(kind tileKind, m, n int, ra, rc uintptr) int {
	if lowPanels && (ra|rc)%4096 == 0 && kind <= tile64AVX512 && max(m, n) <= 128 {
		switch {
		case m > 52 || m == 32 || m > 36 && m%8 == 0 && kind == tile64AVX512:
			return 8
		case m > 36:
			return 10
		}
	}
	return tileShapes[kind].mr
}

// copies lets the first tile of a panel of B copy it to buf as packPanels does, and reports whether there is such a tile: rows of B that are contiguous, or columns, which the tile
// transposes. c is its place in C.
func (g *blockCall) copies(buf, b, c unsafe.Pointer, cols int) bool {
	shape := &tileShapes[g.kind]
	if g.kind > tile64AVX512 || g.want.uplo != 0 || g.m < shape.mr || cols < shape.nr || g.ca != g.size {
		return false
	}
	t := g.tile
	if g.cb != g.size {
		if !transposes(g.kind, g.m, cols, t.k, g.cb) {
			return false
		}
		transposingTile(g.kind, &t, g.a, b, c, buf, g.cb)
		return true
	}
	t.rb, t.ahead, t.next = g.rb, uintptr(buf)-uintptr(b), uintptr(c)
	copyTile(g.kind, &t, g.a, b, c)
	return true
}

// copyTile computes a whole tile that copies its panel of B to ahead.
func copyTile(kind tileKind, t *tileCall, a, b, c unsafe.Pointer) {
	if s := &tileShapes[kind]; kind == tile32AVX512 {
		gemmCopyTile32AVX512(t, a, b, c, s.mr, s.nr)
	} else {
		gemmCopyTile64AVX512(t, a, b, c, s.mr, s.nr)
	}
}

// transposesB: the first tile of a panel of A·Bᵀ transposes it. On Intel it was not measured.
var transposesB = zen5

// transposes reports whether whole tiles of a product of m rows, those of A contiguous, transpose their panels of n columns of B at most, which are contiguous and cb bytes apart: unless these lie
// in few sets of the first-level cache, where four turns of a tile meet each line of them (4 KiB apart order 64 lost 9 to 32 %, 2 KiB 1 to 8).
func transposes(kind tileKind, m, n, k int, cb uintptr) bool {
	return transposesB && kind <= tile64AVX512 && m >= tileShapes[kind].mr && n >= tileShapes[kind].nr && k%4 == 0 && cb%2048 != 0
}

// transposingTile computes such a tile; the panel goes to buf.
func transposingTile(kind tileKind, t *tileCall, a, b, c, buf unsafe.Pointer, cb uintptr) {
	if kind == tile32AVX512 {
		gemmTransposeTile32AVX512(t, a, b, c, buf, cb)
	} else {
		gemmTransposeTile64AVX512(t, a, b, c, buf, cb)
	}
}

//go:noescape
func gemmTransposeTile32AVX512(t *tileCall, a, b, c, panel unsafe.Pointer, cb uintptr)

//go:noescape
func gemmTransposeTile64AVX512(t *tileCall, a, b, c, panel unsafe.Pointer, cb uintptr)

//go:noescape
func gemmCopyTile32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmCopyTile64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

// carries reports whether whole tiles copy what the next ones read: on Zen 5, where nothing else was measured.
func carries(kind tileKind) bool { return zen5 && kind <= tile64AVX512 }

// carriesLow reports whether lower tiles of so many columns of A copy lines too: those that panels of 32 (float64: 16) columns are cut into.
func carriesLow(kind tileKind, rows int) bool {
	if kind == tile32AVX512 {
		return rows == 10 || rows == 11
	}
	return rows == 8
}

// carryRows computes a whole tile that copies a piece of rows, carryLines one that copies lines of a panel, carryTurn one that transposes them: see carriage.
func (g *blockCall) carryRows(a, b, c unsafe.Pointer, rows, cols int) {
	if g.kind == tile32AVX512 {
		gemmCarryRows32AVX512(&g.tile, a, b, c, rows, cols, &g.carry.carriage)
	} else {
		gemmCarryRows64AVX512(&g.tile, a, b, c, rows, cols, &g.carry.carriage)
	}
}

func (g *blockCall) carryTurn(a, b, c unsafe.Pointer, rows, cols int) {
	if g.kind == tile32AVX512 {
		gemmCarryTurn32AVX512(&g.tile, a, b, c, rows, cols, &g.carry.carriage)
	} else {
		gemmCarryTurn64AVX512(&g.tile, a, b, c, rows, cols, &g.carry.carriage)
	}
}

func (g *blockCall) carryLines(a, b, c unsafe.Pointer, rows, cols int) {
	t, m := &g.tile, &g.carry.carriage
	switch columns := t.ra == g.size; {
	case columns && rows == 8:
		gemmCarryColPairs8x64AVX512(t, a, b, c, rows, cols, m)
	case columns && rows == 10:
		gemmCarryColPairs10x32AVX512(t, a, b, c, rows, cols, m)
	case columns && rows == 11:
		gemmCarryColPairs11x32AVX512(t, a, b, c, rows, cols, m)
	case columns && g.kind == tile32AVX512:
		gemmCarryColLines32AVX512(t, a, b, c, rows, cols, m)
	case columns:
		gemmCarryColLines64AVX512(t, a, b, c, rows, cols, m)
	case g.kind == tile32AVX512:
		gemmCarryLines32AVX512(t, a, b, c, rows, cols, m)
	default:
		gemmCarryLines64AVX512(t, a, b, c, rows, cols, m)
	}
}

//go:noescape
func gemmCarryRows32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryRows64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryTurn32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryTurn64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryLines32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryLines64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryColLines32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryColPairs8x64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryColPairs10x32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryColPairs11x32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

//go:noescape
func gemmCarryColLines64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)

// chains reports whether columns go to multiplyChain.
func chains(isa ISA) bool { return isa == AVX512 || isa == AVX2 && chainsAVX2 }

// chainsAVX2: on Zen 5 a column of float32 by the tile took twice the time. Nothing else was measured.
var chainsAVX2 = zen5

// chainRows is the number of rows whose sums one call of multiplyChain computes.
const chainRows = 16

// multiplyChain computes the sums of at most chainRows rows of A with x in one chunk. It is not inlined, so that the runtime can stop a long product between two
// calls.
//
//go:noinline
func multiplyChain[T Float](isa ISA, rows, k int, a []T, ra int, x []T, rx int, acc *[chainRows]T) {
	size := unsafe.Sizeof(acc[0])
	pa, px, sums := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(acc)
	switch {
	case isa == AVX512 && is32[T]():
		gemmChain32AVX512(rows, k, pa, uintptr(ra)*size, px, uintptr(rx)*size, sums)
	case isa == AVX512:
		gemmChain64AVX512(rows, k, pa, uintptr(ra)*size, px, uintptr(rx)*size, sums)
	case is32[T]():
		gemmChain32AVX2(rows, k, pa, uintptr(ra)*size, px, uintptr(rx)*size, sums)
	default:
		gemmChain64AVX2(rows, k, pa, uintptr(ra)*size, px, uintptr(rx)*size, sums)
	}
}

//go:noescape
func gemmChain32AVX2(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)

//go:noescape
func gemmChain64AVX2(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)

//go:noescape
func gemmChain32AVX512(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)

//go:noescape
func gemmChain64AVX512(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)

//go:noescape
func gemmTriangle32AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, s, flip int, t *tileCall)

//go:noescape
func gemmTriangle64AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, s, flip int, t *tileCall)

//go:noescape
func gemmHalfTile32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmHalfTile64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTile32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTile64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmColTile32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmColTile64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTile32AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTile64AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

// narrowL1: twelve lines of one set do not fit the first-level data cache (8 ways of 4 KiB).
var narrowL1 = cpuid.CPU.Cache.L1D <= 32<<10

// cacheHalf is half of the second-level cache: cacheB without the limit of the arena, at which no power of two times k would ever be exactly half.
var cacheHalf = halfCache(cacheSizes())

func halfCache(l2, _ int) int { return knownL2(l2) / 2 }

// packs says how the operands are read. As stored they serve as well, and cost nothing, while a chunk of B
// stays in the second-level cache, of which a few rows of A, which do not pay for packing, may have half; a larger B they fetch. B with contiguous columns must be
// transposed. Rows of A are read in place; columns are packed if A is large or each step of the sum would read a page of its own. Otherwise, with
// panels of B enough to pay for it, the AVX-512 tile's share of them is copied: in place each line of 12 rows has one or two cache lines
// of its own, often a power of two apart, so that every panel of B meets them in the second level again. Zen 5 reads them from there as fast as wide tiles want them: for those, and for triangles (narrow tiles lose 2 to 7 % else), columns are packed only if
// they collide or a chunk of A or B outgrows the second level, which gained 1 to 5 % from order 128 (float32 192) to 448, and in wide matrices 2 to 8, Aᵀ·A there 8 to 20. Rows at a
// multiple of the page size fall into one set of the first-level cache: where that has eight ways, the 12 rows of A of the
// AVX-512 tile do not fit, and the narrow AVX2 tile meets each row of B too often (from half a page on).
//
// Rows of B far apart share few sets of the second-level cache: k of them at a multiple of 2^j bytes take as much of it as k·2^j bytes in one piece would.
// Where that is more than half of it and m > mr, or exactly half and m > 24·mr, the wide tiles fetch B for up to 4·mr rows of A and pack it for more. With rows
// 8 KiB apart float32 became up to 2.5 times as fast, float64 up to 1.9 times (docs/experiments.md, "Rows of B a power of two apart").
//
// Vectors of B that lie across two cache lines take two turns of a load port: the wide tiles pack such a B, if it has more than one panel and 64 rows or more, from
// 12·mr rows of A on, or more than 7·mr if those are contiguous, by panel or in blocks; not for triangles.
func (g *blockCall) packs(s *tileShape) (a, b packing) {
	if g.streamed() {
		return inPlace, packed
	}
	wide := g.kind <= tile64AVX512
	// Up to so many rows of A do not pay for packing a B of more than fits bytes.
	few, fits := 2*s.mr, cacheInPlace
	if wide && g.m <= 12*s.mr {
		few, fits = 12*s.mr, max(fits, cacheB)
	}
	if zen5 && g.want.uplo != 0 {
		// Both operands are one matrix mostly, and half of B serves a tile.
		if fits = 3 * cacheHalf / 2; wide {
			fits = 2 * cacheHalf
		}
	}
	big := g.k*g.n > fits/int(g.size) || g.n >= 512 && g.rb%2048 == 0 // whose lines collide
	sets := g.k * int(g.rb&-g.rb)
	collides := wide && g.m > s.mr && g.n > s.nr && (sets > cacheHalf || sets == cacheHalf && g.m > 24*s.mr)
	if collides {
		few = 4 * s.mr
	}
	if pagesApart(g.kind, g.m, g.n, g.k, g.size, g.ca, g.rb, g.rc) {
		collides, few = true, 0
	}
	many := 12 * s.mr
	if g.ca == g.size {
		many = 7*s.mr + 1 // the first tiles copy, see copies
	}
	across := wide && g.m >= many && g.n > s.nr && g.k >= 64 && g.want.uplo == 0 && g.across()
	columns := g.ca != g.size
	direct := zen5 && (wide || g.want.uplo != 0)
	near := direct && max(g.m, g.n)*g.k*int(g.size) <= 2*cacheHalf
	switch {
	case columns && (big && !near || g.n >= 4*s.nr && (g.ca%4096 == 0 || g.ca > 4096 && !direct)):
		a = packed
	case columns && wide && !direct && g.want.uplo == 0 && g.n >= 6*s.nr && g.k >= 128,
		wide && narrowL1 && g.ra%4096 == 0 && g.m > 4 && g.n >= s.nr:
		a = byTile
	}
	switch {
	case g.cb != g.size || (big || collides) && g.m > few || across || !wide && g.rb%2048 == 0 && g.m > s.mr:
		b = packed
	case (big || collides) && wide && g.m > s.mr/2:
		b = fetched
	}
	return a, b
}

// streamsB: see streamed. Zen 5 is the only processor it was measured on.
var streamsB = zen5

// streamedPanels are as many panels as have the lines of a row that one tile fetches.
const streamedPanels = 13

// streamed reports whether B comes from beyond the second-level cache to pass by a small A once: its panels are copied by their first tiles, and the others fetch the coming panels, pieces of rows of 1.6 KiB,
// which memory gives faster than what one panel has of a row. There are tiles enough for that if A is as high as it is long, and they fetch from 64 terms on. Packing by itself takes a
// twelfth of the time of 64 rows, and nothing is computed while B comes: from memory float32 order 64 had 187 of now 220 GFLOP/s, 128 223 of 247, float64 92 of 108. A high A is met too
// seldom and has less of the second level; so has one of more than a quarter of that whose rows collide in the first, which blocks copies: 256×1024×256 in float64 1.02 to 1.05 times as fast.
func (g *blockCall) streamed() bool {
	return g.kind <= tile64AVX512 && g.want.uplo == 0 && g.cb == g.size && g.ca == g.size && streamedShape(g.m, g.n, g.k, int(g.size)) &&
		(g.ra%4096 != 0 || g.m*g.k*int(g.size) <= cacheB/2)
}

func streamedShape(m, n, k, size int) bool {
	most := cacheB
	if m > 2*k {
		most /= 2
	}
	return streamsB && k >= 64 && m >= k && k > cacheInPlace/size/n && m*k <= most/size
}

// across reports whether three quarters of the rows of B or more begin within a cache line, and not at its start.
func (g *blockCall) across() bool {
	b := uintptr(g.b)
	return (g.rb|b)%32 != 0 || g.rb%64 == 0 && b%64 != 0
}

// packBytes is what one call of a copying packer moves at most.
const packBytes = 64 << 10

// packPanels packs lanes (rows of A, columns of B) that are is bytes apart, each of g.k elements that are ls bytes
// apart, into panels of full lanes: see gemmpack_avx512_amd64.s.
func (g *blockCall) packPanels(dst, src unsafe.Pointer, is, ls uintptr, lanes, full int) {
	line := uintptr(full) * g.size
	if is == g.size {
		g.packLines(dst, src, ls, lanes, full, line)
		return
	}
	for i := 0; i < lanes; i += full {
		g.packTransposed(unsafe.Add(dst, uintptr(i*g.k)*g.size), unsafe.Add(src, uintptr(i)*is), is, line, min(full, lanes-i))
	}
}

// packLines packs contiguous lanes into panels of full lanes with lines of line bytes.
func (g *blockCall) packLines(dst, src unsafe.Pointer, ls uintptr, lanes, full int, line uintptr) {
	width, step := uintptr(full)*g.size, line*uintptr(g.k)
	// Several panels from one pass over the lines: each line of a large operand lies in a page of its own, and
	// reading one panel's share of it at a time waits for memory and address translation again and again.
	group := max(1, packWidth/int(width)) * full
	if zen5 && (g.kind > tile64AVX512 && step%1024 == 0 || step%4096 == 0 && g.k >= 128) {
		// Lines of many panels share a set of the first-level cache. Short ones fall out of it before they are full: with eight panels Aᵀ·B of order 512 gained 3 (float32) and 6 % on AVX2. Whole
		// ones of 16 panels of 256 terms took 1.9 to 2.3 ns each, of four or eight 1.1 to 1.3.
		group = 8 * full
	}
	for i := 0; i < lanes; i += group {
		n := min(group, lanes-i)
		whole, rest := n/full, n%full*int(g.size)
		from, to := uintptr(i)*g.size, uintptr(i/full)*step
		lines := max(1, packBytes/(n*int(g.size)))
		for l := 0; l < g.k; l += lines {
			d, s, k := unsafe.Add(dst, to+uintptr(l)*line), unsafe.Add(src, from+uintptr(l)*ls), min(lines, g.k-l)
			switch {
			case g.kind > tile64AVX512:
				packCopyAVX2(d, s, line, step, ls, whole, rest, k)
			case line == width && line <= 128:
				packCopyAVX512(d, s, line, step, ls, whole, rest, k)
			default:
				packLinesAVX512(d, s, width, line, step, ls, whole, rest, k)
			}
		}
	}
}

// lineTiles is how many tiles share a line of a packed band of A: 192 bytes, three vectors, are 12 rows of each of four (two) tiles. With a line
// for each tile the copy would wait for a cache line of every panel.
var lineTiles = [...]int{tile32AVX512: 4, tile64AVX512: 2, tile32AVX2: 1, tile64AVX2: 1}

// packTile packs rows rows of A as a panel with lines of line bytes.
func (g *blockCall) packTile(dst, src unsafe.Pointer, rows int, line uintptr) {
	if g.kind <= tile64AVX512 && g.ca != g.size {
		packTileAVX512(dst, src, uintptr(rows)*g.size, line, g.ca, g.k)
		return
	}
	g.packPanels(dst, src, g.ra, g.ca, rows, int(line/g.size))
}

// packTransposed packs one panel of w lanes whose elements are contiguous. Groups of lanes go last to first, since a
// store may run over into the next line's first lanes.
func (g *blockCall) packTransposed(dst, src unsafe.Pointer, is, line uintptr, w int) {
	lanes := packLanes[g.kind]
	for i := (w - 1) / lanes * lanes; i >= 0; i -= lanes {
		d, s, n := unsafe.Add(dst, uintptr(i)*g.size), unsafe.Add(src, uintptr(i)*is), min(lanes, w-i)
		switch g.kind {
		case tile32AVX512:
			packTranspose32AVX512(d, s, line, is, n, g.k)
		case tile64AVX512:
			packTranspose64AVX512(d, s, line, is, n, g.k)
		case tile32AVX2:
			packTranspose32AVX2(d, s, line, is, n, g.k)
		case tile64AVX2:
			packTranspose64AVX2(d, s, line, is, n, g.k)
		}
	}
}

// packLanes is the number of lanes of a transposition in registers.
var packLanes = [...]int{tile32AVX512: 16, tile64AVX512: 8, tile32AVX2: 8, tile64AVX2: 4}

//go:noescape
func packCopyAVX512(dst, src unsafe.Pointer, line, step, is uintptr, full, rest, k int)

//go:noescape
func packLinesAVX512(dst, src unsafe.Pointer, width, line, step, is uintptr, full, rest, k int)

//go:noescape
func packTileAVX512(dst, src unsafe.Pointer, width, line, is uintptr, k int)

//go:noescape
func packCopyAVX2(dst, src unsafe.Pointer, line, step, is uintptr, full, rest, k int)

//go:noescape
func packTranspose32AVX512(dst, src unsafe.Pointer, stride, is uintptr, w, k int)

//go:noescape
func packTranspose64AVX512(dst, src unsafe.Pointer, stride, is uintptr, w, k int)

//go:noescape
func packTranspose32AVX2(dst, src unsafe.Pointer, stride, is uintptr, w, k int)

//go:noescape
func packTranspose64AVX2(dst, src unsafe.Pointer, stride, is uintptr, w, k int)
