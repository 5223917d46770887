//go:build amd64 || arm64

package kernels

import "unsafe"

// The driver of the assembly tiles: packing, loops over blocks, edges. It works in bytes
// and knows the element type by its size only.
//
// Loops, outermost first: chunks of k (the contract's, so that a sum lives in registers from its
// first to its last term), nc columns of C, mc rows, nr columns, mr rows. A packed block of A
// (mc×chunk) stays in the second-level cache while all panels of B pass by; a panel of
// B (chunk×nr) stays in the first-level cache, or near it, while the panels of A pass by. mc and nc
// come from the cache sizes and move no rounding.
//
// Operands that are small or met once are read in place: packing pays only when
// an element is used often, or when the tile cannot read the layout (B with contiguous columns is transposed).

// A tileCall is what the tiles of one block share. The assembly knows its layout.
type tileCall struct {
	ra, ca uintptr // A: bytes from row to row and from one l to the next
	rb     uintptr // B: bytes from one l to the next
	rc     uintptr // C: bytes from row to row
	k      int
	alpha  uint64 // bits of the element in the low bytes
	beta   uint64
	mode   int // of the update of C
}

// The modes of a tileCall; the assembly knows their values.
const (
	modeScale = iota // c = alpha·acc
	modeMix          // c = fma(alpha, acc, beta·c)
	modePut          // c = acc: alpha is 1
	modeAdd          // c = fma(alpha, acc, c): beta is 1
)

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
}

// multiplyTile computes a product one tile wide and at most two high, without the driver's
// arithmetic, and reports whether it was one: at n = 8 the product itself takes fewer than a
// hundred cycles.
func multiplyTile[T Float](isa ISA, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) bool {
	if isa == Portable || padTiles {
		return false
	}
	size := unsafe.Sizeof(alpha)
	kind := kindOf(isa, size)
	shape := &tileShapes[kind]
	if m > 2*shape.mr || n > shape.nr || k > ChunkK || cb != 1 {
		return false
	}
	t := tileCall{ra: uintptr(ra) * size, ca: uintptr(ca) * size, rb: uintptr(rb) * size, rc: uintptr(ldc) * size, k: k}
	setScalars(&t, alpha, beta)
	pa, pb, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(unsafe.SliceData(c))
	if m > shape.mr {
		half := m / 2
		runTile(kind, &t, pa, pb, pc, half, n)
		pa, pc, m = unsafe.Add(pa, uintptr(half)*t.ra), unsafe.Add(pc, uintptr(half)*t.rc), m-half
	}
	runTile(kind, &t, pa, pb, pc, m, n)
	return true
}

