package elem_test

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// results evaluates every function at fixed arguments: moderate ones, then values of all exponents and special ones.
func results[T elem.Float]() string {
	src := rnd.New(42)
	x := append(rnd.Normal(src, make([]T, 400)), rnd.Wide(src, make([]T, 400))...)
	x = append(x, rnd.Special(src, make([]T, 400))...)
	y := rnd.Normal(src, make([]T, len(x)))
	var out []T
	for i, v := range x {
		a := T(math.Abs(float64(v)))
		out = append(out, elem.Exp(v), elem.Exp(20*v), elem.Log(a), elem.Pow(a, y[i]), elem.Pow(v, T(i%7-3)), elem.Sin(v), elem.Cos(v),
			elem.Sin(100*v), elem.Sqrt(a), elem.FMA(v, y[i], x[(i+1)%len(x)]))
	}
	return bits.Digest(out)
}

// TestDigest asserts the same bits on every architecture.
func TestDigest(t *testing.T) {
	require.Equal(t, "f3fb7145b0431c6890f80b3c5c0a9d49", results[float32]())
	require.Equal(t, "4114941b6d1f4f4fe8e9b7f57399c6bd", results[float64]())
}
