package kernels

import "unsafe"

type tileKind uint8

const (
	tile32NEON tileKind = iota
	tile64NEON
)

// A tileShape is the tile of a kernel.
type tileShape struct{ mr, nr int }

var tileShapes = [...]tileShape{
	tile32NEON: {8, 12},
	tile64NEON: {6, 8},
}

// tileBytes holds the largest tile.
const tileBytes = 8 * 12 * 4

// padTiles: the tiles read whole packed panels, A as vectors for multiplication by element,
// and write whole tiles.
const padTiles = true

// wideColumns belongs to tiled.
const wideColumns = false

const streamedPanels = 1

// streamed: see gemm_amd64.go.
func (g *blockCall) streamed() bool { return false }

// fetchComing: see gemm_amd64.go.
const fetchComing = false

// pagesApart: see gemm_amd64.go.
func pagesApart(tileKind, int, int, int, uintptr, uintptr, uintptr, uintptr) bool { return false }

// relaysSmall: there is no multiplyRelay.
func relaysSmall(tileKind, int, int, int, uintptr, uintptr) bool { return false }

// whole: see gemmbatch_amd64.go.
func (*tileCall) whole(tileKind, int, int, uintptr) bool { return false }

// batchPiece: see gemmbatch_amd64.go.
func batchPiece(tileKind, *tileCall, unsafe.Pointer, unsafe.Pointer, unsafe.Pointer, int, int, uintptr, uintptr, uintptr, int) {
}

// together: see gemmbatch_amd64.go.
func (t *tileCall) together(tileKind, int, int, uintptr, unsafe.Pointer, unsafe.Pointer, unsafe.Pointer, uintptr, uintptr, uintptr, int) bool {
	return false
}

// inPairs and paired: see gemmpair_amd64.go.
func inPairs(kind tileKind, m, n int, size, ca, rb uintptr) bool { return false }
func (t *tileCall) paired(tileKind, int, unsafe.Pointer, unsafe.Pointer, unsafe.Pointer, uintptr, uintptr, int) {
}

