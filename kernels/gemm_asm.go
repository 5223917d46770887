//go:build amd64 || arm64

package kernels

import (
	"math"
	"unsafe"
)

// The driver of the assembly tiles: packing, loops over blocks, edges. It works in bytes
// and knows the element type by its size only.
//
// Loops, outermost first: chunks of k (the contract's, so that a sum lives in registers from its
// first to its last term), nc columns of C, mr rows, nr columns. A packed block of B (chunk×nc) stays in the
// second-level cache while all rows of A pass by; mr rows of A stay in the first level, or near it, while the
// panels of B pass by. So C and A come and go along their rows, one page after the other, as the hardware fetches
// and translates best, and nothing is kept in a third level that may be slow and shared (29 GB/s and 160 ns on
// the server Intel this was measured on). nc comes from the cache size and moves no rounding.
//
// Where A and B are small enough to stay near, but B has to be packed or a triangle of C is wanted, columns of C come before its rows (byPanel): all rows of A pass by one panel of B at a time,
// which is packed just before. So do they where A alone is small and a large B passes by once (streamed).
//
// Columns of A are packed in bands of up to 4 MiB, each once for all blocks of B, which are then packed again for the next band.
//
// Operands that are small or met once are read in place, and so are rows of A, unless they collide in the first level: packing pays only when
// an element is used often, or when the tile cannot read the layout (B with contiguous columns is transposed). On Zen 5 tiles copy rows of A that collide, the next block of B and the panels of both
// sides of a triangle while they run (gemmcarry_asm.go).

// A tileCall is what the tiles of one block share. The assembly knows its layout.
type tileCall struct {
	ra, ca uintptr // A: bytes from row to row and from one l to the next
	rb     uintptr // B: bytes from one l to the next
	rc     uintptr // C: bytes from row to row
	k      int
	alpha  uint64 // bits of the element in the low bytes
	beta   uint64
	mode   uint32  // of the update of C
	second uint32  // bytes from next to as many more lines of A to fetch
	next   uintptr // lines of A to fetch into the second-level cache, fetchBytes of them
	ahead  uintptr // bytes from B at work to B to fetch into the first-level cache; 0: none
	// What ahead is for the rows of tiles of a product of a batch, the first, the second and the others, to fetch the next product's B, A and C: see fetchComing.
	coming [3]uintptr
}

// packedAhead is how many steps ahead packed B is fetched. Eight would cover the second-level cache; where something else uses that as well,
// part of the block comes from beyond. fetchedAhead is that of B in place, of which each step may be a page of its own; where B is small,
// fetching costs more than it gains.
const packedAhead, fetchedAhead = 32, 16

// The modes of a tileCall; the assembly knows their values.
const (
	modeScale = iota // c = alpha·acc
	modeMix          // c = fma(alpha, acc, beta·c)
	modePut          // c = acc: alpha is 1
	modeAdd          // c = fma(alpha, acc, c): beta is 1
)

// readsC reports whether the update reads C: beta is not 0.
func (t *tileCall) readsC() bool { return t.mode == modeMix || t.mode == modeAdd }

// setScalars stores alpha and beta and chooses the mode.
func setScalars[T Float](t *tileCall, alpha, beta T) {
	*(*T)(unsafe.Pointer(&t.alpha)) = alpha
	*(*T)(unsafe.Pointer(&t.beta)) = beta
	switch {
	case beta == 1:
		t.mode = modeAdd
	case beta != 0:
		t.mode = modeMix
	case alpha == 1:
		t.mode = modePut
	default:
		t.mode = modeScale
	}
}

// A blockCall is one product on one core.
type blockCall struct {
	tile    tileCall
	kind    tileKind
	want    region
	m, n, k int
	size    uintptr // of an element
	a, b, c unsafe.Pointer
	ra, ca  uintptr // strides in bytes
	rb, cb  uintptr
	rc      uintptr
	next    rowsAhead
	carry   *carryState    // nil: tiles copy nothing
	after   int            // terms of the chunk that follows
	arena   *arena         // nil: not needed so far
	edge    unsafe.Pointer // memory for a tile on the diagonal
}

// rowsAhead are the rows of A that come after those at work, or the next lines of a packed band.
type rowsAhead struct {
	a      uintptr // for fetching only
	rows   uintptr
	stride uintptr
	piece  uintptr // of a row, fetched by a tile
	pieces uintptr // in a row
	second uint32  // bytes to the other half, fetched at the same time
	tile   uintptr // how many tiles have been computed
	sink   byte    // what was read, so that the compiler keeps the reads
}

