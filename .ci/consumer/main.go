// Command consumer is a program outside the module: CI builds it against a vendored copy and runs it.
package main

import (
	"fmt"
	"log"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

func main() {
	pool := kernels.NewPool(0)
	defer pool.Close()

	// minimise ½‖w − 1‖²
	w := &precond.Param[float32]{Name: "w", Shape: []int{8, 6}, Value: make([]float32, 48), Grad: make([]float32, 48)}
	cfg := precond.SOAP()
	cfg.LR = 0.05
	opt, err := precond.New(cfg, []*precond.Param[float32]{w}, pool)
	if err != nil {
		log.Fatal(err)
	}
	for range 200 {
		for i, v := range w.Value {
			w.Grad[i] = v - 1
		}
		if _, err := opt.Step(1); err != nil {
			log.Fatal(err)
		}
	}
	a := linalg.NewMatrix[float32](6, 6)
	m := linalg.Matrix[float32]{Rows: 8, Cols: 6, Stride: 6, Data: w.Value}
	linalg.MatMulTN(pool, a, m, m)
	if v := a.Data[0]; v < 7 || v > 9 {
		log.Fatalf("‖w‖² of a column is %v, not near 8", v)
	}
	fmt.Println("consumer: ok,", kernels.Active())
}
