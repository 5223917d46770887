package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// AdamFinite is Adam with a look at what it does: an element whose new second moment v would not be finite, because its gradient is NaN or
// Inf or has a square that overflows, keeps its x, m and v. It reports whether there was none. All other elements get the bits of
// Adam, and the look costs no pass.
//
// It works on one core, whatever p has, of which it takes the tier: who has many elements shares out chunks of them. m may be nil. The vectors
// must have the same length and must not overlap, else AdamFinite panics.
func AdamFinite[T Float](p *Pool, c AdamCoef[T], x, g, m, v []T) bool {
	n := len(x)
	if len(g) != n || len(v) != n || m != nil && len(m) != n {
		panic(badLen)
	}
	if clash(x, g) || clash(x, v) || clash(g, v) || m != nil && (clash(x, m) || clash(g, m) || clash(v, m)) {
		panic(overlap)
	}
	if n == 0 {
		return true
	}
	px, pg, pm, pv := unsafe.SliceData(x), unsafe.SliceData(g), unsafe.SliceData(m), unsafe.SliceData(v)
	op := opAdam
	if m == nil {
		op = opRMS
	}
	raceElementwise(op, n, px, pg, pm, pv)
	isa, finite := p.ISA(), true
	piece := pieceElements[T](isa)
	for at := 0; at < n; {
		k := min(n-at, piece)
		done := adamFiniteCall(isa, &c, k, ahead(px, at), ahead(pg, at), ahead(pm, at), ahead(pv, at))
		at += done
		if done < k {
			// The vector with the bad element and some more: bad ones seldom come alone.
			k = min(k-done, finiteRun)
			adamFinitePortable(&c, vector(ahead(px, at), k), vector(ahead(pg, at), k), vector(ahead(pm, at), k), vector(ahead(pv, at), k))
			at += k
			finite = false
		}
	}
	return finite
}

// finiteRun is the number of elements that are done in Go where the assembly has stopped: at least a vector.
const finiteRun = 64

// adamFiniteCall is one piece: it returns the number of elements done, n or those before a bad one. It is not inlined, as elementCall
// is not.
//
//go:noinline
func adamFiniteCall[T Float](isa ISA, c *AdamCoef[T], n int, x, g, m, v *T) int {
	if isa != Portable {
		return adamFiniteSIMD(isa, c, n, x, g, m, v)
	}
	xs, gs, ms, vs := vector(x, n), vector(g, n), vector(m, n), vector(v, n)
	for i := range xs {
		if !adamFiniteElement(c, xs, gs, ms, vs, i) {
			return i
		}
	}
	return n
}

// adamFinitePortable leaves out what is bad and goes on.
func adamFinitePortable[T Float](c *AdamCoef[T], x, g, m, v []T) {
	for i := range x {
		adamFiniteElement(c, x, g, m, v, i)
	}
}

// adamFiniteElement is Adam on element i unless it is bad.
func adamFiniteElement[T Float](c *AdamCoef[T], x, g, m, v []T, i int) bool {
	u := elem.FMA(c.L2, x[i], T(c.Scale*g[i]))
	w := elem.FMA(c.Weight2, T(u*u), T(c.Beta2*v[i]))
	if w-w != 0 {
		return false
	}
	v[i] = w
	d := elem.Sqrt(w) + c.Eps
	if m != nil {
		u = elem.FMA(c.Weight1, u, T(c.Beta1*m[i]))
		m[i] = u
	}
	x[i] = elem.FMA(-c.Step, u/d, T(c.Decay*x[i]))
	return true
}
