package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// chainGemm is the contract of products written out element by element.
func chainGemm[T Float](tA, tB Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	at := func(i, l int) T {
		if tA == Trans {
			return a[l*lda+i]
		}
		return a[i*lda+l]
	}
	bt := func(l, j int) T {
		if tB == Trans {
			return b[j*ldb+l]
		}
		return b[l*ldb+j]
	}
	for i := 0; i < m; i++ {
		for j := 0; j < n; j++ {
			x := &c[i*ldc+j]
			if alpha == 0 || k == 0 {
				if beta == 0 {
					*x = 0
				} else {
					*x *= beta
				}
				continue
			}
			for l := 0; l < k; {
				var acc T
				for e := min(l+ChunkLen(k), k); l < e; l++ {
					acc = elem.FMA(at(i, l), bt(l, j), acc)
				}
				switch {
				case l > ChunkLen(k):
					*x = elem.FMA(alpha, acc, *x)
				case beta == 0:
					*x = alpha * acc
				default:
					*x = elem.FMA(alpha, acc, T(beta**x))
				}
			}
		}
	}
}

// gemmNoise is a small generator of test values.
type gemmNoise uint64

func (r *gemmNoise) next() float64 {
	*r = *r*6364136223846793005 + 1442695040888963407
	return float64(int64(*r)>>11) / (1 << 52)
}

func (r *gemmNoise) intn(n int) int { return int(math.Abs(r.next()) * float64(n)) }

// gemmMatrix returns a rows×cols matrix with leading dimension ld, NaN in the gaps.
func gemmMatrix[T Float](r *gemmNoise, rows, cols, ld int) []T {
	if rows == 0 || cols == 0 {
		return nil
	}
	x := make([]T, (rows-1)*ld+cols)
	for i := range x {
		x[i] = T(math.NaN())
		if i%ld < cols {
			x[i] = T(r.next())
		}
	}
	return x
}

func gemmShape(t Transpose, rows, cols int) (int, int) {
	if t == Trans {
		return cols, rows
	}
	return rows, cols
}

// gemmSame fails at the first element that differs; any NaN equals any NaN.
func gemmSame[T Float](t testing.TB, want, got []T, what string) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s: length %d, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if w != w && g != g {
			continue
		}
		if math.Float64bits(float64(w)) != math.Float64bits(float64(g)) {
			t.Fatalf("%s: element %d is %v (%x), want %v (%x)", what, i, g, float64(g), w, float64(w))
		}
	}
}

// gemmTiers runs f once for every tier of the machine.
func gemmTiers(t *testing.T, f func(t *testing.T, p *Pool)) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			f(t, p)
		})
	}
}

type gemmScalars struct{ alpha, beta float64 }

var gemmScalarCases = []gemmScalars{{1, 0}, {1, 1}, {-0.75, 0.3}, {0, 0.5}, {0, 0}, {2, 0}, {1.5, -1}}

var gemmFlags = []Transpose{NoTrans, Trans}

// gemmGuards are operands against forbidden pages.
type gemmGuards[T Float] struct{ a, b, c *guard.Buffer[T] }

func newGemmGuards[T Float](t testing.TB, n int) *gemmGuards[T] {
	return &gemmGuards[T]{guard.New[T](t, n), guard.New[T](t, n), guard.New[T](t, n)}
}

func testGemmShape[T Float](t *testing.T, p *Pool, g *gemmGuards[T], r *gemmNoise, tA, tB Transpose, m, n, k, gap int, s gemmScalars) {
	t.Helper()
	testGemmBy(t, g, r, tA, tB, m, n, k, gap, s, func(a []T, lda int, b []T, ldb int, c []T, ldc int) {
		Gemm(p, tA, tB, m, n, k, T(s.alpha), a, lda, b, ldb, T(s.beta), c, ldc)
	})
}

