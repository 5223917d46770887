package latency

import (
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestObserve: the load runs once before and then until the end, and there are samples.
func TestObserve(t *testing.T) {
	calls := 0
	r := observe("short", "-", func() { calls++; time.Sleep(100 * time.Microsecond) }, 30*time.Millisecond)
	assert.Positive(t, r.Samples)
	assert.Equal(t, calls, r.Calls+1)
	assert.LessOrEqual(t, r.Median, r.P90)
	assert.LessOrEqual(t, r.P90, r.Max)
}

func TestHistogram(t *testing.T) {
	before := &metrics.Float64Histogram{Counts: []uint64{5, 0, 1}, Buckets: []float64{0, 1e-6, 1e-5, 1e-4}}
	after := &metrics.Float64Histogram{Counts: []uint64{6, 3, 2}, Buckets: []float64{0, 1e-6, 1e-5, 1e-4}}
	median, most := histogram(before, after)
	assert.InDelta(t, 10, median, 1e-9)
	assert.InDelta(t, 100, most, 1e-9)
}

// TestLoads: the loads' arguments are right, as far as the portable twins are fast enough to say so: the smallest runs.
func TestLoads(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a load is large; the full run takes it")
	}
	names := map[string]bool{}
	for _, l := range loads(kernels.NewPool(1)) {
		assert.False(t, names[l.typ+l.name], "two loads of a name")
		names[l.typ+l.name] = true
		if l.name == "softmax 64×32768" {
			l.prepare()()
		}
	}
}
