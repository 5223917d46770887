package influence

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The factors of the layers are those of the Gauss–Newton matrix, whose diagonal the columns' products give, and the Hessian
// that of differences of gradients.
func TestCurvature(t *testing.T) {
	s := sizesOf(true)
	s.hidden = 4
	g := rnd.New(3)
	p := &problem{classes: 10, train: ours(g, 30, flipped), test: ours(g, 5, 0)}
	model := network[float32](p, s, 1)
	theta := make([]float32, model.Size())
	rnd.Normal(g, theta)
	f := newFitted(nil, p, s, theta)
	h := f.hessian(func(int, int) {})
	n := h.Rows
	const step = 1e-6
	at := make([]float64, n)
	f.net.Store.GatherValues(at)
	gradient := func(i int, by float64) []float64 {
		at[i] += by
		f.net.Store.SetValues(at)
		at[i] -= by
		rows := f.gradients(f.x, p.train.y)
		f.net.Store.SetValues(at)
		sum := make([]float64, n)
		for r := 0; r < rows.Rows; r++ {
			kernels.Axpy(nil, 1/float64(rows.Rows), rows.Row(r), sum)
		}
		return sum
	}
	for i := 0; i < n; i += 37 {
		up, down := gradient(i, step), gradient(i, -step)
		for j := range up {
			require.InDelta(t, (up[j]-down[j])/(2*step), h.At(i, j), 1e-7)
		}
	}
	gn := f.gaussNewton()
	factors, err := f.factors()
	require.NoError(t, err)
	trace := 0.0
	for i := range n {
		trace += gn.At(i, i)
	}
	for _, x := range factors {
		for _, v := range x.EKFAC().Blocks[0].D {
			trace -= v
		}
	}
	require.InDelta(t, 0, trace, 1e-9)
	require.True(t, linalg.Finite(nil, gn))
}

// A file of the user's is read, and refused with a reason.
func TestTable(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		name := filepath.Join(dir, "data.csv")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		return name
	}
	var b strings.Builder
	b.WriteString("a,b,class\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d, %g,%s\n", i, float64(i*i)/7, []string{"no", "yes"}[i%2])
	}
	p, err := table(write(b.String()), 1)
	require.NoError(t, err)
	require.Equal(t, 2, p.classes)
	require.Equal(t, 12, p.test.rows())
	require.Equal(t, 48, p.train.rows())
	sum := 0.0
	for _, s := range []set{p.train, p.test} {
		for i := range s.rows() {
			sum += float64(s.x.At(i, 1))
		}
	}
	require.InDelta(t, 0, sum, 1e-5)
	for text, want := range map[string]string{
		"1,2\n3,4\n":                     "at least 50",
		strings.Repeat("1,x,0\n", 60):    "not a finite number",
		strings.Repeat("1,2,same\n", 60): "single class",
		strings.Repeat("1,2\n1\n", 60):   "row 2 has 1 columns and row 1 has 2",
		strings.Repeat("1\n2\n", 60):     "single column",
		strings.Repeat("1,\"2\n", 60):    "separated by commas",
	} {
		_, err := table(write(text), 1)
		require.ErrorContains(t, err, want)
	}
	_, err = table(filepath.Join(dir, "none"), 1)
	require.ErrorContains(t, err, "pass a readable file")
}

// Retrained models do not depend on the number of workers.
func TestRetraining(t *testing.T) {
	s := sizesOf(true)
	s.epochs, s.repeats, s.masks = 2, 2, 2
	g := rnd.New(4)
	p := &problem{classes: 10, train: ours(g, 40, flipped), test: ours(g, 6, 0)}
	losses := func(pool *kernels.Pool) []linalg.Matrix[float64] {
		r := &retraining{p: p, s: s, seed: 5, masks: [][]int{{0, 1, 2, 5, 9, 33}, {7, 8, 20, 21}}, loss: make([]linalg.Matrix[float64], 4), err: make([]error, 4)}
		pool.Run(4, r)
		for _, err := range r.err {
			require.NoError(t, err)
		}
		return r.loss
	}
	want := losses(nil)
	require.NotEqual(t, want[0], want[1])
	pool := kernels.NewPool(3)
	defer pool.Close()
	require.Equal(t, want, losses(pool))
}
