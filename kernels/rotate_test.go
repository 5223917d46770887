package kernels

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/stretchr/testify/require"
)

// exactFMA returns x·y + z rounded once, by arbitrary precision; finite operands, no subnormal results.
func exactFMA[T Float](x, y, z T) T {
	r := new(big.Float).SetPrec(4096)
	r.Mul(new(big.Float).SetPrec(4096).SetFloat64(float64(x)), new(big.Float).SetPrec(4096).SetFloat64(float64(y)))
	r.Add(r, new(big.Float).SetPrec(4096).SetFloat64(float64(z)))
	if is32[T]() {
		f, _ := r.Float32()
		return T(f)
	}
	f, _ := r.Float64()
	return T(f)
}

func rotateOperands[T Float](r *rand.Rand, m, n, k, ldr, lda int) (c, s, a []T) {
	nan := T(math.NaN())
	gap := func(rows, cols, ld int, f func() T) []T {
		x := make([]T, span(rows, cols, ld))
		for i := range x {
			x[i] = nan
			if i%ld < cols {
				x[i] = f()
			}
		}
		return x
	}
	c = gap(k, max(m-1, 0), ldr, func() T { return 0 })
	s = gap(k, max(m-1, 0), ldr, func() T { return 0 })
	for i := range c {
		if c[i] == 0 {
			t := 2 * math.Pi * r.Float64()
			c[i], s[i] = T(math.Cos(t)), T(math.Sin(t))
		}
	}
	a = gap(m, n, lda, func() T { return T(2*r.Float64() - 1) })
	return
}

func testRotatePortable[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const m, n, k = 6, 19, 3
	c, s, a := rotateOperands[T](r, m, n, k, m-1, n)
	want := append([]T(nil), a...)
	for q := 0; q < k; q++ {
		for i := 0; i < m-1; i++ {
			for j := 0; j < n; j++ {
				x, y := want[i*n+j], want[(i+1)*n+j]
				cs, sn := c[q*(m-1)+i], s[q*(m-1)+i]
				want[i*n+j] = exactFMA(cs, x, T(sn*y))
				want[(i+1)*n+j] = exactFMA(cs, y, -T(sn*x))
			}
		}
	}
	rotatePortable(m, n, k, c, s, m-1, a, n)
	for i := range a {
		require.True(t, bits.Equal(want[i], a[i]), "element %d: want %v, got %v", i, want[i], a[i])
	}
}

func TestRotatePortable(t *testing.T) {
	t.Run("float32", testRotatePortable[float32])
	t.Run("float64", testRotatePortable[float64])
}

// rotateCheck returns a function that compares a tier, with one to three workers, with the portable twin.
func rotateCheck[T Float](t *testing.T, isa ISA, r *rand.Rand) func(m, n, k, ldr, lda, off int, poison func(c, s, a []T)) {
	pools := []*Pool{NewPool(1, WithISA(isa)), NewPool(2, WithISA(isa)), NewPool(3, WithISA(isa))}
	for _, p := range pools {
		t.Cleanup(p.Close)
	}
	small, large := [3]*guard.Buffer[T]{}, [3]*guard.Buffer[T]{}
	for i := range small {
		small[i], large[i] = guard.New[T](t, 4096), guard.New[T](t, 700*601)
	}
	return func(m, n, k, ldr, lda, off int, poison func(c, s, a []T)) {
		c, s, a := rotateOperands[T](r, m, n, k, ldr, lda)
		if poison != nil {
			poison(c, s, a)
		}
		want := append([]T(nil), a...)
		if m > 1 && n > 0 && k > 0 {
			rotatePortable(m, n, k, c, s, ldr, want, lda)
		}
		use := small
		if len(a) > 4096 {
			use = large
		}
		ga, gcos, gsin := use[0], use[1], use[2]
		for w, p := range pools {
			// Against the page behind, against the page in front, and unaligned between.
			got, gc, gs := ga.EndCopy(a), gcos.EndCopy(c), gsin.EndCopy(s)
			switch w {
			case 1:
				got, gc, gs = ga.StartCopy(a), gcos.StartCopy(c), gsin.StartCopy(s)
			case 2:
				got = ga.AtCopy(a, off)
			}
			Rotate(p, m, n, k, gc, gs, ldr, got, lda)
			if d := bits.Diff(want, got); d != "" {
				t.Fatalf("m=%d n=%d k=%d ldr=%d lda=%d workers=%d: %s", m, n, k, ldr, lda, p.Workers(), d)
			}
		}
	}
}