// multiplyBlock computes the wanted elements of a product on one core; alpha ≠ 0 and m, n, k > 0.
func multiplyBlock[T Float](isa ISA, want region, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	if isa == Portable {
		multiplyGo(want, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
		return
	}
	size := unsafe.Sizeof(alpha)
	g := blockCall{
		kind: kindOf(isa, size), want: want, m: m, n: n, k: k, size: size,
		a: unsafe.Pointer(unsafe.SliceData(a)), b: unsafe.Pointer(unsafe.SliceData(b)), c: unsafe.Pointer(unsafe.SliceData(c)),
		ra: uintptr(ra) * size, ca: uintptr(ca) * size, rb: uintptr(rb) * size, cb: uintptr(cb) * size, rc: uintptr(ldc) * size,
	}
	setScalars(&g.tile, alpha, beta)
	g.tile.rc = g.rc
	g.run()
	if later := ChunkLen(k); later < k {
		// The remaining chunks are added to C.
		g.tile.mode = modeAdd
		for l := later; l < k; l += later {
			g.a = unsafe.Add(g.a, uintptr(later)*g.ca)
			g.b = unsafe.Add(g.b, uintptr(later)*g.rb)
			g.k = min(later, k-l)
			g.run()
		}
	}
}

// run computes one chunk.
func (g *blockCall) run() {
	g.k = min(g.k, ChunkLen(g.k))
	g.tile.k = g.k
	shape := &tileShapes[g.kind]
	high := (g.m + shape.mr - 1) / shape.mr
	mr := (g.m + high - 1) / high // tiles of equal height
	if padTiles {
		mr = shape.mr
	}
	packA, packB := g.packs(shape)
	if packA || packB {
		ar := takeArena()
		g.blocks(ar, mr, shape.nr, packA, packB)
		giveArena(ar)
		return
	}
	g.tile.ra, g.tile.ca, g.tile.rb = g.ra, g.ca, g.rb
	for j := 0; j < g.n; j += shape.nr {
		g.column(0, g.m, mr, g.a, uintptr(mr)*g.ra, j, min(shape.nr, g.n-j), unsafe.Add(g.b, uintptr(j)*g.cb))
	}
}

// blocks runs the loops over packed blocks.
func (g *blockCall) blocks(ar *arena, mr, nr int, packA, packB bool) {
	line := g.k * int(g.size)
	mc := even(g.m, cacheA/line, mr)
	nc := even(g.n, cacheB/line, nr)
	bufA, bufB := ar.packA(), ar.packB()
	g.tile.ra, g.tile.ca, g.tile.rb = g.ra, g.ca, g.rb
	if packA {
		g.tile.ra, g.tile.ca = g.size, uintptr(mr)*g.size
	}
	if packB {
		g.tile.rb = uintptr(nr) * g.size
	}
	for j0 := 0; j0 < g.n; j0 += nc {
		packed := j0 // the columns before this one are packed
		for i0 := 0; i0 < g.m; i0 += mc {
			i1 := min(g.m, i0+mc)
			lo, hi := g.want.columns(i0, i1, min(g.n, j0+nc))
			lo = max(j0, lo/nr*nr)
			if lo >= hi {
				continue
			}
			a, step := unsafe.Add(g.a, uintptr(i0)*g.ra), uintptr(mr)*g.ra
			if packA {
				g.packA(bufA, a, i1-i0, mr)
				a, step = bufA, uintptr(mr*line)
			}
			packed = max(packed, lo)
			for j := lo; j < hi; j += nr {
				b := unsafe.Add(g.b, uintptr(j)*g.cb)
				if packB {
					panel := unsafe.Add(bufB, (j-j0)*line)
					if j >= packed {
						// Packed when first met: the panel is warm for its first block.
						g.packPanel(panel, b, g.cb, g.rb, uintptr(nr)*g.size, min(nr, g.n-j), nr)
						packed = j + nr
					}
					b = panel
				}
				g.column(i0, i1, mr, a, step, j, min(nr, g.n-j), b)
			}
		}
	}
}

// even cuts total into the fewest parts of at most size and returns the size of equal
// parts, a multiple of unit.
func even(total, size, unit int) int {
	size = max(unit, size/unit*unit)
	parts := (total + size - 1) / size
	return ((total+parts-1)/parts + unit - 1) / unit * unit
}

// packA packs rows of A into panels of mr rows.
func (g *blockCall) packA(dst, a unsafe.Pointer, rows, mr int) {
	// Addresses are computed where they are used: one past the end, kept in a variable, may
	// point into a foreign object, and the garbage collector would stop the program.
	for i := 0; i < rows; i += mr {
		panel, from := unsafe.Add(dst, uintptr(i*g.k)*g.size), unsafe.Add(a, uintptr(i)*g.ra)
		g.packPanel(panel, from, g.ra, g.ca, uintptr(mr)*g.size, min(mr, rows-i), mr)
	}
}

// stripTiles bounds the assembly that runs between two stack checks: see TestGemmWork.
const stripTiles = 8

// column computes rows [i0, i1) of the columns [j, j+cols) of C; step is the distance of A's panels.
func (g *blockCall) column(i0, i1, mr int, a unsafe.Pointer, step uintptr, j, cols int, b unsafe.Pointer) {
	off := uintptr(0)
	for i := i0; i < i1; i += stripTiles * mr {
		g.strip(i, min(i1, i+stripTiles*mr), mr, unsafe.Add(a, off), step, j, cols, b)
		off += stripTiles * step
	}
}

// strip computes at most stripTiles tiles. It is a call of its own because the check in its
// prologue is where the garbage collector can stop a goroutine that is otherwise in
// assembly all the time.
//
//go:noinline
func (g *blockCall) strip(i0, i1, mr int, a unsafe.Pointer, step uintptr, j, cols int, b unsafe.Pointer) {
	off := uintptr(0)
	for i := i0; i < i1; i += mr {
		rows := min(mr, i1-i)
		c := unsafe.Add(g.c, uintptr(i)*g.rc+uintptr(j)*g.size)
		if g.want.uplo == 0 {
			runTile(g.kind, &g.tile, unsafe.Add(a, off), b, c, rows, cols)
		} else {
			g.corner(i, j, rows, cols, unsafe.Add(a, off), b, c)
		}
		off += step
	}
}

// corner computes the wanted part of a tile that a diagonal may cross: wholly outside nothing,
// wholly inside the tile, otherwise the tile in a copy of which the wanted elements are
// copied back.
func (g *blockCall) corner(i, j, rows, cols int, a, b, c unsafe.Pointer) {
	d := i + g.want.off - j // the diagonal passes (0, d) of the tile
	if g.want.uplo == Lower {
		if d+rows-1 < 0 {
			return
		}
		cols = min(cols, d+rows)
		if cols-1 <= d {
			runTile(g.kind, &g.tile, a, b, c, rows, cols)
			return
		}
	} else {
		if d > cols-1 {
			return
		}
		if d+rows-1 <= 0 {
			runTile(g.kind, &g.tile, a, b, c, rows, cols)
			return
		}
	}
	var buf [tileBytes / 8]uint64
	p := unsafe.Pointer(&buf)
	t := g.tile
	t.rc = uintptr(cols) * g.size
	if t.mode == modeMix || t.mode == modeAdd {
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
