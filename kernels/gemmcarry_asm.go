//go:build amd64 || arm64

package kernels

import "unsafe"

// What tiles of large products and triangles copy while they run, on zen5: rows of A that collide in the first-level cache, to where they do not, once for all blocks of B; the panels of the
// next block of B, of this chunk or of the next, whose rows or columns are contiguous; and the panels that both sides of a triangle are read from. Copied beforehand A would cost more than collisions do, and B as packed beforehand
// costs 2 % of a product, 2 to 6 % of a triangle.

// A carriage is what a tile copies: carryRows rows of a piece, or lines of a panel (see gemmcarry_avx512_amd64.h). The assembly knows its layout, and changes from, to and rows:
// within what g.a, g.b and the arena hold anyway, so that no write barrier is missed.
type carriage struct {
	from, to     unsafe.Pointer
	stride, step uintptr // of from and to, a segment
	next         uintptr // bytes to what is copied next
	rows         int
}

// carryRows is how many segments a tile has at least.
const carryRows = 12

// A carrier shares out what is copied among tiles: rows by pieces as long as a segment of a tile has lines, or panels by as many lines as it has segments.
type carrier struct {
	from, to     unsafe.Pointer
	stride, step uintptr // of rows of from; of rows of to, or of its panels
	rows, line   uintptr // rows of line bytes, or panels of line bytes a row, or halves of panels whose rows of from lie so far apart
	high         uintptr // lines of a panel
	row, col     uintptr // what comes next; of a panel col is a line
	lines        uintptr // of a panel a segment: 4 are transposed, since from has contiguous columns, 2 copied by low tiles, 1 by others
}

// left reports whether there is something left to copy.
func (w *carrier) left() bool { return w.row < w.rows }

// segment is the length of a segment of k terms in fours.
func segment(k int) uintptr { return uintptr(k / 4 * 5 / 64) }

// carryPiece is the carriage of the next piece of rows. Pieces overlap at the end of a row, so that none goes beyond it.
func (w *carrier) carryPiece(m *carriage, k int) {
	piece := 64 * segment(k)
	at := min(w.col, w.line-piece)
	m.from, m.to = unsafe.Add(w.from, w.row*w.stride+at), unsafe.Add(w.to, w.row*w.step+at)
	m.stride, m.step, m.rows = w.stride, w.step, int(min(carryRows, w.rows-w.row))
	here := w.row*w.stride + at
	if w.col += piece; w.col >= w.line {
		w.row, w.col = w.row+carryRows, 0
	}
	m.next = w.row*w.stride + min(w.col, w.line-piece) - here
}

// carryPanels lets the next tiles copy panels of nr columns of B from from on, k high.
func (g *blockCall) carryPanels(from, to unsafe.Pointer, panels, nr, k int) {
	line := uintptr(nr) * g.size
	w := carrier{from: from, to: to, stride: g.rb, step: uintptr(k) * line, rows: uintptr(panels), line: line, high: uintptr(k), lines: 1}
	if g.cb != g.size {
		w.lines, w.stride, w.rows, w.line = 4, g.cb, 2*w.rows, uintptr(nr/2)*g.cb
	}
	g.carry.panelsB = w
}

// linesOf is how many lines of a panel a tile of k terms copies.
func (w *carrier) linesOf(k int) uintptr {
	s := segment(k)
	return (uintptr(k/4) + s - 1) / s * w.lines
}

// panels is how many whole panels have been copied.
func (w *carrier) panels() int {
	if w.lines == 4 {
		return int(w.row / 2)
	}
	return int(w.row)
}

// carryPanel is the carriage of the next lines of a panel, one or two a segment. They overlap at the end of a panel.
func (w *carrier) carryPanel(m *carriage, k int) {
	n := w.linesOf(k)
	last := w.high - n
	at := min(w.col, last)
	m.from, m.to = unsafe.Add(w.from, w.row*w.line+at*w.stride), unsafe.Add(w.to, w.row*w.step+at*w.line)
	m.stride, m.rows = w.stride, int(n)
	here := w.row*w.line + at*w.stride
	if w.col += n; w.col >= w.high {
		w.row, w.col = w.row+1, 0
	}
	m.next = w.row*w.line + min(w.col, last)*w.stride - here
}

// carryTurned is the carriage of the next lines of half a panel, four a segment. They overlap at the end of a panel.
func (w *carrier) carryTurned(m *carriage, k int, size uintptr) {
	n := w.linesOf(k)
	last := w.high - n
	at := min(w.col, last)
	m.from, m.to = unsafe.Add(w.from, w.row*w.line+at*size), unsafe.Add(w.to, w.row/2*w.step+w.row%2*64+at*128)
	m.stride, m.rows = w.stride, int(64/(4*size))
	here := w.row*w.line + (at+4)*size // once from has moved
	if w.col += n; w.col >= w.high {
		w.row, w.col = w.row+1, 0
	}
	m.next = w.row*w.line + min(w.col, last)*size - here
}

