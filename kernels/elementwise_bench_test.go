package kernels

import (
	"fmt"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// benchElements are the lengths at which four float32 vectors fill L1, L2, L3 and memory.
var benchElements = []int{1 << 11, 1 << 14, 1 << 15, 1 << 19, 1 << 24}

func benchElementwise[T Float](b *testing.B, n int, c elementCase[T]) {
	for _, isa := range Supported()[1:] {
		b.Run(fmt.Sprintf("%T/%d/%v", *new(T), n, isa), func(b *testing.B) {
			p := NewPool(1, WithISA(isa))
			src := rnd.New(1)
			x := make([][]T, c.n)
			for i := range x {
				x[i] = make([]T, n)
				base := rnd.Uniform(src, make([]T, 1024))
				for j := range x[i] {
					x[i][j] = base[j&1023]*base[j&1023] + 0.1
				}
			}
			c.call(p, x)
			for b.Loop() {
				c.call(p, x)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelem/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func BenchmarkElementwise(b *testing.B) {
	for i, c := range elementCases[float32]() {
		c64 := elementCases[float64]()[i]
		b.Run(c.name, func(b *testing.B) {
			for _, n := range benchElements {
				benchElementwise(b, n, c)
				benchElementwise(b, n/2, c64)
			}
		})
	}
}

func BenchmarkSoftmax(b *testing.B) {
	for _, n := range []int{8, 32, 64, 128, 129, 512, 2048, 32768} {
		for _, isa := range Supported()[1:] {
			b.Run(fmt.Sprintf("%d/%v", n, isa), func(b *testing.B) {
				p := NewPool(1, WithISA(isa))
				m := max(1, 4096/n)
				a := rnd.Normal(rnd.New(1), make([]float32, m*n))
				y, s := make([]float32, m*n), make([]float32, m)
				b.Run("softmax", func(b *testing.B) {
					for b.Loop() {
						Softmax(p, m, n, a, n, y, n)
					}
					b.ReportMetric(float64(m*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelem/s")
					b.ReportMetric(0, "ns/op")
				})
				b.Run("logsumexp", func(b *testing.B) {
					for b.Loop() {
						LogSumExp(p, m, n, a, n, s)
					}
					b.ReportMetric(float64(m*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelem/s")
					b.ReportMetric(0, "ns/op")
				})
			})
		}
	}
}
