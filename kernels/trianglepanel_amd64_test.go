package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// TestTrianglePanels: Trmm and Trsm by panels on any processor, against leaves in place and the portable twin: parts of one and two blocks and of several, whole and broken leaves, panels and groups of
// them, on guard pages, with NaN between rows of B and in the triangle of A that is not read.
func TestTrianglePanels(t *testing.T) {
	tierPool(t, AVX512)
	defer func(on bool, other int) { panelTriangles, panelOther = on, other }(panelTriangles, panelOther)
	panelOther = 1
	t.Run("float32", testTrianglePanels[float32])
	t.Run("float64", testTrianglePanels[float64])
}

func testTrianglePanels[T Float](t *testing.T) {
	ldb := 1024
	if !is32[T]() {
		ldb /= 2
	}
	wide, portable := NewPool(1, WithISA(AVX512)), NewPool(1, WithISA(Portable))
	defer wide.Close()
	defer portable.Close()
	buf := guard.New[T](t, 290*ldb)
	r, noise := rnd.New(1), gemmNoise(7)
	others := []int{1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129, 160, 250, 289}
	turn := 0
	for _, order := range []int{65, 79, 80, 81, 96, 127, 128, 129, 145, 160, 200, 255, 256, 257, 289} {
		for _, side := range []Side{Left, Right} {
			for _, uplo := range []Uplo{Lower, Upper} {
				for _, tr := range gemmFlags {
					for range 2 {
						other := others[turn%len(others)]
						turn++
						rows, cols := order, other
						if side == Right {
							rows, cols = other, order
						}
						diag := []Diag{NonUnit, Unit}[turn/2%2]
						a, _ := storedTriangle[T](&noise, uplo, tr, diag, order, order+turn%3)
						b := rnd.Uniform(r, make([]T, span(rows, cols, ldb)))
						if turn%5 == 0 {
							rnd.Special(r, b)
						}
						for i := range b {
							if i%ldb >= cols {
								b[i] = T(math.NaN())
							}
						}
						for name, f := range map[string]func(*Pool, Side, Uplo, Transpose, Diag, int, int, T, []T, int, []T, int){"trsm": Trsm[T], "trmm": Trmm[T]} {
							call := func(p *Pool, panels bool, x []T) []T {
								panelTriangles = panels
								f(p, side, uplo, tr, diag, rows, cols, 1, a, order+turn%3, x, ldb)
								return x
							}
							want := call(wide, false, slices.Clone(b))
							if turn%16 == 0 && !testing.Short() {
								bits.Same(t, call(portable, false, slices.Clone(b)), want, "%s %c%c%c%c %d×%d, portable", name, side, uplo, tr, diag, rows, cols)
							}
							bits.Same(t, want, call(wide, true, buf.StartCopy(b)), "%s %c%c%c%c %d×%d", name, side, uplo, tr, diag, rows, cols)
							bits.Same(t, want, call(wide, true, buf.EndCopy(b)), "%s %c%c%c%c %d×%d at the end", name, side, uplo, tr, diag, rows, cols)
						}
					}
				}
			}
		}
	}
	buf.Check()
	// Workers share out columns and rows.
	three := NewPool(3, WithISA(AVX512))
	defer three.Close()
	a, _ := storedTriangle[T](&noise, Lower, NoTrans, NonUnit, 256, 256)
	b := rnd.Uniform(r, make([]T, 289*ldb))
	for _, side := range []Side{Left, Right} {
		rows, cols := 256, 289
		if side == Right {
			rows, cols = cols, rows
		}
		x, y := slices.Clone(b), slices.Clone(b)
		panelTriangles = false
		Trsm(wide, side, Lower, NoTrans, NonUnit, rows, cols, 0.5, a, 256, x, ldb)
		panelTriangles = true
		Trsm(three, side, Lower, NoTrans, NonUnit, rows, cols, 0.5, a, 256, y, ldb)
		bits.Same(t, x, y, "%c by three workers", side)
		if n := testing.AllocsPerRun(10, func() { Trsm(wide, side, Lower, NoTrans, NonUnit, rows, cols, 1, a, 256, y, ldb) }); n != 0 {
			t.Errorf("%c: %v allocations", side, n)
		}
	}
}
