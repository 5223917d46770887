package kernels

import "unsafe"

// Products of 25 to 128 rows with rows of B a multiple of 4 KiB apart, which share one set of the first-level cache: of a panel in place each tile but the first would find its lines gone. So the first
// two tiles of a panel copy the next one, half each (gemmRelay…), and fetch that after it into the second level; all its tiles have it without gaps. Rows of C in such a set cost nothing where they are
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
	if m < relayRows || passes && m < relayPassing || m > relayMost || kind > tile64AVX512 || k < 32 || k > relayDepth || ca != 1 || cb != 1 || n < 2*tileShapes[kind].nr || uintptr(rb)*size%4096 != 0 || k*int(uintptr(rb&-rb)*size) > 4*cacheHalf ||
		pagesApart(kind, m, n, k, size, size, uintptr(rb)*size, uintptr(ldc)*size) {
		return false
	}
	relayPanels(kind, m, n, k, alpha, a, ra, b, rb, beta, c, ldc)
	return true
}

// relayPanels computes it panel by panel. The first is read in place, as is one that is not whole.
func relayPanels[T Float](kind tileKind, m, n, k int, alpha T, a []T, ra int, b []T, rb int, beta T, c []T, ldc int) {
	size := unsafe.Sizeof(alpha)
	nr := tileShapes[kind].nr
	var t tileCall
	t.ra, t.ca, t.rc, t.k = uintptr(ra)*size, size, uintptr(ldc)*size, k
	setScalars(&t, alpha, beta)
	t.coming[0] = uintptr(rb) * size
	high := tileRows(kind, m, n, t.ra, t.rc)
	ar := takeArena()
	var copied unsafe.Pointer // the panel at work, if it was
	for j, buf := 0, 0; j < n; j, buf = j+nr, k*panelLine-buf {
		at := copied
		if t.rb = panelLine; at == nil {
			at, t.rb = unsafe.Pointer(&b[j]), t.coming[0]
		}
		t.next, copied = 0, nil
		if j+2*nr <= n {
			copied = unsafe.Add(ar.packB(), buf)
			t.next, t.coming[1] = uintptr(unsafe.Pointer(&b[j+nr])), uintptr(copied)
		}
		t.relayPanel(kind, m, high, unsafe.Pointer(&a[0]), at, unsafe.Pointer(&c[j]), min(nr, n-j))
	}
	giveArena(ar)
}

// relayPanel computes m rows of a panel by tiles of high rows at most, the first of 8 at least, of which two copy the next one, if there is one. It is not inlined, so that the runtime can stop a long product between two panels.
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
