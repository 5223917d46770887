package precond

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// save returns the checkpoint of o.
func save[T kernels.Float](t *testing.T, o *Optimizer[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, o.Save(&b))
	return b.Bytes()
}

func load[T kernels.Float](o *Optimizer[T], b []byte) error {
	return o.Load(bytes.NewReader(b), int64(len(b)))
}

// TestResume: save, load, step is bit for bit the uninterrupted run, wherever it is cut.
func TestResume(t *testing.T) {
	each(t, resume[float32], resume[float64])
}

func resume[T kernels.Float](t *testing.T, c Config) {
	cuts := []int{0, 1, 5}
	if _, wide := any(T(0)).(float64); wide && testing.Short() {
		cuts = cuts[2:]
	}
	for _, cut := range cuts {
		p := newProblem[T](20, shapesFor(c)...)
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		steps(t, o, p, cut)
		o.SetLR(1e-3 / 3)
		b := save(t, o)
		q := p.copy()
		u, err := New(c, q.params, nil)
		require.NoError(t, err)
		require.NoError(t, load(u, b))
		require.Equal(t, o.LR(), u.LR())
		require.Equal(t, b, save(t, u))
		steps(t, o, p, 8)
		steps(t, u, q, 8)
		p.same(t, q, fmt.Sprint("cut at ", cut))
		require.Equal(t, state(o), state(u))
	}
}

// TestClone: a clone goes on like the original, and neither disturbs the other.
func TestClone(t *testing.T) {
	each(t, clone[float32], clone[float64])
}

func clone[T kernels.Float](t *testing.T, c Config) {
	p := newProblem[T](21, shapesOf(c, !testing.Short())...)
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 5)
	fork := p.copy()
	d := o.Clone()
	before := state(d)
	steps(t, o, p, 6)
	require.Equal(t, before, state(d))
	after, values := state(o), p.copy()
	// Back to the fork: the clone steps the same parameters.
	for i, q := range p.params {
		copy(q.Value, fork.params[i].Value)
	}
	p.source = fork.source
	steps(t, d, p, 6)
	values.same(t, p, "clone")
	require.Equal(t, after, state(d))
	require.Equal(t, after, state(o))
}

// TestDamagedCheckpoint cuts a file at every length and flips bits of every byte.
func TestDamagedCheckpoint(t *testing.T) {
	c := quick(SOAP())
	p := newProblem[float32](22, []int{3, 2}, []int{2})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 4)
	good := save(t, o)
	steps(t, o, p, 1)
	before := state(o)
	for n := range good {
		var e *CheckpointError
		require.ErrorAs(t, load(o, good[:n]), &e, "%d bytes", n)
		require.Equal(t, before, state(o))
	}
	require.Error(t, load(o, append(slices.Clone(good), 0)))
	saved := func() map[string]Tensor {
		d := o.Clone()
		require.NoError(t, load(d, good))
		return state(d)
	}()
	masks := []byte{1, 0x20, 0x80}
	for i := range good {
		of := masks
		if testing.Short() {
			of = masks[i%3:][:1]
		}
		for _, mask := range of {
			bad := slices.Clone(good)
			bad[i] ^= mask
			d := o.Clone()
			if err := load(d, bad); err == nil {
				// Some bytes of the header do not count: white space, the case of key names.
				require.Equal(t, saved, state(d), "byte %d", i)
				require.Less(t, i, len(good)-8*8)
				continue
			}
			require.Equal(t, before, state(d), "byte %d", i)
		}
	}
}

// edit changes the header of a checkpoint.
func edit(t *testing.T, b []byte, f func(h map[string]any)) []byte {
	t.Helper()
	n := binary.LittleEndian.Uint64(b)
	var h map[string]any
	require.NoError(t, json.Unmarshal(b[8:8+n], &h))
	f(h)
	j, err := json.Marshal(h)
	require.NoError(t, err)
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(j)))
	return append(append(out, j...), b[8+n:]...)
}

// flip changes a bit of byte i.
func flip(b []byte, i int) []byte {
	b = slices.Clone(b)
	b[i] ^= 1
	return b
}

