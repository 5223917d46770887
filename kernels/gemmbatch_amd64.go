package kernels

import "unsafe"

// batchWork bounds the m·n·k of the products of one call of assembly, half of it in float64, and batchBytes what they move as batchCount has it, since nothing stops them: 50 µs on a
// slow core.
const batchWork, batchBytes = 1_500_000, 128 << 10

// batchRows is the height of the products that one vector is wide and that a loop in assembly takes.
const batchRows = 16

// twoPermutes: Zen 5 permutes two vectors of 512 bits a cycle, server Intel one. See gemmdense_avx512_amd64.s and gemmsixteen_avx512_amd64.s.
var twoPermutes = zen5

// together computes a batch of products that batchPiece takes by few calls, and reports whether there is a kernel for them. B's rows are contiguous.
func (t *tileCall) together(kind tileKind, m, n int, size uintptr, a, b, c unsafe.Pointer, sa, sb, sc uintptr, batch int) bool {
	if !t.whole(kind, m, n, size) || t.k > ChunkK {
		return false
	}
	// What one product reads and writes; operands at a stride of 0 count as often as they are read.
	bytes := (m*t.k + t.k*n + m*n) * int(size)
	if fetchComing && sb != 0 && m*t.k*int(size) >= 1<<10 && batch*bytes > 2*cacheHalf {
		t.ahead = sb // order 16 in float32 160 to 200 GFLOP/s from the third level; up to a fifth less where products are smaller or near
	}
	count := t.batchCount(m, n, size)
	for ; batch > count; batch -= count {
		batchPiece(kind, t, a, b, c, m, n, sa, sb, sc, count)
		a, b, c = unsafe.Add(a, sa*uintptr(count)), unsafe.Add(b, sb*uintptr(count)), unsafe.Add(c, sc*uintptr(count))
	}
	batchPiece(kind, t, a, b, c, m, n, sa, sb, sc, batch)
	return true
}

// batchCount is how many products one call of assembly computes. Rows with gaps between them are a cache line and perhaps a page each, however short, as are operands of products: 481 products of
// 16×2×2 float32 are as many bytes, but with rows in pages of their own 134 µs on Zen 5, and these 60 take 17.
func (t *tileCall) batchCount(m, n int, size uintptr) int {
	ra, rowsA, colsA := t.ra, m, t.k
	if ra == size {
		ra, rowsA, colsA = t.ca, t.k, m // transposed
	}
	bytes := touched(rowsA, colsA, ra, size) + touched(t.k, n, t.rb, size) + touched(m, n, t.rc, size)
	return max(1, min(batchWork*4/(m*n*t.k*int(size)), batchBytes/bytes))
}

// touched is what rows of cols elements, stride bytes apart, move: each piece without gaps at least a cache line.
func touched(rows, cols int, stride, size uintptr) int {
	line := cols * int(size)
	if int(stride) == line {
		return max(64, rows*line)
	}
	return rows * max(64, line)
}

// whole reports whether batchPiece takes a product: one at most a vector wide and batchRows high, or a dense one of order 16 or 32, whose kernel fetches what comes; on AVX2 one of order 4 or 8 if it is dense. Only Zen 5 was measured: server Intel takes the loop over
// a batch, order 4 by several rows in a vector and 13 to 16 rows as that many chains as well, by what its ports and the call cost.
func (t *tileCall) whole(kind tileKind, m, n int, size uintptr) bool {
	if kind > tile64AVX512 {
		return (n == 4 || n == 8) && t.dense(kind, m, n)
	}
	if uintptr(n)*size > 64 {
		return fetchComing && (n == 16 || n == 32) && t.dense(kind, m, n)
	}
	return m <= batchRows
}

// dense reports whether a product is square and its operands have no gaps.
func (t *tileCall) dense(kind tileKind, m, n int) bool {
	line := uintptr(n) << (2 + kind&1)
	return m == n && t.k == n && t.ra == line && t.rb == line && t.rc == line
}

// stackedLine bounds the bytes of a row of A of the products that stacked takes: with rows twice as long it is a tenth faster in the second-level cache and a fifth slower from
// beyond it. Zen 5 is the only processor it was measured on.
var stackedLine = onZen5(128)

