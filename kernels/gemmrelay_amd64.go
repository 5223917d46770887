package kernels

import "unsafe"

// Products of 25 to 128 rows with rows of B a multiple of 4 KiB apart, which share one set of the first-level cache: of a panel in place each tile but the first would find its lines gone. So the first
// two tiles of a panel copy the next one, half each (gemmRelay…), and fetch that after it into the second level; all its tiles have it without gaps. Of a B with gaps the first panel is copied by its own first tile; a last one that is not whole is packed beforehand. Rows of C in such a set cost nothing where they are
// near, since each line is met once; for where they are not, tiles fetch those of the next panel.
//
// Against strips of 8 rows and three vectors that is 4 to 19 % faster, against panels packed beforehand or by their first tiles 1 to 17. Not with rows that share so few sets of the second level that what
// is fetched would be gone as well (2 MiB between the first and the last pay where it has 1, 8 do not: 32 rows 256 KiB apart took twice as long as strips). Nor 2 KiB apart, where it is 3 % faster with C near
// and a fifth slower with C in memory.

// relayMost is the largest number of rows. Zen 5 is the only processor it was measured on.
var relayMost = onZen5(128)

// relayRows is the least, three tiles of 8 or more; relayDepth the largest k: of 256 two panels fill the first-level cache, and lose as often as they gain.
const relayRows, relayDepth = 25, 128

// relayPassing is the least number of rows of a batch that passes: B from memory, two lines of a row at a time, is slower than by strips for 48 rows (16 % of KronMul of 48⊗48⊗48⊗4 with 16 columns), and 1 to 4 % faster for 64.
const relayPassing = 64

// multiplyRelay computes such a product, if it is one, and reports whether it was.
func multiplyRelay[T Float](isa ISA, passes bool, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) bool {
	size := unsafe.Sizeof(alpha)
	kind := kindOf(isa, size)
	rowB, nr := uintptr(rb)*size, tileShapes[kind].nr
	if m < relayRows || passes && m < relayPassing || m > relayMost || kind > tile64AVX512 || k < 32 || k > relayDepth || ca != 1 || cb != 1 || rowB%4096 != 0 || relaySets(k, rowB) {
		return false
	}
	apart := pagesApart(kind, m, n, k, size, size, rowB, uintptr(ldc)*size)
	if apart && m < relayFirstRows || n < 2*nr && !(apart && !passes && n == nr) {
		return false
	}
	relayPanels(kind, m, n, k, alpha, a, ra, b, rb, beta, c, ldc)
	return true
}

// relaySets reports whether k rows of B share too few sets of the second-level cache.
func relaySets(k int, rowB uintptr) bool { return k*int(rowB&-rowB) > 4*cacheHalf }

// relayFirstRows is the number of rows from which the first tile of the first panel copies it: two more of 8 rows follow. So a single panel, or a few of a B with gaps and a C with gaps, are faster than where each panel is copied by its own first tile (byPanel: 1 to 9 %).
// A panel and a part of one are not (48 columns of float32 took 1.2 times as long).
const relayFirstRows = 28

// relaysSmall reports whether a small product with rows of B pages apart, which would otherwise be read in place, is one for multiplyRelay, whatever C is: 0 to 33 % faster from two panels on.
func relaysSmall(kind tileKind, m, n, k int, size, rb uintptr) bool {
	return packPages && kind <= tile64AVX512 && m >= relayFirstRows && m <= relayMost && n >= 2*tileShapes[kind].nr && n <= relayMost && k >= 32 && k <= relayDepth &&
		rb%4096 == 0 && 2*uintptr(n)*size <= rb && !relaySets(k, rb)
}

