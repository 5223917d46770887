package kernels

// The root of the AVX-512 tier (SQRTV of zmm_amd64.h) is refined from an estimate y of 1/√v by fused multiply-adds and must have the bits of
// VSQRT whatever the estimate is, as long as its relative error e is below 2⁻¹⁴: that much Intel and AMD promise, and their estimates differ.
// The method is Markstein's (IBM J. Res. Dev. 34, 1990): from g near s = √v and h near 1/(2s), d = v − g² comes out of one FMA with at most
// one rounding and g + d·h, rounded once, is the root unless s lies so near the middle of two numbers that the error of h or of
// g decides. What follows shows that it never does.
//
// Let p be the digits, u = 2¹⁻ᵖ, w = u/2 the largest relative error of a rounding, and v in [1, 4), s in [1, 2). A factor 4ᵏ in v
// scales every step exactly as long as nothing overflows or has less than its p digits: d is a multiple of the square of g's last
// place, so v ≥ 2⁻⁸⁰ (float32) and 2⁻⁹⁰⁰ (float64) are enough. Smaller v give a last g below ROOTLEAST, zero, negative numbers and Inf a NaN
// (∞·0, or an estimate that is NaN); those go to VSQRT.
//
// Write g = s(1+a), h = (1+b)/(2s). A step r = ½ − g·h, g + g·r, h + h·r leaves 1 − ⅜(a+b)² + (a−b)/2 … in g, 1 − ⅜(a+b)² − (a−b)/2 … in h:
// errors are squared but for the difference a − b, which is the rounding of g = v·y.
//
// float32: before its rounding g has an error of w/2 + 1.5·2⁻²⁸ and smaller terms, at most 1.19·w/2, so that after it |g − s| < 1.1 u,
// and h has |b| < 1.6 w. TestRootProof32 tries for each of the 2²⁴ numbers v in [1, 4) every such g with the least and
// the largest such h (the result is monotone in h). Where one of them fails, it tries every estimate there is.
//
// float64: y after its first step has an error x between −1.5001·2⁻²⁸ and 2w, then g = v·y, h = y/2.
//   - g + d·h with d = v − g² is s(1 − 1.5x² …), no rounding of g matters, and 1.5x² < 0.4222 w. It is rounded down: s − g lies between
//     −2⁻⁷⁰ and 1.4222 u. (To nearest it could be the number above s. From there one v fails, 1 + u, and only with the least h. No estimate was found
//     that leads to both, but the proof needs rounding down; that g is below s and that the assembly has the model's g is tested.)
//   - h + h·r has −0.4222 w − δ/2 ≤ b ≤ −δ/2 before its rounding, δ being that of v·y: |δ| ≤ w/s where g < 2.
//   - The last g, before its rounding, is s + t with |t| ≤ (s−g)²/(2s) + (s−g)(|b| + w), |b| ≤ 1.93 w, the second w for d. A wrong
//     rounding means a middle M·u/2 of two numbers, M odd, between s and s + t, so that k = (v − (M·u/2)²)·4/u² is not beyond
//     8s·|t|/u² ≤ 4·1.4222² + 23.5·1.4222 < 42.
//   - v is a multiple of u or, from 2 on, of 2u; so M² ≡ −k modulo 2ᵖ⁺¹ or 2ᵖ⁺², and that M is odd leaves k ≡ 7 modulo 8. For each of these k
//     there are four M, found bit by bit, at most: 17 numbers v in all, and 24 with |k| ≤ 64, which TestRootProof64 tries with every g and both
//     ends of h. v·y reaches 2, and leaves these bounds, at one of them, 4 − 2u, from y = ½ + u/2: that is tried as it is.

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// rootSteps32 returns the last g and h of SQRTV in float32 from the estimate y.
func rootSteps32(v, y float32) (g, h float32) {
	g, h = v*y, y/2
	r := elem.FMA32(-g, h, 0.5)
	return elem.FMA32(g, r, g), elem.FMA32(h, r, h)
}

// rootFirst64 returns y after its first step.
func rootFirst64(v, y float64) float64 { return math.FMA(y, math.FMA(-(v*y), y/2, 0.5), y) }

