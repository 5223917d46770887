package kernels

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// TestOmatcopyDense: matrices without gaps go as one vector, whole or by pieces; those with gaps in one of both do not.
func TestOmatcopyDense(t *testing.T) {
	vecTiers(t, testOmatcopyDense[float32], testOmatcopyDense[float64])
}

func testOmatcopyDense[T Float](t *testing.T, p *Pool) {
	src := rnd.New(7)
	three := NewPool(3, WithISA(p.ISA()))
	defer three.Close()
	for _, d := range [][2]int{{5, 7}, {64, 64}, {130, 130}, {40, 1700}} {
		m, n := d[0], d[1]
		for _, gap := range [][2]int{{0, 0}, {1, 0}, {0, 1}} {
			lda, ldb := n+gap[0], n+gap[1]
			a, b, want := make([]T, m*lda), make([]T, m*ldb), make([]T, m*ldb)
			rnd.Uniform(src, a)
			rnd.Uniform(src, b)
			for _, alpha := range []T{1, -2.5} {
				copy(want, b)
				for i := range m {
					for j := range n {
						want[i*ldb+j] = alpha * a[i*lda+j]
					}
				}
				for _, pool := range []*Pool{p, three} {
					got := append([]T{}, b...)
					Omatcopy(pool, NoTrans, m, n, alpha, a, lda, got, ldb)
					bits.Same(t, want, got, "%d×%d, lda %d, ldb %d, alpha %v, %d workers", m, n, lda, ldb, alpha, pool.Workers())
				}
			}
		}
	}
}

// TestShortRowsOfWholeVectors: rows of Ger and ColScale that end with a vector may go side by side, each with an element of x of its own; others end with a mask, beside which the next row may
// begin.
func TestShortRowsOfWholeVectors(t *testing.T) {
	vecTiers(t, testShortRows[float32], testShortRows[float64])
}

func testShortRows[T Float](t *testing.T, p *Pool) {
	src := rnd.New(8)
	plain := NewPool(1, WithISA(Portable))
	for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 33} {
		for _, n := range []int{4, 8, 9, 16, 24, 31, 32, 40, 48, 56, 61, 64, 80, 96, 112, 128} {
			for _, lda := range []int{n, n + 1, n + 20, 1024} {
				x, y, a := make([]T, m), make([]T, n), make([]T, m*lda)
				rnd.Uniform(src, x)
				rnd.Uniform(src, y)
				rnd.Uniform(src, a)
				for name, f := range map[string]func(p *Pool, a []T){
					"Ger":      func(p *Pool, a []T) { Ger(p, m, n, 1.5, x, y, a, lda) },
					"RowScale": func(p *Pool, a []T) { RowScale(p, m, n, x, a, lda) },
					"ColScale": func(p *Pool, a []T) { ColScale(p, m, n, y, a, lda) },
				} {
					want, got := append([]T{}, a...), append([]T{}, a...)
					f(plain, want)
					f(p, got)
					bits.Same(t, want, got, "%s, %d×%d, lda %d", name, m, n, lda)
				}
			}
		}
	}
}
