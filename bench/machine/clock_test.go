package machine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTwoPass: the decision with the rates of known cores, in FMAs per cycle at 256 and 512 bits, and with a disturbance.
func TestTwoPass(t *testing.T) {
	if len(vectorWidths) != 2 {
		t.Skip("for machines with AVX-512")
	}
	ratios := func(r float64) []float64 { return []float64{r, r, r} }
	for _, c := range []struct {
		name           string
		narrow, wide   float64
		ratio          float64
		valid, twoPass bool
	}{
		{"full width", 2, 2, 1, true, false},
		{"two passes", 2, 1, 0.5, true, true},
		{"a neighbour takes half of the 512-bit probes only", 2, 1.2, 1, false, false},
		{"a neighbour takes half of everything", 1, 1, 1, false, false},
		{"a neighbour takes half, two passes", 1, 0.5, 0.5, false, true},
	} {
		p := probes{hz: 1e9, best: []float64{c.narrow * 1e9, c.wide * 1e9}, ratios: ratios(c.ratio)}
		clock := p.clock()
		assert.Equal(t, c.valid, clock.Valid, c.name)
		assert.Equal(t, c.twoPass, clock.TwoPass, c.name)
	}
}
