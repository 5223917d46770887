package kernels

import (
	"fmt"
	"os"
	"testing"
)

func TestZZ2(t *testing.T) {
	if os.Getenv("ZZ2") == "" {
		t.Skip()
	}
	for _, isa := range []ISA{AVX512, AVX2} {
		for _, i := range []int{64, 256, 512, 1024} {
			for _, g := range []int{1, 4} {
				lda := i + 48
				a, x, v := zzVec[float32](lda*(4*g+1)), zzVec[float32](lda), zzVec[float32](lda)
				s := zzTime(func() { symvPiece4(isa, Lower, i, g, lda, a, lda, x, v) })
				fmt.Printf("%v i=%d g=%d lower %.1f cycles per row\n", isa, i, g, s*3.93e9/float64(4*g))
			}
		}
	}
}
