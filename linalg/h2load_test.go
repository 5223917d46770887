package linalg
import ("testing";"github.com/seed-4885aa59/eigenbasis/kernels";"fmt")
func BenchmarkH2Load(b *testing.B) {
	for _, n := range []int{32, 64, 128, 512} {
		s := NewSymEig[float32](n)
		a := castTo[float32](gram(newRandom(n), n, 2*n), 1)
		w := s.red.a
		b.Run(fmt.Sprint("load",n), func(b *testing.B) { for b.Loop() { s.load(a) } })
		b.Run(fmt.Sprint("max",n), func(b *testing.B) { for b.Loop() { maxAbs(nil, a, true) } })
		b.Run(fmt.Sprint("maxall",n), func(b *testing.B) { for b.Loop() { kernels.MaxAbs(nil, w.Data) } })
		b.Run(fmt.Sprint("copy",n), func(b *testing.B) { for b.Loop() { for i:=0;i<n;i++ { copy(w.Row(i)[:i+1], a.Row(i)) } } })
		b.Run(fmt.Sprint("scal",n), func(b *testing.B) { for b.Loop() { for i:=0;i<n;i++ { kernels.Scal(nil, 1, w.Row(i)[:i+1]) } } })
		b.Run(fmt.Sprint("scalall",n), func(b *testing.B) { for b.Loop() { kernels.Scal(nil, 1, w.Data) } })
		b.Run(fmt.Sprint("mirror",n), func(b *testing.B) { for b.Loop() { Mirror(nil, kernels.Lower, w) } })
	}
}