// TestForeignCheckpoint: files of another model, Config or version are refused with both sides named.
func TestForeignCheckpoint(t *testing.T) {
	c := quick(SOAP())
	p := newProblem[float32](23, []int{3, 2}, []int{2})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 4)
	before := state(o)
	good := save(t, o)
	meta := func(h map[string]any) map[string]any { return h["__metadata__"].(map[string]any) }
	other := func(c Config, shapes ...[]int) []byte {
		q := newProblem[float32](23, shapes...)
		u, err := New(c, q.params, nil)
		require.NoError(t, err)
		return save(t, u)
	}
	d := newProblem[float64](23, []int{3, 2}, []int{2})
	wide, err := New(c, d.params, nil)
	require.NoError(t, err)
	beta := c
	beta.Diagonal.Beta = 0.5
	cut := c
	cut.Shape.Block = 2
	for _, x := range []struct {
		b    []byte
		want string
	}{
		{[]byte("nonsense"), "header"},
		{nil, "0 bytes"},
		{other(c, []int{3, 2}), `1 parameters and not "p1" [2]`},
		{other(c, []int{3, 3}, []int{2}), `parameter "p0" is [3 3] there and [3 2] in the optimizer`},
		{other(c, []int{3, 2}, []int{1, 2}), `parameter "p1" is [1 2] there and [2] in the optimizer`}, // the same tensors
		{other(c, []int{3, 2}, []int{2}, []int{2}), `its parameter "p2" [2] does not exist`},
		{other(quick(AdamW()), []int{3, 2}, []int{2}), `Config.Basis is {"Kind":"Axes"`},
		{other(beta, []int{3, 2}, []int{2}), "Config.Diagonal is"},
		{other(cut, []int{3, 2}, []int{2}), `Config.Shape is`},
		{save(t, wide), "F64[3 2] there and F32[3 2]"},
		{edit(t, good, func(h map[string]any) { meta(h)["format"] = "pt" }), `format "pt", want`},
		{edit(t, good, func(h map[string]any) { delete(h, "__metadata__") }), "format"},
		{edit(t, good, func(h map[string]any) { meta(h)["version"] = "1" }), `version "1" of the format, this program reads "2"`},
		{edit(t, good, func(h map[string]any) { meta(h)["order_version"] = "9" }), `arithmetic version "9"`},
		{edit(t, good, func(h map[string]any) { meta(h)["lr"] = "-1" }), "learning rate"},
		{edit(t, good, func(h map[string]any) { meta(h)["lr"] = "0x1p-3" }), "header is damaged"},
		{edit(t, good, func(h map[string]any) { meta(h)["steps"] = "4" }), "header is damaged"},
		{edit(t, good, func(h map[string]any) { meta(h)["tensors_sha256"] = "{}" }), "header is damaged"},
		{edit(t, good, func(h map[string]any) { delete(h, "p1/m") }), `no tensor "p1/m", the optimizer has one of F32[2]`},
		{edit(t, good, func(h map[string]any) { h["p7/m"] = h["p1/m"] }), `its tensor "p7/m" does not exist`},
		{edit(t, good, func(h map[string]any) { h["p1/m"], h["p1/v"] = h["p1/v"], h["p1/m"] }), "does not lie where Save puts it"},
		{edit(t, good, func(h map[string]any) {
			m := strings.Replace(meta(h)["parameters"].(string), `"dims":[3,2]`, `"dims":[3,1]`, 1)
			meta(h)["parameters"] = m
		}), `parameter "p0" is cut into 1 blocks, block 0 being 3×1 at [0 0], there and 1 blocks, block 0 being 3×2 at [0 0], in`},
		{edit(t, good, func(h map[string]any) {
			meta(h)["parameters"] = strings.Replace(meta(h)["parameters"].(string), `"p1"`, `"p3"`, 1)
		}), `parameter 1 is "p3" there and "p1" in the optimizer`},
		{edit(t, good, func(h map[string]any) { meta(h)["parameters"] = "[" }), "block map is unreadable"},
		{flip(good, len(good)-1), `tensor "p1/v" is damaged`},
		{edit(t, good, func(h map[string]any) { meta(h)["config"] = "{" }), "unreadable"},
	} {
		var e *CheckpointError
		err := load(o, x.b)
		require.ErrorAs(t, err, &e, x.want)
		require.True(t, strings.Contains(err.Error(), x.want), "%v does not contain %q", err, x.want)
		require.Equal(t, before, state(o))
	}
	// What may differ.
	c.LR, c.NonFinite, c.Name = 0.5, Zero, "mine"
	require.NoError(t, load(o, other(c, []int{3, 2}, []int{2})))
	require.Equal(t, 0.5, o.LR())
}

func TestTensors(t *testing.T) {
	c := quick(SOAP())
	p := newProblem[float32](24, []int{3, 2}, []int{2})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 3)
	var names []string
	for name := range o.Tensors() {
		names = append(names, name)
	}
	require.Equal(t, []string{"p0/clock", "p0/m", "p0/v", "p0/factor.0", "p0/basis.0", "p0/factor.1", "p0/basis.1", "p1/clock", "p1/m", "p1/v"}, names)
	for range o.Tensors() {
		break
	}
	// A framework's own checkpoint: all tensors out and in.
	saved := state(o)
	q := p.copy()
	u, err := New(c, q.params, nil)
	require.NoError(t, err)
	for name, x := range saved {
		require.NoError(t, u.SetTensor(name, x))
	}
	require.Equal(t, saved, state(u))
	steps(t, o, p, 5)
	steps(t, u, q, 5)
	p.same(t, q, "through Tensors")

	before := state(u)
	for _, x := range []struct {
		name string
		t    Tensor
	}{
		{"p9/m", Tensor{Shape: []int{2}, F32: make([]float32, 2)}},
		{"p1/m", Tensor{Shape: []int{3}, F32: make([]float32, 3)}},
		{"p1/m", Tensor{Shape: []int{2}, F64: make([]float64, 2)}},
		{"p1/m", Tensor{Shape: []int{2}, F32: []float32{1, float32(nan())}}},
		{"p1/clock", Tensor{Shape: []int{6}, F64: []float64{1.5, 1, 1, 1, 1, 0}}},
		{"p1/clock", Tensor{Shape: []int{6}, F64: []float64{1, 2, 1, 1, 1, 0}}},
		{"p1/clock", Tensor{Shape: []int{6}, F64: []float64{1, 1, 1, 1, 1, 1}}},
	} {
		require.Error(t, u.SetTensor(x.name, x.t), x.name)
		require.Equal(t, before, state(u))
	}
}

func nan() float64 {
	var zero float64
	return zero / zero
}
