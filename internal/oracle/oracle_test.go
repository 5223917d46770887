package oracle

import (
	"io/fs"
	"math"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

var kinds = []string{
	"soap", "shampoo", "eigenvalue_corrected_shampoo", "first_order", "sophia", "matrix_inverse_root", "adaptive_criterion",
	"kronecker", "symmetric_eigen", "kfac", "ekfac_precondition",
}

func TestCases(t *testing.T) {
	n := 0
	for _, k := range kinds {
		for _, c := range Cases(t, k) {
			require.Equal(t, k, c.Kind)
			require.NotEmpty(t, c.Arrays)
			n++
		}
	}
	require.Len(t, Cases(t), n, "a case of a kind that this test does not list")
}

func TestSoapCase(t *testing.T) {
	for _, c := range Cases(t, "soap") {
		require.NotEmpty(t, c.RecordedP)
		require.Contains(t, c.InjectBasisAfter, 1)
		bar, ok := c.Bar("p_displacement")
		require.True(t, ok && bar > 0 && bar < 1)
		var o struct {
			Options struct {
				LR    float64   `json:"lr"`
				Betas []float64 `json:"betas"`
			}
		}
		c.Decode(t, &o)
		require.Positive(t, o.Options.LR)
		require.Len(t, o.Options.Betas, 2)
		for i, shape := range c.ParamShapes {
			size := 1
			for _, s := range shape {
				size *= s
			}
			for _, step := range c.RecordedP {
				require.Len(t, Values[float64](t, c, "p", step, i), size)
			}
			for step := 1; step <= c.Calls; step++ {
				a, ok := c.Find("grad", step, i)
				require.True(t, ok)
				require.Equal(t, c.Dtype, a.Dtype)
				require.Equal(t, shape, a.Shape)
			}
		}
		_, ok = c.Find("p", None, 0)
		require.False(t, ok)
	}
}

func TestErrors(t *testing.T) {
	ref, start := []float32{3, 4}, []float32{0, 0}
	require.InDelta(t, 0.2, Displacement([]float32{3, 5}, ref, start), 1e-12)
	require.Zero(t, Displacement(ref, ref, ref))
	require.Greater(t, Displacement(start, ref, ref), 1e300)
	require.True(t, math.IsNaN(Displacement(start[:1], ref, start)))
	require.InDelta(t, 0.2, Relative([]float64{3, 5}, ref), 1e-12)
	require.True(t, math.IsNaN(Relative([]float64{3}, ref)))
}

func TestDamageIsFound(t *testing.T) {
	const array = `{"name":"a","step":null,"param":null,"shape":[1],"dtype":"float32","offset":0,"bytes":4,"sha256":"`
	one := []byte{0, 0, 128, 63}
	file := func(array string) fstest.MapFS {
		return fstest.MapFS{
			"c/case.json": {Data: []byte(`{"name":"c","kind":"k","data_sha256":"` + sum(one) + `","arrays":[` + array + `]}`)},
			"c/data.bin":  {Data: one},
		}
	}
	c, err := load(file(array+sum(one)+`"}`), "c", nil)
	require.NoError(t, err)
	require.Equal(t, []float64{1}, Values[float64](t, c, "a", None, None))
	c, err = load(file(""), "c", []string{"other"})
	require.NoError(t, err)
	require.Nil(t, c)

	_, err = load(file(array+`00"}`), "c", nil)
	require.ErrorContains(t, err, "sha256")
	f := file(array + sum(one) + `"}`)
	f["c/data.bin"].Data = []byte{0, 0, 0, 63}
	_, err = load(f, "c", nil)
	require.ErrorContains(t, err, "damaged")
	_, err = load(file(`{"name":"a","shape":[1000],"dtype":"float32","offset":0,"bytes":4000}`), "c", nil)
	require.ErrorContains(t, err, "does not fit")
	delete(f, "c/data.bin")
	_, err = load(f, "c", nil)
	require.Error(t, err)
}

func TestSelectionCoversEveryKind(t *testing.T) {
	seen := map[string]bool{}
	dir, err := fs.Sub(selection, "testdata")
	require.NoError(t, err)
	entries, err := fs.ReadDir(dir, ".")
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() {
			c, err := load(dir, e.Name(), nil)
			require.NoError(t, err)
			seen[c.Kind] = true
		}
	}
	for _, k := range kinds {
		require.True(t, seen[k], k)
	}
}
