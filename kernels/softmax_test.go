package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// softmaxByRule is the order of the doc comments written out.
func softmaxByRule[T Float](x []T) (y []T, lse T) {
	top := x[0]
	for _, v := range x {
		if v > top || v != v {
			top = v
		}
	}
	y = make([]T, len(x))
	s := lanesOf(len(x), func(acc T, i int) T { return acc + elem.Exp(x[i]-top) })
	r := 1 / s
	for i := range x {
		y[i] = elem.Exp(x[i]-top) * r
	}
	if top-top != 0 {
		top = 0
	}
	return y, top + elem.Log(lanesOf(len(x), func(acc T, i int) T { return acc + elem.Exp(x[i]-top) }))
}

func testSoftmax[T Float](t *testing.T, p *Pool) {
	src := rnd.New(21)
	long := 2*Segment + 7
	smallA, smallB := guard.New[T](t, 256), guard.New[T](t, 256)
	longA, longB := guard.New[T](t, long), guard.New[T](t, long)
	sizes := []int{rowPiece - 1, rowPiece, rowPiece + 1, Segment, Segment + 1, long}
	for n := 1; n <= 3*lanes[T]()+5; n++ {
		sizes = append(sizes, n)
	}
	scaled := func(s *rnd.Source, x []T) []T {
		rnd.Normal(s, x)
		for i := range x {
			x[i] *= 30
		}
		return x
	}
	masked := func(s *rnd.Source, x []T) []T {
		rnd.Normal(s, x)
		for i := range x {
			if s.Intn(3) == 0 {
				x[i] = T(math.Inf(-1))
			}
		}
		return x
	}
	for _, n := range sizes {
		ba, bb := smallA, smallB
		if n > 256 {
			ba, bb = longA, longB
		}
		for k, fill := range append(vecFills[T](), scaled, masked) {
			if n > 1000 && k > 0 {
				continue
			}
			x := fill(src, make([]T, n))
			want, lse := softmaxByRule(x)
			for _, place := range []string{"end", "start"} {
				a, b := ba.EndCopy(x), bb.End(n)
				if place == "start" {
					a, b = ba.StartCopy(x), bb.Start(n)
				}
				Softmax(p, 1, n, a, n, b, n)
				bits.Same(t, want, b, "softmax n=%d fill %d %s", n, k, place)
				s := []T{0}
				LogSumExp(p, 1, n, a, n, s)
				bits.Same(t, []T{lse}, s, "logsumexp n=%d fill %d %s", n, k, place)
				Softmax(p, 1, n, a, n, a, n)
				bits.Same(t, want, a, "softmax in place n=%d fill %d %s", n, k, place)
			}
		}
	}
	// Matrices: rows with gaps that hold NaN and are not touched.
	nan := T(math.NaN())
	small := guard.New[T](t, 256)
	for _, m := range []int{1, 2, 3, 17, 65} {
		for _, n := range []int{1, 5, 16, 33, 130} {
			lda, ldb := n+3, n+5
			a, b := make([]T, m*lda), make([]T, m*ldb)
			for i := range a {
				a[i] = nan
			}
			for i := range b {
				b[i] = 7
			}
			for i := range m {
				rnd.Normal(src, a[i*lda:i*lda+n])
			}
			want, sums := slices.Clone(b), make([]T, m)
			for i := range m {
				row, lse := softmaxByRule(a[i*lda : i*lda+n])
				copy(want[i*ldb:], row)
				sums[i] = lse
			}
			a, b, want = a[:(m-1)*lda+n], b[:(m-1)*ldb+n], want[:(m-1)*ldb+n]
			for _, put := range []func(*guard.Buffer[T], []T) []T{(*guard.Buffer[T]).EndCopy, (*guard.Buffer[T]).StartCopy} {
				x, y, s := put(longA, a), put(longB, b), put(small, sums)
				clear(s)
				Softmax(p, m, n, x, lda, y, ldb)
				LogSumExp(p, m, n, x, lda, s)
				bits.Same(t, want, y, "softmax %d×%d", m, n)
				bits.Same(t, sums, s, "logsumexp %d×%d", m, n)
			}
		}
	}
}

func TestSoftmax(t *testing.T) { vecTiers(t, testSoftmax[float32], testSoftmax[float64]) }

