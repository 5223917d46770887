package rnd

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/stretchr/testify/require"
)

func TestSplitmix(t *testing.T) {
	// First values of the published reference for seed 1234567.
	s := New(1234567)
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431} {
		require.Equal(t, want, s.Uint64())
	}
}

func testFill[T elem.Float](t *testing.T, digest string) {
	s := New(1)
	x := make([]T, 1000)
	parts := [][]T{}
	var sum, squares float64
	for _, v := range Uniform(s, x) {
		require.True(t, v >= -1 && v < 1)
		sum += float64(v)
	}
	require.InDelta(t, 0, sum/1000, 0.05)
	parts = append(parts, append([]T(nil), x...))
	for _, v := range Normal(s, x) {
		squares += float64(v) * float64(v)
	}
	require.InDelta(t, 1, squares/1000, 0.1)
	parts = append(parts, append([]T(nil), x...))
	for _, v := range Wide(s, x) {
		require.Zero(t, v-v)
	}
	parts = append(parts, append([]T(nil), x...))
	for _, v := range Finite(s, x) {
		require.Zero(t, v-v)
	}
	parts = append(parts, append([]T(nil), x...))
	var nan, inf, zero int
	for _, v := range Special(s, x) {
		switch f := float64(v); {
		case f != f:
			nan++
		case math.IsInf(f, 0):
			inf++
		case f == 0:
			zero++
		}
	}
	require.Positive(t, nan)
	require.Positive(t, inf)
	require.Positive(t, zero)
	parts = append(parts, x)
	require.Equal(t, digest, bits.Digest(parts...), "the generator changed: every committed digest depends on it")
}

func TestFill(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testFill[float32](t, "f98635a29deff70d1227a9b0dcb6b9c9") })
	t.Run("float64", func(t *testing.T) { testFill[float64](t, "18f008446c9af6c7c97651323a2e4a35") })
	require.Less(t, New(3).Intn(7), 7)
	var z Source
	require.GreaterOrEqual(t, z.Float64(), 0.0)
}
