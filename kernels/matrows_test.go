package kernels

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// matShapes are m×n pairs around the vectors, tiles and ranges of rows.
func matShapes[T Float]() [][2]int {
	var s [][2]int
	for _, m := range []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33} {
		for n := 0; n <= 35; n++ {
			s = append(s, [2]int{m, n})
		}
		s = append(s, [2]int{m, lanes[T]() + 1}, [2]int{m, 2*lanes[T]() + 3}, [2]int{m, 3*lanes[T]() - 1})
	}
	// Short rows, up to one more than go together, in more than one call.
	s = append(s, [2]int{140, shortRow - 1}, [2]int{140, shortRow}, [2]int{140, shortRow + 1})
	return append(s, [2]int{300, 5}, [2]int{3, gemvColumns + 9}, [2]int{2, vecPiece + 3})
}

// matBuffers are guarded buffers for small and large operands.
type matBuffers[T Float] struct{ small, large [3]*guard.Buffer[T] }

func newMatBuffers[T Float](t *testing.T) *matBuffers[T] {
	b := new(matBuffers[T])
	for i := range b.small {
		b.small[i], b.large[i] = guard.New[T](t, 2048), guard.New[T](t, 1<<17)
	}
	return b
}

// put places x against the page behind it (even k) or in front of it.
func (b *matBuffers[T]) put(i, k int, x []T) []T {
	g := b.small[i]
	if len(x) > 2048 {
		g = b.large[i]
	}
	if k%2 == 0 {
		return g.EndCopy(x)
	}
	return g.StartCopy(x)
}

func testMatRows[T Float](t *testing.T, p *Pool) {
	src := rnd.New(1)
	b := newMatBuffers[T](t)
	for k, s := range matShapes[T]() {
		m, n := s[0], s[1]
		lda := max(1, n) + []int{0, 1, 5}[k%3]
		fill := vecFills[T]()[k%4]
		a0 := vecMatrix(src, fill, m, n, lda)
		x0, y0 := fill(src, make([]T, m)), fill(src, make([]T, n))
		alpha := []T{1, -0.7}[k%2]
		at := func(f func(i, j int, v T) T) []T {
			w := append([]T(nil), a0...)
			for i := 0; i < m; i++ {
				for j := 0; j < n; j++ {
					w[i*lda+j] = f(i, j, w[i*lda+j])
				}
			}
			return w
		}
		x, y := b.put(1, k, x0), b.put(2, k, y0)

		a := b.put(0, k, a0)
		Ger(p, m, n, alpha, x, y, a, lda)
		bits.Same(t, at(func(i, j int, v T) T { return elem.FMA(T(alpha*x0[i]), y0[j], v) }), a, "ger %d×%d", m, n)
		a = b.put(0, k, a0)
		RowScale(p, m, n, x, a, lda)
		bits.Same(t, at(func(i, j int, v T) T { return v * x0[i] }), a, "rowscale %d×%d", m, n)
		a = b.put(0, k, a0)
		ColScale(p, m, n, y, a, lda)
		bits.Same(t, at(func(i, j int, v T) T { return v * y0[j] }), a, "colscale %d×%d", m, n)

		a = b.put(0, k, a0)
		sums := make([]T, m)
		for i := range sums {
			sums[i] = lanesOf(n, func(acc T, j int) T { return acc + a0[i*lda+j] })
		}
		RowSum(p, m, n, a, lda, x)
		bits.Same(t, sums, x, "rowsum %d×%d", m, n)
		sums = make([]T, n)
		for i := 0; i < m; i++ {
			for j := range sums {
				sums[j] += a0[i*lda+j]
			}
		}
		ColSum(p, m, n, a, lda, y)
		bits.Same(t, sums, y, "colsum %d×%d", m, n)
		bits.Same(t, a0, a, "A of the sums")

		// Omatcopy: A as it is, and transposed.
		ldb := n + 2
		out := vecMatrix(src, rnd.Normal[T], m, n, max(1, ldb))
		want := append([]T(nil), out...)
		for i := 0; i < m; i++ {
			for j := 0; j < n; j++ {
				want[i*ldb+j] = alpha * a0[i*lda+j]
			}
		}
		bb := b.put(1, k, out)
		Omatcopy(p, NoTrans, m, n, alpha, a, lda, bb, max(1, ldb))
		bits.Same(t, want, bb, "copy %d×%d", m, n)
		ldb = m + 1
		out = vecMatrix(src, rnd.Normal[T], n, m, ldb)
		want = append([]T(nil), out...)
		for i := 0; i < m; i++ {
			for j := 0; j < n; j++ {
				want[j*ldb+i] = alpha * a0[i*lda+j]
			}
		}
		bb = b.put(1, k, out)
		Omatcopy(p, Trans, n, m, alpha, a, lda, bb, ldb)
		bits.Same(t, want, bb, "transpose %d×%d", m, n)
	}
}

