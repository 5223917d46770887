package kernels

import "unsafe"

// Products of few rows whose B has contiguous rows and is larger than the second-level cache, or has rows a multiple of 2 KiB apart. An element of B is used a few times, once by wide tiles, so what counts
// is that B arrives in time, and a strip of rows that are a multiple of 4 KiB apart falls into one set of the first-level cache and few of the second: what is fetched down
// the strip ahead of the tile pushes out what the tile needs, as do the lines that the hardware fetches beside those at work.
//
//	AVX-512, up to 6 rows    four rows of B at a time along all of their columns, the sums in memory (gemmSums…)
//	AVX-512, 7 rows or more  strips of three vectors, a whole chunk high, with B fetched by the next strip or a few rows ahead (gemmStrips…). Where rows of B do not collide the
//	                         common tile is as good, and for 9 to 12 rows, one pass of it, it needs only to fetch the next panel
//	AVX2                     eight rows of B at a time, met in the first level by all rows of A, the sums in memory (gemmSums…)

// shortMost is the number of rows up to which that pays. Zen 5 is the only processor it was measured on (docs/experiments.md): up to three times as fast where rows collide, else 0 to 20 %. Others
// keep what was measured there.
var shortMost = onZen5(64)

// sumsRows, sumsTerms and sumsColumns: of more rows, sums in memory cost AVX2 more than they save where they are read and written for few terms in long rows or batches from memory (2 to 49 %), or where B and C are more than
// half of the third level (−2 to 12 %). With fewer rows, with more terms, and with short rows they gain 4 to 60 %.
const sumsRows, sumsTerms, sumsColumns = 20, 64, 4096

// shortFar is the number of rows up to which it pays for AVX2, and for a B of more than half of the third level (chainsNear). Of 49 to 64 rows packing B was 2 to 27 % slower than strips below that, and up to
// a quarter faster from memory; 64 rows of as many terms are better off as streamed has them.
const shortFar = 48

// fetchNext says that the common tile fetches B in place by a panel and not by some rows, if rows collide.
var fetchNext = zen5

// A shortShape is how one of these kernels is called.
type shortShape struct {
	mr, nr int // the largest tile
	depth  int // rows of B in one call
	cols   int // columns in one call
}

// The sums' kernels. For AVX-512 see sumsShape: as many columns as have their sums in sumsNear bytes, and as many rows of B as make gemvPiece.
var sumsShapes = [...]shortShape{
	tile32AVX512: {mr: 6, nr: 16},
	tile64AVX512: {mr: 6, nr: 8},
	tile32AVX2:   {4, 24, 8, 504},
	tile64AVX2:   {4, 12, 8, 252},
}

// sumsShape is how the kernel is called for m rows of elements of size bytes.
func sumsShape(kind tileKind, m, size int) shortShape {
	s := sumsShapes[kind]
	if s.depth == 0 {
		s.cols = max(sumsNear/(m*size)/s.nr, 1) * s.nr
		s.depth = min(gemvPiece/(s.cols*size), ChunkK)
	}
	return s
}

// The strips' kernels.
var stripShapes = [...]shortShape{
	tile32AVX512: {8, 48, ChunkK, 96},
	tile64AVX512: {8, 24, ChunkK, 48},
}

// sumsNear is a third of Zen 5's first-level cache: half of that costs six rows 5 to 10 %, one and a half times as much float64 up to 10.
const sumsNear = 16 << 10

// sumsBytes bounds the sums, a quarter of the second-level cache of Zen 5.
const sumsBytes = 256 << 10

// multiplyShort computes a product of few rows, if it is one of those above or multiplyRelay's, and reports whether it did.
func multiplyShort[T Float](isa ISA, passes bool, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) bool {
	if multiplyRelay(isa, passes, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc) {
		return true
	}
	size := int(unsafe.Sizeof(alpha))
	// Columns of A that lie far apart are packed by the driver.
	if m > shortMost || m == 1 || cb != 1 || ca*size > 512 {
		return false
	}
	collide, chunk := rb*size%2048 == 0, ChunkLen(k)
	if chunk <= cacheInPlace/size/n && (!collide || chunk < 32 || n*size <= 128 || pagesApart(kindOf(isa, uintptr(size)), m, n, k, uintptr(size), uintptr(ca*size), uintptr(rb*size), uintptr(ldc*size))) {
		return false
	}
	kind := kindOf(isa, uintptr(size))
	if m > shortFar && (kind > tile64AVX512 || k > chainsNear/size/n || ca == 1 && streamedShape(m, n, k, size)) {
		return false
	}
	if kind > tile64AVX512 && m > sumsRows && (k < sumsTerms && (n > sumsColumns || passes) || m+k > chainsNear/size/n) {
		return false
	}
	switch {
	case kind > tile64AVX512 || m <= sumsShapes[kind].mr:
		multiplySums(isa, kind, m, n, k, alpha, a, ra, ca, b, rb, beta, c, ldc)
	case collide && (m <= stripShapes[kind].mr || m > tileShapes[kind].mr):
		multiplyStrips(kind, m, n, k, alpha, a, ra, ca, b, rb, beta, c, ldc)
	default:
		return false
	}
	return true
}