func kindOf(_ ISA, size uintptr) tileKind {
	if size == 8 {
		return tile64NEON
	}
	return tile32NEON
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

// packs: both operands, always.
func (g *blockCall) packs(*tileShape) (a, b packing) {
	if g.ca != g.size {
		return packed, packed
	}
	return byTile, packed
}

// tiled is not asked: with padTiles all products take the driver.
func tiled(kind tileKind, m, n, k int, lda, ldb uintptr, columns bool) bool { return false }

// turned, stacked, byLanes, lastColumns and copies: there are no such kernels.
func (g *blockCall) turned() bool                                   { return false }
func (g *blockCall) stacked() bool                                  { return false }
func (g *blockCall) byLanes() bool                                  { return false }
func (g *blockCall) byRows() bool                                   { return false }
func (g *blockCall) low() bool                                      { return false }
func (g *blockCall) lastFew(int) int                                { return 0 }
func (g *blockCall) lastColumns(int)                                {}
func tallLast(tileKind, int, int) int                               { return 0 }
func (g *blockCall) copies(buf, b, c unsafe.Pointer, cols int) bool { return false }

// transposes and transposingTile: products of few tiles go another way.
func transposes(kind tileKind, m, n, k int, cb uintptr) bool { return false }

func transposingTile(kind tileKind, t *tileCall, a, b, c, buf unsafe.Pointer, cb uintptr) {}

const fetchNext = false

// carries: tiles copy nothing.
func carries(tileKind) bool { return false }

func carriesLow(tileKind, int) bool { return false }

func (g *blockCall) carryRows(a, b, c unsafe.Pointer, rows, cols int) {}

func (g *blockCall) carryTurn(a, b, c unsafe.Pointer, rows, cols int) {}

func (g *blockCall) carryLines(a, b, c unsafe.Pointer, rows, cols int) {}

// multiplyShort: nor for products of few rows.
func multiplyShort[T Float](isa ISA, passes bool, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) bool {
	return false
}

// runTile computes one tile of packed panels; an edge goes through a copy of C.
func runTile(kind tileKind, t *tileCall, a, b, c unsafe.Pointer, rows, cols int) {
	shape := tileShapes[kind]
	if rows == shape.mr && cols == shape.nr {
		wholeTile(kind, t, a, b, c)
		return
	}
	size := uintptr(4)
	if kind == tile64NEON {
		size = 8
	}
	var buf [tileBytes / 8]uint64
	p := unsafe.Pointer(&buf)
	edge := *t
	edge.rc = uintptr(shape.nr) * size
	n := uintptr(cols) * size
	if t.readsC() {
		for i := range uintptr(rows) {
			copy(unsafe.Slice((*byte)(unsafe.Add(p, i*edge.rc)), n), unsafe.Slice((*byte)(unsafe.Add(c, i*t.rc)), n))
		}
	}
	wholeTile(kind, &edge, a, b, p)
	for i := range uintptr(rows) {
		copy(unsafe.Slice((*byte)(unsafe.Add(c, i*t.rc)), n), unsafe.Slice((*byte)(unsafe.Add(p, i*edge.rc)), n))
	}
}

func wholeTile(kind tileKind, t *tileCall, a, b, c unsafe.Pointer) {
	if kind == tile32NEON {
		gemmTile32NEON(t, a, b, c)
	} else {
		gemmTile64NEON(t, a, b, c)
	}
}

//go:noescape
func gemmTile32NEON(t *tileCall, a, b, c unsafe.Pointer)

//go:noescape
func gemmTile64NEON(t *tileCall, a, b, c unsafe.Pointer)

// packPanels packs lanes (rows of A, columns of B) that are is bytes apart, each of g.k elements that are ls
// bytes apart, into panels of full lanes; lanes that do not exist are zeros.
func (g *blockCall) packPanels(dst, src unsafe.Pointer, is, ls uintptr, lanes, full int) {
	line := uintptr(full) * g.size
	for i := 0; i < lanes; i += full {
		d, s := unsafe.Add(dst, uintptr(i*g.k)*g.size), unsafe.Add(src, uintptr(i)*is)
		if g.size == 4 {
			packWords[uint32](d, s, is, ls, line, min(full, lanes-i), full, g.k)
		} else {
			packWords[uint64](d, s, is, ls, line, min(full, lanes-i), full, g.k)
		}
	}
}

// packWords moves element (l, i) from l·ls + i·is to l·stride + i words.
func packWords[W uint32 | uint64](dst, src unsafe.Pointer, is, ls, stride uintptr, w, full, k int) {
	size := unsafe.Sizeof(W(0))
	for l := range uintptr(k) {
		line := unsafe.Slice((*W)(unsafe.Add(dst, l*stride)), full)
		if is == size {
			copy(line, unsafe.Slice((*W)(unsafe.Add(src, l*ls)), w))
		} else {
			for i := range w {
				line[i] = *(*W)(unsafe.Add(src, uintptr(i)*is+l*ls))
			}
		}
		clear(line[w:])
	}
}

// fetches reports whether the tile fetches the next rows of A.
func fetches(tileKind) bool { return false }

// sharesPanels and fetchBytes are not asked.
func sharesPanels(tileKind) bool  { return false }
func fetchBytes(tileKind) uintptr { return 0 }

// triangle: there is no kernel, the wanted part of a tile on the diagonal is copied.
func (g *blockCall) triangle(tileCall, int, int, int, unsafe.Pointer, unsafe.Pointer, unsafe.Pointer, unsafe.Pointer) bool {
	return false
}

// lineTiles: panels of one tile each.
var lineTiles = [...]int{tile32NEON: 1, tile64NEON: 1}

// packLines packs contiguous lanes into panels of full lanes.
func (g *blockCall) packLines(dst, src unsafe.Pointer, ls uintptr, lanes, full int, _ uintptr) {
	g.packPanels(dst, src, g.size, ls, lanes, full)
}

// packTile packs rows rows of A as a panel with lines of line bytes.
func (g *blockCall) packTile(dst, src unsafe.Pointer, rows int, line uintptr) {
	g.packPanels(dst, src, g.ra, g.ca, rows, int(line/g.size))
}

// chains reports whether multiplyChain has a kernel.
func chains(isa ISA) bool { return isa == NEON }

const lowRows = 1 // never asked for

func tileRows(kind tileKind, _, _ int, _, _ uintptr) int { return tileShapes[kind].mr }

// multiplyChains has no kernel.
func multiplyChains[T Float](ISA, int, int, T, []T, int, []T, T, []T) bool { return false }

// chainRows is the number of rows whose sums one call of multiplyChain computes, in float64 by 16.
const chainRows = 32

// multiplyChain computes the sums of at most chainRows rows of A with x in one chunk. It is not inlined, so that the runtime can stop a long product between two
// calls.
//
//go:noinline
func multiplyChain[T Float](_ ISA, rows, k int, a []T, ra int, x []T, rx int, acc *[chainRows]T) {
	size := unsafe.Sizeof(acc[0])
	pa, px, sums := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(acc)
	if is32[T]() {
		gemmChain32NEON(rows, k, pa, uintptr(ra)*size, px, uintptr(rx)*size, sums)
		return
	}
	const few = chainRows / 2
	gemmChain64NEON(min(rows, few), k, pa, uintptr(ra)*size, px, uintptr(rx)*size, sums)
	if rows > few {
		gemmChain64NEON(rows-few, k, unsafe.Pointer(&a[few*ra]), uintptr(ra)*size, px, uintptr(rx)*size, unsafe.Pointer(&acc[few]))
	}
}

//go:noescape
func gemmChain32NEON(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)

//go:noescape
func gemmChain64NEON(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)

// tallTiles, tallColumns: tallLast says that there are none.
func (t *tileCall) tallTiles(kind tileKind, a, b, c unsafe.Pointer, m, n, last int, size uintptr) {}

func (t *tileCall) tallColumns(kind tileKind, a, b, c unsafe.Pointer, m, n int) {}
