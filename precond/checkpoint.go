package precond

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Checkpoints are safetensors files: eight bytes with the length of the header, little-endian, the header
// in JSON, then the arrays of Tensors, little-endian, back to back. Its metadata says what the file is: enough to
// tell, without this program, which optimizer it belongs to and whether it is whole.
const (
	checkpointFormat  = "eigenbasis/precond"
	checkpointVersion = 2
	headerLimit       = 100 << 20 // of safetensors
)

// CheckpointError says why a checkpoint was refused. Nothing has changed.
type CheckpointError struct{ Reason string }

func (e *CheckpointError) Error() string { return "precond: checkpoint refused: " + e.Reason }

func refuse(format string, args ...any) error {
	return &CheckpointError{fmt.Sprintf(format, args...)}
}

// entry is the description of one tensor in the header.
type entry struct {
	Dtype   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// metadata describes the file. All values are strings, as the format demands.
type metadata struct {
	Format  string `json:"format"`
	Version string `json:"version"`
	Order   string `json:"order_version"` // of the arithmetic, kernels.OrderVersion
	Preset  string `json:"preset"`
	Config  string `json:"config"` // JSON
	LR      string `json:"lr"`     // hexadecimal, exact
	Steps   string `json:"steps"`  // the most that a block has made
	// Params is the block map in JSON: a list of paramMap.
	Params string `json:"parameters"`
	// Tensors is a JSON object: the SHA-256 of every array.
	Tensors string `json:"tensors_sha256"`
	// Header is the SHA-256 of what stands above and of the names, types and shapes of the tensors.
	Header string `json:"header_sha256"`
}

// paramMap says how one parameter is cut into blocks.
type paramMap struct {
	Name   string     `json:"name"`
	Shape  []int      `json:"shape"`
	Blocks []blockMap `json:"blocks"`
}

// blockMap is one block: where it lies in the parameter after merging, its axes, and which of them have a basis.
type blockMap struct {
	From  []int  `json:"from"`
	Dims  []int  `json:"dims"`
	Basis []bool `json:"basis"`
}

// blockMaps is the block map of the optimizer.
func (o *Optimizer[T]) blockMaps() []paramMap {
	maps := make([]paramMap, len(o.params))
	for i, p := range o.params {
		maps[i] = paramMap{Name: p.Name, Shape: o.state[i].shape}
	}
	for i := range o.blocks {
		b, m := &o.blocks[i], &o.plan.Blocks[i]
		p := &maps[b.param]
		p.Blocks = append(p.Blocks, blockMap{m.From, m.Dims, m.On})
	}
	return maps
}

// named is a tensor with its name.
type named struct {
	name string
	t    Tensor
	e    entry
}

// contents lists the tensors with their places in the file: the clocks first, so that all arrays are aligned.
func (o *Optimizer[T]) contents() (list []named, size int64) {
	var clocks, others []named
	for name, t := range o.Tensors() {
		if n := (named{name: name, t: t}); strings.HasSuffix(name, "/clock") {
			clocks = append(clocks, n)
		} else {
			others = append(others, n)
		}
	}
	list = append(clocks, others...)
	for i := range list {
		t := list[i].t
		e := entry{"F32", t.Shape, [2]int64{size, size + 4*int64(len(t.F32))}}
		if t.F64 != nil {
			e.Dtype, e.Offsets[1] = "F64", size+8*int64(len(t.F64))
		}
		size = e.Offsets[1]
		list[i].e = e
	}
	return list, size
}

// seal is the checksum of the header.
func (m metadata) seal(list []named) string {
	h := sha256.New()
	m.Header = ""
	fmt.Fprintf(h, "%q\n", m)
	for _, n := range list {
		fmt.Fprintf(h, "%q %s %v\n", n.name, n.e.Dtype, n.e.Shape)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// jsonOf is v in JSON; v holds nothing that has no JSON, as NaN.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("precond: " + err.Error())
	}
	return string(b)
}

// write writes the elements in little-endian order.
func (t Tensor) write(w io.Writer, buf []byte) error {
	for x := t.F32; len(x) > 0; {
		n := min(len(x), len(buf)/4)
		for i, v := range x[:n] {
			binary.LittleEndian.PutUint32(buf[4*i:], math.Float32bits(v))
		}
		if _, err := w.Write(buf[:4*n]); err != nil {
			return err
		}
		x = x[n:]
	}
	for x := t.F64; len(x) > 0; {
		n := min(len(x), len(buf)/8)
		for i, v := range x[:n] {
			binary.LittleEndian.PutUint64(buf[8*i:], math.Float64bits(v))
		}
		if _, err := w.Write(buf[:8*n]); err != nil {
			return err
		}
		x = x[n:]
	}
	return nil
}

// read takes the elements from little-endian bytes.
func (t Tensor) read(b []byte) {
	for i := range t.F32 {
		t.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	for i := range t.F64 {
		t.F64[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
}

// Save writes the whole state as a safetensors file, which Python's safetensors package reads too. A run that
// goes on from it has the same bits as one that was never interrupted.
//
// The metadata of the file names the preset, the Config, the learning rate, the steps made, the arithmetic's version, how
// each parameter is cut into blocks, and a SHA-256 of every array and of the header.
func (o *Optimizer[T]) Save(w io.Writer) error {
	list, _ := o.contents()
	m := metadata{
		Format: checkpointFormat, Version: strconv.Itoa(checkpointVersion), Order: strconv.Itoa(kernels.OrderVersion),
		Preset: o.cfg.Name, Config: o.cfg.json(), LR: strconv.FormatFloat(o.lr, 'x', -1, 64),
		Steps: strconv.FormatFloat(o.steps(), 'f', -1, 64), Params: jsonOf(o.blockMaps()),
	}
	sums := make(map[string]string, len(list))
	h := sha256.New()
	buf := make([]byte, 64<<10)
	for _, n := range list {
		h.Reset()
		if err := n.t.write(h, buf); err != nil {
			return err
		}
		sums[n.name] = hex.EncodeToString(h.Sum(nil))
	}
	m.Tensors = jsonOf(sums)
	m.Header = m.seal(list)
	header := map[string]any{"__metadata__": m}
	for _, n := range list {
		header[n.name] = n.e
	}
	b, err := json.Marshal(header)
	if err != nil {
		return err
	}
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b) > headerLimit {
		return errors.New("precond: Save: the names of the tensors exceed the header of a safetensors file")
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(b)))); err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	for _, n := range list {
		if err := n.t.write(w, buf); err != nil {
			return err
		}
	}
	return nil
}

// steps is the largest step count of a block, 0 before the first step.
func (o *Optimizer[T]) steps() float64 {
	t := 0.0
	for i := range o.blocks {
		t = max(t, o.blocks[i].clock.t)
	}
	return t
}

// Load takes the state from a file that Save has written, of size bytes. The file is verified first: format,
// version, arithmetic, Config, block map, names, shapes, types, checksums. A *CheckpointError names both sides;
// nothing has changed then. Config.LR and NonFinite may differ, except where decay
// is relative to Config.LR; the learning rate is the one of the file.
func (o *Optimizer[T]) Load(r io.ReaderAt, size int64) error {
	list, total := o.contents()
	m, header, from, err := readHeader(r, size)
	if err != nil {
		return err
	}
	if err := o.comparable(m); err != nil {
		return err
	}
	if err := sameTensors(header, list); err != nil {
		return err
	}
	lr, err := strconv.ParseFloat(m.LR, 64)
	if err != nil || !(lr >= 0) || math.IsInf(lr, 1) {
		return refuse("learning rate %q", m.LR)
	}
	if size-from != total {
		return refuse("it is %d bytes long, want %d: truncated or damaged", size, from+total)
	}
	if seal := m.seal(list); seal != m.Header {
		return refuse("its header is damaged: the checksum is %s, it says %s", seal, m.Header)
	}
	var sums map[string]string
	if err := json.Unmarshal([]byte(m.Tensors), &sums); err != nil {
		return refuse("its checksums are unreadable: %v", err)
	}
	data := make([]byte, total)
	if err := readAt(r, data, from); err != nil {
		return err
	}
	for _, n := range list {
		sum := sha256.Sum256(data[n.e.Offsets[0]:n.e.Offsets[1]])
		if got := hex.EncodeToString(sum[:]); got != sums[n.name] {
			return refuse("tensor %q is damaged: its checksum is %s, the header says %q", n.name, got, sums[n.name])
		}
	}
	for _, n := range list {
		if err := o.plausible(n, data[n.e.Offsets[0]:n.e.Offsets[1]]); err != nil {
			return err
		}
	}
	for _, n := range list {
		n.t.read(data[n.e.Offsets[0]:n.e.Offsets[1]])
	}
	for j := range o.blocks {
		b := &o.blocks[j]
		b.setClock(list[j].t.F64) // clocks come first, one for each block
		b.powers(&o.cfg)
	}
	o.lr, o.summed = lr, false
	return nil
}

// plausible refuses values that no run produces.
func (o *Optimizer[T]) plausible(n named, b []byte) error {
	for i := range n.t.F32 {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])); v-v != 0 {
			return refuse("tensor %q holds %g", n.name, v)
		}
	}
	for i := range n.t.F64 {
		if v := math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])); v-v != 0 {
			return refuse("tensor %q holds %g", n.name, v)
		}
	}
	for j := range o.blocks {
		if bl := &o.blocks[j]; n.name == bl.name+"/clock" {
			v := Tensor{F64: make([]float64, len(n.t.F64))}
			v.read(b)
			if err := bl.checkClock(v.F64); err != nil {
				return refuse("%v", err)
			}
		}
	}
	return nil
}