// rootSteps64 returns the last g and h of SQRTV in float64 from y after its first step.
func rootSteps64(v, y float64) (g, h float64) {
	g, h = v*y, y/2
	r := math.FMA(-g, h, 0.5)
	return fmaDown(math.FMA(-g, g, v), h, g), math.FMA(h, r, h)
}

func lastStep[T Float](v, g, h T) T { return elem.FMA(elem.FMA(-g, g, v), h, g) }

// fmaDown is x·y + z rounded down.
func fmaDown(x, y, z float64) float64 {
	p := new(big.Float).SetPrec(106).Mul(big.NewFloat(x), big.NewFloat(y))
	f, _ := new(big.Float).SetPrec(53).SetMode(big.ToNegativeInf).Add(p, big.NewFloat(z)).Float64()
	return f
}

func TestRootProof32(t *testing.T) {
	const w = 0x1p-24
	step := uint32(1)
	if testing.Short() {
		step = 251
	}
	tried := 0
	for b := math.Float32bits(1); b < math.Float32bits(4); b += step {
		v := math.Float32frombits(b)
		s := math.Sqrt(float64(v)) // its error of 2⁻⁵³ is covered by the bounds, which are rounded up
		want := float32(s)
		lo, hi := float32((1-1.6*w)/(2*s)), float32((1+1.6*w)/(2*s))
		ok := true
		for g := float32(float64(want) - 4*w); float64(g)-s < 1.1*2*w; g = math.Nextafter32(g, 3) {
			if s-float64(g) < 1.1*2*w {
				ok = ok && lastStep(v, g, lo) == want && lastStep(v, g, hi) == want
			}
		}
		if ok {
			continue
		}
		tried++
		for y := float32((1 - 0x1p-14) / s); float64(y)*s < 1+0x1p-14; y = math.Nextafter32(y, 3) {
			g, h := rootSteps32(v, y)
			if got := lastStep(v, g, h); got != want {
				t.Fatalf("√%v from %v is %v, want %v", v, y, got, want)
			}
		}
	}
	require.Less(t, tried, 100, "too few numbers are settled by the bounds")
	t.Logf("%d numbers with every estimate", tried)
}

// nearMiddles calls f with every v in [1, 4) of p digits for which √v is so near the middle of two numbers that |k| ≤ most.
func nearMiddles(p uint, most int64, f func(k int64, v float64)) {
	for par := range uint(2) {
		for k := -most; k <= most; k++ {
			if k&7 != 7 {
				continue
			}
			// The odd roots M of M² ≡ −k, modulo 8 first, then one bit more each time.
			roots := []int64{1, 3, 5, 7}
			for bit := uint(4); bit <= p+1+par; bit++ {
				var next []int64
				for _, m := range roots {
					// A root modulo 2ᵇⁱᵗ is one modulo 2ᵇⁱᵗ⁻¹ or that with the next bit set; arithmetic modulo 2⁶⁴ will do.
					for _, m := range []int64{m, m + 1<<(bit-1)} {
						if uint64(m*m+k)<<(64-bit) == 0 {
							next = append(next, m)
						}
					}
				}
				roots = next
			}
			for _, m := range roots {
				// v = (M² + k)·u²/4 is exact in float64: its last place is that of v.
				x := new(big.Int).Mul(big.NewInt(m), big.NewInt(m))
				x.Add(x, big.NewInt(k))
				v, _ := new(big.Float).SetMantExp(new(big.Float).SetInt(x), -2*int(p)).Float64()
				if lo := float64(int(1) << par); v >= lo && v < 2*lo {
					f(k, v)
				}
			}
		}
	}
}

// rootBounds64 holds what the proof says of g and h where v·y is below 2.
type rootBounds64 struct {
	s      float64 // √v, rounded
	rest   float64 // √v − s
	lo, hi float64 // the least and the largest h
}

// s − g lies between these two.
const leastBelow, mostBelow = -0x1p-70, 1.4222 * 0x1p-52

