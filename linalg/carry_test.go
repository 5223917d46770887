package linalg

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestCarry(t *testing.T) {
	both(t, testCarry[float32], testCarry[float64])
}

// Rows against the reflections one by one, and the same bits for any number of rows and workers and for scratch that leaves room for one slab of
// the least width only.
func testCarry[T kernels.Float](t *testing.T) {
	for _, n := range []int{smallOrder + 1, smallOrder + 2, 75, 106, 200} {
		if slow() && n == 200 {
			continue
		}
		r := newRandom(n)
		a, tau := paddedMatrix[T](n, n), make([]T, n)
		for i := range n {
			row := a.Row(i)
			for l := range row {
				row[l] = T(r.Float64() - 0.5)
			}
			if i < n-2 {
				row[i+1] = 1
				var s float64
				for _, v := range row[i+1:] {
					s += float64(v) * float64(v)
				}
				tau[i] = T(2 / s)
			}
		}
		tau[n/2] = 0 // none
		z := NewMatrix[T](n, n)
		for i := range z.Data {
			z.Data[i] = T(r.Float64() - 0.5)
		}
		want := make([]float64, n)
		var all Matrix[T]
		for _, rows := range []int{n, 0, 1, 25, n / 2} {
			for workers := 1; workers <= 3; workers++ {
				if slow() && workers == 2 {
					continue
				}
				for _, mem := range []int{n * padded[T](n), n * kernels.ReflectColumns[T]()} {
					p := kernels.NewPool(workers)
					c := newCarry(p, a.Clone(), tau)
					got := z.Slice(0, 0, rows, n).Clone()
					c.mulRows(got, nil, make([]T, mem))
					p.Close()
					if all.Data == nil {
						all = got
					}
					bits.Same(t, all.Slice(0, 0, rows, n).Clone().Data, got.Data, "n = %d, %d rows, %d workers, scratch %d", n, rows, workers, mem)
				}
			}
		}
		for _, i := range []int{0, n / 3, n - 1} {
			for l, v := range z.Row(i) {
				want[l] = float64(v)
			}
			for j := n - 3; j >= 0; j-- {
				var s float64
				for l := j + 1; l < n; l++ {
					s += float64(a.At(j, l)) * want[l]
				}
				for l := j + 1; l < n; l++ {
					want[l] -= float64(tau[j]) * s * float64(a.At(j, l))
				}
			}
			for l, v := range want {
				if d := math.Abs(v - float64(all.At(i, l))); !(d < 20*epsilon[T]()) {
					t.Errorf("n = %d, row %d, element %d is off by %g", n, i, l, d)
				}
			}
		}
		c, mem := newCarry(nil, a, tau), make([]T, n*padded[T](n))
		noAllocs(t, "carry", func() { c.mulRows(z, nil, mem) })
	}
}