// readAt fills b.
func readAt(r io.ReaderAt, b []byte, from int64) error {
	if n, err := r.ReadAt(b, from); n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			return refuse("truncated: %d bytes are missing", len(b)-n)
		}
		return fmt.Errorf("precond: reading the checkpoint: %w", err)
	}
	return nil
}

// readHeader reads the header and returns the metadata, the descriptions of the tensors, and where the arrays begin.
func readHeader(r io.ReaderAt, size int64) (m metadata, header map[string]json.RawMessage, from int64, err error) {
	fail := func(err error) (metadata, map[string]json.RawMessage, int64, error) { return metadata{}, nil, 0, err }
	if size < 8 {
		return fail(refuse("%d bytes are no safetensors file", size))
	}
	var b [8]byte
	if err := readAt(r, b[:], 0); err != nil {
		return fail(err)
	}
	n := binary.LittleEndian.Uint64(b[:])
	if n > headerLimit || int64(n) > size-8 {
		return fail(refuse("the header is said to have %d bytes of %d: no safetensors file, or truncated", n, size))
	}
	raw := make([]byte, n)
	if err := readAt(r, raw, 8); err != nil {
		return fail(err)
	}
	if err := json.Unmarshal(raw, &header); err != nil {
		return fail(refuse("the header is no JSON object: %v", err))
	}
	if err := json.Unmarshal(header["__metadata__"], &m); err != nil || m.Format != checkpointFormat {
		return fail(refuse("format %q, want %q", m.Format, checkpointFormat))
	}
	if v := strconv.Itoa(checkpointVersion); m.Version != v {
		return fail(refuse("version %q of the format, this program reads %q", m.Version, v))
	}
	delete(header, "__metadata__")
	return m, header, 8 + int64(n), nil
}