func boundsOfRoot(v float64) (b rootBounds64) {
	s := new(big.Float).SetPrec(200).Sqrt(big.NewFloat(v))
	b.s, _ = s.Float64()
	b.rest, _ = new(big.Float).SetPrec(200).Sub(s, big.NewFloat(b.s)).Float64()
	s.Add(s, s)
	// An end of h: (1 + e·w)/(2s), rounded.
	end := func(e float64) float64 {
		h := new(big.Float).SetPrec(200).Add(big.NewFloat(1), big.NewFloat(e*0x1p-53))
		f, _ := h.Quo(h, s).Float64()
		return f
	}
	b.lo, b.hi = end(-0.4222-0.501/b.s), end(0.501/b.s)
	return b
}

// below is √v − g.
func (b rootBounds64) below(g float64) float64 { return b.s - g + b.rest }

// errorOf is the relative error of y as 1/√v.
func (b rootBounds64) errorOf(y float64) float64 { return math.FMA(y, b.s, -1) + y*b.rest }

func TestRootProof64(t *testing.T) {
	const u = 0x1p-52
	count, reached := 0, 0
	nearMiddles(53, 64, func(k int64, v float64) {
		count++
		b := boundsOfRoot(v)
		want := b.s
		require.Equal(t, math.Sqrt(v), want)
		tried := 0
		for g := want - 2*u; g < want+2*u; g = math.Nextafter(g, 3) {
			if below := b.below(g); below < leastBelow || below > mostBelow {
				continue
			}
			tried++
			require.Equal(t, want, lastStep(v, g, b.lo), "k %d, √%v from %v with the least h", k, v, g)
			require.Equal(t, want, lastStep(v, g, b.hi), "k %d, √%v from %v with the largest h", k, v, g)
		}
		require.Positive(t, tried)
		// The estimates after their first step, at most (1 + 2w)/s, from which v·y is 2.
		for y := math.Nextafter(2/v, 0); b.errorOf(y) <= u; y = math.Nextafter(y, 1) {
			if v*y < 2 {
				continue
			}
			require.Equal(t, 4-2*u, v)
			reached++
			g, h := rootSteps64(v, y)
			require.Equal(t, want, lastStep(v, g, h), "k %d, √%v from %v", k, v, y)
		}
	})
	require.Equal(t, 24, count)
	require.Positive(t, reached)
}

// promised is the largest error of an estimate.
const promised = 0x0.ffffp-14

// TestRootAnyEstimate runs the steps from estimates up to the promised error, at the hard numbers and at others. g and h must obey the bounds that
// the proofs take.
func TestRootAnyEstimate(t *testing.T) {
	r := rnd.New(7)
	n := 20000
	if testing.Short() {
		n = 500
	}
	try := func(v, e float64) {
		b := boundsOfRoot(v)
		y := rootFirst64(v, (1+e)/b.s)
		if x := b.errorOf(y); x < -1.5001*0x1p-28 || x > 0x1p-52 {
			t.Fatalf("1/√%v from 1 + %v has an error of %v after the first step", v, e, x)
		}
		g, h := rootSteps64(v, y)
		require.Equal(t, b.s, lastStep(v, g, h), "√%v from 1 + %v", v, e)
		if below := b.below(g); v*y < 2 && (below < leastBelow || below > mostBelow || h < b.lo || h > b.hi) {
			t.Fatalf("√%v from 1 + %v: √v − g is %v, h is %v, not from %v to %v", v, e, below, h, b.lo, b.hi)
		}
	}
	for range n {
		v := 1 + 3*r.Float64()
		for _, e := range []float64{-promised, promised, promised * (2*r.Float64() - 1)} {
			try(v, e)
			f := float32(v)
			s := math.Sqrt(float64(f))
			g, h := rootSteps32(f, float32((1+e)/s))
			require.Equal(t, float32(s), lastStep(f, g, h), "√%v from 1 + %v", f, e)
			if d, b := float64(g)-s, 2*float64(h)*s-1; math.Abs(d) >= 1.1*0x1p-23 || math.Abs(b) >= 1.6*0x1p-24 {
				t.Fatalf("√%v from 1 + %v: g − √v is %v, h is wrong by %v", f, e, d, b)
			}
		}
	}
	nearMiddles(53, 200, func(_ int64, v float64) {
		for _, e := range []float64{-promised, promised} {
			try(v, e)
		}
		for range n / 500 {
			try(v, promised*(2*r.Float64()-1))
		}
	})
}

