package fuzz

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

var presets = []func() precond.Config{
	precond.SOAP, precond.Shampoo, precond.EShampoo, precond.AdamW, precond.Adam, precond.Adagrad, precond.RMSProp, precond.SGD,
	func() precond.Config { return precond.Improved(precond.SOAP()) },
	precond.ShampooSquared, precond.Adafactor, precond.Sophia,
	func() precond.Config { return precond.Factorized(precond.SOAP()) },
	func() precond.Config { return precond.OneSided(precond.SOAP()) },
	func() precond.Config { return precond.GaussNewton(-1) },
	func() precond.Config { return precond.GaussNewton(-0.5) },
	func() precond.Config { return precond.KFAC(precond.Layer{Weight: "a"}) },
	func() precond.Config { return precond.KFAC(precond.Layer{Weight: "a", Bias: "b"}) },
	func() precond.Config { return precond.EKFAC(precond.Layer{Weight: "a"}) },
	func() precond.Config { return precond.EKFAC(precond.Layer{Weight: "a", Bias: "b"}) },
	func() precond.Config { return precond.EGOP(precond.Adagrad()) },
	func() precond.Config { return framed(precond.GaussNewton(-1), precond.Frame{Kind: precond.FrameKron}) },
	func() precond.Config { return framed(precond.SOAP(), precond.Frame{Kind: precond.FrameKron}) },
	func() precond.Config {
		return framed(precond.Sophia(), precond.Frame{Kind: precond.FrameLowRank, Rank: 3})
	},
	func() precond.Config {
		return framed(precond.SOAP(), precond.Frame{Kind: precond.FrameLowRank, Rank: 3})
	},
	func() precond.Config {
		return framed(precond.Shampoo(), precond.Frame{Kind: precond.FrameLowRank, Rank: 2})
	},
	func() precond.Config {
		return framed(precond.EKFAC(precond.Layer{Weight: "a"}), precond.Frame{Kind: precond.FrameDense})
	},
	func() precond.Config { return precond.Improved(precond.EShampoo()) },
	func() precond.Config { return blocked(precond.EShampoo()) },
	func() precond.Config { return blocked(precond.Shampoo()) },
	func() precond.Config { return blocked(precond.SOAP()) },
}

// blocked has so many small factors that they are decomposed together.
func blocked(c precond.Config) precond.Config {
	c.Shape.Block = 2
	return c
}

func framed(c precond.Config, f precond.Frame) precond.Config {
	c = precond.EGOP(c)
	c.Frame = f
	return c
}

// evidence makes what an optimizer is given besides gradients.
type evidence[T float32 | float64] struct {
	src *rnd.Source
	cfg precond.Config
}

// prepare makes frames and, as observe does, first estimates of curvatures and factors, for all optimizers alike, which share their gradients.
func (e evidence[T]) prepare(t *testing.T, params []*precond.Param[T], all ...*precond.Optimizer[T]) {
	if e.cfg.Frame.Kind != precond.FrameNone {
		for range 3 {
			for _, p := range params {
				rnd.Uniform(e.src, p.Grad)
			}
			for _, o := range all {
				if err := o.Survey(1); err != nil {
					t.Fatalf("New accepted %+v, but Survey says: %v", e.cfg, err)
				}
			}
		}
		for _, o := range all {
			if err := o.FixFrames(); err != nil {
				t.Fatalf("New accepted %+v, but FixFrames says: %v", e.cfg, err)
			}
		}
	}
	rows := make([]linalg.Matrix[T], len(params))
	for i, p := range params {
		rows[i] = linalg.MatrixOf(3, len(p.Value), rnd.Uniform(e.src, make([]T, 3*len(p.Value))))
	}
	e.observe(t, params, rows, 1, all...)
}

