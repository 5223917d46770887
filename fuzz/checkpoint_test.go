package fuzz

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// FuzzCheckpoint gives Load any bytes: it must not panic, and where it refuses them the optimizer is as before. Half of the
// inputs have the length of the header repaired, so that what follows is reached.
func FuzzCheckpoint(f *testing.F) {
	start := trained(f)
	var good bytes.Buffer
	if err := start.Save(&good); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes(), false)
	f.Add(good.Bytes()[:good.Len()-1], false)
	f.Add(good.Bytes()[:100], true)
	f.Add([]byte(nil), false)
	// One thing of the header changed each, which a mutation of bytes hardly finds.
	for _, edit := range [][2]string{
		{`"dtype":"F32"`, `"dtype":"F64"`}, {`"shape":[3,2]`, `"shape":[3,-2]`}, {`"shape":[3,2]`, `"shape":[9223372036854775807,2]`},
		{`"data_offsets":[0,`, `"data_offsets":[-8,`}, {`"data_offsets":[`, `"data_offsets":[1e30,`}, {`"data_offsets":[`, `"data_offsets":["`},
		{`"a/m"`, `"a/v"`}, {`"a/m"`, `"\u0000"`}, {`"__metadata__":{`, `"__metadata__":[{`}, {`"__metadata__"`, `"__metadata__":{},"x"`},
		{`\"dims\":[3,2]`, `\"dims\":[]`}, {`\"basis\":[true,true]`, `\"basis\":[]`}, {`\"shape\":[3,2]`, `\"shape\":null`},
		{`\"blocks\":[{`, `\"blocks\":[{},{`}, {`"order_version":"`, `"order_version":"9`}, {`"lr":"`, `"lr":"-`}, {`"lr":"0x`, `"lr":"inf","y":"`},
		{`\"LR\":`, `\"LR\":-`}, {`\"Kind\":\"Eigen\"`, `\"Kind\":\"Rotten\"`}, {`"tensors_sha256":"{`, `"tensors_sha256":"[`}, {`"header_sha256":"`, `"header_sha256":"0`},
	} {
		b := bytes.Replace(good.Bytes(), []byte(edit[0]), []byte(edit[1]), 1)
		if bytes.Equal(b, good.Bytes()) {
			f.Fatalf("there is no %s in the header: %.600q", edit[0], good.Bytes()[8:])
		}
		f.Add(b, true)
	}
	f.Add([]byte(`........{"__metadata__":{"format":"eigenbasis/precond","version":"2"}}`), true)
	f.Fuzz(func(t *testing.T, file []byte, repair bool) {
		file = slices.Clone(file)
		if repair && len(file) >= 8 {
			end := bytes.LastIndex(file, []byte("}}")) + 2
			for end < len(file) && file[end] == ' ' {
				end++
			}
			binary.LittleEndian.PutUint64(file, uint64(max(8, end)-8))
		}
		opt := start.Clone()
		before := stateOf(opt)
		err := opt.Load(bytes.NewReader(file), int64(len(file)))
		after := stateOf(opt)
		if err != nil {
			if !reflect.DeepEqual(before, after) {
				t.Fatalf("Load says %v, but the state has changed", err)
			}
			return
		}
		if _, err := opt.Step(1); err != nil {
			t.Fatalf("Load accepted the file, but Step says %v", err)
		}
	})
}

// trained is an optimizer after a few steps.
func trained(f *testing.F) *precond.Optimizer[float32] {
	src := rnd.New(1)
	params := []*precond.Param[float32]{
		{Name: "a", Shape: []int{3, 2}, Value: make([]float32, 6), Grad: make([]float32, 6)},
		{Name: "b", Shape: []int{2}, Value: make([]float32, 2), Grad: make([]float32, 2)},
	}
	opt, err := precond.New(precond.SOAP(), params, nil)
	if err != nil {
		f.Fatal(err)
	}
	for range 4 {
		for _, p := range params {
			rnd.Uniform(src, p.Grad)
		}
		if _, err := opt.Step(1); err != nil {
			f.Fatal(err)
		}
	}
	return opt
}

// stateOf copies the state.
func stateOf(o *precond.Optimizer[float32]) map[string]precond.Tensor {
	m := map[string]precond.Tensor{}
	for name, t := range o.Tensors() {
		m[name] = precond.Tensor{Shape: t.Shape, F32: slices.Clone(t.F32), F64: slices.Clone(t.F64)}
	}
	return m
}
