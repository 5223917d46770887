// Package oracle reads trajectories and matrix functions recorded from public reference implementations, for tests.
//
// A case is a folder with case.json, which says what was run, with which options, and how to compare, and data.bin,
// whose arrays case.json lists with their digests. All cases lie in ../shared/oracle beside the module,
// where a checkout has that folder; a selection that covers every kind is part of this package, so that a clone
// alone tests the same code. testdata/README.md has the format, the rules of comparison, sources and licences.
package oracle

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// None stands for a step or parameter that an array does not have.
const None = -1

// An Array is one entry of a case's data.
type Array struct {
	Name   string
	Step   int // None where it makes no sense
	Param  int // None where it makes no sense
	Shape  []int
	Dtype  string // float32 or float64
	offset int
	bytes  int
}

// A Case is a recorded run. The fields hold what kinds have in common; Decode gives the rest.
type Case struct {
	Name, Kind, Dtype, About string

	ParamShapes      [][]int             `json:"param_shapes"`
	Calls            int                 `json:"calls"`
	OptionChanges    []OptionChange      `json:"option_changes"`
	RecordedP        []int               `json:"recorded_p_calls"`
	RefreshCalls     []int               `json:"refresh_calls"`
	InjectBasisAfter []int               `json:"inject_basis_after_calls"`
	InjectVAfter     []int               `json:"inject_v_after_calls"`
	Tolerance        map[string]*float64 `json:"tolerance"` // null: do not compare
	Arrays           []Array             `json:"-"`
	raw, data        []byte
	index            map[key]int
}

// An OptionChange is an edit that the caller made during the run.
type OptionChange struct {
	BeforeCall int                        `json:"before_call"`
	Set        map[string]json.RawMessage `json:"set"`
}

type key struct {
	name        string
	step, param int
}

//go:embed testdata
var selection embed.FS

// root returns the folder of all cases where there is one, the committed selection elsewhere.
func root() (dir fs.FS, where string) {
	if wd, err := os.Getwd(); err == nil {
		for d := wd; ; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
				all := filepath.Join(d, "..", "shared", "oracle")
				if _, err := os.Stat(filepath.Join(all, "README.md")); err == nil {
					return os.DirFS(all), "all recorded cases"
				}
				if _, err := os.Stat(filepath.Join(d, "internal", "oracle")); err == nil {
					break // the root module; bench lies one level deeper
				}
			}
			if d == filepath.Dir(d) {
				break
			}
		}
	}
	sub, err := fs.Sub(selection, "testdata")
	if err != nil {
		panic(err) // the embedded folder has no testdata
	}
	return sub, "the committed selection"
}

// Cases returns the cases of the given kinds, of all kinds if none is given, by name. It logs how many there are and
// whether they are all or the committed selection, and stops the test if there are none or one is damaged.
func Cases(t testing.TB, kinds ...string) []*Case {
	t.Helper()
	dir, where := root()
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		t.Fatalf("oracle: %v", err)
	}
	var list []*Case
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		c, err := load(dir, e.Name(), kinds)
		if err != nil {
			t.Fatalf("oracle: %s: %v", e.Name(), err)
		}
		if c != nil {
			list = append(list, c)
		}
	}
	t.Logf("oracle: %d cases %v from %s", len(list), kinds, where)
	if len(list) == 0 {
		t.Fatalf("oracle: no case of the kinds %v", kinds)
	}
	return list
}

