package paper

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample is a paper with one check of every kind; its run fails where fail says so.
func sample(fail bool) *Paper {
	return &Paper{
		Name: "sample", Title: "A sample", Calibration: []byte(`{"known": {"low": 1, "high": 2}}`),
		Run: func(r *Run) error {
			bound := 1.0
			if fail {
				bound = 0
			}
			r.AtMost("bounded", 0.5, bound)
			r.Near("near", 2, 2, 0)
			r.AtLeast("large", 3, 2)
			r.Calibrated("known", 1.5+float64(r.Seed-DefaultSeed))
			r.Calibrated("unknown", 7)
			r.Claim("claimed", math.NaN(), "> 0", NotReproduced)
			r.Control("control", 0, "fails", false)
			r.Note("seed %d", r.Seed)
			r.Table("table", []string{"a", "b"}, [][]string{{"1", "2"}})
			if err := r.HeatMap("heat", []string{"x", "y"}, []string{"u", "v"}, [][]float64{{1, math.Inf(1)}, {3, 4}}); err != nil {
				return err
			}
			if err := r.Histogram("histogram", "value", 3, []float64{1, 2, 2, 3}); err != nil {
				return err
			}
			return r.Lines("curves", Axes{X: "x", Y: "y", LogX: true, LogY: true},
				Series{Name: "line", X: []float64{0, 1, 10}, Y: []float64{1, 2, math.Inf(1)}},
				Series{Name: "points", X: []float64{1, 2}, Y: []float64{3, 4}, Points: true})
		},
	}
}

func TestCommand(t *testing.T) {
	all := []*Paper{sample(false)}
	dir := t.TempDir()
	require.Equal(t, 0, Main(all, []string{"sample", "-out", dir}))
	html, err := os.ReadFile(filepath.Join(dir, "report.html"))
	require.NoError(t, err)
	for _, s := range []string{"<svg", "bounded", "not reproduced", "curves", "heat", "histogram"} {
		require.Contains(t, string(html), s)
	}
	require.NotContains(t, string(html), "<?xml")
	j, err := os.ReadFile(filepath.Join(dir, "results.json"))
	require.NoError(t, err)
	var x struct {
		Papers []struct{ Checks []Check }
	}
	require.NoError(t, json.Unmarshal(j, &x))
	want := []string{"holds", "holds", "holds", "holds", "not judged", "not reproduced (value NaN)", "not as expected"}
	for i, c := range x.Papers[0].Checks {
		require.Equal(t, want[i], c.Status, c.Name)
	}

	// Only an identity or a calibrated number outside its interval is a failure, and the latter not in a quick run.
	require.Equal(t, 1, Main([]*Paper{sample(true)}, []string{"-out", dir}))
	require.Equal(t, 1, Main(all, []string{"-seed", "2", "-out", dir}))
	require.Equal(t, 0, Main(all, []string{"-seed", "2", "-quick", "-out", dir}))
	stopped := &Paper{Name: "stopped", Run: func(*Run) error { return errors.New("no") }}
	require.Equal(t, 1, Main([]*Paper{stopped}, []string{"-out", dir}))

	for _, usage := range [][]string{{"-nope"}, {"other"}, {"-workers", "0"}, {"-calibrate", "-1"}, {"-quick", "-calibrate", "2"}} {
		require.Equal(t, 2, Main(all, usage), "%v", usage)
	}
	// A file goes with one paper that takes it.
	require.Equal(t, 2, Main(all, []string{"sample", "-data", "x"}))
	taker := sample(false)
	taker.Name, taker.Data = "taker", "a file that is there"
	taker.CheckData = func(name string) error {
		_, err := os.Stat(name)
		return err
	}
	both := append(all, taker)
	require.Equal(t, 2, Main(both, []string{"-data", dir}))
	require.Equal(t, 1, Main(both, []string{"taker", "-data", filepath.Join(dir, "none")}))
	require.Equal(t, 2, Main(both, []string{"taker", "-data", dir, "-calibrate", "1"}))
	require.Equal(t, 0, Main(both, []string{"taker", "-data", dir, "-out", dir}))
	require.Equal(t, 1, Main(all, []string{"-out", filepath.Join(dir, "report.html", "x")}))
	require.Equal(t, 0, Main(all, []string{"-h"}))
}

// A calibration writes the values of other seeds, and the interval that they give.
func TestCalibration(t *testing.T) {
	dir := t.TempDir()
	require.Equal(t, 0, Main([]*Paper{sample(false)}, []string{"sample", "-calibrate", "2", "-out", dir}))
	j, err := os.ReadFile(filepath.Join(dir, "calibration.json"))
	require.NoError(t, err)
	var got map[string]Interval
	require.NoError(t, json.Unmarshal(j, &got))
	require.Equal(t, Interval{Low: 1.5, High: 4.5, Seeds: []float64{2.5, 3.5}}, got["known"])
}

// Identities do not hold for NaN.
func TestNaN(t *testing.T) {
	r, err := sample(false).start(false, 1, nil, "")
	require.NoError(t, err)
	r.AtMost("a", math.NaN(), 1)
	r.AtLeast("b", math.NaN(), 1)
	r.Near("c", math.NaN(), 1, 1)
	for _, c := range r.Checks {
		require.True(t, c.Failed)
	}
}
