package precond

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestPythonReadsCheckpoints: a reader that shares nothing with this program, Python's standard library by the format's
// description and the safetensors package where it is installed, finds the same tensors.
func TestPythonReadsCheckpoints(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("EIGENBASIS_REQUIRE") != "" {
			t.Fatal("no python3, which continuous integration must have")
		}
		t.Skip("python3 is not installed")
	}
	t.Run("float32", func(t *testing.T) { pythonReads[float32](t, python) })
	t.Run("float64", func(t *testing.T) { pythonReads[float64](t, python) })
}

func pythonReads[T kernels.Float](t *testing.T, python string) {
	c := quick(SOAP())
	p := newProblem[T](26, []int{3, 5}, []int{2}, nil)
	p.params[1].Name = "Schicht 1/größe \"x\""
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 5)
	path := filepath.Join(t.TempDir(), "state.safetensors")
	require.NoError(t, os.WriteFile(path, save(t, o), 0o600))
	var says bytes.Buffer
	cmd := exec.Command(python, "testdata/read_safetensors.py", path)
	cmd.Stderr = &says
	out, err := cmd.Output()
	require.NoError(t, err, says.String())
	t.Run("safetensors package", func(t *testing.T) {
		if !strings.Contains(says.String(), "the safetensors package agrees") {
			t.Skip("not installed here: only the reader by the format's description, which uses Python's standard library, has read the file")
		}
	})
	var file struct {
		Metadata map[string]string
		Tensors  map[string][3]any
	}
	require.NoError(t, json.Unmarshal(out, &file))
	n := 0
	for name, x := range o.Tensors() {
		got := file.Tensors[name]
		var b bytes.Buffer
		require.NoError(t, x.write(&b, make([]byte, 64)))
		want, dtype := hex.EncodeToString(b.Bytes()), "F32"
		if x.F64 != nil {
			dtype = "F64"
		}
		require.Equal(t, [3]any{dtype, shapeJSON(x.Shape), want}, got, name)
		n++
	}
	require.Len(t, file.Tensors, n)
	require.Equal(t, "SOAP", file.Metadata["preset"])
	require.Equal(t, "4", file.Metadata["steps"]) // the first call is step 0
	require.Equal(t, strconv.Itoa(kernels.OrderVersion), file.Metadata["order_version"])
	var params []paramMap
	require.NoError(t, json.Unmarshal([]byte(file.Metadata["parameters"]), &params))
	require.Equal(t, []int{3, 5}, params[0].Shape)
	require.Equal(t, []blockMap{{From: []int{0, 0}, Dims: []int{3, 5}, Basis: []bool{true, true}}}, params[0].Blocks)
}

// shapeJSON is a shape as encoding/json decodes it into any.
func shapeJSON(shape []int) any {
	s := []any{}
	for _, d := range shape {
		s = append(s, float64(d))
	}
	return s
}