// load reads one case; it returns nil if its kind is not wanted.
func load(dir fs.FS, name string, kinds []string) (*Case, error) {
	raw, err := read(dir, name+"/case.json")
	if err != nil {
		return nil, err
	}
	c := &Case{raw: raw, index: map[key]int{}}
	if err := json.Unmarshal(raw, c); err != nil {
		return nil, err
	}
	if len(kinds) > 0 && !slices.Contains(kinds, c.Kind) {
		return nil, nil
	}
	if c.data, err = read(dir, name+"/data.bin"); err != nil {
		return nil, err
	}
	var f struct {
		Sum    string `json:"data_sha256"`
		Arrays []struct {
			Name, Dtype, Sha256 string
			Step, Param         *int
			Shape               []int
			Offset, Bytes       int
		}
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, err
	}
	if sum(c.data) != f.Sum {
		return nil, fmt.Errorf("data.bin is damaged: its digest differs from data_sha256")
	}
	for _, a := range f.Arrays {
		size := map[string]int{"float32": 4, "float64": 8}[a.Dtype]
		for _, n := range a.Shape {
			size *= n
		}
		if size != a.Bytes || a.Offset < 0 || a.Offset > len(c.data)-a.Bytes {
			return nil, fmt.Errorf("array %s of shape %v and type %q does not fit its place", a.Name, a.Shape, a.Dtype)
		}
		if sum(c.data[a.Offset:a.Offset+a.Bytes]) != a.Sha256 {
			return nil, fmt.Errorf("array %s: its digest differs from sha256", a.Name)
		}
		e := Array{Name: a.Name, Step: orNone(a.Step), Param: orNone(a.Param), Shape: a.Shape, Dtype: a.Dtype, offset: a.Offset, bytes: a.Bytes}
		c.index[key{e.Name, e.Step, e.Param}] = len(c.Arrays)
		c.Arrays = append(c.Arrays, e)
	}
	return c, nil
}

// read returns a file, unpacking it if only its compressed form is there.
func read(dir fs.FS, name string) ([]byte, error) {
	b, err := fs.ReadFile(dir, name)
	if err == nil {
		return b, nil
	}
	b, packed := fs.ReadFile(dir, name+".gz")
	if packed != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func orNone(i *int) int {
	if i == nil {
		return None
	}
	return *i
}

// Decode unpacks case.json into v, for the fields that only one kind has (options, items, blocks …).
func (c *Case) Decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(c.raw, v); err != nil {
		t.Fatalf("oracle: %s: %v", c.Name, err)
	}
}

// Find returns the entry of an array and whether the case has it.
func (c *Case) Find(name string, step, param int) (Array, bool) {
	i, ok := c.index[key{name, step, param}]
	if !ok {
		return Array{}, false
	}
	return c.Arrays[i], true
}

// Values returns an array as numbers of type T, which holds them exactly: float32 data may be read as either type,
// float64 data only as float64. It stops the test if the case has no such array.
func Values[T elem.Float](t testing.TB, c *Case, name string, step, param int) []T {
	t.Helper()
	a, ok := c.Find(name, step, param)
	if !ok {
		t.Fatalf("oracle: %s has no array %s of step %d, parameter %d", c.Name, name, step, param)
	}
	var z T
	b := c.data[a.offset : a.offset+a.bytes]
	if a.Dtype == "float32" {
		x := make([]T, len(b)/4)
		for i := range x {
			x[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
		return x
	}
	if unsafe.Sizeof(z) == 4 {
		t.Fatalf("oracle: %s: array %s is float64 and was asked for as float32", c.Name, name)
	}
	x := make([]T, len(b)/8)
	for i := range x {
		x[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])))
	}
	return x
}

// Bar returns the tolerance of a quantity, and false where the case says that it cannot be compared.
func (c *Case) Bar(name string) (float64, bool) {
	if v := c.Tolerance[name]; v != nil {
		return *v, true
	}
	return 0, false
}

// Displacement returns ‖p − ref‖ / ‖ref − start‖, the error of a trajectory: relative to the way that the reference
// went, since p itself hides the error behind its start. It is 0 if p is ref, however short the way.
func Displacement[T elem.Float](p, ref, start []T) float64 {
	return distance(p, ref) / positive(distance(ref, start))
}

// Relative returns ‖x − ref‖ / ‖ref‖.
func Relative[T, R elem.Float](x []T, ref []R) float64 {
	var e, n float64
	if len(x) != len(ref) {
		return math.NaN()
	}
	for i, r := range ref {
		e = math.Hypot(e, float64(x[i])-float64(r))
		n = math.Hypot(n, float64(r))
	}
	return e / positive(n)
}

func distance[T elem.Float](x, y []T) float64 {
	if len(x) != len(y) {
		return math.NaN()
	}
	var e float64
	for i := range x {
		e = math.Hypot(e, float64(x[i])-float64(y[i]))
	}
	return e
}

// positive makes 0/0 a 0 and anything else over 0 large.
func positive(x float64) float64 {
	if x == 0 {
		return math.SmallestNonzeroFloat64
	}
	return x
}
