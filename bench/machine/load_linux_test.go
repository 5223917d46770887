package machine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAvailable(t *testing.T) { assert.Greater(t, Available(), int64(1<<20)) }

func TestParseTicks(t *testing.T) {
	const text = "cpu  100 2 3 4 5 6 7 8 9 10\ncpu0 10 20 30 1000 999 1 2 5 0 0\ncpu1 1 0 0 7 0 0 0 0 0 0\nintr 5\nctxt 1\n"
	x := parseTicks(text, func(i int) bool { return i == 1 })
	require.Len(t, x, 2)
	assert.Equal(t, cpuTicks{busy: 63, stolen: 5}, x[0])
	assert.Equal(t, cpuTicks{busy: 1, here: true}, x[1])
	assert.Nil(t, parseTicks("cpu0 a b c d e f g h\n", func(int) bool { return true }))
}
