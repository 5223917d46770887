package hugepage

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestMake: zeros of the wanted length, and advice for whole huge pages around them where they would fill one.
func TestMake(t *testing.T) {
	real := advice
	defer func() { advice = real }()
	for _, n := range []int{0, 1, 1000, size/8 - 1, size / 8, size/8 + 1, 3 * size / 8, 5*size/8 + 12345} {
		var from, to uintptr
		advice = func(lo, hi uintptr) {
			from, to = lo, hi
			real(lo, hi)
		}
		s := Make[float64](n)
		require.Len(t, s, n)
		for i := range s {
			if s[i] != 0 {
				t.Fatalf("element %d of %d is %v", i, n, s[i])
			}
			s[i] = float64(i)
		}
		if 8*n < size {
			require.Zero(t, to, "no advice")
			continue
		}
		first := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
		require.Zero(t, from%size)
		require.Zero(t, to%size)
		require.LessOrEqual(t, from, first)
		require.GreaterOrEqual(t, to, first+uintptr(8*n))
		require.Less(t, to-from, uintptr(8*n+2*size))
	}
	require.Panics(t, func() { Make[byte](-1) })
}