// Matrices beyond transposeNear go another way: by square blocks, each of which fetches the next.
func testTransposeFar[T Float](t *testing.T, p *Pool) {
	src := rnd.New(5)
	block := transposeBlock / int(unsafe.Sizeof(T(0)))
	for k, s := range [][2]int{{3 * block, 1400 + block/2}, {5*block + 3, 901}, {1501, 3*block - 1}, {1 << 17, 3}} {
		m, n := s[0], s[1]
		lda, ldb := n+k, m+1
		in := vecMatrix(src, rnd.Normal[T], m, n, lda)
		a, b := guard.New[T](t, len(in)+1), guard.New[T](t, (n-1)*ldb+m+1)
		x, y := a.EndCopy(in), b.End((n-1)*ldb+m)
		if k%2 == 1 {
			x, y = a.StartCopy(in), b.Start((n-1)*ldb+m)
		}
		for i := range y {
			y[i] = T(math.NaN())
		}
		Omatcopy(p, Trans, n, m, 2, x, lda, y, ldb)
		for j := range n {
			for i := range m {
				if y[j*ldb+i] != 2*in[i*lda+j] {
					t.Fatalf("%d×%d: row %d, column %d", n, m, j, i)
				}
			}
			if j < n-1 && y[j*ldb+m] == y[j*ldb+m] {
				t.Fatalf("%d×%d: written beside row %d", n, m, j)
			}
		}
		a.Check()
		b.Check()
	}
}

func TestTransposeFar(t *testing.T) {
	vecTiers(t, testTransposeFar[float32], testTransposeFar[float64])
}

func TestMatRowsTiers(t *testing.T) { vecTiers(t, testMatRows[float32], testMatRows[float64]) }

func testSyr2[T Float](t *testing.T, p *Pool) {
	src := rnd.New(2)
	b := newMatBuffers[T](t)
	for n := 0; n <= 2*lanes[T]()+3; n++ {
		if testing.Short() && n > 2*16+3 && n%5 != 1 {
			continue // emulation is slow
		}
		for k := range 6 {
			uplo, lda := []Uplo{Lower, Upper}[k%2], max(1, n)+[]int{0, 1, 64}[k/2] // rows that begin with cache lines, if n does, and others
			fill := vecFills[T]()[n%4]
			a0 := vecTriangle(src, fill, uplo, n, lda)
			if k >= 2 { // NaN there would hide that it is updated
				for i := range a0 {
					if j := i % lda; j >= n || uplo == Lower && j > i/lda || uplo == Upper && j < i/lda {
						a0[i] = T(i%7) + 1
					}
				}
			}
			x0, y0 := fill(src, make([]T, n)), fill(src, make([]T, n))
			want := append([]T(nil), a0...)
			for i := 0; i < n; i++ {
				for j := 0; j < n; j++ {
					if uplo == Lower && j <= i || uplo == Upper && j >= i {
						v := elem.FMA(T(-x0[i]), y0[j], want[i*lda+j])
						want[i*lda+j] = elem.FMA(T(-y0[i]), x0[j], v)
					}
				}
			}
			for end := range 2 {
				a, x, y := b.put(0, end, a0), b.put(1, end, x0), b.put(2, end, y0)
				Syr2(p, uplo, n, -1, x, y, a, lda)
				bits.Same(t, want, a, "%c n = %d, lda = %d", uplo, n, lda)
			}
		}
	}
}

func TestSyr2Tiers(t *testing.T) { vecTiers(t, testSyr2[float32], testSyr2[float64]) }