// relayPanels computes it panel by panel.
func relayPanels[T Float](kind tileKind, m, n, k int, alpha T, a []T, ra int, b []T, rb int, beta T, c []T, ldc int) {
	size := unsafe.Sizeof(alpha)
	nr := tileShapes[kind].nr
	var t tileCall
	t.ra, t.ca, t.rc, t.k = uintptr(ra)*size, size, uintptr(ldc)*size, k
	setScalars(&t, alpha, beta)
	t.coming[0] = uintptr(rb) * size
	high := tileRows(kind, m, n, t.ra, t.rc)
	g := blockCall{kind: kind, k: k, size: size}
	ar := takeArena()
	gaps := 2*n <= rb         // of rows that follow each other, from afar, the first panel is fetched and copied no faster than met in place (3 % of KronMul of 64⊗64⊗64 with 16 columns)
	var copied unsafe.Pointer // the panel at work, if it was
	for j, buf := 0, 0; j < n; j, buf = j+nr, k*panelLine-buf {
		at := copied
		t.rb, t.next, copied = panelLine, 0, nil
		if j+2*nr <= n {
			copied = unsafe.Add(ar.packB(), buf)
			t.next, t.coming[1] = uintptr(unsafe.Pointer(&b[j+nr])), uintptr(copied)
		}
		switch {
		case j == 0 && gaps && m >= relayFirstRows:
			t.relayFirst(kind, m, high, unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&c[0]), unsafe.Add(ar.packB(), k*panelLine))
			continue
		case j == 0:
			at, t.rb = unsafe.Pointer(&b[0]), t.coming[0]
		case at == nil:
			at = unsafe.Add(ar.packB(), k*panelLine-buf)
			g.packPanels(at, unsafe.Pointer(&b[j]), size, t.coming[0], n-j, nr)
		}
		t.relayPanel(kind, m, high, unsafe.Pointer(&a[0]), at, unsafe.Pointer(&c[j]), min(nr, n-j))
	}
	giveArena(ar)
}

// relayFirst computes m rows of the first panel, whose first tile copies it to buf for the others.
func (t *tileCall) relayFirst(kind tileKind, m, high int, a, b, c, buf unsafe.Pointer) {
	mr := tileShapes[kind].mr
	next := t.next
	t.next, t.ahead, t.rb = uintptr(c), uintptr(buf)-uintptr(b), t.coming[0]
	copyTile(kind, t, a, b, c)
	t.next, t.ahead, t.rb = next, 0, panelLine
	t.relayPanel(kind, m-mr, high, unsafe.Add(a, uintptr(mr)*t.ra), buf, unsafe.Add(c, uintptr(mr)*t.rc), tileShapes[kind].nr)
}

// relayPanel computes m rows of a panel by tiles of high rows at most, of which two, of 8 at least, copy the next one, if there is one. It is not inlined, so that the runtime can stop a long product between two panels.
//
//go:noinline
func (t *tileCall) relayPanel(kind tileKind, m, high int, a, b, c unsafe.Pointer, cols int) {
	tiles := (m + high - 1) / high
	copies := 0
	if t.next != 0 {
		copies = 2
	}
	for i, n := 0, 0; n < tiles; n++ {
		rows := (m - i + tiles - n - 1) / (tiles - n)
		if n < copies {
			rows = max(rows, 8)
		}
		a, c := unsafe.Add(a, uintptr(i)*t.ra), unsafe.Add(c, uintptr(i)*t.rc)
		if n < copies {
			t.relayTile(kind, a, b, c, rows)
			half := uintptr(t.k / 4 * 2) // k mod 4 lines behind them are copied twice
			t.next += half * t.coming[0]
			t.coming[1] += half * panelLine
		} else {
			t.next = uintptr(c)
			runTile(kind, t, a, b, c, rows, cols)
		}
		i += rows
	}
}

func (t *tileCall) relayTile(kind tileKind, a, b, c unsafe.Pointer, rows int) {
	if kind == tile32AVX512 {
		gemmRelay32AVX512(t, a, b, c, rows, 32)
	} else {
		gemmRelay64AVX512(t, a, b, c, rows, 16)
	}
}

//go:noescape
func gemmRelay32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmRelay64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
