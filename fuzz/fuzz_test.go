package fuzz

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// portable is the reference; tiers are the Pools to compare with it.
var (
	portable = kernels.NewPool(1, kernels.WithISA(kernels.Portable))
	tiers    = func() (pools []*kernels.Pool) {
		for _, isa := range kernels.Supported()[1:] {
			pools = append(pools, kernels.NewPool(1, kernels.WithISA(isa)))
		}
		return
	}()
)

// Elements of content by their first byte: plain numbers, everything that floating point has, or raw bits.
const (
	plain = iota
	special
	raw
	contents
)

// operands makes the operands of one call: contents, places and strides follow from the fuzzer's bytes.
type operands[T kernels.Float] struct {
	t    *testing.T
	src  *rnd.Source
	data []byte
	list []*operand[T]
}

type operand[T kernels.Float] struct {
	init  []T
	place uint64
	buf   *guard.Buffer[T]
}

func newOperands[T kernels.Float](t *testing.T, seed uint64, data []byte) *operands[T] {
	return &operands[T]{t: t, src: rnd.New(seed), data: data}
}

// vec adds an operand of n elements and returns its number.
func (o *operands[T]) vec(n int) int {
	x := make([]T, n)
	kind := int(o.src.Uint64() % contents)
	if len(o.data) > 0 {
		kind = int(o.data[0]) % contents
	}
	switch kind {
	case plain:
		rnd.Uniform(o.src, x)
	case special:
		rnd.Special(o.src, x)
	case raw:
		rnd.Wide(o.src, x)
	}
	// The fuzzer's own bits, here and there.
	size := int(unsafe.Sizeof(*new(T)))
	for i := range x {
		if len(o.data) >= size && o.src.Intn(4) == 0 {
			at := o.src.Intn(len(o.data) - size + 1)
			if size == 4 {
				x[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(o.data[at:])))
			} else {
				x[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(o.data[at:])))
			}
		}
	}
	o.list = append(o.list, &operand[T]{init: x, place: o.src.Uint64(), buf: guard.New[T](o.t, n+8)})
	return len(o.list) - 1
}

// place returns fresh copies of all operands, each against a forbidden page or somewhere between.
func (o *operands[T]) place() [][]T {
	var all [][]T
	for _, p := range o.list {
		var x []T
		switch p.place % 3 {
		case 0:
			x = p.buf.EndCopy(p.init)
		case 1:
			x = p.buf.StartCopy(p.init)
		case 2:
			x = p.buf.AtCopy(p.init, int(p.place>>8%8))
		}
		all = append(all, x)
	}
	return all
}

// compare runs f in the portable tier and in all others and fails unless every operand ends up with the same
// bits. f returns results that are no operand.
func (o *operands[T]) compare(f func(p *kernels.Pool, x [][]T) []T) {
	run := func(p *kernels.Pool) [][]T {
		x := o.place()
		r := f(p, x)
		for i, v := range x {
			o.list[i].buf.Check()
			x[i] = slices.Clone(v)
		}
		return append(x, r)
	}
	want := run(portable)
	for _, p := range tiers {
		for i, got := range run(p) {
			bits.Same(o.t, want[i], got, "%v, operand %d", p.ISA(), i)
		}
	}
}

// scalar takes a number of the fuzzer as a T that is often one of the special cases of a kernel.
func scalar[T kernels.Float](x float64) T {
	if u := math.Float64bits(x); u%3 == 0 {
		return [...]T{0, 1, -1, 0.5}[u/3%4]
	}
	return T(x)
}

func trans(flag uint64) kernels.Transpose {
	if flag&1 == 0 {
		return kernels.NoTrans
	}
	return kernels.Trans
}

func uplo(flag uint64) kernels.Uplo {
	if flag&1 == 0 {
		return kernels.Lower
	}
	return kernels.Upper
}

// small reduces sizes below their limits, and then until their product is small: the portable twin and the
// fuzzer's instrumentation are slow, and many small shapes find more than one large one.
func small(m0, n0, k0 int, m, n, k uint16) [3]int {
	d := [3]int{int(m) % m0, int(n) % n0, int(k) % k0}
	for d[0]*d[1]*d[2] > 20000 {
		i := 0
		if d[1] > d[0] {
			i = 1
		}
		if d[i] < 8 {
			i = 2
		}
		d[i] /= 2
	}
	return d
}

// span is the length of a rows×cols operand with leading dimension ld.
func span(rows, cols, ld int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*ld + cols
}

