package kernels

import (
	"math"
	"runtime"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// elementCase is an elementwise kernel under test: call works on n vectors, of which the first outputs
// are written; want gives their element i by the formula in float64.
type elementCase[T Float] struct {
	name string
	n    int
	out  []int // indices of the written vectors
	call func(p *Pool, x [][]T)
	want func(x []float64) []float64
}

func elementCases[T Float]() []elementCase[T] {
	c := AdamCoef[T]{Scale: 0.75, L2: 0.125, Beta1: 0.9, Weight1: 0.1, Beta2: 0.95, Weight2: 0.05, Eps: 1e-6, Step: 0.01, Decay: 0.99}
	damped := DivideCoef[T]{Scale: 0.75, Gain: 1.25, Damping: 0.01, Eps: 0.001}
	f := func(v T) float64 { return float64(v) }
	second := func(g, v float64) float64 { return f(c.Beta2)*v + f(c.Weight2)*g*g }
	return []elementCase[T]{
		{"adam", 4, []int{0, 2, 3}, func(p *Pool, x [][]T) { Adam(p, c, x[0], x[1], x[2], x[3]) }, func(x []float64) []float64 {
			g := f(c.Scale)*x[1] + f(c.L2)*x[0]
			m, v := f(c.Beta1)*x[2]+f(c.Weight1)*g, second(g, x[3])
			return []float64{f(c.Decay)*x[0] - f(c.Step)*m/(math.Sqrt(v)+f(c.Eps)), m, v}
		}},
		{"rms", 3, []int{0, 2}, func(p *Pool, x [][]T) { Adam(p, c, x[0], x[1], nil, x[2]) }, func(x []float64) []float64 {
			g := f(c.Scale)*x[1] + f(c.L2)*x[0]
			v := second(g, x[2])
			return []float64{f(c.Decay)*x[0] - f(c.Step)*g/(math.Sqrt(v)+f(c.Eps)), v}
		}},
		{"adamDirection", 4, []int{0, 2, 3}, func(p *Pool, x [][]T) { AdamDirection(p, c, x[0], x[1], x[2], x[3]) }, func(x []float64) []float64 {
			g := f(c.Scale) * x[1]
			m, v := f(c.Beta1)*x[2]+f(c.Weight1)*g, second(g, x[3])
			return []float64{m / (math.Sqrt(v) + f(c.Eps)), m, v}
		}},
		{"adamDirectionInPlace", 3, []int{0, 1, 2}, func(p *Pool, x [][]T) { AdamDirection(p, c, x[0], x[0], x[1], x[2]) }, func(x []float64) []float64 {
			g := f(c.Scale) * x[0]
			m, v := f(c.Beta1)*x[1]+f(c.Weight1)*g, second(g, x[2])
			return []float64{m / (math.Sqrt(v) + f(c.Eps)), m, v}
		}},
		{"rmsDirection", 3, []int{0, 2}, func(p *Pool, x [][]T) { AdamDirection(p, c, x[0], x[1], nil, x[2]) }, func(x []float64) []float64 {
			g := f(c.Scale) * x[1]
			v := second(g, x[2])
			return []float64{g / (math.Sqrt(v) + f(c.Eps)), v}
		}},
		{"secondMoment", 2, []int{0}, func(p *Pool, x [][]T) { SecondMoment(p, c.Beta2, c.Weight2, c.Scale, x[1], x[0]) }, func(x []float64) []float64 {
			return []float64{second(f(c.Scale)*x[1], x[0])}
		}},
		{"precondition", 3, []int{0}, func(p *Pool, x [][]T) { Precondition(p, c.Scale, c.Eps, x[1], x[2], x[0]) }, func(x []float64) []float64 {
			return []float64{f(c.Scale) * x[1] / (math.Sqrt(x[2]) + f(c.Eps))}
		}},
		{"preconditionInPlace", 2, []int{0}, func(p *Pool, x [][]T) { Precondition(p, c.Scale, c.Eps, x[0], x[1], x[0]) }, func(x []float64) []float64 {
			return []float64{f(c.Scale) * x[0] / (math.Sqrt(x[1]) + f(c.Eps))}
		}},
		{"divide", 3, []int{0}, func(p *Pool, x [][]T) { Divide(p, damped, x[1], x[2], x[0]) }, func(x []float64) []float64 {
			return []float64{f(damped.Scale) * x[1] / (f(damped.Gain)*x[2] + f(damped.Damping) + f(damped.Eps))}
		}},
		{"divideClipped", 2, []int{0}, func(p *Pool, x [][]T) { d := damped; d.Clip = 2; Divide(p, d, x[0], x[1], x[0]) }, func(x []float64) []float64 {
			y := f(damped.Scale) * x[0] / (f(damped.Gain)*x[1] + f(damped.Damping) + f(damped.Eps))
			return []float64{min(max(y, -2), 2)}
		}},
		{"divideRoot", 3, []int{0}, func(p *Pool, x [][]T) { d := damped; d.Root = true; Divide(p, d, x[1], x[2], x[0]) }, func(x []float64) []float64 {
			return []float64{f(damped.Scale) * x[1] / (math.Sqrt(f(damped.Gain)*x[2]+f(damped.Damping)) + f(damped.Eps))}
		}},
		{"divideRootInPlace", 2, []int{0}, func(p *Pool, x [][]T) { d := damped; d.Root, d.Clip = true, 1; Divide(p, d, x[0], x[1], x[0]) }, func(x []float64) []float64 {
			y := f(damped.Scale) * x[0] / (math.Sqrt(f(damped.Gain)*x[1]+f(damped.Damping)) + f(damped.Eps))
			return []float64{min(max(y, -1), 1)}
		}},
		{"axpby", 3, []int{0}, func(p *Pool, x [][]T) { Axpby(p, c.Scale, x[1], c.Beta1, x[2], x[0]) }, func(x []float64) []float64 {
			return []float64{f(c.Scale)*x[1] + f(c.Beta1)*x[2]}
		}},
		{"axpbyOverX", 2, []int{0}, func(p *Pool, x [][]T) { Axpby(p, c.Scale, x[0], c.Beta1, x[1], x[0]) }, func(x []float64) []float64 {
			return []float64{f(c.Scale)*x[0] + f(c.Beta1)*x[1]}
		}},
		{"axpbyOverY", 2, []int{0}, func(p *Pool, x [][]T) { Axpby(p, c.Scale, x[1], c.Beta1, x[0], x[0]) }, func(x []float64) []float64 {
			return []float64{f(c.Scale)*x[1] + f(c.Beta1)*x[0]}
		}},
		{"exp", 2, []int{0}, func(p *Pool, x [][]T) { Exp(p, x[1], x[0]) }, func(x []float64) []float64 { return []float64{math.Exp(x[1])} }},
		{"expInPlace", 1, []int{0}, func(p *Pool, x [][]T) { Exp(p, x[0], x[0]) }, func(x []float64) []float64 { return []float64{math.Exp(x[0])} }},
	}
}

// elementSizes are all lengths up to two rounds of three vectors and the neighbourhood of a piece.
func elementSizes() []int {
	var sizes []int
	for n := 0; n <= 2*3*16+3; n++ {
		sizes = append(sizes, n)
	}
	return append(sizes, elementPiece-1, elementPiece, elementPiece+1, 2*elementPiece+5)
}

// testElementFormula compares the portable twin with the formula.
func testElementFormula[T Float](t *testing.T) {
	p := NewPool(1, WithISA(Portable))
	tol := 1e-13
	if is32[T]() {
		tol = 1e-5
	}
	src := rnd.New(7)
	const n = 500
	for _, c := range elementCases[T]() {
		x := make([][]T, c.n)
		for k := range x {
			x[k] = rnd.Normal(src, make([]T, n))
		}
		for i := range x[c.n-1] { // second moments are not negative
			x[c.n-1][i] = T(math.Abs(float64(x[c.n-1][i])))
			if c.name == "secondMoment" {
				x[0][i] = T(math.Abs(float64(x[0][i])))
			}
		}
		want := make([][]float64, n)
		for i := range want {
			in := make([]float64, c.n)
			for k := range in {
				in[k] = float64(x[k][i])
			}
			want[i] = c.want(in)
		}
		c.call(p, x)
		for i := range want {
			for k, o := range c.out {
				require.InDelta(t, want[i][k], float64(x[o][i]), tol*max(1, math.Abs(want[i][k])), "%s vector %d element %d", c.name, o, i)
			}
		}
	}
}

func TestElementwiseFormula(t *testing.T) {
	t.Run("float32", testElementFormula[float32])
	t.Run("float64", testElementFormula[float64])
}

// testElementwise compares a tier with the portable twin on vectors against forbidden pages.
func testElementwise[T Float](t *testing.T, p *Pool) {
	port := NewPool(1, WithISA(Portable))
	src := rnd.New(11)
	var small, large []*guard.Buffer[T]
	for range 4 {
		small = append(small, guard.New[T](t, 128))
		large = append(large, guard.New[T](t, 2*elementPiece+5))
	}
	for _, c := range elementCases[T]() {
		for _, n := range elementSizes() {
			buf := small
			if n > 128 {
				buf = large
			}
			for k, fill := range vecFills[T]() {
				if n > 100 && k > 0 {
					continue
				}
				in, want := make([][]T, c.n), make([][]T, c.n)
				for i := range in {
					in[i] = fill(src, make([]T, n))
					want[i] = append([]T(nil), in[i]...)
				}
				c.call(port, want)
				for _, place := range []string{"end", "start"} {
					got := make([][]T, c.n)
					for i := range got {
						if place == "end" {
							got[i] = buf[i].EndCopy(in[i])
						} else {
							got[i] = buf[i].StartCopy(in[i])
						}
					}
					c.call(p, got)
					for i := range got {
						bits.Same(t, want[i], got[i], "%s n=%d fill %d %s vector %d", c.name, n, k, place, i)
					}
				}
			}
		}
		// All alignments.
		const n = 37
		for off := range 16 {
			in, want := make([][]T, c.n), make([][]T, c.n)
			for i := range in {
				in[i] = rnd.Normal(src, make([]T, n))
				want[i] = append([]T(nil), in[i]...)
			}
			c.call(port, want)
			got := make([][]T, c.n)
			for i := range got {
				got[i] = small[i].AtCopy(in[i], (off*(i+1))%16)
			}
			c.call(p, got)
			for i := range got {
				bits.Same(t, want[i], got[i], "%s offset %d vector %d", c.name, off, i)
			}
		}
	}
}

func TestElementwise(t *testing.T) {
	for way := range rootWays {
		t.Run(way, func(t *testing.T) { vecTiers(t, testElementwise[float32], testElementwise[float64]) })
	}
}

// TestElementwiseWorkers asserts the same bits and no allocation for 1, 2 and 3 workers.
func TestElementwiseWorkers(t *testing.T) {
	for way := range rootWays {
		t.Run(way+"/float32", testElementWorkers[float32])
		t.Run(way+"/float64", testElementWorkers[float64])
	}
}

func testElementWorkers[T Float](t *testing.T) {
	n := parallelElements[T](Active()) + 12345
	src := rnd.New(3)
	var in [][]T // of all operations: making them takes longer than most
	for _, c := range elementCases[T]() {
		for len(in) < c.n {
			in = append(in, rnd.Normal(src, make([]T, n)))
		}
		var want [][]T
		for w := 1; w <= 3; w++ {
			p := NewPool(w)
			got := make([][]T, c.n)
			for i := range got {
				got[i] = append([]T(nil), in[i]...)
			}
			c.call(p, got)
			if w == 1 {
				for i := range got {
					want = append(want, append([]T(nil), got[i]...))
				}
			}
			for i := range got {
				bits.Same(t, want[i], got[i], "%s %d workers vector %d", c.name, w, i)
			}
			require.Zero(t, allocations(func() { c.call(p, got) }), "%s %d workers", c.name, w)
			p.Close()
		}
	}
}

// allocations counts the allocations of the process during f; testing.AllocsPerRun would
// take the other cores away. The least of several tries, since the runtime allocates too.
func allocations(f func()) uint64 {
	least := uint64(math.MaxUint64)
	for try := 0; try < 5 && least > 0; try++ {
		var a, b runtime.MemStats
		runtime.ReadMemStats(&a)
		f()
		runtime.ReadMemStats(&b)
		least = min(least, b.Mallocs-a.Mallocs)
	}
	return least
}

func TestElementwisePanics(t *testing.T) {
	x := make([]float32, 64)
	a, b, c, d := x[:10], x[10:20], x[20:30], x[30:40]
	var k AdamCoef[float32]
	for name, f := range map[string]func(){
		"adam g":      func() { Adam(nil, k, a, b[:9], c, d) },
		"adam m":      func() { Adam(nil, k, a, b, c[:9], d) },
		"adam v":      func() { Adam(nil, k, a, b, nil, d[:9]) },
		"direction g": func() { AdamDirection(nil, k, a, b[:9], c, d) },
		"direction m": func() { AdamDirection(nil, k, a, b, c[:9], d) },
		"direction v": func() { AdamDirection(nil, k, a, b, nil, d[:9]) },
		"second":      func() { SecondMoment(nil, 1, 1, 1, a, b[:9]) },
		"pre m":       func() { Precondition(nil, 1, 1, a[:9], b, c) },
		"pre v":       func() { Precondition(nil, 1, 1, a, b[:9], c) },
		"divide m":    func() { Divide(nil, DivideCoef[float32]{}, a[:9], b, c) },
		"divide d":    func() { Divide(nil, DivideCoef[float32]{}, a, b[:9], c) },
		"squares":     func() { PreconditionSumSquares(nil, 1, 1, a, b[:9]) },
		"axpby x":     func() { Axpby(nil, 1, a[:9], 1, b, c) },
		"axpby y":     func() { Axpby(nil, 1, a, 1, b[:9], c) },
		"exp":         func() { Exp(nil, a, b[:9]) },
	} {
		require.PanicsWithValue(t, badLen, f, name)
	}
	e := x[5:15] // overlaps a and b
	for name, f := range map[string]func(){
		"adam x=g":      func() { Adam(nil, k, a, a, c, d) },
		"adam g":        func() { Adam(nil, k, a, e, c, d) },
		"adam m":        func() { Adam(nil, k, a, b, e, d) },
		"adam v":        func() { Adam(nil, k, a, b, nil, e) },
		"adam m=v":      func() { Adam(nil, k, a, b, c, c) },
		"direction g":   func() { AdamDirection(nil, k, a, e, c, d) },
		"direction m":   func() { AdamDirection(nil, k, a, a, e, d) },
		"direction v":   func() { AdamDirection(nil, k, a, b, nil, e) },
		"direction m=v": func() { AdamDirection(nil, k, a, b, c, c) },
		"second":        func() { SecondMoment(nil, 1, 1, 1, a, e) },
		"second same":   func() { SecondMoment(nil, 1, 1, 1, a, a) },
		"pre m":         func() { Precondition(nil, 1, 1, e, c, a) },
		"pre v":         func() { Precondition(nil, 1, 1, c, a, a) },
		"divide m":      func() { Divide(nil, DivideCoef[float32]{}, e, c, a) },
		"divide d":      func() { Divide(nil, DivideCoef[float32]{}, c, a, a) },
		"axpby x":       func() { Axpby(nil, 1, e, 1, c, a) },
		"axpby y":       func() { Axpby(nil, 1, c, 1, e, a) },
		"exp":           func() { Exp(nil, a, e) },
	} {
		require.PanicsWithValue(t, overlap, f, name)
	}
	// Inputs may overlap each other; a nil first moment and empty vectors are fine.
	Precondition(nil, 1, 1, a, a, c)
	Axpby(nil, 1, a, 1, e, c)
	Adam(nil, k, a, b, nil, d)
	Adam(nil, k, nil, nil, nil, nil)
	Exp[float64](nil, nil, nil)
}

func testPreconditionSquares[T Float](t *testing.T, p *Pool) {
	src := rnd.New(5)
	smallM, smallV := guard.New[T](t, 256), guard.New[T](t, 256)
	largeM, largeV := guard.New[T](t, 2*Segment+2), guard.New[T](t, 2*Segment+2)
	port := NewPool(1, WithISA(Portable))
	for _, eps := range []T{1e-6, 0} {
		for _, n := range vecSizes[T]() {
			bm, bv := smallM, smallV
			if n > 256 {
				bm, bv = largeM, largeV
			}
			for k, fill := range vecFills[T]() {
				if n > 1000 && k > 0 {
					continue
				}
				m, v := fill(src, make([]T, n)), fill(src, make([]T, n))
				for i := range v {
					v[i] *= v[i]
				}
				u := make([]T, n)
				Precondition(port, 0.5, eps, m, v, u)
				want := SumSquares(port, u)
				got := PreconditionSumSquares(p, 0.5, eps, bm.EndCopy(m), bv.EndCopy(v))
				bits.Same(t, []T{want}, []T{got}, "n=%d fill %d eps %v end", n, k, eps)
				got = PreconditionSumSquares(p, 0.5, eps, bm.StartCopy(m), bv.StartCopy(v))
				bits.Same(t, []T{want}, []T{got}, "n=%d fill %d eps %v start", n, k, eps)
			}
		}
	}
	m, v := make([]T, 5000), make([]T, 5000)
	require.Zero(t, testing.AllocsPerRun(5, func() { PreconditionSumSquares(p, 1, 1, m, v) }))
}

func TestPreconditionSumSquares(t *testing.T) {
	for way := range rootWays {
		t.Run(way, func(t *testing.T) { vecTiers(t, testPreconditionSquares[float32], testPreconditionSquares[float64]) })
	}
}

// TestExpEverywhere compares every tier with the portable twin over all float32, or a sample in short mode.
func TestExpEverywhere(t *testing.T) {
	step := uint64(251)
	if testing.Short() {
		step = 25087
	}
	port := NewPool(1, WithISA(Portable))
	for _, isa := range Supported()[1:] {
		p := NewPool(1, WithISA(isa))
		x := make([]float32, 0, elementPiece)
		got, want := make([]float32, elementPiece), make([]float32, elementPiece)
		flush := func() {
			Exp(p, x, got[:len(x)])
			Exp(port, x, want[:len(x)])
			for i := range x {
				if !bits.Equal(want[i], got[i]) {
					t.Fatalf("%v: Exp(%v) = %v, portable %v", isa, x[i], got[i], want[i])
				}
			}
			x = x[:0]
		}
		for u := uint64(0); u < 1<<32; u += step {
			if x = append(x, math.Float32frombits(uint32(u))); len(x) == cap(x) {
				flush()
			}
		}
		flush()
	}
}

// The assembly finds scalars and constants by their place.
func TestElementwiseLayout(t *testing.T) {
	var c AdamCoef[float32]
	require.EqualValues(t, 36, unsafe.Sizeof(c))
	require.EqualValues(t, 32, unsafe.Offsetof(c.Decay))
	require.EqualValues(t, 24, unsafe.Offsetof(c.Eps))
	require.Equal(t, 7, elem.Exp32.Terms)
	require.Equal(t, []float32{1, 1}, elem.Exp32.Polynomial[5:7])
	require.Equal(t, 12, elem.Exp64.Terms)
	require.Equal(t, []float64{1, 1}, elem.Exp64.Polynomial[10:12])
}

// TestElementwiseCallTime asserts that one assembly call takes at most 50 µs on the slowest cores of
// its tier (the runtime cannot stop a goroutine inside), from their cycles per element in the kernel with the
// root and the division, or in the exponential.
func TestElementwiseCallTime(t *testing.T) {
	for _, c := range []struct {
		isa           ISA
		root32, exp32 float64 // cycles per element
		root64, exp64 float64
		ghz           float64
		core          string
	}{
		{AVX512, 2.2, 1.5, 7, 4, 1.8, "Skylake-SP under AVX-512 load"},
		{AVX2, 4.5, 3, 14, 7, 2.3, "Haswell"},
		{NEON, 16, 10, 50, 30, 1.5, "Cortex-A72"},
	} {
		n32, n64 := float64(pieceElements[float32](c.isa)), float64(pieceElements[float64](c.isa))
		us := max(n32*max(c.root32, c.exp32), n64*max(c.root64, c.exp64), rowPiece*c.exp32, rowPiece*c.exp64) / c.ghz / 1000
		require.LessOrEqual(t, us, 50., "%v on %s", c.isa, c.core)
		require.Zero(t, pieceElements[float32](c.isa)%Lanes32)
		require.Zero(t, pieceElements[float64](c.isa)%Lanes64)
		require.Zero(t, Segment%pieceElements[float32](c.isa))
		require.Zero(t, rowPiece%Lanes32)
	}
}