// TestRootSteps compares g, h and the root of the assembly with the model's, from estimates at both ends of the promise and between: a processor's
// own are better than that.
func TestRootSteps(t *testing.T) {
	tierPool(t, AVX512)
	r := rnd.New(8)
	n := 20000
	if testing.Short() {
		n = 500
	}
	s64 := &rootSteps[float64]{t: t, call: func(root, g, h, v, y []float64) {
		rootFrom64AVX512((*[8]float64)(root), (*[8]float64)(g), (*[8]float64)(h), (*[8]float64)(v), (*[8]float64)(y))
	}, model: func(v, y float64) (g, h float64) { return rootSteps64(v, rootFirst64(v, y)) }}
	s32 := &rootSteps[float32]{t: t, call: func(root, g, h, v, y []float32) {
		rootFrom32AVX512((*[16]float32)(root), (*[16]float32)(g), (*[16]float32)(h), (*[16]float32)(v), (*[16]float32)(y))
	}, model: rootSteps32}
	ends := func() []float64 { return []float64{-promised, promised, promised * (2*r.Float64() - 1)} }
	nearMiddles(53, 2000, func(_ int64, v float64) {
		for _, e := range ends() {
			for _, f := range []float64{1, 0x1p1000, 0x1p-800} {
				s64.add(v*f, (1+e)/math.Sqrt(v*f))
			}
		}
	})
	for range n {
		v := 1 + 3*r.Float64()
		for _, e := range ends() {
			s64.add(v, (1+e)/math.Sqrt(v))
			s32.add(float32(v), float32((1+e)/math.Sqrt(v)))
		}
	}
	for _, v := range []float32{1 + 0x1p-23, 4 - 0x1p-22} { // the two that bounds do not settle
		for i := range 2*n + 1 {
			y := float32((1 + promised*(float64(i)/float64(n)-1)) / math.Sqrt(float64(v)))
			for _, f := range []float32{1, 0x1p60, 0x1p-30} {
				s32.add(v*f*f, y/f)
			}
		}
	}
	require.Positive(t, s32.calls)
	require.Positive(t, s64.calls)
}

// rootSteps collects numbers and estimates for a call of the assembly.
type rootSteps[T Float] struct {
	t     *testing.T
	call  func(root, g, h, v, y []T)
	model func(v, y T) (g, h T)
	v, y  []T
	calls int
}

func (s *rootSteps[T]) add(v, y T) {
	s.v, s.y = append(s.v, v), append(s.y, y)
	n := 16
	if !is32[T]() {
		n = 8
	}
	if len(s.v) < n {
		return
	}
	root, g, h := make([]T, n), make([]T, n), make([]T, n)
	s.call(root, g, h, s.v, s.y)
	for i, v := range s.v {
		wantG, wantH := s.model(v, s.y[i])
		if want := elem.Sqrt(v); root[i] != want || g[i] != wantG || h[i] != wantH {
			s.t.Fatalf("√%v from %v: %v, g %v, h %v, want %v, g %v, h %v", v, s.y[i], root[i], g[i], h[i], want, wantG, wantH)
		}
		if got := lastStep(v, wantG, wantH); got != root[i] {
			s.t.Fatalf("√%v from %v: %v, by the model %v", v, s.y[i], root[i], got)
		}
	}
	s.v, s.y = s.v[:0], s.y[:0]
	s.calls++
}

// rootWays repeats a test for each way in which the AVX-512 kernels of some machine take roots (rootMixed). No kernel may run meanwhile that the test did
// not start.
func rootWays(yield func(way string) bool) {
	defer func(own bool) { rootMixed = own }(rootMixed)
	for _, way := range []string{"FMA", "mixed"} {
		if rootMixed = way == "mixed"; !yield(way) || !slices.Contains(Supported(), AVX512) {
			return
		}
	}
}

// TestRootOfThisMachine compares the assembly with the portable root: every float32 in [1, 4), the hard numbers of float64, and numbers of all
// exponents. The scalar next to √v is subtracted, so that neighbours of √v do not get the same quotient.
func TestRootOfThisMachine(t *testing.T) {
	for way := range rootWays {
		t.Run(way, testRootOfThisMachine)
	}
}

