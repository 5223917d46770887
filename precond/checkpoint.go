package precond

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Checkpoints are safetensors files: eight bytes with the length of the header, little-endian, the header
// in JSON, then the arrays of Tensors, little-endian, back to back. Its metadata says what the file is.
const (
	checkpointFormat  = "eigenbasis/precond"
	checkpointVersion = 1
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
	Format   string `json:"format"`
	Version  string `json:"version"`
	Order    string `json:"order_version"` // of the arithmetic, kernels.OrderVersion
	Config   string `json:"config"`
	LR       string `json:"lr"` // hexadecimal, exact
	Checksum string `json:"sha256"`
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

// describe is what the checksum covers besides the arrays.
func (m metadata) describe(h hash.Hash, list []named) {
	m.Checksum = ""
	fmt.Fprintf(h, "%q\n", m)
	for _, n := range list {
		fmt.Fprintf(h, "%q %s %v\n", n.name, n.e.Dtype, n.e.Shape)
	}
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
func (o *Optimizer[T]) Save(w io.Writer) error {
	list, _ := o.contents()
	m := metadata{
		Format: checkpointFormat, Version: strconv.Itoa(checkpointVersion), Order: strconv.Itoa(kernels.OrderVersion),
		Config: o.cfg.json(), LR: strconv.FormatFloat(o.lr, 'x', -1, 64),
	}
	h := sha256.New()
	m.describe(h, list)
	buf := make([]byte, 64<<10)
	for _, n := range list {
		if err := n.t.write(h, buf); err != nil {
			return err
		}
	}
	m.Checksum = hex.EncodeToString(h.Sum(nil))
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

// Load takes the state from a file that Save has written, of size bytes. The file is verified first:
// format, version, arithmetic, Config, names, shapes, types, checksum. A *CheckpointError names both sides;
// nothing has changed then. Config.LR and NonFinite may differ, except where decay
// is relative to Config.LR; the learning rate is the one of the file.
func (o *Optimizer[T]) Load(r io.ReaderAt, size int64) error {
	list, total := o.contents()
	m, from, err := readHeader(r, size, list)
	if err != nil {
		return err
	}
	if err := o.comparable(m); err != nil {
		return err
	}
	lr, err := strconv.ParseFloat(m.LR, 64)
	if err != nil || !(lr >= 0) || math.IsInf(lr, 1) {
		return refuse("learning rate %q", m.LR)
	}
	if size-from != total {
		return refuse("it is %d bytes long, want %d: truncated or damaged", size, from+total)
	}
	data := make([]byte, total)
	if err := readAt(r, data, from); err != nil {
		return err
	}
	h := sha256.New()
	m.describe(h, list)
	h.Write(data)
	if got := hex.EncodeToString(h.Sum(nil)); got != m.Checksum {
		return refuse("damaged: its checksum is %s, the header says %s", got, m.Checksum)
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

// readHeader reads the header, compares it with the tensors that are wanted, and returns where the
// arrays begin.
func readHeader(r io.ReaderAt, size int64, want []named) (m metadata, from int64, err error) {
	if size < 8 {
		return m, 0, refuse("%d bytes are no safetensors file", size)
	}
	var b [8]byte
	if err := readAt(r, b[:], 0); err != nil {
		return m, 0, err
	}
	n := binary.LittleEndian.Uint64(b[:])
	if n > headerLimit || int64(n) > size-8 {
		return m, 0, refuse("the header is said to have %d bytes of %d: no safetensors file, or truncated", n, size)
	}
	raw := make([]byte, n)
	if err := readAt(r, raw, 8); err != nil {
		return m, 0, err
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(raw, &header); err != nil {
		return m, 0, refuse("the header is no JSON object: %v", err)
	}
	if err := json.Unmarshal(header["__metadata__"], &m); err != nil || m.Format != checkpointFormat {
		return m, 0, refuse("format %q, want %q", m.Format, checkpointFormat)
	}
	if v := strconv.Itoa(checkpointVersion); m.Version != v {
		return m, 0, refuse("version %q of the format, this program reads %q", m.Version, v)
	}
	delete(header, "__metadata__")
	moved := ""
	for _, w := range want {
		raw, ok := header[w.name]
		if !ok {
			return m, 0, refuse("it has no tensor %q, the optimizer has one of %s%v", w.name, w.e.Dtype, w.e.Shape)
		}
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return m, 0, refuse("tensor %q: %v", w.name, err)
		}
		if e.Dtype != w.e.Dtype || !slices.Equal(e.Shape, w.e.Shape) {
			return m, 0, refuse("tensor %q is %s%v there and %s%v in the optimizer", w.name, e.Dtype, e.Shape, w.e.Dtype, w.e.Shape)
		}
		if e.Offsets != w.e.Offsets {
			moved = w.name
		}
		delete(header, w.name)
	}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		return m, 0, refuse("its tensor %q does not exist in the optimizer", name)
	}
	if moved != "" {
		return m, 0, refuse("tensor %q does not lie where Save puts it", moved)
	}
	return m, 8 + int64(n), nil
}

// comparable refuses a file of another Config or arithmetic.
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
	return nil
}
