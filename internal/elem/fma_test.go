package elem

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// exactFMA32 rounds the exact x·y + z once, through arbitrary precision.
func exactFMA32(x, y, z float32) float32 {
	s := float64(x)*float64(y) + float64(z)
	if math.IsNaN(s) || math.IsInf(s, 0) || s == 0 && float64(x)*float64(y) == -float64(z) {
		return float32(s) // no rounding is involved, and big.Float has neither NaN nor IEEE zero signs
	}
	p := new(big.Float).SetPrec(2000).SetFloat64(float64(x))
	p.Mul(p, new(big.Float).SetPrec(2000).SetFloat64(float64(y)))
	p.Add(p, new(big.Float).SetPrec(2000).SetFloat64(float64(z)))
	f, _ := p.Float32()
	return f
}

func TestFMA32RoundsOnce(t *testing.T) {
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 1 + 0x1p-23, 1 - 0x1p-24, 0x1p-126, 0x1p-149, -0x1p-149, 3 * 0x1p-149,
		0x1p-75, 0x1p-74, -0x1p-74, math.MaxFloat32, -math.MaxFloat32, 0x1p104, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 0x1p24 + 2, 0x1p-24}
	same := func(x, y, z float32) {
		t.Helper()
		got, want := FMA32(x, y, z), exactFMA32(x, y, z)
		if math.Float32bits(got) != math.Float32bits(want) && !(got != got && want != want) {
			require.Failf(t, "rounded twice", "FMA32(%x, %x, %x) = %x, exact %x", x, y, z, got, want)
		}
	}
	for _, x := range special {
		for _, y := range special {
			for _, z := range special {
				same(x, y, z)
			}
		}
	}
	s := uint64(1)
	next := func() uint64 {
		s += 0x9e3779b97f4a7c15
		z := s
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	n := 300000
	if testing.Short() {
		n = 20000
	}
	for i := 0; i < n; i++ {
		r := next()
		x, y := math.Float32frombits(uint32(r)), math.Float32frombits(uint32(r>>32))
		z := math.Float32frombits(uint32(next()))
		same(x, y, z)
		// z near a tie of the product: the hard cases of double rounding.
		p := x * y
		e := math.Float32frombits(uint32(next())&0x80000000 | (math.Float32bits(p)>>23&0xff-25+uint32(i%4))<<23&0x7f800000)
		same(x, y, e)
		same(1+float32(i%64)*0x1p-23, 1, e)
		same(float32(int32(r))*0x1p-20, float32(int32(r>>32))*0x1p-140, math.Float32frombits(uint32(next())&0x800fffff))
	}
}

func TestFMA64(t *testing.T) {
	require.Equal(t, math.FMA(1+0x1p-52, 1-0x1p-52, -1), FMA(1+0x1p-52, 1-0x1p-52, -1.0))
	require.Equal(t, float32(-0x1p-46), FMA(1+float32(0x1p-23), 1-float32(0x1p-23), -1))
}
