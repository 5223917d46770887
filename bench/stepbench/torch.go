package stepbench

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

//go:embed driver.py
var driver string

// torch is a Python process that steps PyTorch's optimizers when told so.
type torch struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	name string
}

// request is one sample.
type request struct {
	Optimizer string  `json:"optimizer"`
	Shapes    [][]int `json:"shapes"`
	Every     int     `json:"every"`
	Steps     int     `json:"steps"`
}

func startTorch(python, soap string, workers int) (*torch, error) {
	if _, err := os.Stat(soap); err != nil {
		return nil, fmt.Errorf("-soap: %w", err)
	}
	t := &torch{cmd: exec.Command(python, "-c", driver, soap, fmt.Sprint(workers))}
	t.cmd.Stderr = os.Stderr
	var err error
	if t.in, err = t.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	t.out = bufio.NewReader(out)
	if err := t.cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", python, err)
	}
	if t.name, err = t.out.ReadString('\n'); err != nil {
		return nil, fmt.Errorf("%s has no torch, or soap.py does not load: %w", python, err)
	}
	return t, nil
}

// time returns the seconds of a step.
func (t *torch) time(r request) (float64, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	if _, err := t.in.Write(append(b, '\n')); err != nil {
		return 0, err
	}
	line, err := t.out.ReadBytes('\n')
	if err != nil {
		return 0, fmt.Errorf("torch stopped at %s: %w", b, err)
	}
	var s float64
	return s, json.Unmarshal(line, &s)
}

func (t *torch) stop() {
	t.in.Close()
	t.cmd.Wait()
}

// compare times those of our SOAP and AdamW that are among the presets, and PyTorch's, in turn: whole periods, from the step after one refresh to the
// next. The gradients are constant on both sides, which costs as much as others do.
func compare(s settings, python, soap string) error {
	t, err := startTorch(python, soap, s.workers)
	if err != nil {
		return err
	}
	defer t.stop()
	pool := kernels.NewPool(s.workers)
	defer pool.Close()
	head[float32](s, pool)
	fmt.Print("against ", t.name)
	fmt.Printf("%-12s %-34s %10s %10s %7s\n", "model", "", "ms", "PyTorch", "ratio")
	clock := timer{s.workers > 1}
	line := func(m model, what string, c precond.Config, every int, names ...string) error {
		r, err := newRunner[float32](c, m, every, pool)
		if err != nil {
			return err
		}
		period := max(1, every)
		steps := period // of PyTorch
		if every == never {
			period = clock.reps(func() { r.steps(1) })
			steps = min(period, 100)
		}
		// SOAP's first call is step 0: align with the period.
		if every != never && every > 1 {
			r.steps(every - 2)
		}
		peers := make([][]float64, len(names))
		var own []float64
		ratios := make([][]float64, len(names))
		for range s.rounds {
			o := clock.time(1, func() { r.steps(period) }) / float64(period)
			own = append(own, o)
			for i, n := range names {
				p, err := t.time(request{Optimizer: n, Shapes: m.shapes, Every: every, Steps: steps})
				if err != nil {
					return err
				}
				peers[i], ratios[i] = append(peers[i], p), append(ratios[i], p/o)
			}
		}
		for i, n := range names {
			fmt.Printf("%-12s %-34s %10.4g %10.4g %7.2f\n", m.name, what+" / "+n, median(own)*1e3, median(peers[i])*1e3, median(ratios[i]))
		}
		return nil
	}
	for _, m := range s.models {
		for _, c := range s.presets {
			switch c.Name {
			case "SOAP":
				for _, every := range slices.Compact([]int{s.every, 1}) {
					if err := line(m, fmt.Sprintf("SOAP, every %d", every), c, every, "soap"); err != nil {
						return err
					}
				}
			case "AdamW":
				if err := line(m, "AdamW", c, never, "adamw", "adamw foreach"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
