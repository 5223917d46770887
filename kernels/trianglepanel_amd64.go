package kernels

import "unsafe"

// Trmm and Trsm in packed panels, where rows of B are a multiple of the page size apart: in place a leaf meets each of them in the second-level cache again, and a copy of a few columns at a time of such rows is
// written slowly (see together). A part of op(A) of at most panelOrder indices takes one panel after the other, as many independent columns of B (side = Right: rows, transposed) as the tile of
// products is wide. Its 32 KiB stay in the first-level cache from the first leaf to the last, and what op(A) needs is packed once for all panels. Between leaves, rows of the panels before go back to B and
// rows of the next ones come in.
//
// What is added to an element, and in which order, is what halves does: leaves in the order of dependence, for each the product with the other half of the part and that with the rest of its block.

// panelOrder is the most rows that a panel has. Of 512, which with what op(A) needs of them stay in no near cache, Zen 5 loses 2 to 9 %.
const panelOrder = 256

// panelTriangles: order 1024 on Zen 5 from the left 0 to 2 % (order 512 0 to 5), from the right 2 to 4 (5 to 8); rows that do not collide lose up to 15 %. Intel has not been asked.
var panelTriangles = zen5

// panelOther is from how many columns (rows) of B on: packing op(A) takes as long as some 20 of them. (Tests set it.)
var panelOther = 512

// A panelCall is the work with one part of op(A).
type panelCall struct {
	kind   tileKind
	n, nr  int // rows and columns of a panel
	size   int // of an element
	line   int // bytes of a row of a panel
	ldb    int // in bytes
	tile   tileCall
	packed unsafe.Pointer // what op(A) needs
	count  int            // of leaves, in the order in which they are taken
	leaves [panelOrder / triangleLeaf]panelLeaf
}

// A panelLeaf is rows [at, at+rows) of a panel, what is added to them, and the packed leaf at tri. Added is first what comes from the other half of the part, then the rest of its block of
// triangleBlock, to multiply the other way round.
type panelLeaf struct {
	at, rows, tri int
	sums          [2]panelSum
}

// A panelSum is a product with rows [src, src+k) of the panel. Lines of triangleLeaf lanes of op(A) are packed at offset a.
type panelSum struct{ src, k, a int }

// panels takes the n indices from i on by panels, and reports whether it did.
func (t *triangle[T]) panels(i, n int) bool {
	size := int(unsafe.Sizeof(t.alpha))
	if !panelTriangles || t.isa != AVX512 || n <= columnLeast || n > panelOrder || t.other < panelOther || t.ldb*size%4096 != 0 {
		return false
	}
	t.byPanels(i, n)
	return true
}

// byPanels has a frame of its own, of some KiB, beside the recursion of halves.
//
//go:noinline
func (t *triangle[T]) byPanels(i, n int) {
	size := int(unsafe.Sizeof(t.alpha))
	var c panelCall
	c.kind, c.n, c.size = kindOf(t.isa, uintptr(size)), n, size
	c.nr, c.ldb = tileShapes[c.kind].nr, t.ldb*c.size
	c.line = c.nr * c.size
	c.tile.ra, c.tile.ca, c.tile.rb, c.tile.rc = uintptr(c.size), uintptr(triangleLeaf*c.size), uintptr(c.line), uintptr(c.line)
	alpha := T(1)
	if t.solve {
		alpha = -1
	}
	setScalars(&c.tile, alpha, 1)
	ar := takeArena()
	c.packed = ar.packA()
	t.plan(&c, i)
	if t.left {
		t.columnsByPanels(&c, ar.packB(), i)
	} else {
		t.rowsByPanels(&c, ar.packB(), i)
	}
	giveArena(ar)
}

