package kernels

import (
	"math"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// secularPolesOf returns n ascending poles, padded, and roots between them: o and t.
func secularPolesOf(r *rnd.Source, n int) (d, o, t []float64) {
	m := (n + SecularGroup - 1) / SecularGroup * SecularGroup
	d, o, t = make([]float64, m), make([]float64, m), make([]float64, m)
	for i := range d {
		d[i], o[i] = SecularPad, SecularPad
		if i < n {
			d[i] = float64(i) + 0.5*r.Float64()
			o[i], t[i] = d[i], 0.4*r.Float64()
		}
	}
	return d, o, t
}

// A blockGuard holds a SecularBlock between forbidden pages.
type blockGuard struct{ *guard.Buffer[float64] }

func newBlockGuard(t *testing.T) blockGuard {
	return blockGuard{guard.New[float64](t, int(unsafe.Sizeof(SecularBlock{})/8))}
}

// put returns a copy of b that ends at the page behind (end 1) or begins at the one before (0).
func (g blockGuard) put(end int, b *SecularBlock) *SecularBlock {
	x := g.Start(int(unsafe.Sizeof(*b) / 8))
	if end == 1 {
		x = g.End(len(x))
	}
	c := (*SecularBlock)(unsafe.Pointer(&x[0]))
	*c = *b
	return c
}

func TestSecular(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			r := rnd.New(1)
			var bufs [6]*guard.Buffer[float64]
			for i := range bufs {
				bufs[i] = guard.New[float64](t, 800)
			}
			blocks := newBlockGuard(t)
			for n := 0; n <= 80; n++ {
				d, o, tau := secularPolesOf(r, n)
				m := len(d)
				w := make([]float64, m)
				rnd.Uniform(r, w[:n])
				special := []float64{math.NaN(), math.Inf(1), math.Copysign(0, -1), 0, 5e-324, 1e-310}
				if n%5 == 4 {
					d[r.Intn(n)], w[r.Intn(n)], tau[r.Intn(n)] = special[n%6], special[(n+1)%6], special[(n+2)%6]
				}
				for end := range 2 {
					at := func(i int, x []float64) []float64 {
						if end == 1 {
							return bufs[i].EndCopy(x)
						}
						return bufs[i].StartCopy(x)
					}
					// Sums, at roots first … first+15 or the last.
					first := 0
					if n > 0 {
						first = r.Intn(n)
					}
					var want SecularBlock
					got := blocks.put(end, &want)
					hi := 0
					for l := range SecularLanes {
						if i := min(first+l, n-1); i >= 0 {
							got.Origin[l], got.Tau[l], got.Split[l], hi = o[i], tau[i], d[i], i
						}
					}
					want = *got
					secularSumsPortable(d, w, first&^3, min(m, (hi+4)&^3), &want)
					SecularSums(p, at(0, d), at(1, w), first, hi+1, got)
					for _, x := range [][2][SecularLanes]float64{{want.Psi, got.Psi}, {want.Phi, got.Phi}, {want.D1, got.D1}, {want.D2, got.D2}} {
						bits.Same(t, x[0][:], x[1][:], "SecularSums, n = %d, first %d", n, first)
					}
					y := make([]float64, m)
					secularProductsPortable(d, d, o, tau, y)
					gotY := at(4, y)
					clear(gotY)
					SecularProducts(p, at(5, d), at(0, d), at(1, o), at(2, tau), gotY)
					bits.Same(t, y, gotY, "SecularProducts, n = %d", n)
					if m == 0 {
						continue
					}
					const gap = 3
					x := make([]float64, 3*(m+gap)+m)
					for i := range x {
						x[i] = math.NaN()
					}
					gotX := at(4, x)
					first = min(first, m-4)
					secularVectorsPortable(d, w, (*[4]float64)(o[first:]), (*[4]float64)(tau[first:]), x, m+gap)
					SecularVectors(p, at(0, d), at(1, w), at(2, o[first:first+4]), at(3, tau[first:first+4]), gotX, m+gap)
					bits.Same(t, x, gotX, "SecularVectors, n = %d", n)
				}
			}
			// Products longer than one call of assembly takes.
			d, o, tau := secularPolesOf(r, 600)
			want, got := make([]float64, len(d)), make([]float64, len(d))
			secularProductsPortable(d, d, o, tau, want)
			SecularProducts(p, d, d, o, tau, got)
			bits.Same(t, want, got, "SecularProducts")
			// Sums of several calls, with the poles on both sides of a root in one of them and across its ends; NaN in what they are written over.
			d, o, tau = secularPolesOf(r, 9000)
			w := make([]float64, len(d))
			rnd.Uniform(r, w)
			for _, first := range []int{0, 2040, 2048, 4090, 6150, len(d) - 16} {
				var got SecularBlock
				for l := range SecularLanes {
					got.Origin[l], got.Tau[l], got.Split[l], got.Psi[l], got.D2[l] = o[first+l], tau[first+l], d[first+l], math.NaN(), math.NaN()
				}
				want := got
				secularSumsPortable(d, w, first&^3, min(len(d), (first+19)&^3), &want)
				SecularSums(p, d, w, first, first+16, &got)
				bits.Same(t, want.Psi[:], got.Psi[:], "SecularSums, first %d", first)
				bits.Same(t, want.Phi[:], got.Phi[:], "SecularSums, first %d", first)
				bits.Same(t, want.D1[:], got.D1[:], "SecularSums, first %d", first)
				bits.Same(t, want.D2[:], got.D2[:], "SecularSums, first %d", first)
			}
			d, o, tau = secularPolesOf(r, 600)
			// Bounds outside the list.
			var b, c SecularBlock
			SecularSums(p, d, d, -1, math.MaxInt, &b)
			SecularSums(p, d, d, 0, len(d), &c)
			require.Equal(t, c, b)
			SecularSums(p, nil, nil, 8, 9, &b)
			require.Equal(t, SecularBlock{}, b)
			require.Zero(t, testing.AllocsPerRun(5, func() {
				SecularSums(p, d, d, 4, 20, &b)
				SecularProducts(p, d, d, o, tau, got)
			}))
		})
	}
	x := make([]float64, 100)
	var b SecularBlock
	require.PanicsWithValue(t, badLen, func() { SecularSums(nil, x[:8], x[:16], 0, 1, &b) })
	require.PanicsWithValue(t, badLen, func() { SecularSums(nil, x[:9], x[:9], 0, 1, &b) })
	require.PanicsWithValue(t, badLen, func() { SecularProducts(nil, x[:8], x[:8], x[:16], x[:8], x[16:24]) })
	require.PanicsWithValue(t, overlap, func() { SecularProducts(nil, x[:8], x[8:16], x[8:16], x[:8], x[12:20]) })
	require.PanicsWithValue(t, badLen, func() { SecularVectors(nil, x[:8], x[:8], x[:3], x[:4], x[50:], 8) })
	require.PanicsWithValue(t, badLdX, func() { SecularVectors(nil, x[:8], x[:8], x[:4], x[:4], x[50:], 7) })
	require.PanicsWithValue(t, shortX, func() { SecularVectors(nil, x[:8], x[:8], x[:4], x[:4], x[50:], 16) })
	require.PanicsWithValue(t, overlap, func() { SecularVectors(nil, x[:8], x[:8], x[:4], x[:4], x[3:], 8) })
}

