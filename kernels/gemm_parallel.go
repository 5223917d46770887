package kernels

import "unsafe"

// A product is one call of Gemm, Syrk or GemmBatch cut into pieces for a Pool. C is cut
// into a grid of blocks of whole tiles; each piece is a serial product with an arena of its
// own, so nobody waits for anybody before the end. Since a block of a product is the
// product of the blocks bit for bit, the cut moves no rounding.
//
// Operands are packed once by every worker that needs them, W·k·(m/gm + n/gn) elements
// for a grid of W = gm·gn pieces, which the choice of the grid minimises. At two cores the
// second packing costs under 2 % at n = 512 and falls as 1/n; one barrier
// per chunk, the price of sharing, costs more. The cost relative to the product is
// about (1/m + 1/n)·√W: at 64 cores and n = 4096 still 4 %, and blocks of
// distinct L3 domains share nothing they write, so domains need no special case;
// beyond that, cut by parameter rather than inside a product.
//
// Two workers get a piece each. More are seldom equally fast, and the call ends with the last: a short product has four pieces a worker, which whoever is free takes. (16 threads on eight cores of
// an Emerald Rapids, float32: order 512 390 to 510 and 860 GFLOP/s in two runs, 256 540 to 620 and 650, 192 410 to 430 and 540; 1024 and 2048 the same or slower.)
//
// A triangle is cut for two workers into bands of equal area, each of which packs the columns of B up to its end, 2/3·W·n·k elements
// in all. For more it is cut into g rows of blocks, g·(g+1)/2 of them, two a worker or a few more, unless it has too few panels, so that the largest of them would be more than a band: they pack about g²·n/g·k = g·n·k elements, 2·√W·n·k, as a grid does, where bands would
// pack 2/3·W·n·k: the same at 9 workers, three times as much at 64. Trmm, Trsm and Symm from one side have independent columns or rows, cut evenly: each worker
// reads the whole triangle, n²/2 elements for n²·m/W operations.
type product[T Float] struct {
	want        region
	m, n, k     int
	alpha, beta T
	a, b, c     []T
	ra, ca      int
	rb, cb      int
	ldc         int
	isa         ISA
	gm, gn      int // the grid; for a triangle gm bands of equal area, or, if gn is 0, gm rows of blocks
	batch       int // > 0: pieces are ranges of the batch
	strideA     int
	strideB     int
	strideC     int
}

var (
	tasks32 freeList[product[float32]]
	tasks64 freeList[product[float64]]
)

func tasks[T Float]() *freeList[product[T]] {
	if is32[T]() {
		return (*freeList[product[T]])(unsafe.Pointer(&tasks32))
	}
	return (*freeList[product[T]])(unsafe.Pointer(&tasks64))
}

func takeTask[T Float]() *product[T] {
	if t := tasks[T]().take(); t != nil {
		return t
	}
	return new(product[T])
}

// giveTask puts t back without the caller's slices.
func giveTask[T Float](t *product[T]) {
	*t = product[T]{}
	tasks[T]().give(t)
}

// reserveTask adds one task to the free list.
func reserveTask[T Float]() { tasks[T]().give(new(product[T])) }

// parallelFlops is the work below which a product is not worth the hand-off to another
// worker (a few microseconds, more if it sleeps), by tier: about 60 µs.
func parallelFlops[T Float](isa ISA) int {
	f := 1 << 16
	switch isa {
	case AVX512:
		f = 8 << 20
	case AVX2:
		f = 6 << 20
	case NEON:
		f = 2 << 20
	}
	if !is32[T]() {
		f /= 2
	}
	return f
}