// sameTensors compares the descriptions of the tensors with those that are wanted. It uses up header.
func sameTensors(header map[string]json.RawMessage, want []named) error {
	moved := ""
	for _, w := range want {
		raw, ok := header[w.name]
		if !ok {
			return refuse("it has no tensor %q, the optimizer has one of %s%v", w.name, w.e.Dtype, w.e.Shape)
		}
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return refuse("tensor %q: %v", w.name, err)
		}
		if e.Dtype != w.e.Dtype || !slices.Equal(e.Shape, w.e.Shape) {
			return refuse("tensor %q is %s%v there and %s%v in the optimizer", w.name, e.Dtype, e.Shape, w.e.Dtype, w.e.Shape)
		}
		if e.Offsets != w.e.Offsets {
			moved = w.name
		}
		delete(header, w.name)
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		return refuse("its tensor %q does not exist in the optimizer", name)
	}
	if moved != "" {
		return refuse("tensor %q does not lie where Save puts it", moved)
	}
	return nil
}

// comparable refuses a file of another arithmetic, Config or model.
func (o *Optimizer[T]) comparable(m metadata) error {
	if v := strconv.Itoa(kernels.OrderVersion); m.Order != v {
		return refuse("made by arithmetic version %q, this program has %q", m.Order, v)
	}
	var theirs Config
	if err := json.Unmarshal([]byte(m.Config), &theirs); err != nil {
		return refuse("its Config is unreadable: %v", err)
	}
	ours := o.cfg.clone()
	theirs.NonFinite, theirs.Name = ours.NonFinite, ours.Name
	if k := ours.Decay.Kind; ours.Decay.Rate == 0 || k == Decoupled || k == L2 {
		theirs.LR = ours.LR
	}
	if a, b := theirs.json(), ours.json(); a != b {
		var x, y map[string]json.RawMessage
		if json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil {
			for _, k := range slices.Sorted(maps.Keys(y)) {
				if string(x[k]) != string(y[k]) {
					return refuse("Config.%s is %s there and %s in the optimizer", k, x[k], y[k])
				}
			}
		}
		return refuse("another Config: %s, want %s", a, b)
	}
	return sameMaps(m.Params, o.blockMaps())
}

// sameMaps refuses the block map of another model.
func sameMaps(theirs string, want []paramMap) error {
	var got []paramMap
	if err := json.Unmarshal([]byte(theirs), &got); err != nil {
		return refuse("its block map is unreadable: %v", err)
	}
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return refuse("it has %d parameters and not %q %v, which the optimizer has", len(got), want[i].Name, want[i].Shape)
		case i >= len(want):
			return refuse("its parameter %q %v does not exist in the optimizer", got[i].Name, got[i].Shape)
		case got[i].Name != want[i].Name:
			return refuse("parameter %d is %q there and %q in the optimizer", i, got[i].Name, want[i].Name)
		case !slices.Equal(got[i].Shape, want[i].Shape):
			return refuse("parameter %q is %v there and %v in the optimizer", want[i].Name, got[i].Shape, want[i].Shape)
		}
		a, b := got[i].Blocks, want[i].Blocks
		for j := range max(len(a), len(b)) {
			if j >= len(a) || j >= len(b) || jsonOf(a[j]) != jsonOf(b[j]) {
				return refuse("parameter %q is cut into %s there and %s in the optimizer", want[i].Name, cutString(a, j), cutString(b, j))
			}
		}
	}
	return nil
}

// cutString describes the blocks of a parameter by their number and by block j.
func cutString(b []blockMap, j int) string {
	if j >= len(b) {
		return fmt.Sprintf("%d blocks", len(b))
	}
	on := make([]bool, len(b[j].Dims))
	copy(on, b[j].Basis)
	return fmt.Sprintf("%d blocks, block %d being %s at %v,", len(b), j, axesString(b[j].Dims, on), b[j].From)
}