// The functions against the sums as they are written, in more than their precision.
func TestSecularAccuracy(t *testing.T) {
	r := rnd.New(2)
	const n = 61
	d, o, tau := secularPolesOf(r, n)
	w := make([]float64, len(d))
	rnd.Uniform(r, w[:n])
	var b SecularBlock
	for l := range SecularLanes {
		b.Origin[l], b.Tau[l], b.Split[l] = o[20+l], tau[20+l], d[20+l]
	}
	SecularSums(nil, d, w, 20, 36, &b)
	for l := range SecularLanes {
		var sum [4]float64
		var size float64
		for j := range n {
			delta := (d[j] - o[20+l]) - tau[20+l]
			k := 0
			if j > 20+l {
				k = 1
			}
			sum[k] += w[j] / delta
			sum[2] += w[j] / (delta * delta)
			sum[3] += w[j] / (delta * delta * delta)
			size += math.Abs(w[j]) / min(1, math.Abs(delta*delta*delta))
		}
		for k, got := range []float64{b.Psi[l], b.Phi[l], b.D1[l], b.D2[l]} {
			require.InDelta(t, sum[k], got, 1e-14*size, "lane %d, sum %d", l, k)
		}
	}
	y := make([]float64, len(d))
	SecularProducts(nil, d, d, o, tau, y)
	for j := range n {
		want := 1.0
		for i := range n {
			want *= (d[j] - o[i]) - tau[i]
			if i != j {
				want /= d[j] - d[i]
			}
		}
		require.InEpsilon(t, want, y[j], 1e-13)
	}
	x := make([]float64, 4*len(d))
	SecularVectors(nil, d, w, o[8:12], tau[8:12], x, len(d))
	for i := range 4 {
		var norm float64
		for j := range n {
			norm += math.Pow(w[j]/((d[j]-o[8+i])-tau[8+i]), 2)
		}
		for j := range n {
			require.InDelta(t, w[j]/((d[j]-o[8+i])-tau[8+i])/math.Sqrt(norm), x[i*len(d)+j], 1e-15)
		}
	}
}