// stacked computes many rows with a B at most one vector wide and of few terms as a batch of products of a few rows that share B, and reports whether it did. Twelve rows a call are
// mostly the call there: 1.1 (32 terms) to 2 times as fast as the tile, of order 8 in float32, which gemmFew32AVX512 had, three times. From 17 terms on that has its columns.
func (g *blockCall) stacked() bool {
	lanes := fewByLanes && g.kind == tile32AVX512 && g.n > fewWidth/2 && g.n <= fewWidth && g.k > 16
	if lanes || g.kind > tile64AVX512 || g.want.uplo != 0 || g.n*int(g.size) > 64 || g.k*int(g.size) > stackedLine || g.m < 4*batchRows || g.ca != g.size {
		return false
	}
	ar := takeArena()
	t := g.tile
	b, rows := g.b, batchRows
	t.ra, t.ca, t.rb, t.k = g.ra, g.ca, g.rb, g.k
	if g.cb != g.size {
		b, t.rb = ar.packB(), uintptr(g.n)*g.size
		g.packPanels(b, g.b, g.cb, g.rb, g.n, g.n)
	}
	if g.n == 8 && g.k == 8 && twoPermutes {
		rows = 8 // gemmEight32AVX512, if there are no gaps
	}
	whole := g.m / rows
	t.together(g.kind, rows, g.n, g.size, g.a, b, g.c, uintptr(rows)*g.ra, 0, uintptr(rows)*g.rc, whole)
	if done := whole * rows; done < g.m {
		t.together(g.kind, g.m-done, g.n, g.size, unsafe.Add(g.a, uintptr(done)*g.ra), b, unsafe.Add(g.c, uintptr(done)*g.rc), 0, 0, 0, 1)
	}
	giveArena(ar)
	return true
}

// batchPiece is not inlined, so that the runtime can stop a long batch between two calls.
//
//go:noinline
func batchPiece(kind tileKind, t *tileCall, a, b, c unsafe.Pointer, m, n int, sa, sb, sc uintptr, count int) {
	dense := t.dense(kind, m, n)
	switch {
	case kind == tile32AVX2 && n == 4:
		gemmFour32AVX2(t, a, b, c, sa, sb, sc, count)
	case kind == tile32AVX2:
		gemmEight32AVX2(t, a, b, c, sa, sb, sc, count)
	case kind == tile64AVX2 && n == 4:
		gemmFour64AVX2(t, a, b, c, sa, sb, sc, count)
	case kind == tile64AVX2:
		gemmEight64AVX2(t, a, b, c, sa, sb, sc, count)
	case dense && n == 4 && kind == tile32AVX512:
		gemmFour32AVX512(t, a, b, c, sa, sb, sc, count)
	case dense && n == 4 && twoPermutes:
		gemmFour64AVX512(t, a, b, c, sa, sb, sc, count)
	case dense && n == 4:
		gemmFourAcross64AVX512(t, a, b, c, sa, sb, sc, count)
	case dense && n == 8 && kind == tile32AVX512 && twoPermutes:
		gemmEight32AVX512(t, a, b, c, sa, sb, sc, count)
	case dense && n == 8 && kind == tile64AVX512 && fetchComing:
		gemmEight64AVX512(t, a, b, c, sa, sb, sc, count)
	case kind == tile32AVX512 && n == 32:
		gemmThirtyTwo32AVX512(t, a, b, c, sa, sb, sc, count)
	case kind == tile64AVX512 && n == 32:
		gemmThirtyTwo64AVX512(t, a, b, c, sa, sb, sc, count)
	case kind == tile64AVX512 && n == 16:
		gemmSixteen64AVX512(t, a, b, c, sa, sb, sc, count)
	case kind == tile32AVX512 && m == 16 && n == 16 && t.ca == 4 && t.k&1 == 0 && twoPermutes:
		gemmSixteen32AVX512(t, a, b, c, sa, sb, sc, count)
	case kind == tile32AVX512 && n <= 8:
		gemmBatchHalf32AVX512(t, a, b, c, m, n, sa, sb, sc, count)
	case kind == tile32AVX512:
		gemmBatch32AVX512(t, a, b, c, m, n, sa, sb, sc, count)
	case n <= 4:
		gemmBatchHalf64AVX512(t, a, b, c, m, n, sa, sb, sc, count)
	default:
		gemmBatch64AVX512(t, a, b, c, m, n, sa, sb, sc, count)
	}
}

//go:noescape
func gemmBatch32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, sa, sb, sc uintptr, count int)

//go:noescape
func gemmBatchHalf32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, sa, sb, sc uintptr, count int)

//go:noescape
func gemmBatch64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, sa, sb, sc uintptr, count int)

//go:noescape
func gemmBatchHalf64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, sa, sb, sc uintptr, count int)

//go:noescape
func gemmFour32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmFour64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmFourAcross64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmEight32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmFour32AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmFour64AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmEight32AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmEight64AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmSixteen32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmEight64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmThirtyTwo32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmThirtyTwo64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)

//go:noescape
func gemmSixteen64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
