package kernels

import (
	"fmt"
	"testing"
)

// TestGemmHalf: tiles of at most half a vector of columns, by pairs of rows and by single ones, with every height, width and remainder of k.
func TestGemmHalf(t *testing.T) {
	for _, is := range []bool{false, true} {
		t.Run(fmt.Sprintf("zen5=%v", is), func(t *testing.T) {
			setZen5(t, is)
			t.Run("float32", testGemmHalf[float32])
			t.Run("float64", testGemmHalf[float64])
		})
	}
}

func testGemmHalf[T Float](t *testing.T) {
	p := tierPool(t, AVX512)
	r := gemmNoise(31)
	g := newGemmGuards[T](t, 4000)
	_, nr := tileSize[T](AVX512)
	for m := 6; m <= 14; m++ {
		for n := 2; n <= nr/4+1; n++ {
			for i, k := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 70} {
				s := []gemmScalars{{1, 0}, {-0.75, 0}, {1, 1}, {-0.75, 1}, {1.5, 0.5}}[(m+n+i)%5]
				testGemmShape(t, p, g, &r, NoTrans, NoTrans, m, n, k, (m+i)%4, s)
			}
		}
	}
	for i, n := range []int{nr + 1, nr + nr/4, 2*nr + 2} {
		testGemmShape(t, p, g, &r, NoTrans, []Transpose{NoTrans, Trans}[i%2], 23, n, 33+i, i, gemmScalars{1.5, 0.5})
	}
}
