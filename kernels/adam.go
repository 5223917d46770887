package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// AdamCoef are the scalars of a fused step with a diagonal second moment,
//
//	ĝ = Scale·g + L2·x
//	m = Beta1·m + Weight1·ĝ
//	v = Beta2·v + Weight2·ĝ²
//	x = Decay·x − Step·m/(√v + Eps)
//
// which holds the whole family, because bias corrections and the order of decay fold into the scalars.
// With b₁ = 1 − β₁ᵗ, b₂ = √(1 − β₂ᵗ), in float64 before the conversion to T:
//
//	AdamW (PyTorch)   Step = lr·b₂/b₁, Eps = ε·b₂ (ε is added to the root of the corrected v), Decay = 1 − lr·wd
//	Adam with L2      the same with L2 = wd, Decay = 1
//	SOAP's inner step Step = lr·b₂/b₁, Eps = ε (added to the root of the uncorrected v)
//	decay afterwards  Decay = d, Step = d·η: x ← d·(x − η·u), d = 1 − lr·wd
//	Adagrad           m nil, Beta2 = Weight2 = 1, Step = lr, Eps = ε
//	RMSprop           m nil, Beta2 = β, Weight2 = 1 − β, Step = lr, Eps = ε
//
// Scale carries a clipping factor, 1/accumulation and 1/loss scale; it is 1 otherwise. The zero
// value is of no use.
type AdamCoef[T Float] struct {
	Scale, L2      T
	Beta1, Weight1 T
	Beta2, Weight2 T
	Eps            T
	Step, Decay    T
}

// Adam performs the step of AdamCoef in place in one pass: g is read, x, m and v are read and written,
// 28 bytes per element in float32. m may be nil: then ĝ takes its place (20 bytes).
//
// Roundings: ĝ = fma(L2, x, Scale·g), m = fma(Weight1, ĝ, Beta1·m), v = fma(Weight2, ĝ·ĝ, Beta2·v),
// u = m/(√v + Eps) with root, sum and quotient rounded, x = fma(−Step, u, Decay·x); products before a
// comma are rounded. A negative v gives NaN.
//
// The vectors must have the same length and must not overlap, else Adam panics.
func Adam[T Float](p *Pool, c AdamCoef[T], x, g, m, v []T) {
	n := len(x)
	if len(g) != n || len(v) != n || m != nil && len(m) != n {
		panic(badLen)
	}
	if clash(x, g) || clash(x, v) || clash(g, v) || m != nil && (clash(x, m) || clash(g, m) || clash(v, m)) {
		panic(overlap)
	}
	if n == 0 {
		return
	}
	op := opAdam
	if m == nil {
		op = opRMS
	}
	elementwise(p, op, &c, n, unsafe.SliceData(x), unsafe.SliceData(g), unsafe.SliceData(m), unsafe.SliceData(v))
}

// AdamDirection is Adam without the parameter: it updates m and v and writes u = m/(√v + Eps), for steps
// that rotate the direction before they apply it. L2, Step and Decay are not used, so
// bias corrections of u are the caller's. u may be g itself; otherwise the vectors must not overlap.
// 24 bytes per element in float32. m may be nil: then ĝ takes its place.
//
// Roundings: ĝ = Scale·g, the rest as in Adam.
func AdamDirection[T Float](p *Pool, c AdamCoef[T], u, g, m, v []T) {
	n := len(u)
	if len(g) != n || len(v) != n || m != nil && len(m) != n {
		panic(badLen)
	}
	if !same(u, g) && clash(u, g) || clash(u, v) || clash(g, v) || m != nil && (clash(u, m) || clash(g, m) || clash(v, m)) {
		panic(overlap)
	}
	if n == 0 {
		return
	}
	op := opAdamDirection
	if m == nil {
		op = opRMSDirection
	}
	elementwise(p, op, &c, n, unsafe.SliceData(u), unsafe.SliceData(g), unsafe.SliceData(m), unsafe.SliceData(v))
}

// adamPortable is the twin of the assembly.
func adamPortable[T Float](c *AdamCoef[T], x, g, m, v []T) {
	g, v = g[:len(x)], v[:len(x)]
	if m != nil {
		m = m[:len(x)]
	}
	for i, xi := range x {
		u := elem.FMA(c.L2, xi, T(c.Scale*g[i]))
		d := rootMoment(c, u, v, i)
		if m != nil {
			u = elem.FMA(c.Weight1, u, T(c.Beta1*m[i]))
			m[i] = u
		}
		x[i] = elem.FMA(-c.Step, u/d, T(c.Decay*xi))
	}
}

// adamDirectionPortable is the twin of the assembly.
func adamDirectionPortable[T Float](c *AdamCoef[T], u, g, m, v []T) {
	g, v = g[:len(u)], v[:len(u)]
	if m != nil {
		m = m[:len(u)]
	}
	for i, gi := range g {
		w := T(c.Scale * gi)
		d := rootMoment(c, w, v, i)
		if m != nil {
			w = elem.FMA(c.Weight1, w, T(c.Beta1*m[i]))
			m[i] = w
		}
		u[i] = w / d
	}
}

// rootMoment updates v[i] and returns √v[i] + Eps.
func rootMoment[T Float](c *AdamCoef[T], g T, v []T, i int) T {
	w := elem.FMA(c.Weight2, T(g*g), T(c.Beta2*v[i]))
	v[i] = w
	return elem.Sqrt(w) + c.Eps
}
