package precond_test

import (
	"fmt"
	"log"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// A training loop: fit W so that X·Wᵀ = Y, with SOAP and a global-norm clip.
func Example() {
	const in, out, samples = 6, 4, 32
	pool := kernels.NewPool(0)
	defer pool.Close()
	x, y := data(samples, in, out)

	w, g := linalg.NewMatrix[float32](out, in), linalg.NewMatrix[float32](out, in)
	params := []*precond.Param[float32]{{Name: "w", Shape: []int{out, in}, Value: w.Data, Grad: g.Data}}
	cfg := precond.SOAP()
	cfg.LR = 0.03
	opt, err := precond.New(cfg, params, pool)
	if err != nil {
		log.Fatal(err)
	}
	e := linalg.NewMatrix[float32](samples, out)
	for step := range 300 {
		linalg.MatMulNT(pool, e, x, w) // e = X·Wᵀ − Y, dL/dW = eᵀ·X/samples
		kernels.Axpy(pool, -1, y.Data, e.Data)
		linalg.MatMulAdd(pool, g, kernels.Trans, kernels.NoTrans, 1.0/samples, e, x, 0)
		opt.SetLR(cfg.LR * (1 - float64(step)/300))
		clip := min(1, 1/math.Sqrt(opt.GradSumSquares()))
		if _, err := opt.Step(clip); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("solved:", kernels.Nrm2(pool, e.Data) < 0.2)
	// Output: solved: true
}

func data(samples, in, out int) (x, y linalg.Matrix[float32]) {
	x, y = linalg.NewMatrix[float32](samples, in), linalg.NewMatrix[float32](samples, out)
	w := linalg.NewMatrix[float32](out, in)
	for i := range x.Data {
		x.Data[i] = float32(i*i%17)/8 - 1
	}
	for i := range w.Data {
		w.Data[i] = float32(i%5)/4 - 0.5
	}
	linalg.MatMulNT(nil, y, x, w)
	return x, y
}

// Checking a Config before it is used: the error names the field and what it may be.
func ExampleConfigError() {
	cfg := precond.SOAP()
	cfg.Diagonal.Beta = 1.2
	_, err := precond.New[float32](cfg, nil, nil)
	fmt.Println(err)
	// Output: precond: Config.Diagonal.Beta is 1.2, want 0 … 1
}

// What a step of eigenvalue-corrected Shampoo costs, before anything is allocated.
func ExamplePlanFor() {
	plan, err := precond.PlanFor[float32](precond.EShampoo(), [][]int{{256, 768}, {768}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f MB of state, %.2g flops per step\n", float64(plan.StateBytes)/1e6, float64(plan.StepFlops))
	// Output: 11.5 MB of state, 1.4e+09 flops per step
}