// multiply computes a whole product; alpha ≠ 0, m, n, k > 0, and the operands were checked.
func multiply[T Float](p *Pool, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	multiplyRegion(p, region{}, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
}

// multiplyRegion computes the wanted elements of a product: all, or a triangle of order m = n.
func multiplyRegion[T Float](p *Pool, want region, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	isa := p.ISA()
	w := p.Workers()
	if w == 1 || !worthwhile[T](isa, m, n, k) {
		multiplyBlock(isa, want, false, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
		return
	}
	t := takeTask[T]()
	*t = product[T]{want: want, m: m, n: n, k: k, alpha: alpha, beta: beta, a: a, b: b, c: c,
		ra: ra, ca: ca, rb: rb, cb: cb, ldc: ldc, isa: isa}
	mr, nr := tileSize[T](isa)
	bands, g := min(w, (m+mr-1)/mr), rowsOfBlocks(w, n, nr)
	switch {
	case want.uplo == 0:
		if w > 2 && !worthwhile[T](isa, (m+8*w-1)/(8*w), n, k) {
			w *= 4
		}
		t.gm, t.gn = grid(w, m, n, mr, nr)
	case w > 2 && g*g >= 2*bands:
		t.gm, t.gn = g, 0
	default:
		t.gm, t.gn = bands, 1
	}
	if t.gn > 0 {
		p.Run(t.gm*t.gn, t)
	} else {
		p.Run(g*(g+1)/2, t)
	}
	giveTask(t)
}

// worthwhile reports whether 2·m·n·k reaches parallelFlops, without overflow.
func worthwhile[T Float](isa ISA, m, n, k int) bool {
	return 2*float64(m)*float64(n)*float64(k) >= float64(parallelFlops[T](isa))
}

func multiplyBatch[T Float](p *Pool, m, n, k int, alpha T, a []T, ra, ca, strideA int, b []T, rb, cb, strideB int, beta T, c []T, ldc, strideC, batch int) {
	isa := p.ISA()
	if batch == 1 {
		if !multiplyTiles(isa, m, n, k, alpha, a, ra, ca, 0, b, rb, cb, 0, beta, c, ldc, 0, 1) {
			multiply(p, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
		}
		return
	}
	w := p.Workers()
	if w == 1 || !worthwhile[T](isa, m, n, k*batch) {
		multiplyEach(isa, passes[T](m, n, k, batch), m, n, k, alpha, a, ra, ca, strideA, b, rb, cb, strideB, beta, c, ldc, strideC, batch)
		return
	}
	t := takeTask[T]()
	*t = product[T]{m: m, n: n, k: k, alpha: alpha, beta: beta, a: a, b: b, c: c,
		ra: ra, ca: ca, rb: rb, cb: cb, ldc: ldc, isa: isa,
		batch: batch, strideA: strideA, strideB: strideB, strideC: strideC, gm: min(batch, 4*w), gn: 1}
	p.Run(t.gm, t)
	giveTask(t)
}

// passes reports whether B and C of a batch are more than the third-level cache holds, where that is known to matter.
func passes[T Float](m, n, k, batch int) bool {
	var zero T
	return (m+k)*n*batch >= copyStream/int(unsafe.Sizeof(zero))
}

// multiplyEach computes the products of a batch one after the other.
func multiplyEach[T Float](isa ISA, passes bool, m, n, k int, alpha T, a []T, ra, ca, strideA int, b []T, rb, cb, strideB int, beta T, c []T, ldc, strideC, batch int) {
	if multiplyTiles(isa, m, n, k, alpha, a, ra, ca, strideA, b, rb, cb, strideB, beta, c, ldc, strideC, batch) {
		return
	}
	for i := range batch {
		multiplyBlock(isa, region{}, passes, m, n, k, alpha, a[i*strideA:], ra, ca, b[i*strideB:], rb, cb, beta, c[i*strideC:], ldc)
	}
}

// Do computes piece i.
func (t *product[T]) Do(i int) {
	if t.batch > 0 {
		lo, hi := cut(t.batch, t.gm, 1, i)
		if lo < hi {
			multiplyEach(t.isa, passes[T](t.m, t.n, t.k, t.batch), t.m, t.n, t.k, t.alpha, t.a[lo*t.strideA:], t.ra, t.ca, t.strideA,
				t.b[lo*t.strideB:], t.rb, t.cb, t.strideB, t.beta, t.c[lo*t.strideC:], t.ldc, t.strideC, hi-lo)
		}
		return
	}
	mr, nr := tileSize[T](t.isa)
	var i0, i1, j0, j1 int
	want := t.want
	switch {
	case want.uplo == 0:
		i0, i1 = cut(t.m, t.gm, mr, i/t.gn)
		j0, j1 = cut(t.n, t.gn, nr, i%t.gn)
	case t.gn > 0:
		i0, i1 = cutTriangle(want.uplo, t.m, t.gm, mr, i)
		j0, j1 = want.columns(i0, i1, t.n)
		want = want.block(i0, j0)
	default:
		r, c := blockOfTriangle(i)
		if want.uplo == Upper {
			r, c = c, r
		}
		i0, i1 = cut(t.m, t.gm, nr, r)
		j0, j1 = cut(t.n, t.gm, nr, c)
		if r != c {
			want = region{}
		}
	}
	if i0 >= i1 || j0 >= j1 {
		return
	}
	multiplyBlock(t.isa, want, false, i1-i0, j1-j0, t.k, t.alpha, t.a[i0*t.ra:], t.ra, t.ca,
		t.b[j0*t.cb:], t.rb, t.cb, t.beta, t.c[i0*t.ldc+j0:], t.ldc)
}

// cut returns the i-th of g parts of [0, n), all but the last a multiple of unit.
func cut(n, g, unit, i int) (lo, hi int) {
	u := (n + unit - 1) / unit
	return min(n, u*i/g*unit), min(n, u*(i+1)/g*unit)
}

// cutTriangle returns the i-th of g bands of rows of an n×n triangle with nearly equal areas.
func cutTriangle(uplo Uplo, n, g, unit, i int) (lo, hi int) {
	edge := func(i int) int {
		// The rows above row r of a lower triangle hold about r²/2 elements.
		if uplo == Upper {
			i = g - i
		}
		want := uint64(n) * uint64(n) / uint64(g) * uint64(i)
		r := min(n, (isqrt(want)+unit/2)/unit*unit)
		if i == g {
			r = n
		}
		if uplo == Upper {
			return (n - r) / unit * unit
		}
		return r
	}
	lo, hi = edge(i), edge(i+1)
	if i+1 == g {
		hi = n
	}
	return lo, hi
}

// rowsOfBlocks is the least number of rows of a triangle's blocks that make two blocks a worker, if it has so many panels.
func rowsOfBlocks(w, n, nr int) int {
	g := 1
	for most := (n + nr - 1) / nr; g < most && g*(g+1) < 4*w; {
		g++
	}
	return g
}

// blockOfTriangle returns row and column of block i of a lower triangle, counted row by row.
func blockOfTriangle(i int) (r, c int) {
	r = (isqrt(8*uint64(i)+1) - 1) / 2
	return r, i - r*(r+1)/2
}

func isqrt(x uint64) int {
	r := uint64(0)
	for bit := uint64(1) << 31; bit != 0; bit >>= 1 {
		if (r|bit)*(r|bit) <= x {
			r |= bit
		}
	}
	return int(r)
}

// grid returns the grid of w pieces (or fewer, if C has fewer tiles) that packs least.
func grid(w, m, n, mr, nr int) (gm, gn int) {
	tm, tn := (m+mr-1)/mr, (n+nr-1)/nr
	gm, gn = 1, 1
	best := -1.0
	for g := 1; g <= w; g++ {
		h := min(w/g, tn)
		if g > tm || h == 0 {
			continue
		}
		// The time of the largest piece: its tiles, and what it packs at about a
		// twentieth of a tile row's time per line of elements.
		bm, bn := float64((tm+g-1)/g*mr), float64((tn+h-1)/h*nr)
		cost := float64(bm*bn) + float64(8*(bm+bn))
		if best < 0 || cost < best {
			best, gm, gn = cost, g, h
		}
	}
	return gm, gn
}
