package kernels

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"
)

// setZen5 sets zen5 until the test ends, and not what was chosen from it at the start (actAs does).
func setZen5(t *testing.T, is bool) {
	was := zen5
	zen5 = is
	t.Cleanup(func() { zen5 = was })
}

// TestGemmZen5 computes products in blocks on what counts as a Zen 5 and on what does not: rows of A fetched as they lie or looked at and copied, by both
// element types and all tiers, with whole and partial panels, several blocks of B, bands of A and chunks.
func TestGemmZen5(t *testing.T) {
	t.Run("float32", testGemmZen5[float32])
	t.Run("float64", testGemmZen5[float64])
}

func testGemmZen5[T Float](t *testing.T) {
	for _, is := range []bool{false, true} {
		t.Run(fmt.Sprint(is), func(t *testing.T) {
			setZen5(t, is)
			setCaches(t, 40<<10, 0, 64) // any B collides
			gemmTiers(t, func(t *testing.T, p *Pool) {
				r := gemmNoise(19)
				g := newGemmGuards[T](t, 260_000)
				for _, tA := range gemmFlags {
					for _, tB := range gemmFlags {
						for i, s := range []gemmScalars{{1, 0}, {-0.75, 0}, {1, 1}, {-0.75, 0.3}} { // each mode
							if testing.Short() && i < 3 {
								continue
							}
							testGemmShape(t, p, g, &r, tA, tB, 60+i, 130+i, 67+i, 3*i, s)
						}
						testGemmShape(t, p, g, &r, tA, tB, 12, 33, 300, 0, gemmScalars{1, 1})
						testGemmShape(t, p, g, &r, tA, tB, 61, 257, 64, 448, gemmScalars{1, 1}) // rows of A a multiple of 2 KiB apart
						testGemmShape(t, p, g, &r, tA, tB, 49, 65, ChunkK+9, 0, gemmScalars{2, 0.5})
					}
				}
			})
			if !testing.Short() {
				testSyrkIn[T](t, Supported())
			}
		})
	}
}

// TestGemmLowPanels: products with rows of A and of C 4 KiB apart, by lower tiles and not: with B in place, copied by its first tiles and by those of the panel before.
func TestGemmLowPanels(t *testing.T) {
	t.Run("float32", testGemmLowPanels[float32])
	t.Run("float64", testGemmLowPanels[float64])
}

func testGemmLowPanels[T Float](t *testing.T) {
	was := lowPanels
	t.Cleanup(func() { lowPanels = was })
	page := 4096 / int(unsafe.Sizeof(T(0)))
	for _, low := range []bool{false, true} {
		lowPanels = low
		gemmTiers(t, func(t *testing.T, p *Pool) {
			r := gemmNoise(35)
			for _, d := range [][3]int{{36, 40, 33}, {37, 16, 64}, {41, 65, 31}, {48, 48, 48}, {63, 63, 64}, {65, 64, 40}, {73, 33, 33}, {95, 33, 65}, {128, 128, 128}, {129, 40, 40}} {
				m, n, k := d[0], d[1], d[2]
				for _, ldb := range []int{n, page} {
					a, b, want := gemmMatrix[T](&r, m, k, page), gemmMatrix[T](&r, k, n, ldb), gemmMatrix[T](&r, m, n, page)
					got := slices.Clone(want)
					chainGemm(NoTrans, NoTrans, m, n, k, 1.5, a, page, b, ldb, 0.5, want, page)
					Gemm(p, NoTrans, NoTrans, m, n, k, 1.5, a, page, b, ldb, 0.5, got, page)
					gemmSame(t, want, got, fmt.Sprintf("low %v: %d×%d×%d, rows of B %d apart", low, m, n, k, ldb))
				}
			}
		})
	}
}
