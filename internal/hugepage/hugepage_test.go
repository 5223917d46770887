package hugepage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAdvise: any length and offset is taken, and what the memory holds stays.
func TestAdvise(t *testing.T) {
	Advise[float32](nil)
	Advise([]float64{1})
	mem := make([]float32, 3*size/4)
	for i := range mem {
		mem[i] = float32(i)
	}
	for _, off := range []int{0, 1, 1000, size / 4, 2 * size / 4} {
		Advise(mem[off:])
		Advise(mem[:len(mem)-off])
	}
	for i, x := range mem {
		require.Equal(t, float32(i), x)
	}
}

// TestAdviseWhole: only whole huge pages of the slice are advised.
func TestAdviseWhole(t *testing.T) {
	defer func(f func([]byte)) { advice = f }(advice)
	var got []byte
	advice = func(b []byte) { got = b }
	mem := make([]byte, 4*size)
	for off := 0; off < 2*size; off += size/4 + 1 {
		for _, n := range []int{0, 1, size - 1, size, 2*size - 1, 2 * size} {
			got = nil
			s := mem[off : off+n]
			Advise(s)
			if got == nil {
				require.Less(t, n, 2*size-1, "there is a whole huge page in it")
				continue
			}
			require.Zero(t, len(got)%size)
			require.GreaterOrEqual(t, address(got), address(s))
			require.Zero(t, address(got)%size)
			require.LessOrEqual(t, address(got)+uintptr(len(got)), address(s)+uintptr(len(s)))
		}
	}
}