// testGemmBy compares what f makes of C with the contract.
func testGemmBy[T Float](t *testing.T, g *gemmGuards[T], r *gemmNoise, tA, tB Transpose, m, n, k, gap int, s gemmScalars, f func(a []T, lda int, b []T, ldb int, c []T, ldc int)) {
	t.Helper()
	ar, ac := gemmShape(tA, m, k)
	br, bc := gemmShape(tB, k, n)
	lda, ldb, ldc := max(1, ac+gap), max(1, bc+2*gap), max(1, n+gap)
	a, b := gemmMatrix[T](r, ar, ac, lda), gemmMatrix[T](r, br, bc, ldb)
	want := gemmMatrix[T](r, m, n, ldc)
	if s.beta == 0 {
		for i := range want {
			want[i] = T(math.NaN())
		}
	}
	var got []T
	if r.intn(2) == 0 {
		a, b, got = g.a.EndCopy(a), g.b.EndCopy(b), g.c.EndCopy(want)
	} else {
		a, b, got = g.a.StartCopy(a), g.b.StartCopy(b), g.c.StartCopy(want)
	}
	chainGemm(tA, tB, m, n, k, T(s.alpha), a, lda, b, ldb, T(s.beta), want, ldc)
	f(a, lda, b, ldb, got, ldc)
	gemmSame(t, want, got, fmt.Sprintf("%c%c m=%d n=%d k=%d gap=%d %v", tA, tB, m, n, k, gap, s))
	g.a.Check()
	g.b.Check()
	g.c.Check()
}

func testGemm[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		r := gemmNoise(1)
		g := newGemmGuards[T](t, 200_000)
		small := newGemmGuards[T](t, 20_000)
		mr, nr := tileSize[T](p.ISA())
		step := 1
		if testing.Short() {
			step = 5
		}
		ks := []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33}
		for _, tA := range gemmFlags {
			for _, tB := range gemmFlags {
				for m := 0; m <= 2*mr+3; m++ {
					for n := m % step; n <= 2*nr+3; n += step {
						s := gemmScalarCases[r.intn(len(gemmScalarCases))]
						testGemmShape(t, p, small, &r, tA, tB, m, n, ks[r.intn(len(ks))], r.intn(3), s)
					}
				}
				// A few tiles high and wide, and one row, column and term more than go without the driver.
				for m := 2*mr + 4; m <= fewRows+1; m++ {
					for i, k := range []int{5, fewDepth, fewDepth + 1} {
						n := (7*m+11*i)%fewCols + 2
						testGemmShape(t, p, g, &r, tA, tB, m, n, k, i, gemmScalarCases[(m+i)%len(gemmScalarCases)])
					}
				}
				for _, k := range []int{383, 384, 385, 768, 769} {
					testGemmShape(t, p, g, &r, tA, tB, 13, 35, k, 1, gemmScalars{1.25, 0.5})
				}
				// One row, one column.
				for i, k := range []int{1, 7, 8, 13, 16, 31, 40, 385, 769} {
					for _, n := range []int{25, 32, 33, 40, 47, 77} {
						s := gemmScalarCases[(i+n)%len(gemmScalarCases)]
						testGemmShape(t, p, g, &r, tA, tB, n, 1, k, i%2, s)
						testGemmShape(t, p, g, &r, tA, tB, 1, n, k, i%2, s)
					}
				}
				// Ragged in every dimension.
				testGemmShape(t, p, g, &r, tA, tB, 13, 300, 37, 1, gemmScalars{-1, 0})
				testGemmShape(t, p, g, &r, tA, tB, 67, 257, 17, 0, gemmScalars{1, 2})
				if !testing.Short() {
					testGemmShape(t, p, g, &r, tA, tB, 47, 270, 401, 3, gemmScalars{0.5, 1})
				}
			}
		}
	})
}

func TestGemm(t *testing.T) {
	t.Run("float32", testGemm[float32])
	t.Run("float64", testGemm[float64])
}

