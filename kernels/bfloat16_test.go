package kernels

import (
	"math"
	"math/big"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// bfloat16Inputs are bit patterns around every rounding decision: signs, exponents from subnormal to NaN, and the low half around the middle.
func bfloat16Inputs() []float32 {
	var x []float32
	for hi := 0; hi < 1<<16; hi += 61 {
		for _, lo := range []uint32{0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF} {
			x = append(x, math.Float32frombits(uint32(hi)<<16|lo))
		}
	}
	for _, hi := range []uint32{0, 0x8000, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7FC0, 1, 0x3F80, 0x3F81} {
		for _, lo := range []uint32{0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF} {
			x = append(x, math.Float32frombits(hi<<16|lo))
		}
	}
	return x
}

// The twin against the definition: the nearer of the two neighbours, the even one of equals.
func TestBFloat16Nearest(t *testing.T) {
	for _, v := range bfloat16Inputs() {
		var half [1]BFloat16
		bfloat16Portable(opBFloat16Nearest, bfloat16Keys{}, half[:], []float32{v})
		got := half[0]
		switch {
		case v != v:
			require.Equal(t, bfloat16NaN, got)
			continue
		case math.IsInf(float64(v), 0):
			require.Equal(t, v, got.Float32())
			continue
		}
		down := BFloat16(math.Float32bits(v) >> 16) // towards zero
		up := down + 1
		// The neighbour behind the largest value counts as 2¹²⁸.
		value := func(b BFloat16) *big.Float {
			if b&0x7FFF == 0x7F80 {
				f := new(big.Float).SetMantExp(big.NewFloat(1), 128)
				if b>>15 == 1 {
					f.Neg(f)
				}
				return f
			}
			return big.NewFloat(float64(b.Float32()))
		}
		dist := func(b BFloat16) *big.Float {
			d := new(big.Float).Sub(value(b), big.NewFloat(float64(v)))
			return d.Abs(d)
		}
		want := down
		if c := dist(up).Cmp(dist(down)); c < 0 || c == 0 && down&1 == 1 {
			want = up
		}
		require.Equal(t, want, got, "%x", math.Float32bits(v))
	}
}

// The expectation of stochastic rounding is the value, and the error of a mean falls as for independent numbers.
func TestBFloat16Unbiased(t *testing.T) {
	const n = 1 << 16
	full, half := make([]float32, n), make([]BFloat16, n)
	for _, v := range []float32{1 + 1.0/1024, -math.Pi, 1e-38, 12345.678} {
		for i := range full {
			full[i] = v
		}
		for counter := range uint64(3) {
			ToBFloat16Stochastic(nil, 42, counter, half, full)
			sum, ups, pairs := 0.0, 0, 0
			low := BFloat16(math.Float32bits(v) >> 16)
			for i, h := range half {
				require.True(t, h == low || h == low+1)
				sum += float64(h.Float32())
				if h != low {
					ups++
					if i > 0 && half[i-1] != low {
						pairs++
					}
				}
			}
			p := float64(math.Float32bits(v)&0xFFFF) / (1 << 16)
			sigma := math.Sqrt(p * (1 - p) * n)
			require.InDelta(t, p*n, float64(ups), 5*sigma, "%g, counter %d", v, counter)
			require.InDelta(t, p*p*n, float64(pairs), 8*math.Sqrt(n), "neighbours: %g, counter %d", v, counter)
			step := math.Abs(float64((low + 1).Float32()) - float64(low.Float32()))
			require.InDelta(t, float64(v), sum/n, 5*sigma/n*step)
		}
	}
	// Other counters and seeds give other numbers.
	draw := func(seed, counter uint64) []BFloat16 {
		for i := range full {
			full[i] = 1 + 1.0/256
		}
		ToBFloat16Stochastic(nil, seed, counter, half, full)
		return append([]BFloat16(nil), half...)
	}
	a := draw(1, 0)
	require.Equal(t, a, draw(1, 0))
	for _, b := range [][]BFloat16{draw(1, 1), draw(2, 0)} {
		same := 0
		for i := range a {
			if a[i] == b[i] {
				same++
			}
		}
		require.InDelta(t, n/2, same, 6*math.Sqrt(n)/2)
	}
}

// bfloat16s is the same memory.
func bfloat16s(x []float32) []BFloat16 {
	return unsafe.Slice((*BFloat16)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}

// Every tier equals the twin: all lengths around a block, several pieces, at both ends of guarded memory.
func TestBFloat16Tiers(t *testing.T) {
	inputs := bfloat16Inputs()
	gf, gh := guard.New[float32](t, 512), guard.New[float32](t, 512)
	gemmTiers(t, func(t *testing.T, p *Pool) {
		check := func(n int, full []float32, half []BFloat16) {
			t.Helper()
			want := make([]BFloat16, n)
			bfloat16Portable(opBFloat16Nearest, bfloat16Keys{}, want, full)
			ToBFloat16(p, half, full)
			require.Equal(t, want, half, "nearest, n = %d", n)
			bfloat16Portable(opBFloat16Stochastic, newBFloat16Keys(3, uint64(n)), want, full)
			ToBFloat16Stochastic(p, 3, uint64(n), half, full)
			require.Equal(t, want, half, "stochastic, n = %d", n)
			FromBFloat16(p, full, half)
			for i, h := range half {
				require.Equal(t, uint32(h)<<16, math.Float32bits(full[i]), "widen, n = %d", n)
			}
		}
		for n := 0; n <= 2*bfloat16Block+3; n++ {
			k := n * 67 % len(inputs)
			x := append(append([]float32(nil), inputs[k:]...), inputs...)[:n]
			full, half := gf.EndCopy(x), bfloat16s(gh.End((n+1)/2))
			half = half[len(half)-n:]
			if n%2 == 1 {
				full, half = gf.StartCopy(x), bfloat16s(gh.Start((n + 1) / 2))[:n]
			}
			check(n, full, half)
		}
		check(len(inputs), append([]float32(nil), inputs...), make([]BFloat16, len(inputs)))
		n := 2*bfloat16Piece + 77
		check(n, rnd.Normal(rnd.New(1), make([]float32, n)), make([]BFloat16, n))
		full, half := make([]float32, 100), make([]BFloat16, 100)
		requireNoAllocs(t, func() {
			ToBFloat16(p, half, full)
			ToBFloat16Stochastic(p, 1, 2, half, full)
			FromBFloat16(p, full, half)
		})
	})
}

// A NaN at each place of two pairs of blocks, alone among numbers.
func TestBFloat16NaN(t *testing.T) {
	const n = 4*bfloat16Block + 3
	for _, isa := range Supported() {
		p, plain := NewPool(1, WithISA(isa)), NewPool(1, WithISA(Portable))
		x, got, want := make([]float32, n), make([]BFloat16, n), make([]BFloat16, n)
		for i := range x {
			for j := range x {
				x[j] = float32(j) + 0.37
			}
			x[i] = math.Float32frombits(0x7F800001)
			ToBFloat16(plain, want, x)
			ToBFloat16(p, got, x)
			require.Equal(t, want, got, "%v, nearest, NaN at %d", isa, i)
			ToBFloat16Stochastic(plain, 1, 2, want, x)
			ToBFloat16Stochastic(p, 1, 2, got, x)
			require.Equal(t, want, got, "%v, stochastic, NaN at %d", isa, i)
		}
		p.Close()
		plain.Close()
	}
}

func TestBFloat16Panics(t *testing.T) {
	full, half := make([]float32, 4), make([]BFloat16, 4)
	require.PanicsWithValue(t, badLen, func() { ToBFloat16(nil, half[:3], full) })
	require.PanicsWithValue(t, badLen, func() { ToBFloat16Stochastic(nil, 0, 0, half, full[:1]) })
	require.PanicsWithValue(t, badLen, func() { FromBFloat16(nil, full, half[:3]) })
}
