package solverbench

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestProblems runs every command's rows at small orders: our errors are below their bounds, and every peer takes its operands.
func TestProblems(t *testing.T) {
	set, err := peers.Load("OpenBLAS,gonum")
	require.NoError(t, err)
	for _, p := range Problems {
		t.Run(p.Name, func(t *testing.T) {
			s := settings{rounds: 1, workers: 1, gonumMost: 20, pool: kernels.NewPool(1), single: kernels.NewPool(1), libraries: set, filter: regexp.MustCompile("")}
			var out bytes.Buffer
			rep := p.run(&s, []int{1, 19}, &out)
			require.NotEmpty(t, rep.Results)
			for _, r := range rep.Results {
				assert.True(t, r.good(), "%s %d %s: residual %v, orthogonality %v", r.Type, r.N, r.What, r.Residual, r.Orth)
				assert.Positive(t, r.Seconds)
				if set.Get("OpenBLAS") != nil {
					assert.NotEmpty(t, r.BestPeer)
					assert.InDelta(t, r.Peers[r.BestPeer]/r.Seconds, r.Ratio, 1e-12)
				}
			}
			assert.Equal(t, len(rep.Results), strings.Count(out.String(), "\nfloat"))
		})
	}
}

// TestPeersErrors: LAPACK's routines succeed on the matrices of the tables.
func TestPeersErrors(t *testing.T) {
	set, err := peers.Load("OpenBLAS")
	require.NoError(t, err)
	if len(set.Libraries) == 0 {
		t.Skip(set.Missing[0])
	}
	const n = 40
	for _, sp := range spectra {
		a := sp.make(n)
		work, w := make([]float64, n*n), make([]float64, n)
		c := peers.Copy(work, a.Data).Then(peers.Syevd(set.Libraries[0], true, kernels.Lower, n, work, n, w))
		c.Run(2)
		require.NoError(t, c.Err(), sp.name)
	}
}

// TestHopeless: a peer that is much slower than the fastest runs in the first round only, and the best peer is the fastest.
func TestHopeless(t *testing.T) {
	slow, fast := 0, 0
	busy := func(count *int, rounds int) timing.Loop {
		return func(n int) {
			for range n {
				*count++
				x := 1.0
				for range rounds {
					x = math.Sqrt(x + 1)
				}
				if x < 0 {
					panic("a root is negative")
				}
			}
		}
	}
	c := contest{what: "x",
		make:  func(*kernels.Pool) entry { return entry{func() {}, func() (float64, float64) { return 0, -1 }} },
		peers: func() []peer { return []peer{{"slow", busy(&slow, 5_000_000)}, {"fast", busy(&fast, 10_000)}} }}
	s := settings{rounds: 3, workers: 1, pool: kernels.NewPool(1)}
	r := s.measure(c, func() {}, 32)
	assert.Equal(t, "fast", r.BestPeer)
	assert.LessOrEqual(t, slow, 4, "warm-up, calibration and one round")
	assert.Greater(t, fast, slow)
}

func TestBounds(t *testing.T) {
	assert.True(t, Result{Residual: 1, Orth: -1}.good())
	assert.False(t, Result{Residual: 1.1}.good())
	assert.False(t, Result{Residual: math.NaN()}.good())
	assert.False(t, Result{Orth: math.NaN()}.good())
	var out bytes.Buffer
	line(&out, Result{Type: "float32", N: 3, What: "x", Residual: 2, Orth: -1, Ratio: 1.5, BestPeer: "a", Peers: map[string]float64{"a": 1e-3, "b": 2e-3}})
	assert.Contains(t, out.String(), fmt.Sprintf("×%.2f a 1, b 2", 1.5))
	assert.Contains(t, out.String(), "ABOVE ITS BOUND")
}

func TestUsage(t *testing.T) {
	p := Problems[0]
	assert.Equal(t, 2, p.Main([]string{"-n", "0"}))
	assert.Equal(t, 2, p.Main([]string{"-peers", "nobody"}))
	assert.Equal(t, 2, p.Main([]string{"extra"}))
	assert.Equal(t, 2, p.Main([]string{"-workers", "0"}))
	assert.Equal(t, 1, p.Main([]string{"-n", "2", "-filter", "no such row", "-peers", "none"}))
}
