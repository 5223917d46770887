//go:build amd64 || arm64

package kernels

import "unsafe"

// The short way: products of few tiles, one or a batch, without the driver of gemm_asm.go.

// few reports whether multiplyTiles and gemmSmall compute a product of B in place, or in a packed copy, with row distance rb in bytes: one tile wide and at most two high, or of a few
// tiles that do not repay the driver's arithmetic. (Rows of B at a multiple of 2 KiB collide: see packs.)
func few(kind tileKind, m, n, k int, rb uintptr) bool {
	s := &tileShapes[kind]
	return m <= 2*s.mr && n <= s.nr && k <= ChunkK || m <= fewRows && n <= fewCols && m > 1 && n > 1 && k <= fewDepth && rb%2048 != 0
}

// multiplyTiles computes a batch of products of few tiles without the driver, and reports whether they were such: at n = 8 the product itself takes
// fewer than a hundred cycles. A few columns of B that are contiguous are packed first.
func multiplyTiles[T Float](isa ISA, m, n, k int, alpha T, a []T, ra, ca, strideA int, b []T, rb, cb, strideB int, beta T, c []T, ldc, strideC, batch int) bool {
	if isa == Portable || padTiles {
		return false
	}
	size := unsafe.Sizeof(alpha)
	kind := kindOf(isa, size)
	lineB, columns := uintptr(rb)*size, cb != 1
	width := fewCols // of the columns of B that are packed at a time; a batch that shares so few packs them once
	nr := tileShapes[kind].nr
	turn := columns && ca == 1 && (n%nr == 0 && (batch == 1 || strideB != 0) || n > fewCols) && transposes(kind, m, n, k, uintptr(cb)*size)
	if turn {
		width = nr
	}
	if columns {
		lineB = uintptr(width) * size // of a packed copy
	}
	pairwise := !columns && batch > 1 && strideA == 0 && inPairs(kind, m, n, size, uintptr(ca)*size, lineB)
	switch {
	case columns && (rb != 1 || m == 1 || n == 1):
		return false
	case pairwise:
	case few(kind, m, n, k, lineB):
	case columns && (!wideColumns || ca != 1) || !tiled(kind, m, n, k, uintptr(max(ra, ca))*size, lineB, ca != 1) ||
		batch == 1 && (pagesApart(kind, m, n, k, size, uintptr(ca)*size, lineB, uintptr(ldc)*size) || ca == 1 && relaysSmall(kind, m, n, k, size, lineB)):
		return false
	}
	// Field by field: a literal would be copied in pieces wider than the stores before, which wait for them.
	var t tileCall
	t.ra, t.ca, t.rb, t.rc, t.k = uintptr(ra)*size, uintptr(ca)*size, lineB, uintptr(ldc)*size, k
	setScalars(&t, alpha, beta)
	if columns {
		ar := takeArena()
		g := blockCall{kind: kind, k: k, size: size}
		buf := ar.packB()
		once := strideB == 0 && n <= width
		for i := range batch {
			pa, pb, pc := unsafe.Pointer(&a[i*strideA]), unsafe.Pointer(&b[i*strideB]), unsafe.Pointer(&c[i*strideC])
			for j := 0; ; {
				cols := min(width, n-j)
				known := once && i > 0
				if turn && cols == width && !known {
					t.multiplyTransposing(kind, m, pa, pb, pc, buf, uintptr(cb)*size, size)
				} else {
					if !known {
						g.packPanels(buf, pb, uintptr(cb)*size, size, cols, width)
					}
					runTiles(kind, &t, pa, buf, pc, m, cols, size)
				}
				if j += cols; j == n {
					break
				}
				pb, pc = unsafe.Add(pb, uintptr(cols*cb)*size), unsafe.Add(pc, uintptr(cols)*size)
			}
		}
		giveArena(ar)
		return true
	}
	if pairwise {
		t.paired(kind, m, unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&c[0]), uintptr(strideB)*size, uintptr(strideC)*size, batch)
		return true
	}
	if batch > 1 && t.together(kind, m, n, size, unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&c[0]),
		uintptr(strideA)*size, uintptr(strideB)*size, uintptr(strideC)*size, batch) {
		return true
	}
	// The tile fetches lines as far apart as B's, which are those of A and C too if they lie so, or if A and B have no gaps.
	fetch := fetchComing && batch > 1 && m > tileShapes[kind].mr && m*k*int(size) >= 1<<10 // order 8 on AVX2 loses 8 %
	likeA := max(ra, ca) == rb || rb == n && (ca == 1 && ra == k || ra == 1 && ca == m)
	for i := range batch {
		pa, pb, pc := unsafe.Pointer(&a[i*strideA]), unsafe.Pointer(&b[i*strideB]), unsafe.Pointer(&c[i*strideC])
		if fetch {
			if strideB != 0 {
				t.coming[0] = uintptr(strideB) * size
			}
			if strideA != 0 && likeA {
				t.coming[1] = uintptr(pa) + uintptr(strideA)*size - uintptr(pb)
			}
			if ldc == rb {
				t.coming[2] = uintptr(pc) + uintptr(strideC)*size - uintptr(pb)
			}
		}
		runTiles(kind, &t, pa, pb, pc, m, n, size)
	}
	return true
}