// plan lists the leaves of the part of op(A) from index i on and packs what they need, in the order in which they are taken.
func (t *triangle[T]) plan(c *panelCall, i int) {
	rows := *t
	rows.left = true // for pack: a panel has the rows of a leaf from the left
	g := blockCall{kind: c.kind, size: uintptr(c.size)}
	c.count = (c.n + triangleLeaf - 1) / triangleLeaf
	half := c.n
	if c.n > triangleBlock {
		half = (c.n/2 + triangleLeaf - 1) / triangleLeaf * triangleLeaf
	}
	end := 0
	for l := range c.count {
		s := l * triangleLeaf
		if !t.forward() {
			s = (c.count - 1 - l) * triangleLeaf
		}
		w := min(triangleLeaf, c.n-s)
		leaf := &c.leaves[l]
		leaf.at, leaf.rows = s, w
		lo, hi := 0, half // the block
		if s >= half {
			lo, hi = half, c.n
		}
		far, near := &leaf.sums[0], &leaf.sums[1]
		if !t.solve {
			far, near = near, far
		}
		if t.first {
			far.src, far.k, near.src, near.k = 0, lo, lo, s-lo
		} else {
			far.src, far.k, near.src, near.k = hi, c.n-hi, s+w, hi-s-w
		}
		for x := range leaf.sums {
			if sum := &leaf.sums[x]; sum.k > 0 {
				sum.a, g.k = end, sum.k
				g.packPanels(unsafe.Add(c.packed, end), unsafe.Pointer(&t.a[(i+s)*t.ra+(i+sum.src)*t.ca]), uintptr(t.ra*c.size), uintptr(t.ca*c.size), w, triangleLeaf)
				end += sum.k * triangleLeaf * c.size
			}
		}
		leaf.tri = end
		tri := (*[triangleLeaf * triangleLeaf]T)(unsafe.Add(c.packed, end))
		clear(tri[:])
		rows.pack(tri, i+s, w)
		end += triangleLeaf * triangleLeaf * c.size
	}
}

// step takes one leaf of the panel at p.
func (t *triangle[T]) step(c *panelCall, leaf *panelLeaf, p unsafe.Pointer) {
	if t.solve {
		c.add(leaf, p)
	}
	at, row := leaf.at, c.line
	if !t.first {
		at, row = leaf.at+leaf.rows-1, -row
	}
	leafCall[T](true, t.solve, leaf.rows, unsafe.Add(c.packed, leaf.tri), unsafe.Add(p, at*c.line), row, c.nr)
	if !t.solve {
		c.add(leaf, p)
	}
}

// add adds to a leaf of the panel at p what comes from other rows. The tiles have eight rows, of which 16 are two.
func (c *panelCall) add(leaf *panelLeaf, p unsafe.Pointer) {
	for x := range leaf.sums {
		s := &leaf.sums[x]
		if c.tile.k = s.k; s.k == 0 {
			continue
		}
		for r := 0; r < leaf.rows; r += triangleLeaf / 2 {
			to := unsafe.Add(p, (leaf.at+r)*c.line)
			c.tile.next = uintptr(to)
			runTile(c.kind, &c.tile, unsafe.Add(c.packed, s.a+r*c.size), unsafe.Add(p, s.src*c.line), to, min(triangleLeaf/2, leaf.rows-r), c.nr)
		}
	}
}

// together is how many panels of columns come and go together: 512 bytes of each row of B. Where rows of B are a multiple of 4 KiB apart, a store into the next row at every second line takes 16 to 20 cycles a line,
// at every fourth 11, at every eighth 2 (from the third level, a probe).
const together = 4

// panelGap lies between panels, so that rows with the same number do not share a set of the first-level cache.
const panelGap = 512

// columnsByPanels takes columns of B: one group of panels is computed while the other place goes back and is filled again.
func (t *triangle[T]) columnsByPanels(c *panelCall, mem unsafe.Pointer, i int) {
	now, other := mem, unsafe.Add(mem, together*(panelOrder*c.line+panelGap))
	wide := together * c.nr
	for r := 0; r < c.n; r += triangleLeaf {
		t.columnsIn(c, now, i, 0, r, min(c.n, r+triangleLeaf))
	}
	for j := 0; j < t.other; j += wide {
		panels := (min(wide, t.other-j) + c.nr - 1) / c.nr
		each, moved := (c.n+panels*c.count-1)/(panels*c.count), 0
		for q := range panels {
			p := unsafe.Add(now, q*(c.n*c.line+panelGap))
			for l := range c.count {
				t.step(c, &c.leaves[l], p)
				to := min(c.n, moved+each)
				t.columnsOut(c, other, i, j-wide, moved, to)
				t.columnsIn(c, other, i, j+wide, moved, to)
				moved = to
			}
		}
		now, other = other, now
	}
	for r := 0; r < c.n; r += triangleLeaf {
		t.columnsOut(c, other, i, (t.other-1)/wide*wide, r, min(c.n, r+triangleLeaf))
	}
}

