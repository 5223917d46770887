package elem

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// worst measures the largest error of f over the arguments that gen draws.
func worst[T Float](t *testing.T, name string, n int, bound float64, gen func(*rand.Rand) T, f func(T) T, ref func(T) *big.Float) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var top float64
	var at T
	for range n {
		x := gen(r)
		if e := ulps(f(x), ref(x)); e > top {
			top, at = e, x
		}
	}
	t.Logf("%s: %.4f ulp at %v", name, top, at)
	require.LessOrEqual(t, top, bound, "%s at %v", name, at)
}

func count(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func uniform[T Float](a, b float64) func(*rand.Rand) T {
	return func(r *rand.Rand) T { return T(a + (b-a)*r.Float64()) }
}

func testExp[T Float](t *testing.T, lo, hi float64) {
	ref := func(x T) *big.Float { return bigExp(bf(float64(x))) }
	worst(t, "near 0", count(4000), 0.9, uniform[T](-0.4, 0.4), Exp[T], ref)
	worst(t, "range", count(4000), 0.9, uniform[T](lo, hi), Exp[T], ref)
	worst(t, "subnormal", count(2000), 0.9, uniform[T](lo, lo+17), Exp[T], ref)
	worst(t, "small", count(1000), 0.65, func(r *rand.Rand) T { return T(math.Ldexp(r.Float64()-0.5, -r.IntN(100))) }, Exp[T], ref)
	inf := T(math.Inf(1))
	require.Equal(t, inf, Exp(inf))
	require.Equal(t, T(0), Exp(-inf))
	require.Equal(t, T(0), Exp(T(lo-5)))
	require.Equal(t, inf, Exp(T(hi+1)))
	require.Equal(t, T(1), Exp(T(0)))
	require.Equal(t, T(1), Exp(T(math.Copysign(0, -1))))
	nan := Exp(T(math.NaN()))
	require.True(t, nan != nan)
}

func TestExp(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testExp[float32](t, -103.5, 88.72) })
	t.Run("float64", func(t *testing.T) { testExp[float64](t, -745, 709.78) })
}

func testLog[T Float](t *testing.T, emin int) {
	ref := func(x T) *big.Float { return bigLog(bf(float64(x))) }
	worst(t, "near 1", count(4000), 0.51, func(r *rand.Rand) T { return T(1 + math.Ldexp(r.Float64()-0.5, -r.IntN(20))) }, Log[T],
		func(x T) *big.Float {
			if x == 1 {
				return bf(0)
			}
			return ref(x)
		})
	worst(t, "all", count(4000), 0.51, func(r *rand.Rand) T { return T(math.Ldexp(0.5+r.Float64()/2, emin+1+r.IntN(-emin+100))) }, Log[T], ref)
	inf := T(math.Inf(1))
	require.Equal(t, inf, Log(inf))
	require.Equal(t, -inf, Log(T(0)))
	require.Equal(t, T(0), Log(T(1)))
	for _, bad := range []float64{-1, math.Inf(-1), math.NaN()} {
		v := Log(T(bad))
		require.True(t, v != v)
	}
}

func TestLog(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testLog[float32](t, -148) })
	t.Run("float64", func(t *testing.T) { testLog[float64](t, -1073) })
}

func TestLogParts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var top float64
	for range count(4000) {
		x := math.Ldexp(0.5+r.Float64()/2, r.IntN(80)-40)
		if r.IntN(2) == 0 {
			x = 1 + (r.Float64()-0.5)/64
		}
		h, l := logParts(x)
		want := bigLog(bf(x))
		d := nf().Sub(nf().Add(bf(h), bf(l)), want)
		rel, _ := d.Quo(d, want).Float64()
		top = max(top, math.Abs(rel))
	}
	t.Logf("relative error 2^%.1f", math.Log2(top))
	require.Less(t, top, 0x1p-63)
}

// All significands where ln x is smallest beside its terms, some of every other exponent of a float32.
func TestLog32(t *testing.T) {
	var top, at float64
	for e := -149; e <= 127; e++ {
		step := 40009
		if e == -1 || e == 0 {
			step = 1
		}
		if testing.Short() {
			step = 97*step + 2 // still odd
		}
		for i := 0; i < 1<<23; i += step {
			x := math.Ldexp(1+float64(i)*0x1p-23, e)
			h, l := logParts(x)
			got := log32(x)
			if h == 0 {
				require.Zero(t, got, x)
				continue
			}
			if d := math.Abs((got - h - l) / h); d > top {
				top, at = d, x
			}
		}
	}
	t.Logf("relative error 2^%.2f at %v", math.Log2(top), at)
	require.Less(t, top, 0x1p-35)
}