// lowLine is the longest row of A in bytes beside which tiles of a B in place are lower where tileRows says so: order 80 to 128 of float64 lost 1 to 2 %.
const lowLine = 512

// runTiles computes a product tile by tile, the fewest in height that its rows can be cut into. It is not inlined, so that the runtime can stop a long batch between two
// products.
//
//go:noinline
func runTiles(kind tileKind, t *tileCall, a, b, c unsafe.Pointer, m, n int, size uintptr) {
	s := &tileShapes[kind]
	if m <= 2*s.mr && n <= s.nr {
		t.next, t.ahead = uintptr(c), t.coming[0]
		if m > s.mr {
			if tallLast(kind, m, n) > 0 { // asked here only: a call more in gemmSmall is a nanosecond of every small product
				t.tallColumns(kind, a, b, c, m, n)
				return
			}
			if t.whole(kind, m, n, size) {
				// As a batch of one, by up to 16 chains of sums in place of twice eight.
				t.ahead = 0
				batchPiece(kind, t, a, b, c, m, n, 0, 0, 0, 1)
				return
			}
			half := m / 2
			runTile(kind, t, a, b, c, half, n)
			a, c, m = unsafe.Add(a, uintptr(half)*t.ra), unsafe.Add(c, uintptr(half)*t.rc), m-half
			t.ahead = t.coming[1]
		}
		runTile(kind, t, a, b, c, m, n)
		return
	}
	if last := tallLast(kind, m, n); last > 0 {
		t.tallTiles(kind, a, b, c, m, n, last, size)
		return
	}
	// The last rest tiles are one row higher.
	high := uint32(s.mr)
	if t.k*int(size) <= lowLine {
		high = uint32(tileRows(kind, m, n, t.ra, t.rc))
	}
	tiles := (uint32(m) + high - 1) / high
	low, rest := int(uint32(m)/tiles), int(uint32(m)%tiles)
	for row := 0; ; row++ {
		rows := low
		if m <= rest*(low+1) {
			rows++
		}
		t.ahead = t.coming[min(row, 2)]
		for j := 0; j < n; j += s.nr {
			to := unsafe.Add(c, uintptr(j)*size)
			t.next = uintptr(to)
			runTile(kind, t, a, unsafe.Add(b, uintptr(j)*size), to, rows, min(s.nr, n-j))
		}
		if m -= rows; m == 0 {
			return
		}
		a, c = unsafe.Add(a, uintptr(rows)*t.ra), unsafe.Add(c, uintptr(rows)*t.rc) // never behind the operands: another object may lie there
	}
}

// multiplyTransposing computes m rows of one panel of a product A·Bᵀ: a whole tile, which transposes the panel to buf, and the others.
//
//go:noinline
func (t *tileCall) multiplyTransposing(kind tileKind, m int, a, b, c, buf unsafe.Pointer, cb, size uintptr) {
	s := &tileShapes[kind]
	transposingTile(kind, t, a, b, c, buf, cb)
	if m > s.mr {
		runTiles(kind, t, unsafe.Add(a, uintptr(s.mr)*t.ra), buf, unsafe.Add(c, uintptr(s.mr)*t.rc), m-s.mr, s.nr, size)
	}
}

