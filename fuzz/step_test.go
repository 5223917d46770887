package fuzz

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// stepShapes are what FuzzStep chooses parameters from; the long one is read once less after GradSumSquares.
var stepShapes = [][]int{{}, {1}, {7}, {1, 1}, {5, 4}, {3, 9}, {2, 3, 4}, {1, 6}, {12, 12}, {2, 2, 2, 2}, {16384 + 33}}

// FuzzStep feeds gradients of every kind to the presets, each byte of script being one step: numbers that are not finite, that
// overflow, vanish or come back after a save. Step must not panic, an error must be one about the gradient that leaves all as it
// was, no NaN may enter the state or the parameters, no infinity unless sums overflow, and the bits must be those of two workers.
func FuzzStep(f *testing.F) {
	for i := range presets {
		f.Add(uint64(i), byte(i), []byte{0, 0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 9, 0, 10, 11, 12, 13, 14, 15, 0, 0})
		f.Add(uint64(i)<<3, byte(i), []byte{5, 5, 5, 5, 5, 5, 0, 0, 0x20, 0x42, 0x63})
	}
	f.Fuzz(func(t *testing.T, seed uint64, which byte, script []byte) {
		if len(script) > 40 {
			return
		}
		cfg := presets[int(which)%len(presets)]()
		cfg.NonFinite = precond.NonFinite(which / 64)
		if cfg.Basis.Kind != precond.Axes {
			cfg.Basis.Every = 1 + int(seed%3)
			if cfg.Basis.Start > 0 {
				cfg.Basis.Start = 1 + int(seed/3%3)
			}
		}
		if seed&(1<<20) != 0 && cfg.Factors.Of != precond.FactorsNone {
			cfg.Factors.Beta, cfg.Factors.Debias = 1, false
		}
		if seed&(1<<21) != 0 {
			tryStep[float64](t, seed, cfg, script)
		} else {
			tryStep[float32](t, seed, cfg, script)
		}
	})
}

func tryStep[T float32 | float64](t *testing.T, seed uint64, cfg precond.Config, script []byte) {
	src := rnd.New(seed)
	pool := kernels.NewPool(2)
	defer pool.Close()
	var params, twins []*precond.Param[T]
	for i := range 3 {
		shape := stepShapes[(seed>>(4*i)&15)%uint64(len(stepShapes))]
		if len(shape) == 1 && shape[0] > 1000 && cfg.Shape.Vectors {
			shape = shape[:0] // it would get a basis
		}
		switch {
		case i == 0 && len(cfg.Layers) > 0 && len(shape) < 2:
			shape = []int{4, 5}
		case i == 1 && len(cfg.Layers) > 0 && cfg.Layers[0].Bias != "":
			shape = params[0].Shape[:1]
		case cfg.Frame.Kind != precond.FrameNone && len(shape) == 1 && shape[0] > 1000:
			shape = shape[:0] // rows of a low rank, or axes of a Kronecker product, of that length
		}
		n := 1
		for _, d := range shape {
			n *= d
		}
		p := &precond.Param[T]{Name: string(rune('a' + i)), Shape: shape, Value: rnd.Normal(src, make([]T, n)), Grad: make([]T, n)}
		q := *p
		q.Value = slices.Clone(p.Value)
		params, twins = append(params, p), append(twins, &q)
	}
	opt, err := precond.New(cfg, params, nil)
	if err != nil {
		t.Fatal(err)
	}
	twin, err := precond.New(cfg, twins, pool)
	if err != nil {
		t.Fatal(err)
	}
	e := evidence[T]{src, cfg}
	e.prepare(t, params, opt, twin)
	sums := cfg.Factors.Beta == 1 || cfg.Diagonal.Beta == 1 || cfg.Graft.Beta == 1
	for i, b := range script {
		g := gradients[T]{src: src, kind: int(b % 16), which: int(b>>4) % 4, cfg: cfg}
		g.fill(params, opt, twin)
		for k, p := range params {
			twins[k].Grad = p.Grad
		}
		if g.sums {
			opt.GradSumSquares()
			twin.GradSumSquares()
			g.spoil(params)
		}
		if b&1 == 0 {
			rows := make([]linalg.Matrix[T], len(params))
			for k, p := range params {
				rows[k] = linalg.NewMatrix[T](1, len(p.Value))
				copy(rows[k].Data, p.Grad)
			}
			e.observe(t, params, rows, 2, opt, twin)
			if !sameState(copyState(opt), copyState(twin)) {
				t.Fatalf("step %d, kind %d: two workers observe otherwise", i, g.kind)
			}
		}
		before, values := copyState(opt), copyValues(params)
		r, err := opt.Step(g.scale)
		r2, err2 := twin.Step(g.scale)
		if r != r2 || (err == nil) != (err2 == nil) {
			t.Fatalf("step %d, kind %d: one worker says %+v, %v, two say %+v, %v", i, g.kind, r, err, r2, err2)
		}
		if err != nil {
			var e *precond.GradientError
			if !errors.As(err, &e) {
				t.Fatalf("step %d, kind %d: %v", i, g.kind, err)
			}
			if !e.Changed && (!sameState(before, copyState(opt)) || !sameValues(values, params)) {
				t.Fatalf("step %d, kind %d: %v, but something has changed", i, g.kind, err)
			}
		}
		check(t, opt, params, sums, i, g.kind)
		for k, p := range params {
			bits.Same(t, p.Value, twins[k].Value, "step %d, kind %d: %s with two workers", i, g.kind, p.Name)
		}
	}
}