func testRootOfThisMachine(t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		v := make([]float32, 0, 1<<16)
		step := uint32(1)
		if testing.Short() || p.ISA() != AVX512 {
			step = 127
		}
		for b := math.Float32bits(1); b < math.Float32bits(4); b += step {
			if v = append(v, math.Float32frombits(b)); len(v) == cap(v) {
				sameRoots(t, p, v, 0)
				v = v[:0]
			}
		}
		sameRoots(t, p, v, 0)
		var hard []float64
		nearMiddles(53, 2000, func(_ int64, v float64) { hard = append(hard, v) })
		for _, k := range []int{0, 1, -1, 250, -350} {
			sameRoots(t, p, scaled(hard, k), k)
		}

		// Every exponent, and numbers past both ends of those for which the steps hold.
		r := rnd.New(9)
		some := make([]float64, 64)
		for i := range some {
			some[i] = 1 + 3*r.Float64()
		}
		v = v[:0]
		for _, x := range some {
			v = append(v, float32(x))
		}
		for k := -75; k < 64; k++ {
			sameRoots(t, p, scaled(v, k), k)
		}
		for k := -538; k < 512; k++ {
			sameRoots(t, p, scaled(some, k), k)
		}
		// Of all bits, of all positive ones, where no lane hides what its neighbours do, and of those alone that are too small.
		for _, end := range [][2]uint64{{1 << 32, 0}, {0x7f800000, 0x7ff0000000000000}, {0x08000000, 0x0100000000000000}} {
			v, hard = v[:0], hard[:0]
			for range 1 << 15 {
				v = append(v, math.Float32frombits(uint32(r.Uint64()%end[0])))
				x := r.Uint64()
				if end[1] != 0 {
					x %= end[1]
				}
				hard = append(hard, math.Float64frombits(x))
			}
			sameRoots(t, p, v, 0)
			sameRoots(t, p, hard, 0)
		}
		testRootLanes[float32](t, p, 0x1p-80, math.SmallestNonzeroFloat32, math.MaxFloat32)
		testRootLanes[float64](t, p, 0x1p-900, math.SmallestNonzeroFloat64, math.MaxFloat64)
	})
}

// testRootLanes puts each value that takes the other way in each lane among numbers that do not.
func testRootLanes[T Float](t *testing.T, p *Pool, least, smallest, largest T) {
	next := func(x T, to float64) T {
		if is32[T]() {
			return T(math.Nextafter32(float32(x), float32(to)))
		}
		return T(math.Nextafter(float64(x), to))
	}
	special := []T{0, T(math.Copysign(0, -1)), smallest, 1024 * smallest, -smallest, -1, T(math.Inf(1)), T(math.Inf(-1)), T(math.NaN()), largest, -largest,
		least, next(least, 0), next(least, 1), 4 * least, least / 4, 2839 * smallest, 4194301 * smallest}
	const lanes = 3 * 16
	for _, s := range special {
		for at := range lanes {
			v := make([]T, lanes)
			for i := range v {
				v[i] = 2 + T(i)/8
			}
			v[at] = s
			sameRoots(t, p, v, 0)
		}
	}
}

// scaled returns 4ᵏ·v.
func scaled[T Float](v []T, k int) []T {
	s := make([]T, len(v))
	for i := range v {
		s[i] = T(math.Ldexp(float64(v[i]), 2*k))
	}
	return s
}

// sameRoots compares v → 1/(√v − c) of the tier with that of the portable tier, for two c such that √v in [2ᵏ, 2ᵏ⁺¹) is near one of them, and for
// c = 0, with which some neighbours of √v have the same quotient.
func sameRoots[T Float](t *testing.T, p *Pool, v []T, k int) {
	t.Helper()
	one, got, want := make([]T, len(v)), make([]T, len(v)), make([]T, len(v))
	for i := range one {
		one[i] = 1
	}
	for _, c := range []T{0, T(math.Ldexp(1.25, k)), T(math.Ldexp(1.75, k))} {
		Precondition(p, 1, -c, one, v, got)
		preconditionPortable(&AdamCoef[T]{Scale: 1, Eps: -c}, want, one, v)
		if d := bits.Diff(want, got); d != "" {
			t.Fatalf("1/(√v − %v), 4^%d: %s", c, k, d)
		}
	}
}