// observe gives all optimizers rows for the curvature of each parameter, or inputs and output gradients that have the elements of these rows, for the
// layers. Rows that Observe should take must be taken; where they hold what is not finite or has no squares it may refuse, and must then change nothing.
func (e evidence[T]) observe(t *testing.T, params []*precond.Param[T], rows []linalg.Matrix[T], w float64, all ...*precond.Optimizer[T]) {
	call := func(o *precond.Optimizer[T], good bool, f func() error) {
		before := copyState(o)
		if err := f(); err == nil {
			return
		} else if good || err.Error() == "" {
			t.Fatalf("New accepted %+v, but observing says: %v", e.cfg, err)
		}
		if !sameState(before, copyState(o)) {
			t.Fatalf("observing was refused, but something has changed")
		}
	}
	for _, l := range e.cfg.Layers {
		for i, p := range params {
			if p.Name != l.Weight {
				continue
			}
			out := p.Shape[0]
			in := len(p.Value) / out
			if l.Transposed {
				out, in = in, out
			}
			a, g := linalg.NewMatrix[T](4, in), linalg.NewMatrix[T](4, out)
			for j := range a.Data {
				a.Data[j] = rows[i].Data[j%len(rows[i].Data)]
			}
			for j := range g.Data {
				g.Data[j] = rows[i].Data[(7*j+3)%len(rows[i].Data)]
			}
			for _, o := range all {
				call(o, tame(rows[i].Data), func() error { return o.ObserveLayer(l, a, g, 2, w) })
			}
		}
	}
	if e.cfg.Diagonal.Of != precond.DiagonalCurvature || len(e.cfg.Layers) > 0 {
		return
	}
	for i := range params {
		for _, o := range all {
			// All blocks of the parameter have a diagonal where one has.
			has := false
			for name := range o.Tensors() {
				has = has || strings.HasPrefix(name, params[i].Name+"/") && strings.HasSuffix(name, "/v")
			}
			call(o, has && tame(rows[i].Data), func() error { return o.Observe(i, rows[i], rows[i], w) })
		}
	}
}

// tame reports whether nothing can overflow.
func tame[T float32 | float64](x []T) bool {
	for _, v := range x {
		if !(math.Abs(float64(v)) < 1e6) {
			return false
		}
	}
	return true
}

// FuzzConfig edits a preset: the first byte chooses it, then each 10 bytes are one edit, a field and what to do with it. The upper half of
// seed chooses the shapes.
// A Config that New accepts must step with finite gradients: no error, no NaN unless its numbers are
// extreme, the same bits after Save and Load, and the same from a Clone.
func FuzzConfig(f *testing.F) {
	for i := range presets {
		f.Add(uint64(i), []byte{byte(i)})
		f.Add(uint64(i)|uint64(0x19384+7*i)<<32, []byte{byte(i)})
		f.Add(uint64(i), append([]byte{byte(i)}, bytes.Repeat([]byte{7, 1, 2, 0, 0, 0, 0, 0, 0, 0}, 3)...))
		f.Add(uint64(i), append([]byte{byte(i)}, 3, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 40, 3, 1, 0, 0, 0, 0, 0, 0, 0))
	}
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		if len(data) > 200 {
			return
		}
		var which byte
		if len(data) > 0 {
			which, data = data[0], data[1:]
		}
		cfg := presets[int(which)%len(presets)]()
		edited := edit(&cfg, data)
		tryConfig[float32](t, seed, cfg, edited)
		tryConfig[float64](t, seed, cfg, edited)
	})
}

// edit applies the edits in data and reports whether any of the numbers it wrote is extreme.
func edit(cfg *precond.Config, data []byte) (extreme bool) {
	for ; len(data) >= 10; data = data[10:] {
		// Edits of Rules, Axes and Order change which fields there are.
		var fields []reflect.Value
		leaves(reflect.ValueOf(cfg).Elem(), &fields)
		field, how := fields[int(data[0])%len(fields)], data[1]
		u := binary.LittleEndian.Uint64(data[2:])
		switch field.Kind() {
		case reflect.Float64:
			x := math.Float64frombits(u)
			switch how % 4 {
			case 0: // raw bits
			case 1:
				x = [...]float64{0, 1, -1, 0.5, 0.9, 2, math.Inf(1), math.NaN()}[u%8]
			default:
				x = float64(u%1001) / 1000
			}
			extreme = extreme || !(x == 0 || math.Abs(x) >= 1e-12 && math.Abs(x) <= 2)
			field.SetFloat(x)
		case reflect.Int:
			n := int64(u % 12)
			if how%4 == 0 {
				n = int64(int32(u))
			}
			field.SetInt(n)
		case reflect.Uint8:
			field.SetUint(u % 12)
		case reflect.Bool:
			field.SetBool(u&1 == 1)
		case reflect.String:
			field.SetString([...]string{"", "a", "*", "[", "c?", "none"}[u%6])
		case reflect.Slice:
			n := field.Len()
			switch {
			case how%4 == 0 && n > 0: // drop
				i := int(u % uint64(n))
				field.Set(reflect.AppendSlice(field.Slice3(0, i, i), field.Slice(i+1, n)))
			case how%4 == 1 && n > 1: // exchange
				a, b := field.Index(int(u%uint64(n))), field.Index(int(u>>8%uint64(n)))
				x := reflect.ValueOf(a.Interface())
				a.Set(b)
				b.Set(x)
			case n < 12: // add
				field.Set(reflect.Append(field.Slice3(0, n, n), reflect.Zero(field.Type().Elem())))
			}
		}
	}
	return extreme
}

