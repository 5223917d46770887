package timing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuantile(t *testing.T) {
	x := []float64{4, 1, 3, 2}
	assert.Equal(t, 2.5, Median(x))
	assert.Equal(t, 3.0, Median(x[:3]))
	assert.Equal(t, 7.0, Median([]float64{7}))
	assert.Equal(t, 0.0, Median(nil))
	assert.Equal(t, 1.0, Quantile(x, 0))
	assert.Equal(t, 4.0, Quantile(x, 1))
	assert.InDelta(t, 3.7, Quantile(x, 0.9), 1e-12)
	assert.Equal(t, []float64{4, 1, 3, 2}, x, "the argument is not sorted")
}

// TestInterleave: every contestant has a time in every round, in turn, and a loop of many calls is divided by their number.
func TestInterleave(t *testing.T) {
	var order []byte
	sleeper := func(name byte) Loop {
		return func(n int) {
			order = append(order, name)
			time.Sleep(time.Duration(n) * time.Millisecond)
		}
	}
	times := Interleave(Wall, 3, Contestant{Loop: sleeper('a')}, Contestant{}, Contestant{Loop: sleeper('b')})
	require.Len(t, times[0], 3)
	require.Empty(t, times[1])
	require.Len(t, times[2], 3)
	for _, s := range append(times[0], times[2]...) {
		assert.GreaterOrEqual(t, s, 0.9e-3)
	}
	turns := string(slices.Compact(order))
	assert.True(t, strings.HasSuffix(turns, "ababab"), "%s: nobody between what settles a contestant and its sample", turns)
}

// TestSettled: a contestant is settled after its time as soon as other threads rest, and no later than quieting; by time of day not before.
func TestSettled(t *testing.T) {
	for _, c := range []struct {
		clock    Clock
		all, own float64
		passed   time.Duration
		want     bool
	}{
		{CPU, 2e-3, 2e-3, settling - 1, false}, // nobody else, too early
		{CPU, 2e-3, 2e-3, settling, true},
		{CPU, 2e-3, 1.99e-3, settling, true},  // half a percent
		{CPU, 2e-3, 1.97e-3, settling, false}, // one and a half
		{CPU, 2e-3, 1.5e-3, quieting - 1, false},
		{CPU, 2e-3, 1.5e-3, quieting, true}, // they do not stop
		{CPU, 0, 0, settling, true},         // the clocks stand still
		{Wall, 2e-3, 2e-3, quieting - 1, false},
		{Wall, 2e-3, 2e-3, quieting, true},
		{Wall, 4e-3, 2e-3, quieting, true},
	} {
		assert.Equal(t, c.want, c.clock.settled(c.all, c.own, c.passed), "%+v", c)
	}
}

// TestPrepare: a contestant is prepared once for its calibration and once for each sample, and only while it runs.
func TestPrepare(t *testing.T) {
	prepared, undone := 0, 0
	prepare := func() (undo func()) {
		prepared++
		return func() { undone++ }
	}
	while := func(want int) Loop {
		return func(n int) {
			require.Equal(t, want, prepared-undone)
			time.Sleep(time.Duration(n) * time.Millisecond)
		}
	}
	Interleave(Wall, 2, Contestant{Loop: while(1), Prepare: prepare}, Contestant{Prepare: prepare}, Contestant{Loop: while(0)})
	assert.Equal(t, 3, prepared)
	assert.Equal(t, 3, undone)
}

func TestInts(t *testing.T) {
	var x Ints
	require.NoError(t, x.Set("1, 20,300"))
	assert.Equal(t, Ints{1, 20, 300}, x)
	assert.Equal(t, "1,20,300", x.String())
	assert.Error(t, x.Set("0"))
	assert.Error(t, x.Set("x"))
}
