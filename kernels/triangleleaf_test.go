package kernels

import (
	"fmt"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The leaf of Trsm and Trmm for every number of rows and columns from either side, against the portable twin, on guard pages.
func TestTriangleLeaf(t *testing.T) {
	t.Run("float32", testTriangleLeaf[float32])
	t.Run("float64", testTriangleLeaf[float64])
}

func testTriangleLeaf[T Float](t *testing.T) {
	portable := NewPool(1, WithISA(Portable))
	defer portable.Close()
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			buf := guard.New[T](t, 16*64)
			for m := 1; m <= 16; m++ {
				for n := 1; n <= 37; n++ {
					r := rnd.New(uint64(100*m + n))
					a := rnd.Uniform(r, make([]T, m*m))
					for i := 0; i < m; i++ {
						a[i*m+i] += 2
					}
					tr := gemmFlags[n%2] // forwards or backwards
					for _, side := range []Side{Left, Right} {
						rows, cols := m, n
						if side == Right {
							rows, cols = n, m
						}
						ldb := cols + n%3
						b := rnd.Special(r, make([]T, span(rows, cols, ldb)))
						want := append([]T(nil), b...)
						for _, diag := range []Diag{NonUnit, Unit} {
							for name, f := range map[string]func(*Pool, Side, Uplo, Transpose, Diag, int, int, T, []T, int, []T, int){"trsm": Trsm[T], "trmm": Trmm[T]} {
								copy(want, b)
								f(portable, side, Upper, tr, diag, rows, cols, 1, a, m, want, ldb)
								for at, got := range [][]T{nil, nil} {
									if got = buf.StartCopy(b); at == 1 {
										got = buf.EndCopy(b)
									}
									f(p, side, Upper, tr, diag, rows, cols, 1, a, m, got, ldb)
									bits.Same(t, want, got, "%s %c %d×%d %c", name, side, rows, cols, diag)
								}
							}
						}
					}
				}
			}
			buf.Check()
		})
	}
}

func BenchmarkTriangleLeaf(b *testing.B) {
	for _, n := range []int{16, 256, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rnd.New(1)
			a, x := rnd.Uniform(r, make([]float32, 256)), rnd.Uniform(r, make([]float32, 16*n))
			for i := 0; i < 16; i++ {
				a[17*i] = 1
			}
			for b.Loop() {
				Trsm(nil, Left, Lower, NoTrans, Unit, 16, n, 1, a, 16, x, n)
			}
		})
	}
}
