package precond

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/digest"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestDigests: eleven steps of every variant give the committed bits, on every tier of the machine
// and on every architecture.
//
//	go test ./precond -run TestDigests -update-digests
func TestDigests(t *testing.T) {
	d := digest.Open(t, "testdata/digests.json", kernels.OrderVersion, testing.Short())
	v := variants()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		for _, isa := range kernels.Supported() {
			if testing.Short() && isa != kernels.Active() {
				continue
			}
			pool := kernels.NewPool(2, kernels.WithISA(isa))
			d.Check(name+" float32", isa.String(), run11[float32](t, v[name], pool))
			d.Check(name+" float64", isa.String(), run11[float64](t, v[name], pool))
			pool.Close()
		}
	}
	d.Close()
}

// run11 is the digest of values and state after eleven steps.
func run11[T kernels.Float](t *testing.T, c Config, pool *kernels.Pool) string {
	p := newProblem[T](30, shapesOf(c, true)...)
	o, err := New(c, p.params, pool)
	require.NoError(t, err)
	steps(t, o, p, 11)
	var parts [][]T
	for _, q := range p.params {
		parts = append(parts, q.Value)
	}
	return fmt.Sprint(bits.Digest(parts...), " ", bits.Digest(o.memory))
}
