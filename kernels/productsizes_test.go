package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/stretchr/testify/require"
)

// TestProductSizes: the products of triangles and symmetric matrices, and batches, at every size up to two tiles and three in every tier against the portable twin,
// with beta = 0 over NaN, NaN in gaps and in what is not to be read, and forbidden pages on either side of every operand. (TestGemm does that for Gemm.)
func TestProductSizes(t *testing.T) {
	t.Run("float32", testProductSizes[float32])
	t.Run("float64", testProductSizes[float64])
}

// productTest compares what tiers make of one product after the other.
type productTest[T Float] struct {
	t     *testing.T
	pools []*Pool // the portable one first
	g     *gemmGuards[T]
	r     gemmNoise
}

// check calls f, which writes elements of c, on operands that lie against the page behind them, and again against that before them.
func (s *productTest[T]) check(a, b, c []T, elements int, f func(p *Pool, a, b, c []T), format string, args ...any) {
	s.t.Helper()
	what := fmt.Sprintf(format, args...)
	want := append([]T(nil), c...)
	f(s.pools[0], a, b, want)
	written := 0
	for _, v := range want {
		if v == v {
			written++
		}
	}
	require.Equal(s.t, elements, written, "%s: elements that are numbers", what)
	for _, p := range s.pools[1:] {
		for _, put := range []func(*guard.Buffer[T], []T) []T{(*guard.Buffer[T]).EndCopy, (*guard.Buffer[T]).StartCopy} {
			got := put(s.g.c, c)
			f(p, put(s.g.a, a), put(s.g.b, b), got)
			gemmSame(s.t, want, got, fmt.Sprintf("%v: %s", p.ISA(), what))
			s.g.a.Check()
			s.g.b.Check()
			s.g.c.Check()
		}
	}
}

// nothing returns an m×n matrix of NaN.
func nothing[T Float](m, n, ld int) []T {
	c := make([]T, span(m, n, ld))
	for i := range c {
		c[i] = T(math.NaN())
	}
	return c
}

func testProductSizes[T Float](t *testing.T) {
	s := &productTest[T]{t: t, g: newGemmGuards[T](t, 200*140), r: 77}
	tile := 0
	for _, isa := range Supported() {
		p := NewPool(1, WithISA(isa))
		defer p.Close()
		s.pools = append(s.pools, p)
		mr, nr := tileSize[T](isa)
		tile = max(tile, mr, nr)
	}
	var sizes []int
	for n := 0; n <= 2*tile+3; n++ {
		sizes = append(sizes, n)
	}
	if !testing.Short() {
		sizes = append(sizes, 79, 113, 131) // triangles above 128 are halved
	}
	for i, n := range sizes {
		alpha := []T{1, -0.75}[i%2]
		gap := i % 3
		for _, k := range []int{1 + s.r.intn(40), []int{0, 1, 8, 16}[i%4]} {
			if testing.Short() && k%8 == 0 {
				continue
			}
			for _, uplo := range []Uplo{Lower, Upper} {
				s.triangles(uplo, n, k, gap, alpha)
				s.sides(uplo, n, 1+s.r.intn(40), gap, alpha)
			}
			s.batches(1+n%23, n, k, gap, alpha)
		}
	}
}

