package kernels

import (
	"math"
	"math/big"
	"runtime"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// vecTiers runs f for both types in every tier of the machine.
func vecTiers(t *testing.T, f32 func(*testing.T, *Pool), f64 func(*testing.T, *Pool)) {
	for _, isa := range Supported() {
		p := NewPool(1, WithISA(isa))
		t.Run(isa.String()+"/float32", func(t *testing.T) { f32(t, p) })
		t.Run(isa.String()+"/float64", func(t *testing.T) { f64(t, p) })
	}
}

// vecSizes are the lengths at which a vector kernel can go wrong: all up to three blocks of lanes, and the
// neighbourhood of segment boundaries.
func vecSizes[T Float]() []int {
	var sizes []int
	for n := 0; n <= 3*lanes[T]()+5; n++ {
		sizes = append(sizes, n)
	}
	for s := 1; s <= 2; s++ { // TestReduceContract goes on to seven segments
		for d := -2; d <= 2; d++ {
			if testing.Short() && s == 2 && d != 1 {
				continue
			}
			sizes = append(sizes, s*Segment+d)
		}
	}
	return sizes
}

// vecFills are the contents of operands: smooth, all exponents, and values that break careless code.
func vecFills[T Float]() []func(*rnd.Source, []T) []T {
	return []func(*rnd.Source, []T) []T{rnd.Normal[T], rnd.Wide[T], rnd.Special[T], rnd.Finite[T]}
}

// lanesOf is the contract of a reduction written out: step gives the new value of a lane.
func lanesOf[T Float](n int, step func(acc T, i int) T) T {
	var total T
	for s := 0; s < n; s += Segment {
		acc := make([]T, lanes[T]())
		for i := s; i < min(s+Segment, n); i++ {
			l := (i - s) % len(acc)
			acc[l] = step(acc[l], i)
		}
		for h := len(acc) / 2; h > 0; h /= 2 {
			for i := 0; i < h; i++ {
				acc[i] += acc[i+h]
			}
		}
		if s == 0 {
			total = acc[0]
		} else {
			total += acc[0]
		}
	}
	return total
}

func testReduce[T Float](t *testing.T, p *Pool) {
	src := rnd.New(1)
	large := [2]*guard.Buffer[T]{guard.New[T](t, 2*Segment+2), guard.New[T](t, 2*Segment+2)}
	small := [2]*guard.Buffer[T]{guard.New[T](t, 256), guard.New[T](t, 256)} // checked and refilled each time: keep them short
	port := NewPool(1, WithISA(Portable))
	for _, n := range vecSizes[T]() {
		for k, fill := range vecFills[T]() {
			if n > 1000 && k > 1 {
				continue
			}
			bx, by := large[0], large[1]
			if n < 250 {
				bx, by = small[0], small[1]
			}
			x0, y0 := fill(src, make([]T, n)), fill(src, make([]T, n))
			want := []T{Dot(port, x0, y0), Sum(port, x0), SumSquares(port, x0), MaxAbs(port, x0), Nrm2(port, x0)}
			for place := 0; place < 3; place++ {
				x, y := bx.EndCopy(x0), by.EndCopy(y0)
				if place == 1 {
					x, y = bx.StartCopy(x0), by.StartCopy(y0)
				} else if place == 2 && n < 2*Segment {
					x, y = bx.AtCopy(x0, 1), by.AtCopy(y0, 3)
				}
				got := []T{Dot(p, x, y), Sum(p, x), SumSquares(p, x), MaxAbs(p, x), Nrm2(p, x)}
				bits.Same(t, want, got, "dot, sum, squares, maxabs, nrm2 of %d, fill %d", n, k)
				if bits.Of(Dot(p, x, x)) != bits.Of(want[2]) {
					t.Fatalf("SumSquares is not Dot(x, x), n = %d", n)
				}
				m := float64(want[3])
				if finite := !math.IsNaN(m) && !math.IsInf(m, 0); Finite(p, x) != finite {
					t.Fatalf("Finite of %d is %v", n, !finite)
				}
			}
		}
	}
}

func TestReduceTiers(t *testing.T) { vecTiers(t, testReduce[float32], testReduce[float64]) }

// A tail filled with zeros would turn a lane that holds −0 into +0, and the sum with it.
func testReduceMinusZero[T Float](t *testing.T, p *Pool) {
	tiny := T(math.SmallestNonzeroFloat64)
	if is32[T]() {
		tiny = math.SmallestNonzeroFloat32
	}
	l := lanes[T]()
	for n := l; n < 2*l; n++ {
		x, y := make([]T, n), make([]T, n)
		for i := range x {
			x[i], y[i] = -tiny, tiny // every product rounds to −0
		}
		if s := Dot(p, x, y); s != 0 || !math.Signbit(float64(s)) {
			t.Fatalf("dot of %d products −0 is %v", n, s)
		}
	}
}

func TestReduceMinusZero(t *testing.T) {
	vecTiers(t, testReduceMinusZero[float32], testReduceMinusZero[float64])
}

func testReduceContract[T Float](t *testing.T, p *Pool) {
	src := rnd.New(2)
	for _, n := range []int{0, 1, 31, 63, 64, 65, 1000, Segment, Segment + 1, 2*Segment + 77, 4 * Segment, 7*Segment + 3, 18*Segment + 3} { // more than reduceNear
		x, y := rnd.Normal(src, make([]T, n)), rnd.Normal(src, make([]T, n))
		want := []T{
			lanesOf(n, func(acc T, i int) T { return refFMA(x[i], y[i], acc) }),
			lanesOf(n, func(acc T, i int) T { return acc + x[i] }),
			lanesOf(n, func(acc T, i int) T { return refFMA(x[i], x[i], acc) }),
		}
		bits.Same(t, want, []T{Dot(p, x, y), Sum(p, x), SumSquares(p, x)}, "n = %d", n)
		if n > 0 {
			x[n/2] = -1000
			require.Equal(t, T(1000), MaxAbs(p, x))
			x[n/2] = x[0]
		}

		exact, abs := new(big.Float).SetPrec(300), 0.0
		for i := range x {
			exact.Add(exact, new(big.Float).Mul(big.NewFloat(float64(x[i])), big.NewFloat(float64(y[i]))))
			abs += math.Abs(float64(x[i]) * float64(y[i]))
		}
		e, _ := exact.Float64()
		// n/lanes additions in a lane and the folding: far below n·eps.
		bound := (float64(n)/float64(lanes[T]()) + 10) * vecEps[T]() * abs
		require.InDelta(t, e, float64(Dot(p, x, y)), bound+1e-300)
	}
}

// refFMA rounds the exact x·y + z once, through big.Float where it must.
func refFMA[T Float](x, y, z T) T {
	if !is32[T]() {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	p := new(big.Float).SetPrec(200).SetFloat64(float64(x) * float64(y))
	s, _ := p.Add(p, big.NewFloat(float64(z))).Float32()
	return T(s)
}

func vecEps[T Float]() float64 {
	if is32[T]() {
		return 0x1p-23
	}
	return 0x1p-52
}

func TestReduceContract(t *testing.T) {
	vecTiers(t, testReduceContract[float32], testReduceContract[float64])
}

func testNrm2[T Float](t *testing.T, p *Pool) {
	limit, most := 400, 1023
	if is32[T]() {
		limit, most = 50, 127
	}
	src := rnd.New(3)
	base := rnd.Normal(src, make([]T, 777))
	norm := math.Sqrt(float64(SumSquares(p, base)))
	// Across the limits and to the ends of the range the norm scales exactly where no element becomes subnormal.
	for _, e := range []int{-most + 8, -limit - 3, -limit - 2, -limit - 1, -limit, 0, limit - 4, limit - 3, limit - 1, limit, limit + 1, most - 8} {
		x := make([]T, len(base))
		for i, v := range base {
			x[i] = T(math.Ldexp(float64(v), e))
		}
		require.InEpsilon(t, math.Ldexp(norm, e), float64(Nrm2(p, x)), 1e-4*vecEps[T]()/0x1p-23+4*vecEps[T](), "2^%d", e)
	}
	tiny, huge := math.SmallestNonzeroFloat64, math.MaxFloat64
	if is32[T]() {
		tiny, huge = math.SmallestNonzeroFloat32, math.MaxFloat32
	}
	require.Equal(t, T(5*tiny), Nrm2(p, []T{T(3 * tiny), T(-4 * tiny)}))
	require.Equal(t, T(huge), Nrm2(p, []T{0, T(-huge), 0}))
	require.True(t, math.IsInf(float64(Nrm2(p, []T{T(huge), T(huge)})), 1))
	require.True(t, math.IsInf(float64(Nrm2(p, []T{1, T(math.Inf(-1))})), 1))
	require.True(t, math.IsNaN(float64(Nrm2(p, []T{T(math.Inf(1)), T(math.NaN())}))))
	require.Zero(t, Nrm2(p, make([]T, 5)))
	require.Zero(t, Nrm2[T](p, nil))
}

func TestNrm2(t *testing.T) { vecTiers(t, testNrm2[float32], testNrm2[float64]) }

func testReduceWorkers[T Float](t *testing.T, p *Pool) {
	n := 40*Segment + 17
	src := rnd.New(4)
	x, y := rnd.Normal(src, make([]T, n)), rnd.Normal(src, make([]T, n))
	want := []T{Dot(p, x, y), Sum(p, x), SumSquares(p, x), MaxAbs(p, x), Nrm2(p, x)}
	for _, w := range []int{2, 3} {
		q := NewPool(w, WithISA(p.ISA()))
		bits.Same(t, want, []T{Dot(q, x, y), Sum(q, x), SumSquares(q, x), MaxAbs(q, x), Nrm2(q, x)}, "%d workers", w)
		if p.ISA() != Portable {
			requireNoAllocs(t, func() { Dot(q, x, y) })
		}
		q.Close()
	}
	requireNoAllocs(t, func() { Dot(p, x[:100], y[:100]); Nrm2(p, x[:100]); MaxAbs(nil, x[:9]) })
}

func TestReduceWorkers(t *testing.T) {
	vecTiers(t, testReduceWorkers[float32], testReduceWorkers[float64])
}

// requireNoAllocs runs f often and tolerates what the runtime itself allocates now and then.
func requireNoAllocs(t *testing.T, f func()) {
	t.Helper()
	const rounds = 40
	var before, after runtime.MemStats
	f()
	runtime.ReadMemStats(&before)
	for i := 0; i < rounds; i++ {
		f()
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.Mallocs-before.Mallocs, uint64(rounds/2))
}

func TestReducePanics(t *testing.T) {
	require.PanicsWithValue(t, badLen, func() { Dot(nil, make([]float32, 3), make([]float32, 4)) })
}