func testKron[T Float](t *testing.T, p *Pool) {
	src := rnd.New(3)
	b := newMatBuffers[T](t)
	shapes := [][4]int{{0, 1, 2, 3}, {1, 2, 0, 3}, {1, 1, 1, 1}, {2, 3, 3, 2}, {3, 2, 5, 7}, {4, 4, 4, 4}, {2, 2, 3, 17}, {3, 5, 2, 64}, {1, 1, 5, 33}, {7, 3, 1, 1}, {5, 9, 3, 67}, {3, 3, 2, 8}, {2, 5, 3, 24}, {4, 2, 4, 40}, {3, 7, 2, 32}}
	for n := 0; n <= 2*16+3; n++ { // a vector of float32 has up to 16
		shapes = append(shapes, [4]int{1 + n%3, 1 + n%5, 1 + n%4, n}, [4]int{1 + n%2, n, 1 + n%3, 5 + n%13})
	}
	defer func(n int) { kronStream = n }(kronStream)
	whole := kronStream
	for k, s := range shapes {
		ma, na, mb, nb := s[0], s[1], s[2], s[3]
		lda, ldb, ldc := max(1, na)+k%2, max(1, nb)+k%3, max(1, na*nb)+1
		if k%2 == 0 {
			ldc = (na*nb + 16) &^ 15 // all rows of C in lines of their own
		}
		fill := vecFills[T]()[k%4]
		a0, b0 := vecMatrix(src, fill, ma, na, lda), vecMatrix(src, fill, mb, nb, ldb)
		c0 := vecMatrix(src, fill, ma*mb, na*nb, ldc)
		want := append([]T(nil), c0...)
		for i := 0; i < ma*mb; i++ {
			for j := 0; j < na*nb; j++ {
				want[i*ldc+j] = a0[i/mb*lda+j/nb] * b0[i%mb*ldb+j%nb]
			}
		}
		for end := range 2 {
			for _, kronStream = range []int{whole, 0} {
				a, bm, c := b.put(0, end, a0), b.put(1, end, b0), b.put(2, end, c0)
				Kron(p, ma, na, a, lda, mb, nb, bm, ldb, c, ldc)
				bits.Same(t, want, c, "%v, past the caches from %d bytes", s, kronStream)
			}
		}
	}
}

// Sums of columns take one call up to as many rows as there are ones.
func TestColSumOnes(t *testing.T) { vecTiers(t, testColSumOnes[float32], testColSumOnes[float64]) }

func testColSumOnes[T Float](t *testing.T, p *Pool) {
	src := rnd.New(5)
	for _, m := range []int{len(ones32) - 1, len(ones32), len(ones32) + 1} {
		for _, n := range []int{1, 3, 40} {
			a, got, want := rnd.Normal(src, make([]T, m*n)), make([]T, n), make([]T, n)
			for i := range m {
				for j := range want {
					want[j] += a[i*n+j]
				}
			}
			ColSum(p, m, n, a, n, got)
			bits.Same(t, want, got, "%d×%d", m, n)
		}
	}
}

func TestKronTiers(t *testing.T) { vecTiers(t, testKron[float32], testKron[float64]) }

func testMatWorkers[T Float](t *testing.T, p *Pool) {
	src := rnd.New(4)
	m, n := 520, 513
	a0 := rnd.Normal(src, make([]T, m*n))
	x, y := rnd.Normal(src, make([]T, m)), rnd.Normal(src, make([]T, n))
	k0, k1 := rnd.Normal(src, make([]T, 24*20)), rnd.Normal(src, make([]T, 25*24))
	all := func(q *Pool) [][]T {
		a := append([]T(nil), a0...)
		b, s, c := make([]T, m*n), make([]T, m+n), make([]T, 24*25*20*24)
		Ger(q, m, n, 1.5, x, y, a, n)
		Syr2(q, Lower, n, -1, x, y, a, n)
		RowScale(q, m, n, x, a, n)
		ColScale(q, m, n, y, a, n)
		RowSum(q, m, n, a, n, s[:m])
		ColSum(q, m, n, a, n, s[m:])
		Omatcopy(q, Trans, n, m, 1, a, n, b, m)
		Kron(q, 24, 20, k0, 20, 25, 24, k1, 24, c, 480)
		return [][]T{a, b, s, c}
	}
	want := all(p)
	for _, w := range []int{2, 3} {
		q := NewPool(w, WithISA(p.ISA()))
		for i, got := range all(q) {
			bits.Same(t, want[i], got, "result %d, %d workers", i, w)
		}
		if p.ISA() != Portable {
			a, b, s := append([]T(nil), a0...), make([]T, m*n), make([]T, n)
			requireNoAllocs(t, func() { Ger(q, m, n, 1.5, x, y, a, n); ColSum(q, m, n, a, n, s) })
			requireNoAllocs(t, func() { Omatcopy(q, Trans, n, m, 1, a, n, b, m) })
		}
		q.Close()
	}
	requireNoAllocs(t, func() { Ger(p, 3, 5, 1.5, x, y, a0, n); RowScale(nil, 3, 5, x, a0, n) })
}

