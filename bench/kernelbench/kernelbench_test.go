package kernelbench

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestRows runs once what the cheapest row of each kind runs: the kernel, its probe and its peers take the operands that they are given.
func TestRows(t *testing.T) {
	set, err := peers.Load("OpenBLAS,gonum")
	require.NoError(t, err)
	libraries = set
	defer func() { libraries = peers.Set{} }()
	for _, f := range families {
		cheapest := map[string]row{}
		for _, r := range f.rows(true) {
			kind, _, _ := strings.Cut(r.name, " ")
			if c, ok := cheapest[r.typ+kind]; r.tier == tiers()[0].String() && (!ok || r.work < c.work) {
				cheapest[r.typ+kind] = r
			}
		}
		assert.True(t, len(cheapest) > 0 || f.name == "workers", f.name)
		for _, r := range cheapest {
			x := r.prepare()
			x.run()
			if x.one != nil {
				x.one()
			}
			if x.limit.loop != nil {
				x.limit.loop(1)
				assert.Positive(t, x.limit.work, r.name)
			}
			for _, p := range x.peers {
				p.loop(1)
			}
			if x.close != nil {
				x.close()
			}
		}
	}
}

func TestRatio(t *testing.T) {
	var b bytes.Buffer
	rep := Report{Results: []Result{
		{Family: "gemm", Name: "a", Rate: 100, Ratio: 2, BestPeer: "X", Peers: map[string]float64{"X": 50}},
		{Family: "gemm", Name: "b", Rate: 100, Ratio: 1.01, BestPeer: "X", Peers: map[string]float64{"X": 99}},
		{Family: "gemm", Name: "c", Rate: 100, Ratio: 0.8, BestPeer: "X", Peers: map[string]float64{"X": 125}},
		{Family: "gemm", Name: "d", Rate: 100, Ratio: 0.5, BestPeer: "X", Peers: map[string]float64{"X": 200}},
		{Family: "gemm", Name: "e", Rate: 100},
	}}
	summary(&b, rep)
	assert.Regexp(t, `faster in 1, within 3 % in 1, slower in 2\n  ×0.50 .*/d.*\n  ×0.80 .*/c`, b.String())
}

func TestRoofline(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roof.svg")
	isa := tiers()[0].String()
	roofs := func(kernels.ISA, string) []roof { return []roof{{"L2", 50}} }
	rep := Report{CPU: "test", Results: []Result{
		{Family: "gemm", Type: "float32", Tier: isa, Rate: 100, Unit: "GFLOP/s", Intensity: 20, Limit: 120, LimitName: "FMA"},
		{Family: "vector", Type: "float32", Tier: isa, Rate: 20, Unit: "GB/s", Intensity: 0.25},
	}}
	require.NoError(t, roofline(path, rep, roofs))
	svg, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(svg), "FMA 120 GFLOP/s")
	assert.Contains(t, string(svg), "L2 50 GB/s")
	require.ErrorContains(t, roofline(path, Report{}, roofs), "no row")
}
