package precond_test

import (
	"fmt"
	"log"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// A training loop with a warm-up and a global-norm clip.
func Example() {
	pool := kernels.NewPool(0) // as many workers as GOMAXPROCS; nil is serial
	defer pool.Close()

	w := &precond.Param[float32]{Name: "w", Shape: []int{32, 24}, Value: make([]float32, 32*24), Grad: make([]float32, 32*24)}
	cfg := precond.SOAP() // or AdamW, Shampoo, EShampoo: data to edit
	cfg.LR = 3e-3
	opt, err := precond.New(cfg, []*precond.Param[float32]{w}, pool)
	if err != nil {
		log.Fatal(err)
	}
	for step := 1; step <= 100; step++ {
		backward(w.Value, w.Grad)                           // yours: the gradient of the loss
		opt.SetLR(3e-3 * min(1, float64(step)/30))          // the schedule is yours, too
		norm := math.Sqrt(opt.GradSumSquares())             // global norm, a fixed order of summation
		if _, err := opt.Step(min(1, 1/norm)); err != nil { // clipped, fused into the step; no allocation
			log.Fatal(err)
		}
	}
	// Output:
}

// backward stands for a model: the loss is ½‖x − 1‖².
func backward(x, grad []float32) {
	for i, v := range x {
		grad[i] = v - 1
	}
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