// The portable twin itself, against sums in float64 (for float32) with the bound of a chain of k roundings.
func TestGemmError(t *testing.T) {
	r := gemmNoise(6)
	const m, n, k = 9, 11, 1000
	a, b := gemmMatrix[float32](&r, m, k, k), gemmMatrix[float32](&r, k, n, n)
	c := make([]float32, m*n)
	Gemm(NewPool(1, WithISA(Portable)), NoTrans, NoTrans, m, n, k, 1, a, k, b, n, 0, c, n)
	for i := 0; i < m; i++ {
		for j := 0; j < n; j++ {
			var s, size float64
			for l := 0; l < k; l++ {
				e := float64(a[i*k+l]) * float64(b[l*n+j])
				s += e
				size += math.Abs(e)
			}
			if d := math.Abs(float64(c[i*n+j]) - s); d > float64(ChunkLen(k)+3)*0x1p-24*size {
				t.Fatalf("(%d, %d) is off by %g of %g", i, j, d, size)
			}
		}
	}
}

func testGemmSpecial[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		src := rnd.New(7)
		for range 40 {
			m, n, k := 1+src.Intn(30), 1+src.Intn(70), 1+src.Intn(20)
			a, b := rnd.Special(src, make([]T, m*k)), rnd.Special(src, make([]T, k*n))
			c := rnd.Special(src, make([]T, m*n))
			s := rnd.Special(src, make([]T, 2))
			want := append([]T(nil), c...)
			chainGemm(NoTrans, NoTrans, m, n, k, s[0], a, k, b, n, s[1], want, n)
			Gemm(p, NoTrans, NoTrans, m, n, k, s[0], a, k, b, n, s[1], c, n)
			gemmSame(t, want, c, fmt.Sprint(m, n, k, s))
		}
	})
}

func TestGemmSpecialValues(t *testing.T) {
	t.Run("float32", testGemmSpecial[float32])
	t.Run("float64", testGemmSpecial[float64])
}

func testWorkers[T Float](t *testing.T) {
	for _, isa := range Supported() {
		if isa == Portable && testing.Short() {
			continue
		}
		p1 := NewPool(1, WithISA(isa))
		r := gemmNoise(8)
		const m, n, k = 190, 230, 110 // above parallelFlops
		a, b := gemmMatrix[T](&r, n, n, n), gemmMatrix[T](&r, n, n, n)
		c := gemmMatrix[T](&r, n, n, n)
		long := gemmMatrix[T](&r, 1<<9, 1<<10, 1<<10)
		ldLong := func(tr Transpose, n, size int) int {
			if tr == Trans {
				return n
			}
			return size / n
		}
		run := func(p *Pool) (out [][]T) {
			for _, tr := range gemmFlags {
				x := append([]T(nil), c...)
				Gemm(p, tr, tr, m, n, k, 0.5, a, n, b, n, 0.5, x, n)
				out = append(out, x)
				for _, narrow := range []int{16, 40, 64} { // triangles of few panels
					x := append([]T(nil), c[:narrow*narrow]...)
					Syrk(p, Upper, tr, narrow, len(long)/narrow, 0.5, long, ldLong(tr, narrow, len(long)), 0.5, x, narrow)
					out = append(out, x)
				}
				for _, uplo := range []Uplo{Lower, Upper} {
					x := append([]T(nil), c...)
					Syrk(p, uplo, tr, n, n, 0.5, a, n, 0.5, x, n)
					out = append(out, x)
				}
			}
			x := make([]T, 16*40*40)
			GemmBatch(p, NoTrans, NoTrans, 40, 40, 200, 1, a, n, 40, b, n, 7, 0, x, 40, 1600, 16)
			return append(out, x)
		}
		want := run(p1)
		for _, w := range []int{2, 3, 5, 16} {
			p := NewPool(w, WithISA(isa))
			for i, got := range run(p) {
				gemmSame(t, want[i], got, fmt.Sprintf("%v, %d workers, case %d", isa, w, i))
			}
			p.Close()
		}
		p1.Close()
	}
}

func TestGemmWorkers(t *testing.T) {
	t.Run("float32", testWorkers[float32])
	t.Run("float64", testWorkers[float64])
}