func testRotateTiers[T Float](t *testing.T, isa ISA) {
	r := rand.New(rand.NewPCG(3, 4))
	check := rotateCheck[T](t, isa, r)
	for _, m := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 33} {
		for _, k := range []int{0, 1, 2, 3, 4, 5, 8, 9} {
			for _, n := range []int{0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 33, 64, 67} {
				if testing.Short() && (m+n+k)%3 != 0 {
					continue
				}
				check(m, n, k, max(1, m-1)+k%3, max(1, n)+m%4, m%3, nil)
			}
		}
	}
	for n := 0; n <= 131; n++ {
		check(7, n, 5, 6, max(1, n), 1, nil)
	}
	special := []T{T(math.NaN()), T(math.Inf(1)), T(math.Inf(-1)), 0, T(math.Copysign(0, -1)), 1e-40, T(math.SmallestNonzeroFloat32)}
	if !is32[T]() {
		tiny := math.SmallestNonzeroFloat64
		special = append(special, T(tiny), T(1e-160*1e-160))
	}
	for rep := 0; rep < 20; rep++ {
		check(9, 70, 6, 9, 71, 1, func(c, s, a []T) {
			for _, x := range [][]T{c, s, a, a, a} {
				x[r.IntN(len(x))] = special[r.IntN(len(special))]
			}
		})
	}
	if !testing.Short() || isa != Portable {
		// More rows than one call of assembly takes, in full panels of every tier and tails; then all but one of the 1024 steps of a call of the wave, all, and
		// one step more, a call of its own.
		for _, m := range []int{2300, 1027, 1028, 1029} {
			check(m, 72, 5, m-1, 72, 0, nil)
		}
	}
}

func TestRotateTiers(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String()+"/float32", func(t *testing.T) { testRotateTiers[float32](t, isa) })
		t.Run(isa.String()+"/float64", func(t *testing.T) { testRotateTiers[float64](t, isa) })
	}
}

// TestRotateWorkers: enough to be shared.
func TestRotateWorkers(t *testing.T) {
	for _, isa := range Supported() {
		if isa == Portable && testing.Short() {
			continue
		}
		r := rand.New(rand.NewPCG(3, 4))
		rotateCheck[float32](t, isa, r)(700, 600, 9, 699, 601, 0, nil)
		rotateCheck[float64](t, isa, r)(700, 600, 9, 699, 601, 0, nil)
	}
}

func TestRotateIsOrthogonal(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	c, s, a := rotateOperands[float64](r, 40, 40, 30, 39, 40)
	for i := range a {
		a[i] = 0
		if i%41 == 0 {
			a[i] = 1
		}
	}
	Rotate(nil, 40, 40, 30, c, s, 39, a, 40)
	for i := 0; i < 40; i++ {
		for j := 0; j <= i; j++ {
			var d float64
			for l := 0; l < 40; l++ {
				d += a[i*40+l] * a[j*40+l]
			}
			if i == j {
				d--
			}
			require.Less(t, math.Abs(d), 1e-13)
		}
	}
}

func TestRotatePanics(t *testing.T) {
	x := make([]float64, 100)
	c, s, a := x[:20], x[20:40], x[40:100]
	for want, f := range map[string]func(){
		negDim:  func() { Rotate(nil, -1, 2, 2, c, s, 5, a, 2) },
		badLdR:  func() { Rotate(nil, 5, 2, 2, c, s, 3, a, 2) },
		badLdA:  func() { Rotate(nil, 5, 4, 2, c, s, 4, a, 3) },
		shortC:  func() { Rotate(nil, 5, 4, 2, c[:7], s, 4, a, 4) },
		shortS:  func() { Rotate(nil, 5, 4, 2, c, s[:7], 4, a, 4) },
		shortA:  func() { Rotate(nil, 5, 4, 1, c, s, 4, a[:19], 4) },
		overlap: func() { Rotate(nil, 5, 4, 2, c, s, 4, x[25:], 4) },
	} {
		require.PanicsWithValue(t, want, f)
	}
	// Enormous leading dimensions must not overflow the length check.
	require.PanicsWithValue(t, shortC, func() { Rotate(nil, 5, 4, 2, c, s, math.MaxInt, a, 4) })
	require.PanicsWithValue(t, shortA, func() { Rotate(nil, 5, 4, 1, c, s, 4, a, math.MaxInt) })
	for _, v := range x {
		require.Zero(t, v)
	}
}

func TestRotateDoesNotAllocate(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	c, s, a := rotateOperands[float32](rand.New(rand.NewPCG(7, 8)), 300, 512, 8, 299, 512)
	Rotate(p, 300, 512, 8, c, s, 299, a, 512)
	require.Zero(t, testing.AllocsPerRun(10, func() { Rotate(p, 300, 512, 8, c, s, 299, a, 512) }))
}

func BenchmarkRotate(b *testing.B) {
	for _, isa := range Supported() {
		for _, m := range []int{32, 128, 512} {
			b.Run(fmt.Sprintf("%v/float64/%d", isa, m), func(b *testing.B) { benchRotate[float64](b, isa, m) })
			b.Run(fmt.Sprintf("%v/float32/%d", isa, m), func(b *testing.B) { benchRotate[float32](b, isa, m) })
		}
	}
}

func benchRotate[T Float](b *testing.B, isa ISA, m int) {
	const k = 32
	p := NewPool(1, WithISA(isa))
	defer p.Close()
	var z T
	lda := m + 128/int(unsafe.Sizeof(z))
	c, s, a := rotateOperands[T](rand.New(rand.NewPCG(9, 10)), m, m, k, m-1, lda)
	for b.Loop() {
		Rotate(p, m, m, k, c, s, m-1, a, lda)
	}
	b.ReportMetric(6*float64(m)*float64(m-1)*k*float64(b.N)/b.Elapsed().Seconds()/1e9, "GF")
}
