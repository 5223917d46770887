package soap

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// golden holds, little-endian in float32, 32 calls of the authors' optimizer (github.com/nikhilvyas/SOAP, commit a1e55353, MIT) on a
// 20×20 parameter at rate 0.01 with weight decay 0.1 and refreshes every 10 steps: the parameter, the two bases of the first call, then
// the gradient of every call, behind which stands the parameter after the calls of goldenCalls. Only numbers are from there.
//
//go:embed golden.bin
var golden []byte

var goldenCalls = []int{2, 3, 6, 10, 11, 12, 16, 20, 21, 22, 26, 30, 31, 32}

// trajectory follows the golden run and checks the largest error of the displacement, ‖p − p_ref‖/‖p_ref − p₀‖. The first
// basis is taken over: in float32 the vectors of its least eigenvalues are rounding. The bound is four times the distance of an
// independent program.
func trajectory(r *paper.Run) error {
	const n = 20
	in := bytes.NewReader(golden)
	read := func() []float32 {
		x := make([]float32, n*n)
		if err := binary.Read(in, binary.LittleEndian, x); err != nil {
			panic(err) // the file is part of the program
		}
		return x
	}
	start, q0, q1 := read(), read(), read()
	cfg := precond.SOAP()
	cfg.LR, cfg.Decay.Rate = 0.01, 0.1
	p := &precond.Param[float32]{Name: "w", Shape: []int{n, n}, Value: slices.Clone(start)}
	o, err := precond.New(cfg, []*precond.Param[float32]{p}, nil)
	if err != nil {
		return err
	}
	worst := 0.0
	for call := 1; call <= goldenCalls[len(goldenCalls)-1]; call++ {
		p.Grad = read()
		if _, err := o.Step(1); err != nil {
			return err
		}
		if call == 1 {
			for axis, q := range [][]float32{q0, q1} {
				if err := o.SetBasis(0, axis, linalg.MatrixOf(n, n, q)); err != nil {
					return err
				}
			}
		}
		if !slices.Contains(goldenCalls, call) {
			continue
		}
		want := read()
		ours, theirs := make([]float32, n*n), make([]float32, n*n)
		for i, v := range start {
			ours[i], theirs[i] = p.Value[i]-v, want[i]-v
		}
		worst = max(worst, distance(theirs, ours))
	}
	r.AtMost("32 calls of the authors' optimizer (skip, order of decay, moments across refreshes): displacement", worst, 1.11e-5)
	return nil
}