// TestCuts checks that the pieces of every cut cover each row once.
func TestCuts(t *testing.T) {
	for n := 0; n < 200; n++ {
		for g := 1; g <= 9; g++ {
			for _, unit := range []int{1, 4, 12} {
				for _, f := range []func(i int) (int, int){
					func(i int) (int, int) { return cut(n, g, unit, i) },
					func(i int) (int, int) { return cutTriangle(Lower, n, g, unit, i) },
					func(i int) (int, int) { return cutTriangle(Upper, n, g, unit, i) },
				} {
					at := 0
					for i := 0; i < g; i++ {
						lo, hi := f(i)
						if lo != at || hi < lo {
							t.Fatalf("n=%d g=%d unit=%d: part %d is [%d, %d) after %d", n, g, unit, i, lo, hi, at)
						}
						at = hi
					}
					if at != n {
						t.Fatalf("n=%d g=%d unit=%d: ends at %d", n, g, unit, at)
					}
				}
			}
		}
	}
}

// TestBlockOfTriangle counts the blocks of a lower triangle row by row.
func TestBlockOfTriangle(t *testing.T) {
	i := 0
	for r := range 100 {
		for c := range r + 1 {
			gotR, gotC := blockOfTriangle(i)
			require.Equal(t, [2]int{r, c}, [2]int{gotR, gotC}, i)
			i++
		}
	}
}

// TestRowsOfBlocks: two blocks a worker, or as many as there are panels.
func TestRowsOfBlocks(t *testing.T) {
	for _, c := range [][3]int{{3, 1000, 3}, {4, 1000, 4}, {8, 1000, 6}, {16, 1000, 8}, {64, 1000, 16}, {16, 64, 2}, {16, 32, 1}, {16, 1, 1}} {
		require.Equal(t, c[2], rowsOfBlocks(c[0], c[1], 32), c)
	}
}

// TestArenasGoBack: what was taken first lies first again, whoever gives back first.
func TestArenasGoBack(t *testing.T) {
	var list freeList[int]
	x, y := new(int), new(int)
	list.give(x)
	list.give(y)
	for range 2 {
		a, slotA := list.takeFrom()
		b, slotB := list.takeFrom()
		require.Same(t, x, a)
		require.Same(t, y, b)
		require.Nil(t, list.take())
		require.True(t, list.giveTo(slotB, b))
		require.True(t, list.giveTo(slotA, a))
	}
	// A place that is taken sends it to the next, around the end.
	_, slot := list.takeFrom()
	list.give(new(int))
	require.True(t, list.giveTo(slot, x))
	for range len(list.slots) - 3 {
		require.True(t, list.giveTo(len(list.slots)-1, new(int)))
	}
	require.False(t, list.give(new(int)))
}

// TestGemmAllocations: nothing once arenas exist, on workers too.
func TestGemmAllocations(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	Reserve(2)
	n := 300
	if testing.Short() {
		n = 200
	}
	a, b, c := make([]float32, n*n), make([]float32, n*n), make([]float32, n*n)
	for i := 0; i < n; i++ {
		a[i*n+i] = 1
	}
	calls := func() {
		for _, p := range []*Pool{nil, p} {
			Gemm(p, NoTrans, Trans, 8, 8, 8, 1, a, n, b, n, 0, c, n)
			Gemm(p, NoTrans, NoTrans, n, n, n, 1, a, n, b, n, 0, c, n)
			GemmBatch(p, NoTrans, NoTrans, 100, 100, 100, 1, a, n, 100, b, n, 100, 0, c, n, 100, n/100)
			Syrk(p, Upper, Trans, n, n, 1, a, n, 0, c, n)
			Syr2k(p, Lower, NoTrans, n, n, 1, a, n, b, n, 0, c, n)
			Gemmt(p, Lower, NoTrans, Trans, n, n, 1, a, n, b, n, 0, c, n)
			Symm(p, Left, Lower, n, n, 1, a, n, b, n, 0, c, n)
			Trmm(p, Right, Lower, Trans, Unit, n, n, 1, a, n, b, n)
			Trsm(p, Left, Upper, NoTrans, NonUnit, n, n, 1, a, n, b, n)
		}
	}
	calls()
	require.Zero(t, allocations(calls))
}

func testSyrk[T Float](t *testing.T) { testSyrkIn[T](t, Supported()) }