// carryShared lets tiles copy the panels at buf that a triangle reads rows and columns from. Rows of a lower triangle need the panels up to their own. Those of an upper one need all from their own on, so that its
// last block of columns comes first, is packed before, and its rows need the panels of the others one after the other.
func (g *blockCall) carryShared(buf unsafe.Pointer, nc, nr int) {
	whole := g.n / nr
	if g.want.uplo == Upper {
		whole = (g.n - 1) / nc * nc / nr
	}
	if done := whole * nr; done < g.n {
		g.packPanels(unsafe.Add(buf, done*g.k*int(g.size)), unsafe.Add(g.b, uintptr(done)*g.cb), g.cb, g.rb, g.n-done, nr)
	}
	g.carryPanels(g.b, buf, whole, nr, g.k)
	g.carry.panelsB.lines = 2
}

// copied packs what tiles have not copied of the panels up to panel p.
func (g *blockCall) copied(p, nr int) {
	for w := &g.carry.panelsB; w.left() && int(w.row) <= p; w.row, w.col = w.row+1, 0 {
		rest := blockCall{kind: g.kind, size: g.size, k: g.k - int(w.col)}
		rest.packPanels(unsafe.Add(w.to, w.row*w.step+w.col*w.line), unsafe.Add(w.from, w.row*w.line+w.col*w.stride), g.cb, g.rb, nr, nr)
	}
}

// A carryState is what is left to copy of one product.
type carryState struct {
	carriage       carriage
	rowsA, panelsB carrier
	kept           keptRows
}

// blocksCarried is blocks with memory for that: in the arena, since smaller products would clear it for nothing. Of what is left panels for the next chunk stay.
func (g *blockCall) blocksCarried(ar *arena, mr, nr int, packA, packB packing) {
	g.carry = &ar.carry
	g.blocks(ar, mr, nr, packA, packB)
	g.carry, ar.carry = nil, carryState{panelsB: ar.carry.panelsB}
}

// tileOrCarry computes a tile, and lets it copy what is left of rows of A or panels of B if it is a whole one.
func (g *blockCall) tileOrCarry(a, b, c unsafe.Pointer, rows, cols int) {
	copyA, copyB := g.carry.rowsA.left(), g.carry.panelsB.left()
	switch shape := &tileShapes[g.kind]; {
	case !copyA && !copyB || g.carry.panelsB.lines == 2 && !carriesLow(g.kind, rows) || g.carry.panelsB.lines != 2 && rows != shape.mr || cols != shape.nr:
		runTile(g.kind, &g.tile, a, b, c, rows, cols)
	case copyA:
		g.carry.rowsA.carryPiece(&g.carry.carriage, g.k)
		g.carryRows(a, b, c, rows, cols)
	case g.carry.panelsB.lines == 4:
		g.carry.panelsB.carryTurned(&g.carry.carriage, g.k, g.size)
		g.carryTurn(a, b, c, rows, cols)
	default:
		g.carry.panelsB.carryPanel(&g.carry.carriage, g.k)
		g.carryLines(a, b, c, rows, cols)
	}
}

// keptRows are the rows of A of a band that have been copied to where they do not collide.
type keptRows struct {
	buf      unsafe.Pointer // of row 0 of the band
	line     uintptr        // bytes from row to row
	from, to int            // rows of A
	band     int            // the first row of the band, and that after its last
	end      int
}

// keeps sets up what is kept of the band of rows [i0, i1), in blocks of nc columns. The first rows of tiles are read in place while the next ones are copied; of a lower
// triangle later blocks do not meet the first nc rows.
func (g *blockCall) keeps(buf unsafe.Pointer, i0, i1, mr, nc int) {
	g.carry.kept = keptRows{buf: buf, line: keptLine(g.k, g.size), band: i0, end: i1, from: i0 + mr}
	if first := nc - g.want.off - i0; g.want.uplo == Lower && first > mr {
		g.carry.kept.from = i0 + (first+mr-1)/mr*mr
	}
	g.carry.kept.to = g.carry.kept.from
}

// keptLine is the distance of kept rows: a cache line more than whole ones.
func keptLine(k int, size uintptr) uintptr { return (uintptr(k)*size+63)&^63 + 64 }

// keptRow returns where the tile finds row i of A, at in place, and lets it fetch or copy the next rows.
func (g *blockCall) keptRow(i, rows int, at unsafe.Pointer) unsafe.Pointer {
	h := &g.carry.kept
	place := func(i int) unsafe.Pointer { return unsafe.Add(h.buf, uintptr(i-h.band)*h.line) }
	g.tile.ra = g.ra
	next := i + rows
	n := min(rows, h.end-next)
	switch {
	case n > 0 && next == h.to:
		g.next.rows = 0
		g.carry.rowsA = carrier{from: unsafe.Add(at, uintptr(rows)*g.ra), to: place(next), stride: g.ra, step: h.line, rows: uintptr(n), line: uintptr(g.k) * g.size}
	case n > 0 && next >= h.from && next < h.to:
		g.fetch(uintptr(place(next)), 1, 0, uintptr(n)*h.line)
	}
	if i >= h.from && i < h.to {
		g.tile.ra = h.line
		return place(i)
	}
	return at
}

// rowDone adds the rows that were copied beside a row of tiles.
func (g *blockCall) rowDone() {
	if !g.carry.rowsA.left() {
		g.carry.kept.to += int(g.carry.rowsA.rows)
	}
	g.carry.rowsA.rows = 0
}