func testSoftmaxWorkers[T Float](t *testing.T) {
	const m, n = 301, 257
	src := rnd.New(9)
	a := rnd.Normal(src, make([]T, m*n))
	var want, wantS []T
	for w := 1; w <= 3; w++ {
		p := NewPool(w)
		b, s := make([]T, m*n), make([]T, m)
		Softmax(p, m, n, a, n, b, n)
		LogSumExp(p, m, n, a, n, s)
		if w == 1 {
			want, wantS = b, s
		}
		bits.Same(t, want, b, "%d workers", w)
		bits.Same(t, wantS, s, "%d workers", w)
		require.Zero(t, allocations(func() { Softmax(p, m, n, a, n, b, n) }))
		require.Zero(t, allocations(func() { LogSumExp(p, m, n, a, n, s) }))
		p.Close()
	}
}

func TestSoftmaxWorkers(t *testing.T) {
	t.Run("float32", testSoftmaxWorkers[float32])
	t.Run("float64", testSoftmaxWorkers[float64])
}

func TestSoftmaxValues(t *testing.T) {
	inf := math.Inf(1)
	for _, isa := range Supported() {
		p := NewPool(1, WithISA(isa))
		b, s := make([]float64, 3), make([]float64, 1)
		for _, c := range []struct {
			x, want []float64
			lse     float64
		}{
			{[]float64{0, 0, 0}, []float64{1. / 3, 1. / 3, 1. / 3}, math.Log(3)},
			{[]float64{1000, 0, -1000}, []float64{1, 0, 0}, 1000},
			{[]float64{-inf, 5, -inf}, []float64{0, 1, 0}, 5},
			{[]float64{-inf, -inf, -inf}, []float64{math.NaN(), math.NaN(), math.NaN()}, -inf},
			{[]float64{inf, 1, -inf}, []float64{math.NaN(), math.NaN(), math.NaN()}, inf},
			{[]float64{1, math.NaN(), inf}, []float64{math.NaN(), math.NaN(), math.NaN()}, math.NaN()},
		} {
			Softmax(p, 1, 3, c.x, 3, b, 3)
			LogSumExp(p, 1, 3, c.x, 3, s)
			for i := range b {
				if c.want[i] != c.want[i] {
					require.True(t, b[i] != b[i], "%v of %v", b, c.x)
					continue
				}
				require.InDelta(t, c.want[i], b[i], 1e-15)
			}
			if c.lse != c.lse {
				require.True(t, s[0] != s[0])
			} else if math.IsInf(c.lse, 0) {
				require.Equal(t, c.lse, s[0])
			} else {
				require.InDelta(t, c.lse, s[0], 1e-15)
			}
		}
	}
	s := []float32{1, 1}
	LogSumExp(nil, 2, 0, nil, 1, s)
	require.Equal(t, []float32{float32(-inf), float32(-inf)}, s)
}

func TestSoftmaxPanics(t *testing.T) {
	a, b := make([]float32, 12), make([]float32, 12)
	huge := math.MaxInt/2 + 3
	for _, c := range []struct {
		want string
		f    func()
	}{
		{negDim, func() { Softmax(nil, -1, 4, a, 4, b, 4) }},
		{negDim, func() { Softmax(nil, 3, -4, a, 4, b, 4) }},
		{badLdA, func() { Softmax(nil, 3, 4, a, 3, b, 4) }},
		{badLdB, func() { Softmax(nil, 3, 4, a, 4, b, 3) }},
		{shortA, func() { Softmax(nil, 3, 4, a[:11], 4, b, 4) }},
		{shortB, func() { Softmax(nil, 3, 4, a, 4, b[:11], 4) }},
		{shortA, func() { Softmax(nil, 3, 4, a, huge, b, 4) }},
		{shortB, func() { Softmax(nil, 3, 4, a, 4, b, huge) }},
		{overlap, func() { Softmax(nil, 2, 4, a[:8], 4, a[2:], 4) }},
		{overlap, func() { Softmax(nil, 2, 4, a, 4, a, 5) }},
		{negDim, func() { LogSumExp(nil, -1, 4, a, 4, b) }},
		{badLdA, func() { LogSumExp(nil, 3, 4, a, 3, b) }},
		{shortA, func() { LogSumExp(nil, 3, 4, a[:11], 4, b) }},
		{shortA, func() { LogSumExp(nil, 3, 4, a, huge, b) }},
		{shortS, func() { LogSumExp(nil, 3, 4, a, 4, b[:2]) }},
		{overlap, func() { LogSumExp(nil, 2, 4, a, 4, a[7:]) }},
	} {
		require.PanicsWithValue(t, c.want, c.f)
	}
	LogSumExp(nil, 0, 4, a, 4, nil)
	Softmax[float32](nil, 0, 0, nil, 1, nil, 1)
}