// testSyrkIn compares all tiers with one and the same reference, which takes most of the time.
func testSyrkIn[T Float](t *testing.T, tiers []ISA) {
	var pools []*Pool
	for _, isa := range tiers {
		p := NewPool(1, WithISA(isa))
		defer p.Close()
		pools = append(pools, p)
	}
	r := gemmNoise(2)
	g := newGemmGuards[T](t, 400*80)
	for _, uplo := range []Uplo{Lower, Upper} {
		for _, tr := range gemmFlags {
			for _, n := range []int{0, 1, 2, 5, 8, 13, 32, 47, 70} {
				for _, k := range []int{0, 1, 7, 40, 400} {
					s := gemmScalarCases[r.intn(len(gemmScalarCases))]
					ar, ac := gemmShape(tr, n, k)
					lda, ldc := max(1, ac+1), n+2
					a, b := gemmMatrix[T](&r, ar, ac, lda), gemmMatrix[T](&r, ar, ac, lda)
					full := gemmMatrix[T](&r, n, n, ldc)
					got, got2 := make([]T, len(full)), make([]T, len(full))
					want := append([]T(nil), full...)
					want2 := append([]T(nil), full...)
					tB := NoTrans
					if tr == NoTrans {
						tB = Trans
					}
					chainGemm(tr, tB, n, n, k, T(s.alpha), a, lda, a, lda, T(s.beta), want, ldc)
					chainGemm(tr, tB, n, n, k, T(s.alpha), a, lda, b, lda, T(s.beta), want2, ldc)
					if s.alpha != 0 && k != 0 {
						chainGemm(tr, tB, n, n, k, T(s.alpha), b, lda, a, lda, 1, want2, ldc)
					}
					for i := 0; i < n; i++ {
						for j := 0; j < n; j++ {
							if uplo == Lower && j > i || uplo == Upper && j < i {
								want[i*ldc+j], want2[i*ldc+j] = full[i*ldc+j], full[i*ldc+j]
							}
						}
					}
					what := fmt.Sprintf("%c%c n=%d k=%d %v", uplo, tr, n, k, s)
					for _, p := range pools {
						copy(got, full)
						copy(got2, full)
						Syrk(p, uplo, tr, n, k, T(s.alpha), a, lda, T(s.beta), got, ldc)
						gemmSame(t, want, got, fmt.Sprintf("%v: Syrk %s", p.ISA(), what))
						Syr2k(p, uplo, tr, n, k, T(s.alpha), a, lda, b, lda, T(s.beta), got2, ldc)
						gemmSame(t, want2, got2, fmt.Sprintf("%v: Syr2k %s", p.ISA(), what))
					}
					// A product of any two matrices, of which a triangle is wanted.
					for _, tB := range gemmFlags {
						br, bc := gemmShape(tB, k, n)
						ldb := bc + 2
						b := gemmMatrix[T](&r, br, bc, ldb)
						copy(want, full)
						chainGemm(tr, tB, n, n, k, T(s.alpha), a, lda, b, ldb, T(s.beta), want, ldc)
						for i := range n {
							lo, hi := region{uplo: uplo}.columns(i, i+1, n)
							copy(want[i*ldc:i*ldc+lo], full[i*ldc:])
							copy(want[i*ldc+hi:i*ldc+n], full[i*ldc+hi:])
						}
						at := (*guard.Buffer[T]).EndCopy
						if n%2 == 1 {
							at = (*guard.Buffer[T]).StartCopy
						}
						a, b := at(g.a, a), at(g.b, b)
						for _, p := range pools {
							got := at(g.c, full)
							Gemmt(p, uplo, tr, tB, n, k, T(s.alpha), a, lda, b, ldb, T(s.beta), got, ldc)
							gemmSame(t, want, got, fmt.Sprintf("%v: Gemmt %c %s", p.ISA(), tB, what))
							g.c.Check()
						}
						g.a.Check()
						g.b.Check()
					}
				}
			}
		}
	}
}

func TestSyrk(t *testing.T) {
	t.Run("float32", testSyrk[float32])
	t.Run("float64", testSyrk[float64])
}