func TestLogTable(t *testing.T) {
	const offset = 0x3fe6955500000000
	for i, e := range logTable {
		lo := math.Float64frombits(offset + uint64(i)<<45)
		hi := math.Float64frombits(offset + uint64(i+1)<<45)
		require.Less(t, max(math.Abs(lo*e.c-1), math.Abs(hi*e.c-1)), 0x1p-7, i)
		require.Equal(t, e.c, math.Round(e.c*256)/256)
		if e.c == 1 {
			require.Zero(t, e.hi)
			require.Zero(t, e.lo)
			continue
		}
		want := bigLog(bf(e.c))
		want.Neg(want)
		rest := nf().Sub(want, bf(e.hi))
		require.Equal(t, e.hi, math.Round(e.hi*0x1p42)*0x1p-42)
		l, _ := rest.Float64()
		require.Equal(t, l, e.lo, i)
	}
}

func TestPow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, kind := range []string{"moderate", "large"} {
		var top float64
		var at [2]float64
		for range count(4000) {
			x := math.Ldexp(0.5+r.Float64()/2, r.IntN(20)-10)
			y := r.NormFloat64()
			if kind == "large" {
				x = 0.5 + r.Float64()
				y = (r.Float64() - 0.5) * 1400 / math.Abs(math.Log(x))
			}
			want := bigLog(bf(x))
			want = bigExp(want.Mul(want, bf(y)))
			got := Pow(x, y)
			if e := ulps(got, want); e > top {
				top, at = e, [2]float64{x, y}
			}
		}
		t.Logf("%s: %.4f ulp at %v", kind, top, at)
		require.Less(t, top, 1.0)
	}
	values := []float64{0, math.Copysign(0, -1), 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1e300, -1e300, 1e-300, math.Inf(1), math.Inf(-1), math.NaN(), 1 << 53, 1<<53 + 2, 4.5, -4.5, 5e-324}
	for _, x := range values {
		for _, y := range values {
			want, got := math.Pow(x, y), Pow(x, y)
			msg := fmt.Sprintf("Pow(%v, %v) = %v, want %v", x, y, got, want)
			if want != want {
				require.True(t, got != got, msg)
				continue
			}
			require.Equal(t, math.Signbit(want), math.Signbit(got), msg)
			require.True(t, got == want || math.Abs(got/want-1) < 1e-13, msg)
		}
	}
	require.Equal(t, float32(0.25), Pow(float32(16), -0.5))
}

func TestSinCos(t *testing.T) {
	for name, gen := range map[string]func(*rand.Rand) float64{
		"small":  uniform[float64](-0.8, 0.8),
		"medium": uniform[float64](-100, 100),
		"near multiples": func(r *rand.Rand) float64 {
			return float64(r.IntN(200000)-100000) * math.Pi / 2 * (1 + math.Ldexp(r.Float64(), -52+r.IntN(8)))
		},
		"boundary": uniform[float64](1<<19-100, 1<<19+100),
		"large":    func(r *rand.Rand) float64 { return math.Ldexp(r.Float64()-0.5, r.IntN(1024)) },
	} {
		n := count(2000)
		worst(t, "sin "+name, n, 0.9, gen, Sin[float64], func(x float64) *big.Float { s, _ := bigSinCos(x); return s })
		worst(t, "cos "+name, n, 0.9, gen, Cos[float64], func(x float64) *big.Float { _, c := bigSinCos(x); return c })
	}
	// The double closest to a multiple of π/2.
	hard := math.Ldexp(6381956970095103, 797)
	s, c := bigSinCos(hard)
	require.Less(t, ulps(Sin(hard), s), 0.9)
	require.Less(t, ulps(Cos(hard), c), 0.9)
	require.Equal(t, float32(1), Cos(float32(0)))
	require.True(t, math.Signbit(float64(Sin(float32(math.Copysign(0, -1))))))
	for _, bad := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		require.True(t, math.IsNaN(Sin(bad)) && math.IsNaN(Cos(bad)))
	}
}