// multiplySums adds a few rows of B at a time to sums in memory, from which C is updated at the end of each chunk.
func multiplySums[T Float](isa ISA, kind tileKind, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb int, beta T, c []T, ldc int) {
	size := unsafe.Sizeof(alpha)
	shape := sumsShape(kind, m, int(size))
	rows, chunk := evenRows(m, shape.mr), ChunkLen(k)
	depth := even(chunk, shape.depth, 4)
	wide := even(n, min(vecPiece, sumsBytes/(m*int(size))), shape.nr)
	lanes := 64 / int(size)
	line := (wide+lanes-1)/lanes*lanes | lanes // rows of sums are an odd number of cache lines apart
	var t tileCall
	t.ra, t.ca, t.rb, t.rc = uintptr(ra)*size, uintptr(ca)*size, uintptr(rb)*size, uintptr(line)*size
	ar := takeArena()
	sums := unsafe.Slice((*T)(ar.packA()), m*line)
	for l0 := 0; l0 < k; l0 += chunk {
		l1 := min(k, l0+chunk)
		for j0 := 0; j0 < n; j0 += wide {
			j1 := min(n, j0+wide)
			clear(sums)
			for l := l0; l < l1; l += depth {
				t.k = min(depth, l1-l)
				for j := j0; j < j1; j += shape.cols {
					for i := 0; i < m; i += rows {
						sumsPiece(kind, &t, unsafe.Pointer(&a[i*ra+l*ca]), unsafe.Pointer(&b[l*rb+j]), unsafe.Pointer(&sums[i*line+j-j0]), min(rows, m-i), min(shape.cols, j1-j))
					}
				}
			}
			for i := range m {
				updateVec(isa, alpha, sums[i*line:i*line+j1-j0], beta, c[i*ldc+j0:i*ldc+j1])
			}
		}
		beta = 1
	}
	giveArena(ar)
}

// multiplyStrips lets all rows of A pass by one strip of B after the other.
func multiplyStrips[T Float](kind tileKind, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb int, beta T, c []T, ldc int) {
	size := unsafe.Sizeof(alpha)
	shape := &stripShapes[kind]
	rows, chunk := evenRows(m, shape.mr), ChunkLen(k)
	var t tileCall
	t.ra, t.ca, t.rb, t.rc = uintptr(ra)*size, uintptr(ca)*size, uintptr(rb)*size, uintptr(ldc)*size
	// Fetched is the same row of the next strip: its page is translated, the lines have some 4000 cycles to come, and all rows of A that follow meet them near. Of rows 8 KiB apart the
	// second-level cache keeps 128 of 384: from beyond it one tile's rows do better with lines that they use at once, from no more than 4 rows ahead.
	t.ahead = uintptr(shape.nr) * size
	if m <= shape.mr && t.rb%8192 == 0 && chunk > cacheInPlace/int(size)/n {
		t.ahead = 4 * t.rb
	}
	for l := 0; l < k; l += chunk {
		t.k = min(chunk, k-l)
		setScalars(&t, alpha, beta)
		for j := 0; j < n; j += shape.cols {
			for i := 0; i < m; i += rows {
				stripsPiece(kind, &t, unsafe.Pointer(&a[i*ra+l*ca]), unsafe.Pointer(&b[l*rb+j]), unsafe.Pointer(&c[i*ldc+j]), min(rows, m-i), min(shape.cols, n-j))
			}
		}
		beta = 1
	}
}

// sumsPiece is one call of a sums' kernel. It is not inlined, so that the runtime can stop a long product between two calls.
//
//go:noinline
func sumsPiece(kind tileKind, t *tileCall, a, b, sums unsafe.Pointer, rows, cols int) {
	switch kind {
	case tile32AVX512:
		gemmSums32AVX512(t, a, b, sums, rows, cols)
	case tile64AVX512:
		gemmSums64AVX512(t, a, b, sums, rows, cols)
	case tile32AVX2:
		gemmSums32AVX2(t, a, b, sums, rows, cols)
	case tile64AVX2:
		gemmSums64AVX2(t, a, b, sums, rows, cols)
	}
}

// stripsPiece is one call of a strips' kernel, for the same reason not inlined.
//
//go:noinline
func stripsPiece(kind tileKind, t *tileCall, a, b, c unsafe.Pointer, rows, cols int) {
	if kind == tile32AVX512 {
		gemmStrips32AVX512(t, a, b, c, rows, cols)
	} else {
		gemmStrips64AVX512(t, a, b, c, rows, cols)
	}
}

//go:noescape
func gemmSums32AVX512(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)

//go:noescape
func gemmSums64AVX512(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)

//go:noescape
func gemmStrips32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmStrips64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmSums32AVX2(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)

//go:noescape
func gemmSums64AVX2(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)
