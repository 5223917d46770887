package machine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTwoPass: the decision with the rates of known cores, in FMAs per cycle at 256 and 512 bits, and with a disturbance.
func TestTwoPass(t *testing.T) {
	if len(vectorWidths) != 2 {
		t.Skip("tier avx512 is missing on this machine")
	}
	const rounds = 20
	for _, c := range []struct {
		name           string
		narrow, wide   float64
		spoilt         int // rounds in which a neighbour halves the 512-bit probe only
		valid, twoPass bool
	}{
		{"full width", 2, 2, 0, true, false},
		{"full width, disturbed", 2, 2, 15, true, false},
		{"two passes", 2, 1, 0, true, true},
		{"a neighbour takes a part of the 512-bit probes only", 2, 1.6, 0, false, false},
		{"a neighbour takes half of everything", 1, 1, 0, false, false},
		{"a neighbour takes half, two passes", 1, 0.5, 0, false, true},
	} {
		p := probes{perCycle: make([][]float64, 2)}
		for i := range rounds {
			wide := c.wide
			if i < c.spoilt {
				wide /= 2
			}
			p.hz = append(p.hz, 4e9)
			p.perCycle[0], p.perCycle[1] = append(p.perCycle[0], c.narrow), append(p.perCycle[1], wide)
		}
		clock := p.clock()
		assert.Equal(t, c.valid, clock.Valid, c.name)
		assert.Equal(t, c.twoPass, clock.TwoPass, c.name)
		assert.Equal(t, 4.0, clock.GHz)
	}
	assert.False(t, (&probes{perCycle: make([][]float64, 2)}).clock().Valid)
}
