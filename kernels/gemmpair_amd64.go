package kernels

import "unsafe"

// pairs: products of a batch that share A go in pairs. On Intel it was not measured.
var pairs = zen5

// inPairs reports whether paired takes products of a batch that share A: exactly one vector wide, higher than batchRows, B without gaps (rb bytes from row to row) and rows of A contiguous.
func inPairs(kind tileKind, m, n int, size, ca, rb uintptr) bool {
	return pairs && kind <= tile64AVX512 && uintptr(n)*size == 64 && rb == 64 && ca == size && m > batchRows
}

// paired computes a batch of such products two at a time; an odd one is its own partner.
func (t *tileCall) paired(kind tileKind, m int, a, b, c unsafe.Pointer, sb, sc uintptr, batch int) {
	k, mode := t.k, t.mode
	chunk := ChunkLen(k)
	for ; batch > 0; batch -= 2 {
		if batch == 1 {
			sb, sc = 0, 0
		}
		t.mode = mode
		for l := 0; l < k; l += chunk {
			t.k = min(chunk, k-l)
			t.pair(kind, unsafe.Add(a, uintptr(l)*t.ca), unsafe.Add(b, l*64), c, m, sb, sc)
			t.mode = modeAdd
		}
		if batch > 2 {
			b, c = unsafe.Add(b, 2*sb), unsafe.Add(c, 2*sc)
		}
	}
}

// pair computes two products of one chunk by tiles of 8 to 12 rows, of which the first fetches B of the next two and the second, if they lie as far apart, their C; the others have B at hand.
func (t *tileCall) pair(kind tileKind, a, b, c unsafe.Pointer, m int, sb, sc uintptr) {
	t.ahead, t.coming[0] = sb, sc
	tiles := (m + 11) / 12
	for i, n := 0, 0; n < tiles; n++ {
		switch t.coming[1] = uintptr(b); {
		case n == 0:
			t.coming[1] += 2 * sb
		case n == 1 && sb == sc:
			t.coming[1] = uintptr(c) + 2*sc
		}
		rows := (m - i + tiles - n - 1) / (tiles - n)
		t.pairTile(kind, unsafe.Add(a, uintptr(i)*t.ra), b, unsafe.Add(c, uintptr(i)*t.rc), rows)
		i += rows
	}
}

// pairTile is not inlined, so that the runtime can stop a long batch between two tiles.
//
//go:noinline
func (t *tileCall) pairTile(kind tileKind, a, b, c unsafe.Pointer, rows int) {
	t.next = uintptr(c) + t.coming[0]
	if kind == tile32AVX512 {
		gemmPair32AVX512(t, a, b, c, rows, 32)
	} else {
		gemmPair64AVX512(t, a, b, c, rows, 16)
	}
}

//go:noescape
func gemmPair32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmPair64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