// gemmSmall is Gemm for a few tiles, with checks that take no division and no second call: half of the time at
// n = 8. Whatever is not plainly right it leaves to Gemm, and reports false. m, n, k > 0, B is not transposed, alpha ≠ 0.
func gemmSmall[T Float](p *Pool, tA Transpose, m, n, k int, alpha T, a *[]T, lda int, b *[]T, ldb int, beta T, c *[]T, ldc int) bool {
	isa := p.ISA()
	if isa == Portable || padTiles {
		return false
	}
	size := unsafe.Sizeof(alpha)
	kind := kindOf(isa, size)
	if !few(kind, m, n, k, uintptr(ldb)*size) && (!tiled(kind, m, n, k, uintptr(lda)*size, uintptr(ldb)*size, tA != NoTrans) ||
		tA == NoTrans && (pagesApart(kind, m, n, k, size, size, uintptr(ldb)*size, uintptr(ldc)*size) || relaysSmall(kind, m, n, k, size, uintptr(ldb)*size))) {
		return false
	}
	var t tileCall
	t.ra, t.ca, t.rb, t.rc, t.k = uintptr(lda)*size, size, uintptr(ldb)*size, uintptr(ldc)*size, k
	rowsA, colsA := m, k
	if tA != NoTrans {
		if tA != Trans {
			return false
		}
		t.ra, t.ca = t.ca, t.ra
		rowsA, colsA = k, m
	}
	// Leading dimensions below 2³² cannot overflow in spans.
	spanA, spanB, spanC := (rowsA-1)*lda+colsA, (k-1)*ldb+n, (m-1)*ldc+n
	if lda < colsA || ldb < n || ldc < n || uint(lda|ldb|ldc)>>32 != 0 || spanA > len(*a) || spanB > len(*b) || spanC > len(*c) {
		return false
	}
	pa, pb, pc := unsafe.Pointer(unsafe.SliceData(*a)), unsafe.Pointer(unsafe.SliceData(*b)), unsafe.Pointer(unsafe.SliceData(*c))
	if near(pc, spanC, pa, spanA, size) || near(pc, spanC, pb, spanB, size) {
		return false
	}
	raceReadMat(rowsA, colsA, *a, lda)
	raceReadMat(k, n, *b, ldb)
	raceWriteMat(m, n, *c, ldc)
	setScalars(&t, alpha, beta)
	runTiles(kind, &t, pa, pb, pc, m, n, size)
	return true
}

// gemmPanels is gemmSmall for A·Bᵀ in whole panels, which their first tiles transpose.
func gemmPanels[T Float](p *Pool, m, n, k int, alpha T, a *[]T, lda int, b *[]T, ldb int, beta T, c *[]T, ldc int) bool {
	isa := p.ISA()
	if isa == Portable || padTiles {
		return false
	}
	size := unsafe.Sizeof(alpha)
	kind := kindOf(isa, size)
	var t tileCall
	t.ra, t.ca, t.rb, t.rc, t.k = uintptr(lda)*size, size, panelLine, uintptr(ldc)*size, k
	step := uintptr(ldb) * size
	if !transposes(kind, m, n, k, step) || !tiled(kind, m, n, k, t.ra, panelLine, false) {
		return false
	}
	spanA, spanB, spanC := (m-1)*lda+k, (n-1)*ldb+k, (m-1)*ldc+n // cannot overflow, as there
	if lda < k || ldb < k || ldc < n || uint(lda|ldb|ldc)>>32 != 0 || spanA > len(*a) || spanB > len(*b) || spanC > len(*c) {
		return false
	}
	pa, pb, pc := unsafe.Pointer(unsafe.SliceData(*a)), unsafe.Pointer(unsafe.SliceData(*b)), unsafe.Pointer(unsafe.SliceData(*c))
	if near(pc, spanC, pa, spanA, size) || near(pc, spanC, pb, spanB, size) {
		return false
	}
	raceReadMat(m, k, *a, lda)
	raceReadMat(n, k, *b, ldb)
	raceWriteMat(m, n, *c, ldc)
	setScalars(&t, alpha, beta)
	ar := takeArena()
	width := panelLine / int(size)
	for j := 0; ; {
		t.multiplyTransposing(kind, m, pa, pb, pc, ar.packB(), step, size)
		if j += width; j == n {
			break
		}
		pb, pc = unsafe.Add(pb, uintptr(width)*step), unsafe.Add(pc, panelLine) // never behind the operands
	}
	giveArena(ar)
	return true
}

// near reports whether the spans of x and y meet.
func near(x unsafe.Pointer, spanX int, y unsafe.Pointer, spanY int, size uintptr) bool {
	d := uintptr(x) - uintptr(y)
	return d < uintptr(spanY)*size || -d < uintptr(spanX)*size
}