// fetch names the rows of n bytes from a on that the next tiles fetch.
func (g *blockCall) fetch(a, rows, stride, n uintptr) {
	h := &g.next
	h.second = 0
	if zen5 {
		if rows > 1 {
			rows = (rows + 1) / 2
			h.second = uint32(rows * stride) // of more, what is fetched is of no use
		} else {
			n = (n/2 + 63) &^ 63
			h.second = uint32(n)
		}
	}
	h.a, h.rows, h.stride, h.tile, h.piece = a, rows, stride, 0, fetchBytes(g.kind)
	h.pieces = (n + h.piece - 1) / h.piece
}

// multiplyBlock computes the wanted elements of a product on one core; alpha ≠ 0 and m, n, k > 0. Of a batch that passes B and C come from memory.
func multiplyBlock[T Float](isa ISA, want region, passes bool, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	if isa == Portable {
		multiplyGo(want, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
		return
	}
	if (m == 1 || n == 1) && want.uplo == 0 && multiplyNarrow(isa, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc) {
		return
	}
	if want.uplo == 0 && multiplyShort(isa, passes, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc) {
		return
	}
	size := unsafe.Sizeof(alpha)
	var g blockCall // field by field, as in multiplyTiles
	g.kind, g.want, g.m, g.n, g.k, g.size = kindOf(isa, size), want, m, n, k, size
	g.a, g.b, g.c = unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(unsafe.SliceData(c))
	g.ra, g.ca, g.rb, g.cb, g.rc = uintptr(ra)*size, uintptr(ca)*size, uintptr(rb)*size, uintptr(cb)*size, uintptr(ldc)*size
	setScalars(&g.tile, alpha, beta)
	g.tile.rc = g.rc
	if g.turned() || g.stacked() || g.byLanes() || g.byRows() {
		return
	}
	chunk := ChunkLen(k)
	for l := 0; l < k; l += chunk {
		if l > 0 {
			// The remaining chunks are added to C.
			g.tile.mode = modeAdd
			g.a = unsafe.Add(g.a, uintptr(chunk)*g.ca)
			g.b = unsafe.Add(g.b, uintptr(chunk)*g.rb)
		}
		g.k = min(chunk, k-l)
		g.after = min(chunk, k-l-g.k)
		if !zen5 || !g.turned() {
			g.run()
		}
	}
	if g.arena != nil {
		g.arena.carry.panelsB = carrier{} // of a chunk that went another way
		giveArena(g.arena)
	}
}

// run computes one chunk.
func (g *blockCall) run() {
	few := g.n & (tileShapes[g.kind].nr - 1)
	if few != 0 {
		few = g.lastFew(few)
	}
	if g.n -= few; g.n > 0 {
		g.runTiles()
	}
	if g.n += few; few > 0 {
		g.lastColumns(few)
	}
}

// runTiles computes one chunk by tiles.
func (g *blockCall) runTiles() {
	g.tile.k = g.k
	shape := &tileShapes[g.kind]
	mr := evenRows(g.m, shape.mr)
	packA, packB := g.packs(shape)
	if packA != inPlace || packB != inPlace || g.want.uplo != 0 {
		if g.arena == nil {
			g.arena = takeArena()
		}
		ar := g.arena
		if g.panelwise(packA, packB) {
			g.byPanel(ar, packB, shape.mr, shape.nr)
		} else if carries(g.kind) {
			g.blocksCarried(ar, mr, shape.nr, packA, packB)
		} else {
			g.blocks(ar, mr, shape.nr, packA, packB)
		}
		return
	}
	g.tile.ra, g.tile.ca, g.tile.rb = g.ra, g.ca, g.rb
	if g.low() {
		mr = evenRows(g.m, lowRows)
	}
	for i := 0; i < g.m; i += mr {
		g.row(i, min(mr, g.m-i), unsafe.Add(g.a, uintptr(i)*g.ra), 0, g.n, g.b, uintptr(shape.nr)*g.cb)
	}
}

// panelwise reports whether byPanel takes the chunk: A in place and B packed, where both may stay in the second-level cache, of which they are three quarters at
// most if it has 2 MiB, but all of one of 1 MiB and five quarters of a smaller one, where byPanel was not measured. Rows of A that are pages apart are worth the
// copies that blocks makes, if there are many.
//
// A triangle's operands are mostly one matrix, so that each has to fit cacheB, and A's rows may be pages apart; on zen5, with its faster third level, float64, whose panels are narrow, has
// twice as much (order 256 8 %, 320 2 % faster; at 512 blocks are, by 3). Where packs leaves B in place byPanel takes it so, of any
// size. Not with tiles that are always whole, of which every panel would end with a part.
func (g *blockCall) panelwise(packA, packB packing) bool {
	triangle := g.want.uplo != 0
	line := g.k * int(g.size)
	switch {
	case packA != inPlace || triangle && padTiles:
		return false
	case g.streamed():
		return true
	case packB == inPlace:
		return triangle
	case packB != packed:
		return false
	case triangle && zen5:
		most := max(g.m, g.n) * line
		return most <= cacheB || g.size == 8 && most < 2*cacheB
	case triangle:
		return max(g.m, g.n)*line < cacheB
	}
	return g.n*line <= cacheB && (g.m*line <= cacheInPlace || (g.m+g.n)*line <= cacheInPlace+cacheB && g.ra%4096 != 0)
}

// byPanel is blocks for operands that the second-level cache may hold, with A in place: all rows of A pass by one panel of B after the
// other, each packed when its turn comes, or copied by the first of its tiles, and met in the first-level cache from then on, hence fetched no further. B has contiguous columns, or rows that collide or lie across
// cache lines. In a triangle rows of tiles begin where the panel meets the diagonal: tiles that begin elsewhere compute more that is not wanted, and B may as well stay in place.
func (g *blockCall) byPanel(ar *arena, packB packing, mr, nr int) {
	buf := ar.packB()
	g.edge = ar.edge()
	g.tile.ra, g.tile.ca, g.tile.rb, g.tile.ahead = g.ra, g.ca, g.rb, 0
	if packB == packed {
		g.tile.rb = uintptr(nr) * g.size
	}
	g.next.rows = 0
	streamed := packB == packed && g.streamed()
	high := mr
	if g.want.uplo == 0 {
		high = tileRows(g.kind, g.m, g.n, g.ra, g.rc)
	}
	for j := 0; j < g.n; j += nr {
		end := min(j+nr, g.n)
		if piece := streamedPanels * nr; streamed && j%piece == 0 {
			g.fetchPanels(j+piece, piece)
		}
		// Of rows [i0, i1) the whole panel is wanted, of [d0, d1) a part.
		i0, i1, d0, d1 := 0, g.m, 0, 0
		if g.want.uplo != 0 {
			d0, d1 = min(g.m, max(0, j-g.want.off)), min(g.m, max(0, end-g.want.off))
			if g.want.uplo == Lower {
				i0 = d1
			} else {
				i1 = d0
			}
			if d0 == d1 && i0 == i1 {
				continue
			}
		}
		b := unsafe.Add(g.b, uintptr(j)*g.cb)
		if packB == packed {
			if g.copies(buf, b, unsafe.Add(g.c, uintptr(j)*g.size), end-j) {
				i0 = mr
			} else {
				g.packPanels(buf, b, g.cb, g.rb, end-j, nr)
			}
			b = buf
		}
		g.pass(d0, d1, min(mr, diagonalRows), j, end, b)
		g.pass(i0, i1, high, j, end, b)
	}
}

// diagonalRows is the height of tiles on the diagonal at most: lower ones compute less beyond it. Four tiles of 8 rows in a panel of 32 columns against three of 11: Zen 5 1 to 1.6 % up to order
// 256 in float32; an Emerald Rapids lost 7 to 11 % of order 32, 3 of 64.
var diagonalRows = lowDiagonal(zen5)

func lowDiagonal(low bool) int {
	if low {
		return 8
	}
	return math.MaxInt
}

// fetchPanels lets the next tiles fetch columns [j, j+n) of B, a row each.
func (g *blockCall) fetchPanels(j, n int) {
	g.next.rows = 0
	if j < g.n {
		g.next = rowsAhead{a: uintptr(g.b) + uintptr(j)*g.cb, rows: uintptr(g.k), stride: g.rb, piece: uintptr(n) * g.size, pieces: 1}
	}
}

// pass lets rows [i0, i1) pass by a panel of B, by tiles of equal height.
func (g *blockCall) pass(i0, i1, mr, j, end int, b unsafe.Pointer) {
	rows := evenRows(i1-i0, mr)
	for i := i0; i < i1; i += rows {
		g.strip(i, min(rows, i1-i), unsafe.Add(g.a, uintptr(i)*g.ra), j, end, b, 0)
	}
}

// evenRows is the height of tiles of at most mr rows that cut m rows into the fewest parts.
func evenRows(m, mr int) int {
	if padTiles || m == 0 {
		return mr
	}
	high := (m + mr - 1) / mr
	return (m + high - 1) / high
}

// packWidth is how many bytes of a line of the source are packed in one pass.
const packWidth = 2 << 10

// How an operand is read.
type packing uint8

const (
	inPlace packing = iota
	fetched         // B in place, from beyond the second-level cache, in blocks that all of A meets
	packed          // B in blocks, columns of A in bands
	byTile          // the share of A of one tile at a time
	shared          // A from the packed panels of B, its transpose
)

// blocks runs the loops over packed blocks.
func (g *blockCall) blocks(ar *arena, mr, nr int, packA, packB packing) {
	line := g.k * int(g.size)
	nc := g.n
	switch packB {
	case packed:
		nc = even(g.n, cacheB/line, nr)
	case fetched:
		nc = even(g.n, cacheInPlace/line, nr)
	}
	bufA, bufB := ar.packA(), ar.packB()
	g.edge = ar.edge()
	if g.shares(packA, packB, nr) {
		packA, bufB = shared, bufA
	}
	carryShared := packA == shared && g.carry != nil && g.k >= 64
	backwards := carryShared && g.want.uplo == Upper // the blocks of columns
	if packA == shared && !carryShared {
		g.packPanels(bufB, g.b, g.cb, g.rb, g.n, nr)
	}
	g.tile.ra, g.tile.ca, g.tile.rb = g.ra, g.ca, g.rb
	// A band is what the arena holds or, where it meets one block of B only, what stays in a cache.
	mc, group, lineA := g.m, 1, uintptr(mr)*g.size
	if packA == packed {
		group = lineTiles[g.kind]
		if group > 1 {
			lineA = (uintptr(group)*lineA + 63) &^ 63
		}
		room := bandA - arenaSlack
		if nc >= g.n {
			room = min(cacheA, packWidth*g.k)
		}
		mc = even(g.m, room/(int(lineA)*g.k)*group*mr, group*mr)
	}
	switch packA {
	case packed, byTile:
		g.tile.ra, g.tile.ca = g.size, lineA
	case shared:
		g.tile.ra, g.tile.ca = g.size, uintptr(nr)*g.size
	}
	// Rows of C that pass by many panels of B are looked at ahead, as are rows of A in place, which are copied where they collide in a cache; on zen5 by tiles.
	ahead := packB == packed && g.n >= 8*nr
	aheadA := ahead && packA == inPlace && g.ca == g.size && fetches(g.kind)
	copyA := aheadA && g.ra%2048 == 0 && !zen5
	carry := ahead && g.carry != nil && g.k >= 64 && nc < g.n
	keep := carry && packA == inPlace && g.ca == g.size && (g.ra+128)%2048 <= 256 // they fall into few sets, or nearly so
	carryB := carry && packA != byTile && packA != shared && (g.cb == g.size || packA == inPlace && g.ca == g.size) && nc*line <= arenaPackB/2-arenaSlack
	if g.carry != nil && !carryB {
		g.carry.panelsB = carrier{}
	}
	if carryShared {
		g.carryShared(bufB, nc, nr)
	}
	other := unsafe.Add(bufB, arenaPackB/2) // the next block of B
	if keep {
		mc = even(g.m, (arenaPackA-arenaSlack)/int(keptLine(g.k, g.size)), mr)
	}
	stepB := uintptr(nr) * g.cb
	switch packB {
	case packed:
		g.tile.rb, stepB = uintptr(nr)*g.size, uintptr(nr*line)
		g.tile.ahead = packedAhead * g.tile.rb
		if g.k < 64 && !fetches(g.kind) {
			g.tile.ahead = 0 // AVX2 elsewhere than on Zen 5 was measured so
		}
	case fetched:
		g.tile.ahead = fetchedAhead * g.rb
		if fetchNext && g.rb%2048 == 0 {
			// Lines that far down the panel would push out what is at work: the same row of the next panel, once for all rows of A.
			g.tile.ahead = stepB
		}
	}
	inB := -1 // the block of B that is packed
	for i0 := 0; i0 < g.m; i0 += mc {
		i1 := min(g.m, i0+mc)
		inA := false // the band is packed
		if keep {
			g.keeps(bufA, i0, i1, mr, nc)
		}
		for j := 0; j < g.n; j += nc {
			j0 := j
			if backwards {
				j0 = (g.n-1)/nc*nc - j
			}
			j1 := min(g.n, j0+nc)
			first, last := g.want.columns(0, g.m, j1)
			if first = max(j0, first/nr*nr); first >= last {
				continue
			}
			if lo, hi := g.want.columns(i0, i1, j1); max(lo, first) >= hi {
				continue
			}
			b := unsafe.Add(g.b, uintptr(first)*g.cb)
			switch {
			case packA == shared:
				if b = unsafe.Add(bufB, first*line); backwards && j1 < g.n {
					g.copied(j1/nr-1, nr)
				}
			case packB == packed:
				if inB != j0 {
					done := 0 // columns that tiles have copied
					if carryB {
						if w := &g.carry.panelsB; w.from == b {
							if done = w.panels() * nr; done > 0 && w.to == other {
								bufB, other = other, bufB
							}
						}
						g.carry.panelsB = carrier{}
					}
					if done < last-first {
						g.packPanels(unsafe.Add(bufB, done*line), unsafe.Add(b, uintptr(done)*g.cb), g.cb, g.rb, last-first-done, nr)
					}
					inB = j0
					switch {
					case !carryB:
					case j1 < g.n:
						g.carryPanels(unsafe.Add(g.b, uintptr(j1)*g.cb), other, min(nc, g.n-j1)/nr, nr, g.k)
					case i1 < g.m:
						g.carryPanels(g.b, other, nc/nr, nr, g.k)
					case g.after >= 64:
						if next := even(g.n, cacheB/(g.after*int(g.size)), nr); next < g.n && next*g.after*int(g.size) <= arenaPackB/2-arenaSlack {
							g.carryPanels(unsafe.Add(g.b, uintptr(g.k)*g.rb), other, next/nr, nr, g.after)
						}
					}
				}
				b = bufB
			}
			if packA == packed && !inA {
				g.packLines(bufA, unsafe.Add(g.a, uintptr(i0)*g.ra), g.ca, i1-i0, group*mr, lineA)
				inA = true
			}
			for i, rows := i0, mr; i < i1; i += rows {
				if packA == shared {
					rows = panelRows((i+g.want.off)%nr, nr, tileShapes[g.kind].mr)
				}
				rows = min(rows, i1-i)
				lo, hi := g.want.columns(i, i+rows, j1)
				if lo = max(first, lo/nr*nr); lo >= hi {
					continue
				}
				at := unsafe.Add(g.a, uintptr(i)*g.ra)
				if next := i + rows; ahead && next < g.m {
					g.lookAhead(next, min(rows, g.m-next), lo, hi)
					if aheadA {
						g.lookAheadA(unsafe.Add(at, uintptr(rows)*g.ra), min(rows, g.m-next))
					}
				} else {
					g.next.rows = 0
				}
				switch {
				case keep:
					at = g.keptRow(i, rows, at)
				case packA == packed:
					t, step := (i-i0)/mr, lineA*uintptr(g.k)
					at = unsafe.Add(bufA, uintptr(t/group)*step+uintptr(t%group*mr)*g.size)
					if t%group == 0 && fetches(g.kind) {
						g.fetch(uintptr(bufA)+uintptr(t/group+1)*step, 1, 0, step)
					}
				case packA == shared:
					if carryShared {
						g.copied((i+g.want.off)/nr, nr)
					}
					at = unsafe.Add(bufB, (i+g.want.off)/nr*nr*line+(i+g.want.off)%nr*int(g.size))
					if (i+g.want.off)%nr == 0 {
						g.fetch(uintptr(at)+uintptr(nr*line), 1, 0, uintptr(nr*line))
					}
				case packA == byTile:
					g.packTile(bufA, at, rows, lineA)
					at = bufA
				case copyA:
					at = g.copyRows(bufA, at, rows)
				}
				g.row(i, rows, at, lo, hi, unsafe.Add(b, uintptr((lo-first)/nr)*stepB), stepB)
				if keep {
					g.rowDone()
				}
			}
		}
	}
}

// shares reports whether the rows of A are columns of B that lie in the same packed panels: a triangle of A·Aᵀ is packed once and not twice, and
// what rows of A in place lose to collisions (nothing on zen5) is less than the lower tiles cost, 11 rows where a panel has 32 columns. (Of 16 columns they are 8 rows
// high, which only the packing of A is worth.) Where tiles copy the panels that is so for all that an arena holds: float64 of order 1500 and 2048 1 to 3 %.
func (g *blockCall) shares(packA, packB packing, nr int) bool {
	off := g.want.off // row i is column i+off
	room := bandA
	if carries(g.kind) {
		room = arenaPackA
	}
	return g.want.uplo != 0 && packB == packed && sharesPanels(g.kind) && (packA == packed || g.size == 4 && g.ra%2048 == 0 && !zen5) &&
		off >= 0 && off+g.m <= g.n && g.a == unsafe.Add(g.b, uintptr(off)*g.cb) && g.ra == g.cb && g.ca == g.rb &&
		(g.n+nr-1)/nr*nr*g.k*int(g.size) <= room-arenaSlack
}

// panelRows returns the height of the tile at row at of a panel of nr that is cut into the fewest tiles of at most mr rows.
func panelRows(at, nr, mr int) int {
	parts := (nr + mr - 1) / mr
	part := (at*parts + parts - 1) / nr
	return ((part+1)*nr+parts-1)/parts - at
}

// lookAhead reads an element at both ends of each of the coming rows [i, i+rows) of C, so that their pages are translated while the
// rows before them are computed (a prefetch of a page that is not waits for it, or is dropped). C is left alone where beta = 0: it is never read
// then.
func (g *blockCall) lookAhead(i, rows, lo, hi int) {
	if zen5 || !g.tile.readsC() {
		return
	}
	g.touch(unsafe.Add(g.c, uintptr(i)*g.rc+uintptr(lo)*g.size), g.rc, uintptr(hi-lo)*g.size, rows)
}

// lookAheadA does the same for rows of A from a on, and lets the tiles fetch them.
func (g *blockCall) lookAheadA(a unsafe.Pointer, rows int) {
	line := uintptr(g.k) * g.size
	g.fetch(uintptr(a), uintptr(rows), g.ra, line)
	if !zen5 {
		g.touch(a, g.ra, line, rows)
	}
}

// touch reads both ends of lines of n bytes.
func (g *blockCall) touch(first unsafe.Pointer, stride, n uintptr, lines int) {
	for i := range lines {
		line := unsafe.Add(first, uintptr(i)*stride) // no pointer behind the last line: the garbage collector would meet it
		g.next.sink += *(*byte)(line) + *(*byte)(unsafe.Add(line, n-1))
	}
}

// copyRows copies rows of A to where they do not collide, a line more than a multiple of the vectors apart, and returns their place.
func (g *blockCall) copyRows(dst, src unsafe.Pointer, rows int) unsafe.Pointer {
	line := uintptr(g.k) * g.size
	g.tile.ra = (line+63)&^63 + 64
	for r := uintptr(0); r < uintptr(rows); r++ {
		copy(unsafe.Slice((*byte)(unsafe.Add(dst, r*g.tile.ra)), line), unsafe.Slice((*byte)(unsafe.Add(src, r*g.ra)), line))
	}
	return dst
}

// even cuts total into the fewest parts of at most size and returns the size of equal
// parts, a multiple of unit.
func even(total, size, unit int) int {
	size = max(unit, size/unit*unit)
	parts := (total + size - 1) / size
	return ((total+parts-1)/parts + unit - 1) / unit * unit
}

// stripTiles bounds the assembly that runs between two stack checks: see TestGemmWork.
const stripTiles = 8

// row computes rows [i, i+rows) of the columns [lo, hi) of C; step is the distance of B's panels.
func (g *blockCall) row(i, rows int, a unsafe.Pointer, lo, hi int, b unsafe.Pointer, step uintptr) {
	off := uintptr(0)
	wide := stripTiles * tileShapes[g.kind].nr
	for j := lo; j < hi; j += wide {
		g.strip(i, rows, a, j, min(hi, j+wide), unsafe.Add(b, off), step)
		off += stripTiles * step
	}
}

// strip computes at most stripTiles tiles. It is a call of its own because the check in its
// prologue is where the garbage collector can stop a goroutine that is otherwise in
// assembly all the time.
//
//go:noinline
func (g *blockCall) strip(i, rows int, a unsafe.Pointer, lo, hi int, b unsafe.Pointer, step uintptr) {
	nr := tileShapes[g.kind].nr
	off := uintptr(0)
	for j := lo; j < hi; j += nr {
		cols := min(nr, g.n-j)
		c := unsafe.Add(g.c, uintptr(i)*g.rc+uintptr(j)*g.size)
		g.tile.next, g.tile.second = uintptr(c), 0
		if h := &g.next; h.rows != 0 {
			if r := h.tile / h.pieces; r < h.rows {
				g.tile.next, g.tile.second = h.a+r*h.stride+h.tile%h.pieces*h.piece, h.second
			}
			h.tile++
		}
		if g.want.uplo == 0 {
			if g.carry != nil {
				g.tileOrCarry(a, unsafe.Add(b, off), c, rows, cols)
			} else {
				runTile(g.kind, &g.tile, a, unsafe.Add(b, off), c, rows, cols)
			}
		} else {
			g.corner(i, j, rows, cols, a, unsafe.Add(b, off), c)
		}
		off += step
	}
}

// corner computes the wanted part of a tile that a diagonal may cross: wholly outside nothing,
// wholly inside the tile, otherwise its sums, of which the wanted ones are used, or the tile in a copy of which
// the wanted elements are copied back.
func (g *blockCall) corner(i, j, rows, cols int, a, b, c unsafe.Pointer) {
	d := i + g.want.off - j // the diagonal passes (0, d) of the tile
	if g.want.uplo == Lower {
		if d+rows-1 < 0 {
			return
		}
		if d < 0 {
			// Rows above the diagonal.
			a, c = unsafe.Add(a, uintptr(-d)*g.tile.ra), unsafe.Add(c, uintptr(-d)*g.rc)
			rows, d = rows+d, 0
		}
		cols = min(cols, d+rows)
		if cols-1 <= d {
			if g.carry != nil {
				g.tileOrCarry(a, b, c, rows, cols)
			} else {
				runTile(g.kind, &g.tile, a, b, c, rows, cols)
			}
			return
		}
	} else {
		if d > cols-1 {
			return
		}
		rows = min(rows, cols-d)
		if half := tileShapes[g.kind].nr / 2; d >= half && !padTiles {
			// The first vector lies before the diagonal.
			b, c = unsafe.Add(b, uintptr(half)*g.size), unsafe.Add(c, uintptr(half)*g.size)
			cols, d = cols-half, d-half
		}
		if d+rows-1 <= 0 {
			if g.carry != nil {
				g.tileOrCarry(a, b, c, rows, cols)
			} else {
				runTile(g.kind, &g.tile, a, b, c, rows, cols)
			}
			return
		}
	}
	t, p := g.tile, g.edge
	if g.triangle(t, d, rows, cols, a, b, c, p) {
		return
	}
	t.rc = uintptr(cols) * g.size
	if t.readsC() {
		g.copyWanted(p, t.rc, c, g.rc, d, rows, cols)
	}
	runTile(g.kind, &t, a, b, p, rows, cols)
	g.copyWanted(c, g.rc, p, t.rc, d, rows, cols)
}

// copyWanted copies the wanted elements of a tile whose diagonal passes (0, d).
func (g *blockCall) copyWanted(dst unsafe.Pointer, dstRow uintptr, src unsafe.Pointer, srcRow uintptr, d, rows, cols int) {
	for i := 0; i < rows; i++ {
		lo, hi := 0, max(0, min(cols, i+d+1))
		if g.want.uplo == Upper {
			lo, hi = min(cols, max(0, i+d)), cols
		}
		if lo == hi {
			continue
		}
		off, n := uintptr(lo)*g.size, uintptr(hi-lo)*g.size
		to, from := unsafe.Add(dst, uintptr(i)*dstRow+off), unsafe.Add(src, uintptr(i)*srcRow+off)
		copy(unsafe.Slice((*byte)(to), n), unsafe.Slice((*byte)(from), n))
	}
}