func testBatch[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		r := gemmNoise(3)
		const batch = 5
		for _, tA := range gemmFlags {
			for _, tB := range gemmFlags {
				for _, n := range []int{1, 3, 8, 20, 31, 63} {
					m, k := n+1, n+2
					ar, ac := gemmShape(tA, m, k)
					br, bc := gemmShape(tB, k, n)
					a, b := gemmMatrix[T](&r, batch*ar, ac, ac), gemmMatrix[T](&r, br, bc, bc)
					want := gemmMatrix[T](&r, m, n*batch, n*batch)
					got := append([]T(nil), want...)
					for i := 0; i < batch; i++ {
						Gemm(p, tA, tB, m, n, k, 0.5, a[i*ar*ac:], ac, b, bc, 0.25, want[i*n:], n*batch)
					}
					GemmBatch(p, tA, tB, m, n, k, 0.5, a, ac, ar*ac, b, bc, 0, 0.25, got, n*batch, n, batch)
					gemmSame(t, want, got, fmt.Sprintf("%c%c n=%d", tA, tB, n))

					// Dense products one after the other, and one alone.
					b = gemmMatrix[T](&r, batch*br, bc, bc)
					want = gemmMatrix[T](&r, m*batch, n, n)
					got, one := append([]T(nil), want...), append([]T(nil), want...)
					for i := range batch {
						Gemm(p, tA, tB, m, n, k, 0.5, a[i*ar*ac:], ac, b[i*br*bc:], bc, 0.25, want[i*m*n:], n)
						GemmBatch(p, tA, tB, m, n, k, 0.5, a[i*ar*ac:], ac, 0, b[i*br*bc:], bc, 0, 0.25, one[i*m*n:], n, 0, 1)
					}
					GemmBatch(p, tA, tB, m, n, k, 0.5, a, ac, ar*ac, b, bc, br*bc, 0.25, got, n, m*n, batch)
					gemmSame(t, want, got, fmt.Sprintf("%c%c n=%d, dense", tA, tB, n))
					gemmSame(t, want, one, fmt.Sprintf("%c%c n=%d, one by one", tA, tB, n))
				}
			}
		}
	})
}

func TestGemmBatch(t *testing.T) {
	t.Run("float32", testBatch[float32])
	t.Run("float64", testBatch[float64])
}

