package fuzz

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
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
}

// FuzzConfig edits a preset: the first byte chooses it, then each 10 bytes are one edit, a field and what to do with it.
// A Config that New accepts must step with finite gradients: no error, no NaN unless its numbers are
// extreme, the same bits after Save and Load, and the same from a Clone.
func FuzzConfig(f *testing.F) {
	for i := range presets {
		f.Add(uint64(i), []byte{byte(i)})
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
	opt, err := precond.New(cfg, params, nil)
	if _, plan := precond.PlanFor[T](cfg, shapes); plan != nil && err == nil && len(cfg.Rules) == 0 {
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
	if cfg.Frame.Kind != precond.FrameNone {
		for range 3 {
			for _, p := range params {
				rnd.Uniform(src, p.Grad)
			}
			if err := opt.Survey(1); err != nil {
				t.Fatalf("New accepted %+v, but Survey says: %v", cfg, err)
			}
		}
	}
	if cfg.Factors.Of == precond.FactorsLayer && cfg.Factors.Init == 0 || cfg.Diagonal.Of == precond.DiagonalCurvature && cfg.Frame.Kind != precond.FrameNone {
		return // steps want a curvature of layers, or of coordinates that the first step makes
	}
	if cfg.Diagonal.Of == precond.DiagonalCurvature {
		for i, p := range params {
			rnd.Uniform(src, p.Grad)
			g := linalg.MatrixOf(1, len(p.Grad), p.Grad)
			if err := opt.Observe(i, g, g, 1); err != nil && err.Error() == "" {
				t.Fatal("an error without a message") // parameters without a diagonal are refused
			}
		}
	}
	for call := range 6 {
		for i, p := range params {
			rnd.Uniform(src, p.Grad)
			if call == 3 || call == i {
				clear(p.Grad)
			}
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