func TestMatRowsWorkers(t *testing.T) { vecTiers(t, testMatWorkers[float32], testMatWorkers[float64]) }

func testConvert[D, S Float](t *testing.T, p *Pool) {
	src := rnd.New(5)
	sizes := []int{convertPiece - 1, convertPiece, convertPiece + 1, 2*convertPiece + 77}
	for n := 0; n < 300; n += 1 + n/140 {
		sizes = append(sizes, n)
	}
	bs, bd := guard.New[S](t, slices.Max(sizes)), guard.New[D](t, slices.Max(sizes))
	for _, n := range sizes {
		x := vecFills[S]()[n%4](src, make([]S, n))
		want := make([]D, n)
		for i, v := range x {
			want[i] = D(v)
		}
		d := bd.End(n)
		Convert(p, d, bs.EndCopy(x))
		bits.Same(t, want, d, "n = %d, end", n)
		d = bd.Start(n)
		Convert(p, d, bs.StartCopy(x))
		bits.Same(t, want, d, "n = %d, start", n)
	}
}

func TestConvertTiers(t *testing.T) {
	vecTiers(t, testConvert[float32, float64], testConvert[float64, float32])
	vecTiers(t, testConvert[float32, float32], testConvert[float64, float64])
}

func TestMatRowsPanics(t *testing.T) {
	a, b, v := make([]float64, 12), make([]float64, 12), make([]float64, 4)
	big := math.MaxInt
	for _, c := range []struct {
		want string
		f    func()
	}{
		{negDim, func() { Ger(nil, -1, 4, 1, v, v, a, 4) }},
		{badLdA, func() { Ger(nil, 3, 4, 1, v, v, a, 3) }},
		{shortX, func() { Ger(nil, 3, 4, 1, v[:2], v, a, 4) }},
		{shortY, func() { Ger(nil, 3, 4, 1, v, v[:3], a, 4) }},
		{shortA, func() { Ger(nil, 3, 4, 1, v, v, a, big) }},
		{overlap, func() { Ger(nil, 3, 4, 1, a[1:], v, a, 4) }},
		{badUplo, func() { Syr2(nil, 'X', 3, 1, v, v, a, 4) }},
		{negDim, func() { Syr2(nil, Lower, -3, 1, v, v, a, 4) }},
		{badLdA, func() { Syr2(nil, Lower, 3, 1, v, v, a, 2) }},
		{shortA, func() { Syr2(nil, Lower, 3, 1, v, v, a, big) }},
		{shortY, func() { Syr2(nil, Lower, 3, 1, v, v[:2], a, 4) }},
		{overlap, func() { Syr2(nil, Lower, 3, 1, v, a[3:], a, 4) }},
		{shortD, func() { RowScale(nil, 3, 4, v[:2], a, 4) }},
		{shortD, func() { ColScale(nil, 3, 4, v[:3], a, 4) }},
		{overlap, func() { ColScale(nil, 3, 4, a, a, 4) }},
		{shortS, func() { RowSum(nil, 3, 4, a, 4, v[:2]) }},
		{shortS, func() { ColSum(nil, 3, 4, a, 4, v[:3]) }},
		{badLdA, func() { ColSum(nil, 3, 4, a, 3, v) }},
		{badTranspose, func() { Omatcopy(nil, 'X', 3, 4, 1, a, 4, b, 4) }},
		{badLdA, func() { Omatcopy(nil, Trans, 3, 4, 1, a, 2, b, 4) }},
		{badLdB, func() { Omatcopy(nil, NoTrans, 3, 4, 1, a, 4, b, 3) }},
		{shortA, func() { Omatcopy(nil, NoTrans, 3, 4, 1, a, big, b, 4) }},
		{shortB, func() { Omatcopy(nil, NoTrans, 3, 4, 1, a, 4, b, big) }},
		{overlap, func() { Omatcopy(nil, NoTrans, 3, 3, 1, a, 4, a[3:], 3) }},
		{badLdC, func() { Kron(nil, 1, 2, a, 2, 1, 2, b, 2, v, 3) }},
		{badLdC, func() { Kron(nil, 1, big, a, big, 1, 4, b, 4, v, big) }},
		{shortC, func() { Kron(nil, 2, 2, a, 2, 1, 2, b, 2, v, 4) }},
		{overlap, func() { Kron(nil, 1, 2, a, 2, 1, 2, b, 2, a[1:], 4) }},
		{badLen, func() { Convert(nil, make([]float32, 3), v) }},
		{overlap, func() { Convert(nil, a[1:4], a[0:3]) }},
	} {
		require.PanicsWithValue(t, c.want, c.f)
	}
}