func TestGemmRejects(t *testing.T) {
	x := make([]float64, 100)
	y := make([]float64, 100)
	z := make([]float64, 100)
	N := NoTrans
	for _, c := range []struct {
		want string
		f    func()
	}{
		{badTranspose, func() { Gemm(nil, 'C', N, 2, 2, 2, 1, x, 2, y, 2, 0, z, 2) }},
		{negDim, func() { Gemm(nil, N, N, 2, -1, 2, 1, x, 2, y, 2, 0, z, 2) }},
		{badLdA, func() { Gemm(nil, N, N, 2, 2, 3, 1, x, 2, y, 2, 0, z, 2) }},
		{badLdB, func() { Gemm(nil, N, N, 2, 3, 2, 1, x, 2, y, 2, 0, z, 3) }},
		{badLdC, func() { Gemm(nil, N, N, 2, 3, 2, 1, x, 2, y, 3, 0, z, 2) }},
		{shortA, func() { Gemm(nil, N, N, 2, 2, 2, 1, x[:3], 2, y, 2, 0, z, 2) }},
		{shortB, func() { Gemm(nil, N, N, 2, 2, 2, 1, x, 2, y[:3], 2, 0, z, 2) }},
		{shortC, func() { Gemm(nil, N, N, 2, 2, 2, 1, x, 2, y, 2, 0, z[:3], 2) }},
		{shortA, func() { Gemm(nil, N, N, 3, 2, 2, 1, x, math.MaxInt, y, 2, 0, z, 2) }},
		{shortC, func() { Gemm(nil, N, N, 3, 2, 2, 1, x, 2, y, 2, 0, z, math.MaxInt/2+1) }},
		{overlap, func() { Gemm(nil, N, N, 2, 2, 2, 1, x, 2, y, 2, 0, x[3:], 2) }},
		{overlap, func() { Gemm(nil, N, N, 2, 2, 2, 1, x, 2, y, 2, 0, y, 2) }},
		{badUplo, func() { Syrk(nil, 'N', N, 2, 2, 1, x, 2, 0, z, 2) }},
		{overlap, func() { Syrk(nil, Lower, N, 2, 2, 1, x, 2, 0, x, 2) }},
		{badStride, func() { GemmBatch(nil, N, N, 2, 2, 2, 1, x, 2, 4, y, 2, 4, 0, z, 2, 3, 2) }},
		{shortC, func() { GemmBatch(nil, N, N, 2, 2, 2, 1, x, 2, 4, y, 2, 4, 0, z, 2, 97, 2) }},
		{negDim, func() { Reserve(-1) }},
	} {
		require.PanicsWithValue(t, c.want, c.f)
	}
	require.Equal(t, make([]float64, 100), z)
	// One row: the leading dimension may be anything. Columns of one matrix do not overlap.
	Gemm(nil, N, N, 1, 2, 2, 1, x, math.MaxInt, y, 2, 0, z, math.MaxInt)
	Gemm(nil, N, N, 2, 2, 2, 1, x, 10, x[2:], 10, 0, x[4:], 10)
	// C right before and right behind an operand, and one element into it, for one tile, a few, those of `tiled` and the driver's many.
	for _, m := range []int{2, 20, 30, fewRows + 1, smallRows + 1} {
		y := make([]float64, 2*m)
		for d := -m*2 - 2; d <= m*2+2; d++ {
			w := make([]float64, 420)
			v := w[140:]
			f := func() { Gemm(nil, N, N, m, 2, 2, 1, v, 2, y, 2, 0, w[140+d:], 2) }
			g := func() { Gemm(nil, N, N, 2, 2, m, 1, y, m, v, 2, 0, w[140+d:], 2) }
			if -m*2 < d && d < m*2 {
				require.PanicsWithValue(t, overlap, f, "m %d, %d apart", m, d)
			} else {
				require.NotPanics(t, f, "m %d, %d apart", m, d)
			}
			if -4 < d && d < m*2 {
				require.PanicsWithValue(t, overlap, g, "k %d, %d apart", m, d)
			} else {
				require.NotPanics(t, g, "k %d, %d apart", m, d)
			}
		}
	}
}

func TestGemmtPanics(t *testing.T) {
	x, c := make([]float64, 100), make([]float64, 100)
	gemmt := func(uplo Uplo, tA, tB Transpose, n, k, lda, ldb, ldc int, a, b, c []float64) func() {
		return func() { Gemmt(nil, uplo, tA, tB, n, k, 1, a, lda, b, ldb, 0, c, ldc) }
	}
	require.PanicsWithValue(t, badUplo, gemmt('X', NoTrans, NoTrans, 3, 3, 3, 3, 3, x, x, c))
	require.PanicsWithValue(t, badTranspose, gemmt(Upper, NoTrans, 'X', 3, 3, 3, 3, 3, x, x, c))
	require.PanicsWithValue(t, negDim, gemmt(Upper, NoTrans, NoTrans, -1, 3, 3, 3, 3, x, x, c))
	require.PanicsWithValue(t, badLdA, gemmt(Upper, NoTrans, NoTrans, 3, 4, 3, 3, 3, x, x, c))
	require.PanicsWithValue(t, badLdB, gemmt(Upper, NoTrans, NoTrans, 4, 3, 3, 3, 4, x, x, c))
	require.PanicsWithValue(t, badLdC, gemmt(Upper, NoTrans, NoTrans, 4, 3, 3, 4, 3, x, x, c))
	require.PanicsWithValue(t, shortA, gemmt(Upper, NoTrans, NoTrans, 4, 3, 3, 4, 4, x[:11], x, c))
	require.PanicsWithValue(t, shortB, gemmt(Upper, NoTrans, Trans, 4, 3, 3, 3, 4, x, x[:11], c))
	require.PanicsWithValue(t, shortC, gemmt(Upper, NoTrans, NoTrans, 4, 3, 3, 4, 4, x, x, c[:15]))
	require.PanicsWithValue(t, overlap, gemmt(Upper, NoTrans, NoTrans, 4, 3, 3, 4, 4, x, c[10:], c))
}
