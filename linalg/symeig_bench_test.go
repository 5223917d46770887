package linalg

import (
	"fmt"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func BenchmarkSymEig(b *testing.B) {
	for _, n := range []int{16, 32, 64, 128, 256, 512, 1024} {
		b.Run(fmt.Sprintf("float32/%d", n), func(b *testing.B) { benchSymEig[float32](b, n) })
		b.Run(fmt.Sprintf("float64/%d", n), func(b *testing.B) { benchSymEig[float64](b, n) })
	}
}

func benchSymEig[T kernels.Float](b *testing.B, n int) {
	a := castTo[T](gram(newRandom(n), n, 2*n), 1)
	s := NewSymEig[T](n)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Factorize(a); err != nil {
			b.Fatal(err)
		}
	}
}