// gradients makes the gradients of one step.
type gradients[T float32 | float64] struct {
	src         *rnd.Source
	kind, which int
	cfg         precond.Config
	scale       float64
	sums        bool
}

func (g *gradients[T]) fill(params []*precond.Param[T], opt, twin *precond.Optimizer[T]) {
	large := math.MaxFloat64
	if T(1)+T(0x1p-30) == 1 {
		large = math.MaxFloat32
	}
	root := math.Sqrt(large)
	g.scale = 1
	for k, p := range params {
		if p.Grad == nil {
			p.Grad = make([]T, len(p.Value))
		}
		rnd.Normal(g.src, p.Grad)
		if g.which != 3 && g.which != k || len(p.Grad) == 0 {
			continue
		}
		at := int(g.src.Uint64() % uint64(len(p.Grad)))
		multiply := func(x float64) {
			for i, v := range p.Grad {
				p.Grad[i] = T(float64(v) * x)
			}
		}
		switch g.kind {
		case 1:
			clear(p.Grad)
		case 2:
			p.Grad[at] = T(math.NaN())
		case 3:
			p.Grad[at] = T(math.Inf(1))
		case 4:
			p.Grad[at] = T(math.Inf(-1))
		case 5: // squares that just fit
			multiply(root / math.Sqrt(float64(16*len(p.Grad))))
		case 6: // squares that do not
			p.Grad[at] = T(large)
		case 7:
			multiply(1 / root)
		case 8:
			multiply(4 / large)
		case 9:
			for i := range p.Grad {
				p.Grad[i] = 1
			}
		case 10:
			clear(p.Grad)
			p.Grad[at] = 1
		case 11:
			multiply(1e6)
		case 12:
			p.Grad = nil
		case 13: // huge numbers, scaled back
			multiply(root / 16)
			g.scale = 1 / root
		case 14:
			g.sums = true
		case 15: // through a checkpoint
			var file bytes.Buffer
			if opt.Save(&file) == nil && opt.Load(bytes.NewReader(file.Bytes()), int64(file.Len())) == nil {
				_ = twin.Load(bytes.NewReader(file.Bytes()), int64(file.Len()))
			}
			g.scale = 0
		}
	}
}

// spoil changes a gradient after GradSumSquares has read it.
func (g *gradients[T]) spoil(params []*precond.Param[T]) {
	for k, p := range params {
		if g.which == k && len(p.Grad) > 0 {
			p.Grad[len(p.Grad)/2] = T(math.NaN())
		}
	}
}

// check looks for what must not be in state and parameters.
func check[T float32 | float64](t *testing.T, opt *precond.Optimizer[T], params []*precond.Param[T], sums bool, step, kind int) {
	bad := func(v float64) bool { return v != v || math.IsInf(v, 0) && !sums }
	for name, x := range opt.Tensors() {
		for _, v := range x.F32 {
			if bad(float64(v)) {
				t.Fatalf("step %d, kind %d: tensor %s holds %g", step, kind, name, v)
			}
		}
		for _, v := range x.F64 {
			if bad(v) {
				t.Fatalf("step %d, kind %d: tensor %s holds %g", step, kind, name, v)
			}
		}
	}
	for _, p := range params {
		for _, v := range p.Value {
			if v-v != 0 {
				t.Fatalf("step %d, kind %d: parameter %s holds %g", step, kind, p.Name, v)
			}
		}
	}
}

func copyState[T float32 | float64](o *precond.Optimizer[T]) map[string]precond.Tensor {
	m := map[string]precond.Tensor{}
	for name, t := range o.Tensors() {
		m[name] = precond.Tensor{F32: slices.Clone(t.F32), F64: slices.Clone(t.F64)}
	}
	return m
}

func sameState(a, b map[string]precond.Tensor) bool {
	for name, x := range a {
		if !slices.Equal(x.F32, b[name].F32) || !slices.Equal(x.F64, b[name].F64) {
			return false
		}
	}
	return len(a) == len(b)
}

func copyValues[T float32 | float64](params []*precond.Param[T]) (v [][]T) {
	for _, p := range params {
		v = append(v, slices.Clone(p.Value))
	}
	return v
}

func sameValues[T float32 | float64](v [][]T, params []*precond.Param[T]) bool {
	for i, p := range params {
		if !slices.Equal(v[i], p.Value) {
			return false
		}
	}
	return true
}
