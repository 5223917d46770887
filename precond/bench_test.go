package precond

import (
	"fmt"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// BenchmarkStep times steps without and with a refresh, serially.
func BenchmarkStep(b *testing.B) {
	for _, shape := range [][]int{{256, 256}, {512, 512}, {1024, 1024}} {
		for _, f := range []func() Config{AdamW, SOAP, EShampoo, Shampoo} {
			for _, refresh := range []bool{false, true} {
				c := f()
				if c.Basis.Kind == Axes && refresh {
					continue
				}
				name := fmt.Sprintf("%s/%d×%d/refresh=%v", c.Name, shape[0], shape[1], refresh)
				b.Run(name, func(b *testing.B) { benchmarkStep[float32](b, c, shape, refresh) })
			}
		}
	}
}

func benchmarkStep[T kernels.Float](b *testing.B, c Config, shape []int, refresh bool) {
	if c.Basis.Kind != Axes {
		c.Basis.Every = 1 << 30
		c.Basis.Start = min(c.Basis.Start, 1)
		if refresh {
			c.Basis.Every = 1
		}
	}
	n := shape[0] * shape[1]
	s := rnd.New(1)
	p := &Param[T]{Name: "w", Shape: shape, Value: rnd.Normal(s, make([]T, n)), Grad: rnd.Normal(s, make([]T, n))}
	o, err := New(c, []*Param[T]{p}, nil)
	if err != nil {
		b.Fatal(err)
	}
	for range 2 {
		if _, err := o.Step(1); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := o.Step(1); err != nil {
			b.Fatal(err)
		}
	}
	if !refresh && c.Basis.Kind != Axes {
		b.ReportMetric(float64(o.plan.StepFlops)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "Gflop/s")
	}
}

// BenchmarkObserve times 256 rows in a dense basis of a vector and in one of a small matrix.
func BenchmarkObserve(b *testing.B) {
	for _, shape := range [][]int{{610}, {16, 24}, {128, 96}} {
		b.Run(fmt.Sprint(shape), func(b *testing.B) { benchmarkObserve[float32](b, shape) })
	}
}

func benchmarkObserve[T kernels.Float](b *testing.B, shape []int) {
	n := 1
	for _, d := range shape {
		n *= d
	}
	c := GaussNewton(-1)
	c.Basis, c.Shape.Vectors = BasisRule{Kind: Eigen, Start: -1}, true
	s := rnd.New(1)
	p := &Param[T]{Name: "w", Shape: shape, Value: make([]T, n)}
	o, err := New(c, []*Param[T]{p}, nil)
	if err != nil {
		b.Fatal(err)
	}
	flops := 0
	for k, d := range shape {
		q := linalg.NewMatrix[T](d, d)
		q.Identity()
		if err := o.SetBasis(0, k, q); err != nil {
			b.Fatal(err)
		}
		flops += 2 * n * d
	}
	const rows = 256
	x := linalg.MatrixOf(rows, n, rnd.Normal(s, make([]T, rows*n)))
	for b.Loop() {
		if err := o.Observe(0, x, x, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(flops)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "Gflop/s")
}