// triangles are the products of which a triangle is wanted.
func (s *productTest[T]) triangles(uplo Uplo, n, k, gap int, alpha T) {
	ldc, elements := max(1, n+gap), n*(n+1)/2
	for _, tA := range gemmFlags {
		rows, cols := gemmShape(tA, n, k)
		lda, ldb := max(1, cols+gap), max(1, cols+2*gap)
		a, b, c := gemmMatrix[T](&s.r, rows, cols, lda), gemmMatrix[T](&s.r, rows, cols, ldb), nothing[T](n, n, ldc)
		s.check(a, nil, c, elements, func(p *Pool, a, _, c []T) { Syrk(p, uplo, tA, n, k, alpha, a, lda, 0, c, ldc) }, "Syrk %c%c n=%d k=%d", uplo, tA, n, k)
		s.check(a, b, c, elements, func(p *Pool, a, b, c []T) { Syr2k(p, uplo, tA, n, k, alpha, a, lda, b, ldb, 0, c, ldc) }, "Syr2k %c%c n=%d k=%d", uplo, tA, n, k)
		for _, tB := range gemmFlags {
			rows, cols := gemmShape(tB, k, n)
			ldb := max(1, cols+2*gap)
			b := gemmMatrix[T](&s.r, rows, cols, ldb)
			s.check(a, b, c, elements, func(p *Pool, a, b, c []T) { Gemmt(p, uplo, tA, tB, n, k, alpha, a, lda, b, ldb, 0, c, ldc) }, "Gemmt %c%c%c n=%d k=%d", uplo, tA, tB, n, k)
		}
	}
}

// sides are the products with one symmetric or triangular matrix.
func (s *productTest[T]) sides(uplo Uplo, order, other, gap int, alpha T) {
	lda := max(1, order+gap)
	for _, side := range []Side{Left, Right} {
		m, n := order, other
		if side == Right {
			m, n = other, order
		}
		ldb, ldc := max(1, n+gap), max(1, n+2*gap)
		b := gemmMatrix[T](&s.r, m, n, ldb)
		a, _ := storedTriangle[T](&s.r, uplo, NoTrans, NonUnit, order, lda)
		s.check(a, b, nothing[T](m, n, ldc), m*n, func(p *Pool, a, b, c []T) { Symm(p, side, uplo, m, n, alpha, a, lda, b, ldb, 0, c, ldc) }, "Symm %c%c %d×%d", side, uplo, m, n)
		for _, tr := range gemmFlags {
			diag := []Diag{Unit, NonUnit}[s.r.intn(2)]
			a, _ := storedTriangle[T](&s.r, uplo, tr, diag, order, lda)
			s.check(a, nil, b, m*n, func(p *Pool, a, _, b []T) { Trmm(p, side, uplo, tr, diag, m, n, alpha, a, lda, b, ldb) }, "Trmm %c%c%c%c %d×%d", side, uplo, tr, diag, m, n)
			s.check(a, nil, b, m*n, func(p *Pool, a, _, b []T) { Trsm(p, side, uplo, tr, diag, m, n, alpha, a, lda, b, ldb) }, "Trsm %c%c%c%c %d×%d", side, uplo, tr, diag, m, n)
		}
	}
}

// batches are products of one shape, one after the other in memory, or B shared and C the columns of one matrix.
func (s *productTest[T]) batches(m, n, k, gap int, alpha T) {
	const batch = 3
	for _, tA := range gemmFlags {
		for _, tB := range gemmFlags {
			ar, ac := gemmShape(tA, m, k)
			br, bc := gemmShape(tB, k, n)
			lda, ldb, ldc := max(1, ac+gap), max(1, bc+2*gap), max(1, n+gap)
			a, b := gemmMatrix[T](&s.r, batch*ar, ac, lda), gemmMatrix[T](&s.r, batch*br, bc, ldb)
			s.check(a, b, nothing[T](batch*m, n, ldc), batch*m*n, func(p *Pool, a, b, c []T) {
				GemmBatch(p, tA, tB, m, n, k, alpha, a, lda, ar*lda, b, ldb, br*ldb, 0, c, ldc, m*ldc, batch)
			}, "GemmBatch %c%c %d×%d×%d", tA, tB, m, n, k)
			ldc = max(1, batch*n+gap)
			s.check(a, b[:span(br, bc, ldb)], nothing[T](m, batch*n, ldc), batch*m*n, func(p *Pool, a, b, c []T) {
				GemmBatch(p, tA, tB, m, n, k, alpha, a, lda, ar*lda, b, ldb, 0, 0, c, ldc, n, batch)
			}, "GemmBatch %c%c %d×%d×%d, columns", tA, tB, m, n, k)
		}
	}
}
