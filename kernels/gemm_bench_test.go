package kernels

import (
	"fmt"
	"testing"
)

func benchGemm[T Float](b *testing.B, name string) {
	for _, isa := range Supported()[1:] {
		p := NewPool(1, WithISA(isa))
		for _, tr := range []struct{ a, b Transpose }{{NoTrans, NoTrans}, {Trans, NoTrans}, {NoTrans, Trans}, {Trans, Trans}} {
			for _, n := range []int{8, 16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048} {
				r := gemmNoise(1)
				x, y, z := gemmMatrix[T](&r, n, n, n), gemmMatrix[T](&r, n, n, n), gemmMatrix[T](&r, n, n, n)
				b.Run(fmt.Sprintf("%s/%v/%c%c/%d", name, isa, tr.a, tr.b, n), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						Gemm(p, tr.a, tr.b, n, n, n, 1, x, n, y, n, 0, z, n)
					}
					b.ReportMetric(2*float64(n)*float64(n)*float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				})
			}
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	benchGemm[float32](b, "f32")
	benchGemm[float64](b, "f64")
}