func FuzzGemm(f *testing.F) {
	for _, s := range []struct{ m, n, k uint16 }{{1, 1, 1}, {3, 17, 5}, {14, 32, 8}, {15, 33, 400}, {40, 70, 9}, {0, 3, 2}, {2, 2, 800}, {64, 64, 64}} {
		f.Add(uint64(s.m), s.m, s.n, s.k, uint64(0x123), 1.0, 0.0, []byte{})
		f.Add(uint64(s.n), s.n, s.m, s.k, uint64(0x2f), -0.7, 0.3, []byte{1, 0, 0, 0xc0, 0x7f, 0, 0, 0x80})
	}
	f.Fuzz(func(t *testing.T, seed uint64, m, n, k uint16, flags uint64, alpha, beta float64, data []byte) {
		dims := small(80, 80, 900, m, n, k)
		gemm[float32](t, seed, dims, flags, alpha, beta, data)
		gemm[float64](t, seed, dims, flags, alpha, beta, data)
	})
}

func gemm[T kernels.Float](t *testing.T, seed uint64, dims [3]int, flags uint64, alpha, beta float64, data []byte) {
	m, n, k := dims[0], dims[1], dims[2]
	tA, tB := trans(flags), trans(flags>>1)
	ra, ca, rb, cb := m, k, k, n
	if tA == kernels.Trans {
		ra, ca = k, m
	}
	if tB == kernels.Trans {
		rb, cb = n, k
	}
	lda, ldb, ldc := max(1, ca)+int(flags>>2&7), max(1, cb)+int(flags>>5&7), max(1, n)+int(flags>>8&7)
	o := newOperands[T](t, seed, data)
	a, b, c := o.vec(span(ra, ca, lda)), o.vec(span(rb, cb, ldb)), o.vec(span(m, n, ldc))
	o.compare(func(p *kernels.Pool, x [][]T) []T {
		kernels.Gemm(p, tA, tB, m, n, k, scalar[T](alpha), x[a], lda, x[b], ldb, scalar[T](beta), x[c], ldc)
		return nil
	})
}

func FuzzSyrk(f *testing.F) {
	for _, s := range []struct{ n, k uint16 }{{1, 1}, {5, 3}, {17, 20}, {33, 390}, {70, 8}, {64, 64}, {0, 4}} {
		f.Add(uint64(s.n), s.n, s.k, uint64(0x155), 1.0, 0.0, []byte{})
		f.Add(uint64(s.k), s.n, s.k, uint64(0x2a), 0.05, 0.95, []byte{2, 1, 0, 0x80, 0xff, 0, 0, 1})
	}
	f.Fuzz(func(t *testing.T, seed uint64, n, k uint16, flags uint64, alpha, beta float64, data []byte) {
		dims := small(90, 90, 900, n, n, k)
		syrk[float32](t, seed, min(dims[0], dims[1]), dims[2], flags, alpha, beta, data)
		syrk[float64](t, seed, min(dims[0], dims[1]), dims[2], flags, alpha, beta, data)
	})
}

func syrk[T kernels.Float](t *testing.T, seed uint64, n, k int, flags uint64, alpha, beta float64, data []byte) {
	tA, ul := trans(flags), uplo(flags>>1)
	ra, ca := n, k
	if tA == kernels.Trans {
		ra, ca = k, n
	}
	lda, ldc := max(1, ca)+int(flags>>2&7), max(1, n)+int(flags>>5&7)
	o := newOperands[T](t, seed, data)
	a, c := o.vec(span(ra, ca, lda)), o.vec(span(n, n, ldc))
	o.compare(func(p *kernels.Pool, x [][]T) []T {
		kernels.Syrk(p, ul, tA, n, k, scalar[T](alpha), x[a], lda, scalar[T](beta), x[c], ldc)
		return nil
	})
	tB := trans(flags >> 8)
	rb, cb := k, n
	if tB == kernels.Trans {
		rb, cb = n, k
	}
	ldb := max(1, cb) + int(flags>>9&7)
	b := o.vec(span(rb, cb, ldb))
	o.compare(func(p *kernels.Pool, x [][]T) []T {
		kernels.Gemmt(p, ul, tA, tB, n, k, scalar[T](alpha), x[a], lda, x[b], ldb, scalar[T](beta), x[c], ldc)
		return nil
	})
}

func FuzzReduce(f *testing.F) {
	for _, n := range []uint32{0, 1, 31, 32, 33, 63, 64, 65, 1000, kernels.Segment - 1, kernels.Segment, kernels.Segment + 1, 2*kernels.Segment + 5} {
		f.Add(uint64(n), n, uint16(17), uint16(n%97), uint64(3), -0.7, 0.3, []byte{})
		f.Add(uint64(n)+1, n, uint16(n%50), uint16(33), uint64(0x1c), 1.0, 0.0, []byte{1, 0, 0, 0x80, 0x7f, 0xf0, 0x7f, 0})
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint32, rows, cols uint16, flags uint64, alpha, beta float64, data []byte) {
		if seed%8 != 0 {
			n %= 300 // segments are long, and most of what can go wrong is at the end of one
		}
		reduce[float32](t, seed, int(n%40000), data)
		reduce[float64](t, seed, int(n%40000), data)
		gemv[float32](t, seed, int(rows%100), int(cols%300), flags, alpha, beta, data)
		gemv[float64](t, seed, int(rows%100), int(cols%300), flags, alpha, beta, data)
	})
}

