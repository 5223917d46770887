package bits

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEqual(t *testing.T) {
	otherNaN := math.Float32frombits(0xffc12345)
	require.True(t, Equal(otherNaN, float32(math.NaN())))
	require.True(t, Equal(math.Float64frombits(0xfff8000000000001), math.NaN()))
	require.False(t, Equal(math.Copysign(0, -1), 0))
	require.False(t, Equal(float32(1), math.Nextafter32(1, 2)))
	require.True(t, Equal(math.Inf(1), math.Inf(1)))
	require.False(t, Equal(float32(0), float32(math.SmallestNonzeroFloat32)))
}

func TestDiff(t *testing.T) {
	require.Empty(t, Diff([]float32{1, 2}, []float32{1, 2}))
	require.Equal(t, "length 1, want 2", Diff([]float32{1, 2}, []float32{1}))
	require.Equal(t, "element 1 of 3: got 0 (00000000), want -0 (80000000); 2 differ",
		Diff([]float32{1, float32(math.Copysign(0, -1)), 2}, []float32{1, 0, 3}))
	a := []float64{1, 2, 99, 3, 4}
	b := []float64{1, 2, 3, 5}
	require.Equal(t, "element (1,1) of 2×2: got 5 (4014000000000000), want 4 (4010000000000000); 1 differ",
		DiffMatrix(2, 2, a, 3, b, 2))
	require.Empty(t, DiffMatrix(2, 1, a, 3, b, 2))
	require.Empty(t, DiffMatrix(0, 0, nil, 1, b, 2))
	Same(t, a, a, "same")
	SameMatrix(t, 1, 2, a, 3, b, 2, "same")
}

func TestDigest(t *testing.T) {
	require.Equal(t, "6c62272e07bb014262b821756295c58d", Digest[float32]())
	x := []float32{1, float32(math.NaN()), float32(math.Inf(-1))}
	y := []float32{1, math.Float32frombits(0xffffffff), float32(math.Inf(-1))}
	require.Equal(t, Digest(x), Digest(y))
	require.Equal(t, Digest(x), Digest(x[:1], x[1:]))
	require.NotEqual(t, Digest([]float32{0}), Digest([]float32{float32(math.Copysign(0, -1))}))
	require.NotEqual(t, Digest([]float32{1, 2}), Digest([]float32{2, 1}))
}

func TestDigester(t *testing.T) {
	var d Digester[float32]
	nan := float32(math.NaN())
	for _, parts := range [][][]float32{nil, {{1, nan}, {2}}, {{1, nan}, {2}}, {{1, nan, 2}}, {{1, nan}, {3}}, {{1, nan}}, {{}, {1}}, {{0}}, {{float32(math.Copysign(0, -1))}}} {
		require.Equal(t, Digest(parts...), d.Digest(parts...))
		if len(parts) > 0 && len(parts[0]) > 0 {
			parts[0][0]++ // the next comparison must not see it
		}
	}
	x := []float32{5}
	before := d.Digest(x)
	x[0] = 6
	require.NotEqual(t, before, d.Digest(x))
}
