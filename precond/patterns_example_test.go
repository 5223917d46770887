package precond_test

import (
	"fmt"
	"log"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

func newParam(name string, shape ...int) *precond.Param[float32] {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return &precond.Param[float32]{Name: name, Shape: shape, Value: make([]float32, n), Grad: make([]float32, n)}
}

// A framework that makes new gradient buffers in each step points Grad at them. nil means that a parameter took no part.
func ExampleOptimizer_Step_freshGradients() {
	w, unused := newParam("w", 8, 8), newParam("unused", 4)
	opt, err := precond.New(precond.AdamW(), []*precond.Param[float32]{w, unused}, nil)
	if err != nil {
		log.Fatal(err)
	}
	var r precond.Report
	for range 3 {
		w.Grad = make([]float32, len(w.Value))
		unused.Grad = nil
		backward(w.Value, w.Grad)
		if r, err = opt.Step(1); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(r.Params, "moved,", r.Absent, "absent")
	// Output: 1 moved, 1 absent
}

// Gradients of several micro batches are summed in place; Step divides by their number, and by a loss scale.
func ExampleOptimizer_Step_accumulation() {
	w, whole := newParam("w", 8, 8), newParam("w", 8, 8)
	opt, err := precond.New(precond.SOAP(), []*precond.Param[float32]{w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	const batches, lossScale = 2, 1024
	g := make([]float32, len(w.Value))
	for range 3 {
		clear(w.Grad)
		for range batches {
			backward(w.Value, g)
			for i, x := range g {
				w.Grad[i] += lossScale * x
			}
		}
		if _, err := opt.Step(1.0 / (batches * lossScale)); err != nil {
			log.Fatal(err)
		}
	}
	// The same with the whole batch at once.
	once, err := precond.New(precond.SOAP(), []*precond.Param[float32]{whole}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		backward(whole.Value, whole.Grad)
		if _, err := once.Step(1); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("as with one batch:", slices.Equal(w.Value, whole.Value))
	// Output: as with one batch: true
}

// One global clip over two optimizers: SOAP for matrices, AdamW for the rest.
func ExampleOptimizer_GradSumSquares() {
	w, b := newParam("w", 8, 8), newParam("b", 8)
	soap, err := precond.New(precond.SOAP(), []*precond.Param[float32]{w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	adam, err := precond.New(precond.AdamW(), []*precond.Param[float32]{b}, nil)
	if err != nil {
		log.Fatal(err)
	}
	backward(w.Value, w.Grad)
	backward(b.Value, b.Grad)
	norm := math.Sqrt(soap.GradSumSquares() + adam.GradSumSquares())
	scale := min(1, 1/norm)
	for _, opt := range []*precond.Optimizer[float32]{soap, adam} {
		if _, err := opt.Step(scale); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("norm %.3f\n", norm)
	// Output: norm 8.485
}

// A checkpoint format of one's own: named views of the state out of one optimizer and into another.
func ExampleOptimizer_Tensors() {
	w := newParam("w", 4, 3)
	opt, err := precond.New(precond.SOAP(), []*precond.Param[float32]{w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		backward(w.Value, w.Grad)
		if _, err := opt.Step(1); err != nil {
			log.Fatal(err)
		}
	}
	saved := map[string]precond.Tensor{}
	for name, t := range opt.Tensors() {
		fmt.Println(name, t.Shape)
		saved[name] = precond.Tensor{Shape: t.Shape, F32: append([]float32(nil), t.F32...), F64: append([]float64(nil), t.F64...)}
	}
	again, err := precond.New(precond.SOAP(), []*precond.Param[float32]{w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for name, t := range saved {
		if err := again.SetTensor(name, t); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// w/clock [11]
	// w/m [4 3]
	// w/v [4 3]
	// w/factor.0 [4 4]
	// w/basis.0 [4 4]
	// w/factor.1 [3 3]
	// w/basis.1 [3 3]
}

// Hutchinson's estimate of a Hessian's diagonal: z of random signs and H·z, here of H = 2·I.
func ExampleOptimizer_Observe() {
	w := newParam("w", 4)
	cfg := precond.Sophia()
	cfg.LR, cfg.Decay.Rate, cfg.Diagonal.Scale = 1, 0, 1
	opt, err := precond.New(cfg, []*precond.Param[float32]{w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	z, hz := linalg.NewMatrix[float32](1, 4), linalg.NewMatrix[float32](1, 4)
	for i, sign := range []float32{1, -1, -1, 1} {
		z.Data[i], hz.Data[i] = sign, 2*sign
	}
	if err := opt.Observe(0, z, hz, 1); err != nil {
		log.Fatal(err)
	}
	backward(w.Value, w.Grad)
	if _, err := opt.Step(1); err != nil {
		log.Fatal(err)
	}
	fmt.Println(w.Value)
	// Output: [1 1 1 1]
}

// A basis of one's own, here a rotation of the plane by 45°, in which the second moment is averaged.
func ExampleOptimizer_SetBasis() {
	w := newParam("w", 2)
	cfg := precond.SOAP()
	cfg.Factors, cfg.First = precond.Factors{}, precond.First{}
	cfg.Basis = precond.BasisRule{Kind: precond.Eigen, Start: -1}
	cfg.Shape.Vectors = true
	cfg.LR, cfg.Decay.Rate = 1, 0
	opt, err := precond.New(cfg, []*precond.Param[float32]{w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	r := float32(math.Sqrt(0.5))
	if err := opt.SetBasis(0, 0, linalg.MatrixOf(2, 2, []float32{r, r, r, -r})); err != nil {
		log.Fatal(err)
	}
	copy(w.Grad, []float32{3, 1}) // 2√2 and √2 in the basis: both coordinates move by 1
	if _, err := opt.Step(1); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", w.Value)
	// Output: [-1.414 0.000]
}