// columnsIn packs rows [lo, hi) of the group of columns from j on, if there is one.
func (t *triangle[T]) columnsIn(c *panelCall, p unsafe.Pointer, i, j, lo, hi int) {
	if w := min(together*c.nr, t.other-j); w > 0 && lo < hi {
		// Rows eight ahead are fetched: from beyond the third level float64 gains 2 to 4 % of its time.
		copyPanelsAVX512(unsafe.Add(p, lo*c.line), unsafe.Pointer(&t.b[(i+lo)*t.ldb+j]), c.line, c.ldb, c.n*c.line+panelGap, c.line, w*c.size, hi-lo, 8*c.ldb)
	}
}

// columnsOut unpacks them.
func (t *triangle[T]) columnsOut(c *panelCall, p unsafe.Pointer, i, j, lo, hi int) {
	if j >= 0 && lo < hi {
		w := min(together*c.nr, t.other-j)
		copyPanelsAVX512(unsafe.Pointer(&t.b[(i+lo)*t.ldb+j]), unsafe.Add(p, lo*c.line), c.ldb, c.line, c.line, c.n*c.line+panelGap, w*c.size, hi-lo, 0)
	}
}

// rowsByPanels takes rows of B, transposed. Each leaf is transposed back when it is done, to rows elsewhere, which go to B as a whole beside the next panel: see together.
func (t *triangle[T]) rowsByPanels(c *panelCall, mem unsafe.Pointer, i int) {
	const size = panelOrder*2*64 + arenaSlack
	now, coming, turned, before := mem, unsafe.Add(mem, size), unsafe.Add(mem, 2*size), unsafe.Add(mem, 3*size)
	row := c.n*c.size + 64
	in := func(p unsafe.Pointer, j, at int) {
		if j < t.other {
			g := blockCall{kind: c.kind, size: uintptr(c.size), k: min(triangleLeaf, c.n-at)}
			g.packTransposed(unsafe.Add(p, at*c.line), unsafe.Pointer(&t.b[j*t.ldb+i+at]), uintptr(c.ldb), uintptr(c.line), min(c.nr, t.other-j))
		}
	}
	out := func(from unsafe.Pointer, j, lo, hi int) {
		if j >= 0 && lo < hi {
			copyPanelsAVX512(unsafe.Pointer(&t.b[(j+lo)*t.ldb+i]), unsafe.Add(from, lo*row), c.ldb, row, 128, 128, c.n*c.size, hi-lo, 0)
		}
	}
	for at := 0; at < c.n; at += triangleLeaf {
		in(now, 0, at)
	}
	each := (c.nr + c.count - 1) / c.count
	for j := 0; j < t.other; j += c.nr {
		for l := range c.count {
			leaf := &c.leaves[l]
			t.step(c, leaf, now)
			c.turn(turned, row, now, leaf)
			out(before, j-c.nr, min(c.nr, l*each), min(c.nr, (l+1)*each))
			in(coming, j+c.nr, l*triangleLeaf)
		}
		now, coming, turned, before = coming, now, before, turned
	}
	j := (t.other - 1) / c.nr * c.nr
	out(before, j, 0, t.other-j)
}

// turn transposes a leaf of the panel at p to columns of rows that are row bytes apart.
func (c *panelCall) turn(dst unsafe.Pointer, row int, p unsafe.Pointer, leaf *panelLeaf) {
	lanes := packLanes[c.kind]
	for r := 0; r < leaf.rows; r += lanes {
		d, s, w := unsafe.Add(dst, (leaf.at+r)*c.size), unsafe.Add(p, (leaf.at+r)*c.line), min(lanes, leaf.rows-r)
		if c.kind == tile32AVX512 {
			packTranspose32AVX512(d, s, uintptr(row), uintptr(c.line), w, c.nr)
		} else {
			packTranspose64AVX512(d, s, uintptr(row), uintptr(c.line), w, c.nr)
		}
	}
}

// copyPanelsAVX512 copies rows of width bytes in pieces of 128, the last one less: rows are dstRow and srcRow bytes apart, pieces dstStep and srcStep. It fetches what lies ahead bytes behind the whole pieces into the second-level cache.
//
//go:noescape
func copyPanelsAVX512(dst, src unsafe.Pointer, dstRow, srcRow, dstStep, srcStep, width, rows, ahead int)