// One assembly call must not hold up the garbage collector: at most 50 µs where an operand comes from slow memory (10 GB/s, no less than a cache line a row) and on
// the slowest core of a tier (0.5 Mflop of float32 in 50 µs, half of it in float64).
func testVectorCallsAreShort[T Float](t *testing.T) {
	size := int(unsafe.Sizeof(*new(T)))
	flops := 500_000 * 4 / size
	check := func(what string, rows, n, streams, perElement int) {
		require.LessOrEqual(t, rows*max(n*size, 64)*streams, 524288, "%s, %d columns", what, n)
		require.LessOrEqual(t, rows*n*perElement, flops, "%s, %d columns", what, n)
	}
	check("segment", 1, Segment, 2, 2)
	check("segments", reduceGroup, Segment, 1, 2)
	check("vector piece", 1, vecPiece, 3, 2)
	check("vector without pieces", 1, vecShort+1, 3, 2)
	check("elements without pieces", 1, elementShort, 7, 100) // the steps of an optimizer: some 100 operations, with roots and divisions as what they take
	check("streamed copy", 1, streamPiece/size, 2, 1)
	for _, n := range []int{1, 5, 64, 1000, vecPiece} {
		check("rows of Kron", kronMost[T](n), n, 2, 1)
	}
	for _, isa := range Supported() {
		if side := transposeSide[T](isa, 64, 64); side > 0 {
			check("tile strip", transposeColumns[T](side), side, 2, 1)
		}
		for n := 1; n <= shortRow; n++ {
			check("short rows", shortRows[T](isa, n), n, 3, 2)
			require.False(t, shortAtOnce[T](isa, shortRows[T](isa, n)+1, n), "%d columns", n)
		}
	}
	for n := 1; syr2Once(n); n++ {
		check("triangle of Syr2", 1, n*n, 1, 4)
	}
	for _, n := range []int{1, 3, 64, 100, gemvColumns, 1000, gemvFarColumns, Segment} {
		check("rows", gemvRows[T](n, 4), n, 1, 2)
		check("columns", gemvRows[T](min(n, gemvColumns), 1), min(n, gemvColumns), 1, 2)
		check("far columns", gemvRows[T](min(n, gemvFarColumns), 8), min(n, gemvFarColumns), 1, 2)
		check("triangle", gemvRows[T](n, symvGroup), n, 1, 2) // four operations, on tiers with several rows only
	}
	check("strip of Symv", lanes[T](), 4096/size, 1, 4)
	for _, m := range []int{1, 2, 3, 8, 64, 1000, 8000} {
		n := 524288 / size / (m + 2) // with y, read and written
		require.True(t, gemvTFits[T](m, n), "%d×%d", m, n)
		check("columns at once", m+2, n, 1, 2)
		require.False(t, gemvTFits[T](m, n+1), "%d×%d", m, n+1)
		require.False(t, gemvTFits[T](m, 1<<24), "%d×2²⁴", m)
	}
	require.False(t, gemvTFits[T](1<<24, 1)) // a cache line a row
	check("columns of a few rows", 7+2, gemvFarColumns, 1, 2)
}

func TestVectorCallsAreShort(t *testing.T) {
	t.Run("float32", testVectorCallsAreShort[float32])
	t.Run("float64", testVectorCallsAreShort[float64])
}
