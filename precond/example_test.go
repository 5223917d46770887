package precond_test

import (
	"log"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// The program of the README; precond/readme_test.go compares the two.
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

// backward writes the gradient of ½‖x − 1‖².
func backward(x, g []float32) {
	for i, v := range x {
		g[i] = v - 1
	}
}