func reduce[T kernels.Float](t *testing.T, seed uint64, n int, data []byte) {
	o := newOperands[T](t, seed, data)
	x, y := o.vec(n), o.vec(n)
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		finite := T(0)
		if kernels.Finite(p, v[x]) {
			finite = 1
		}
		return []T{kernels.Dot(p, v[x], v[y]), kernels.Sum(p, v[x]), kernels.SumSquares(p, v[x]), kernels.Nrm2(p, v[x]), kernels.MaxAbs(p, v[x]), finite}
	})
}

func gemv[T kernels.Float](t *testing.T, seed uint64, m, n int, flags uint64, alpha, beta float64, data []byte) {
	tA, lda := trans(flags), max(1, n)+int(flags>>1&7)
	in, out := n, m
	if tA == kernels.Trans {
		in, out = m, n
	}
	o := newOperands[T](t, seed, data)
	a, x, y := o.vec(span(m, n, lda)), o.vec(in), o.vec(out)
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		kernels.Gemv(p, tA, m, n, scalar[T](alpha), v[a], lda, v[x], scalar[T](beta), v[y])
		return nil
	})
}

func FuzzRotate(f *testing.F) {
	for _, s := range []struct{ m, n, k uint16 }{{2, 1, 1}, {5, 16, 3}, {9, 17, 4}, {40, 70, 9}, {3, 64, 12}, {1, 5, 2}} {
		f.Add(uint64(s.m), s.m, s.n, s.k, uint64(0x11), []byte{})
		f.Add(uint64(s.n), s.m, s.n, s.k, uint64(0x2e), []byte{1, 0, 0, 0, 0x80, 1, 0, 0})
	}
	f.Fuzz(func(t *testing.T, seed uint64, m, n, k uint16, flags uint64, data []byte) {
		dims := small(60, 100, 20, m, n, k)
		rotate[float32](t, seed, dims, flags, data)
		rotate[float64](t, seed, dims, flags, data)
	})
}

func rotate[T kernels.Float](t *testing.T, seed uint64, dims [3]int, flags uint64, data []byte) {
	m, n, k := dims[0], dims[1], dims[2]
	ldr, lda := max(1, m-1)+int(flags&7), max(1, n)+int(flags>>3&7)
	o := newOperands[T](t, seed, data)
	c, s, a := o.vec(span(k, max(0, m-1), ldr)), o.vec(span(k, max(0, m-1), ldr)), o.vec(span(m, n, lda))
	o.compare(func(p *kernels.Pool, x [][]T) []T {
		kernels.Rotate(p, m, n, k, x[c], x[s], ldr, x[a], lda)
		return nil
	})
}

func FuzzUpdate(f *testing.F) {
	for _, n := range []uint16{0, 1, 7, 8, 15, 16, 17, 33, 100} {
		f.Add(uint64(n), n, 1.0, 0.0, 0.9, 0.95, 1e-8, 3e-3, []byte{})
		f.Add(uint64(n)+9, n, 0.25, 0.01, 0.9, 0.99, 0.0, 0.1, []byte{1, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0})
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, scale, l2, b1, b2, eps, step float64, data []byte) {
		update[float32](t, seed, int(n%600), scale, l2, b1, b2, eps, step, data)
		update[float64](t, seed, int(n%600), scale, l2, b1, b2, eps, step, data)
	})
}

func update[T kernels.Float](t *testing.T, seed uint64, n int, scale, l2, b1, b2, eps, step float64, data []byte) {
	coef := kernels.AdamCoef[T]{
		Scale: T(scale), L2: T(l2), Beta1: T(b1), Weight1: T(1 - b1), Beta2: T(b2), Weight2: T(1 - b2), Eps: T(eps), Step: T(step), Decay: T(1 - step*l2),
	}
	o := newOperands[T](t, seed, data)
	x, g, m, v, u, w := o.vec(n), o.vec(n), o.vec(n), o.vec(n), o.vec(n), o.vec(n)
	o.compare(func(p *kernels.Pool, z [][]T) []T {
		sum := kernels.PreconditionSumSquares(p, coef.Scale, coef.Eps, z[m], z[v])
		kernels.Precondition(p, coef.Scale, coef.Eps, z[m], z[v], z[u])
		kernels.Adam(p, coef, z[x], z[g], z[m], z[v])
		kernels.Adam(p, coef, z[u], z[g], nil, z[v])
		kernels.AdamDirection(p, coef, z[u], z[g], z[m], z[v])
		kernels.SecondMoment(p, coef.Beta2, coef.Weight2, coef.Scale, z[g], z[v])
		kernels.Axpby(p, coef.Step, z[x], coef.Decay, z[m], z[w])
		kernels.Axpy(p, coef.Step, z[x], z[w])
		kernels.Hadamard(p, z[w], z[g], z[x])
		kernels.Exp(p, z[g], z[w])
		return []T{sum}
	})
}