// leaves collects the fields that an edit can change.
func leaves(v reflect.Value, list *[]reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(v.Field(i), list)
		}
	case reflect.Slice:
		*list = append(*list, v)
		for i := range v.Len() {
			leaves(v.Index(i), list)
		}
	default:
		*list = append(*list, v)
	}
}

func tryConfig[T float32 | float64](t *testing.T, seed uint64, cfg precond.Config, extreme bool) {
	shapes := [][]int{{5, 4}, {6}, {2, 3, 4}, {}, {1, 7}}
	if choice := seed >> 32; choice != 0 {
		for i := range shapes {
			shapes[i] = stepShapes[(choice>>(4*i)&15)%uint64(len(stepShapes)-1)] // all but the long one
		}
	}
	src := rnd.New(seed)
	makeParams := func() (params []*precond.Param[T]) {
		for i, shape := range shapes {
			n := 1
			for _, d := range shape {
				n *= d
			}
			params = append(params, &precond.Param[T]{Name: string(rune('a' + i)), Shape: shape, Value: make([]T, n), Grad: make([]T, n)})
		}
		return
	}
	params := makeParams()
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	opt, err := precond.New(cfg, params, nil)
	if _, plan := precond.PlanForNamed[T](cfg, names, shapes); plan != nil && err == nil {
		t.Fatalf("New accepts what PlanFor refuses: %v", plan)
	}
	if err != nil {
		if err.Error() == "" {
			t.Fatal("an error without a message")
		}
		return
	}
	if opt.Explain() == "" {
		t.Fatal("Explain is empty")
	}
	step := func(o *precond.Optimizer[T]) {
		if r, err := o.Step(1); err != nil {
			t.Fatalf("New accepted %+v, but Step says: %v (%+v)", cfg, err, r)
		}
	}
	e := evidence[T]{src, cfg}
	e.prepare(t, params, opt)
	for call := range 6 {
		for i, p := range params {
			rnd.Uniform(src, p.Grad)
			if call == 3 || call == i {
				clear(p.Grad)
			}
		}
		if call%2 == 0 {
			rows := make([]linalg.Matrix[T], len(params))
			for i, p := range params {
				rows[i] = linalg.MatrixOf(1, len(p.Grad), p.Grad)
			}
			e.observe(t, params, rows, 1, opt)
		}
		step(opt)
	}
	for _, p := range params {
		for _, v := range p.Value {
			if v-v != 0 && !extreme {
				t.Fatalf("New accepted %+v, but %s is %v", cfg, p.Name, p.Value)
			}
		}
	}

	// A saved and loaded optimizer goes on with the same bits.
	var file bytes.Buffer
	if err := opt.Save(&file); err != nil {
		if extreme {
			return // state that is not finite is not saved
		}
		t.Fatalf("Save: %v", err)
	}
	again := makeParams()
	for i, p := range params {
		copy(again[i].Value, p.Value)
		copy(again[i].Grad, p.Grad)
	}
	loaded, err := precond.New(cfg, again, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.Load(bytes.NewReader(file.Bytes()), int64(file.Len())); err != nil {
		if extreme {
			return
		}
		t.Fatalf("Load: %v", err)
	}
	for range 2 {
		step(opt)
		step(loaded)
	}
	for i, p := range params {
		bits.Same(t, p.Value, again[i].Value, "%s after Save and Load of %+v", p.Name, cfg)
	}
}
