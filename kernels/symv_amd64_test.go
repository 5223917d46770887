package kernels

import (
	"fmt"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// Pairs and fours of rows and strips of columns at orders that would take another of them.
func TestSymvWays(t *testing.T) {
	defer func(fours, far, far512 int) { symvFoursBytes, symvFarAVX2, symvFarAVX512 = fours, far, far512 }(symvFoursBytes, symvFarAVX2, symvFarAVX512)
	for _, way := range []struct {
		isa        ISA
		fours, far int
	}{{AVX2, 0, 0}, {AVX2, 512, 0}, {AVX2, 2 << 10, 0}, {AVX2, 8 << 10, 0}, {AVX2, 0, 1}, {AVX512, 0, 0}, {AVX512, 0, 1}} {
		t.Run(fmt.Sprint(way), func(t *testing.T) {
			pool := tierPool(t, way.isa)
			symvFoursBytes, symvFarAVX2, symvFarAVX512 = way.fours, way.far, way.far
			testSymv[float32](t, pool)
			testSymv[float64](t, pool)
			testSymvZeros[float32](t, pool)
			testSymvZeros[float64](t, pool)
			testSymvWorkers[float32](t, pool)
			testSymvWorkers[float64](t, pool)
			if way.far > 0 {
				testSymvLong[float32](t, pool, 2304+5) // three strips, the last one a part
				testSymvLong[float64](t, pool, 1152+5)
			}
		})
	}
}

func testSymvLong[T Float](t *testing.T, p *Pool, n int) {
	src, twin := rnd.New(5), NewPool(1, WithISA(Portable))
	for _, uplo := range []Uplo{Lower, Upper} {
		a := vecTriangle(src, rnd.Normal[T], uplo, n, n+3)
		x, want, got := rnd.Normal(src, make([]T, n)), make([]T, n), make([]T, n)
		Symv(twin, uplo, n, 1.5, a, n+3, x, 0, want)
		Symv(p, uplo, n, 1.5, a, n+3, x, 0, got)
		bits.Same(t, want, got, "%c n = %d", uplo, n)
	}
}

// The end of a partial strip of AVX-512: v, whose workspace has no forbidden page behind it, is written up to n.
func TestSymvStripEnd(t *testing.T) {
	tierPool(t, AVX512)
	t.Run("float32", func(t *testing.T) {
		testSymvStripEnd(t, func(n int, a []float32, lda int, x, v, xi, lanes []float32) {
			symvStripAVX512F32(1, n, &a[0], lda, &x[0], &v[0], &xi[0], &lanes[0])
		})
	})
	t.Run("float64", func(t *testing.T) {
		testSymvStripEnd(t, func(n int, a []float64, lda int, x, v, xi, lanes []float64) {
			symvStripAVX512F64(1, n, &a[0], lda, &x[0], &v[0], &xi[0], &lanes[0])
		})
	})
}

func testSymvStripEnd[T Float](t *testing.T, strip func(n int, a []T, lda int, x, v, xi, lanes []T)) {
	src, l := rnd.New(9), lanes[T]()
	for n := 1; n <= 3*l; n++ {
		lda := n + 2
		a0, x0, v0, xi := rnd.Normal(src, make([]T, lda+n)), rnd.Normal(src, make([]T, n)), rnd.Normal(src, make([]T, n)), rnd.Normal(src, make([]T, 2))
		ga, gx, gv := guard.New[T](t, lda+n), guard.New[T](t, n), guard.New[T](t, n)
		a, x, v, sums := ga.EndCopy(a0), gx.EndCopy(x0), gv.EndCopy(v0), make([]T, 2*l)
		strip(n, a, lda, x, v, xi, sums)
		for r := range 2 {
			row := a0[r*lda:][:n]
			axpyPortable(xi[r], row, v0)
			want := make([]T, l)
			for j := range n {
				want[j%l] = elem.FMA(row[j], x0[j], want[j%l])
			}
			bits.Same(t, want, sums[r*l:][:l], "lanes of row %d, n = %d", r, n)
		}
		bits.Same(t, v0, v, "v, n = %d", n)
	}
}
