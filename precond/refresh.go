package precond

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// refresh computes new bases or roots where they are due.
func (p *pass[T]) refresh() {
	switch {
	case !p.c.fresh || p.b.flat:
	case p.b.watch != nil:
		p.watched()
	default:
		p.renew()
	}
}

// renew computes new bases or roots, and re-expresses the first moment where it lives in the basis. What fails stays
// as it was.
func (p *pass[T]) renew() {
	carried := p.o.prog.inBasis && p.m != nil && !p.c.skip
	z := p.s.buf[bufZ]
	if carried {
		z = z[:p.b.n]
		p.outOf(z, p.m)
	}
	moved, ready, carry := false, p.b.ready(), p.o.cfg.Basis.Carry
	for k := range p.b.axes {
		a := &p.b.axes[k]
		if !a.on {
			continue
		}
		square := (carry == Square || carry == Product && ready) && !p.c.skip
		if square {
			linalg.Copy(p.scratch(3, a.d), a.q)
		}
		if r := p.renewAxis(a); r != unchanged {
			a.set, moved = r == renewed, true
			p.b.link(k)
			if square {
				p.square(a)
			}
		}
	}
	p.b.powers(&p.o.cfg)
	if moved && carry == Product && !ready {
		p.product()
	}
	if carried && moved {
		p.into(p.m, z)
	}
}

// refreshAxis renews one axis and reports whether its basis is another one now.
func (p *pass[T]) refreshAxis(a *axis[T]) bool {
	var ok bool
	switch {
	case p.o.cfg.Basis.Kind == Root:
		ok = p.root(a)
	case p.o.cfg.Basis.By.warm() && a.set:
		return p.warm(a)
	default:
		// Where eigenvalues are wanted, the axes are no basis to keep: none are known for them.
		if p.o.cfg.Basis.Tol > 0 && (a.set || a.values == nil) && p.keeps(a) {
			p.b.status.kept++
			return false
		}
		ok = p.eigh(a)
	}
	if ok {
		p.b.status.refreshed++
	} else {
		p.b.status.failed++
	}
	return ok
}

// scratch is square scratch matrix i.
func (p *pass[T]) scratch(i, d int) linalg.Matrix[T] {
	return linalg.MatrixOf(d, d, p.s.mat[i][:d*d])
}

// factor returns the corrected factor with its ridge; the lower triangle counts.
func (p *pass[T]) factor(a *axis[T]) linalg.Matrix[T] {
	ridge := p.o.cfg.Factors.Ridge
	if p.o.cfg.Basis.Kind == Eigen && p.o.cfg.Diagonal.EpsAt == EpsAtFactor {
		ridge = p.o.cfg.Diagonal.Eps
	}
	if p.c.biasF == 1 && ridge == 0 && !p.o.cfg.Factors.Trace {
		return a.c
	}
	w := p.scratch(0, a.d)
	bias := T(p.c.biasF * p.scale(a))
	for i := range a.d {
		dst, src := w.Row(i)[:i+1], a.c.Row(i)
		for j := range dst {
			dst[j] = src[j] / bias
		}
		dst[i] += T(ridge)
	}
	return w
}

// root computes the inverse root of a factor.
func (p *pass[T]) root(a *axis[T]) bool {
	if l := a.lane; l != nil && l.solved {
		l.solved = false
		if p.laneRoot(a) {
			return true
		}
	}
	key, root := p.o.cfg.rootOf(a.d, a.power)
	if root.Method == linalg.RootEigen {
		_, err := p.s.roots[key].Compute(a.q, p.factor(a))
		return err == nil
	}
	// An iteration may end far from a root: the one before is not to be lost to that.
	x := p.scratch(2, a.d)
	r, err := p.s.roots[key].Compute(x, p.factor(a))
	if err != nil || !(r.Residual <= rootResidual) {
		return false
	}
	linalg.Copy(a.q, x)
	return true
}

// eigh solves the symmetric eigenproblem of a factor.
func (p *pass[T]) eigh(a *axis[T]) bool {
	var rows linalg.Matrix[T]
	var values []T
	if l := a.lane; l != nil && l.solved {
		rows, values, l.solved = l.rows, l.values, false
	} else {
		e := p.s.eig[a.d]
		if e.Factorize(p.factor(a)) != nil {
			return false
		}
		rows, values = e.VectorsT(), e.Values()
	}
	if a.values != nil {
		copy(a.values, values)
	}
	if p.o.cfg.Basis.Ascending {
		for i := range a.d {
			row := rows.Row(a.d - 1 - i)
			for j, x := range row {
				a.q.Data[j*a.d+i] = x
			}
		}
		slices.Reverse(a.values)
	} else {
		linalg.TransposeTo(p.p, a.q, rows)
	}
	return true
}

// product sets the diagonal to the product of the eigenvalues.
func (p *pass[T]) product() {
	for i := range p.v {
		l := 1.0
		for k := range p.b.axes {
			a := &p.b.axes[k]
			l = float64(l * a.value(i/a.right%a.d))
		}
		p.v[i] = T(l)
	}
}

// powers computes φ = λ^power of each axis from its eigenvalues.
func (b *block[T]) powers(c *Config) {
	split, count := 1.0, 0.0
	if c.Diagonal.Split {
		for k := range b.axes {
			if b.axes[k].phi != nil {
				split *= b.axes[k].mean()
				count++
			}
		}
		if split > 0 {
			split = elem.Pow(c.Diagonal.Damping/split, 1/count)
		}
	}
	for k := range b.axes {
		if a := &b.axes[k]; c.Diagonal.Split && a.phi != nil {
			// δ^(1/N)·n_k/(n_1⋯n_N)^(1/N); δ^(1/N) where a factor is 0.
			shift := split * a.mean()
			if split == 0 {
				shift = elem.Pow(c.Diagonal.Damping, 1/count)
			}
			for i := range a.phi {
				a.phi[i] = T(elem.Pow(a.value(i)+shift, a.power))
			}
		} else {
			a.powers(c)
		}
	}
}

// powers computes φ = λ^power, with λ lifted so that none is below ε.
func (a *axis[T]) powers(c *Config) {
	if a.phi == nil || c.Diagonal.Damping != 0 {
		return
	}
	low := math.Inf(1)
	for _, v := range a.values {
		low = min(low, float64(v))
	}
	for i, v := range a.values {
		a.phi[i] = T(c.Diagonal.lifted(float64(v), low, a.power))
	}
}

// lifted is the power of an eigenvalue v of a factor whose least one is low.
func (d *Diagonal) lifted(v, low, power float64) float64 {
	switch {
	case d.EpsAt == EpsAtValues:
		v = v - min(low, 0) + d.Eps
	case low < d.Eps:
		// Subtract first: of a large −low the sum with ε would be nothing.
		v = v - low + d.Eps
	}
	return elem.Pow(v, power)
}

// keeps reports whether the basis still diagonalises the factor, ‖B − diag B‖_F ≤ Tol·‖B‖_F with B = QᵀCQ, and
// leaves C·Q in scratch matrix 1. The eigenvalues of a basis that stays are the diagonal of B.
func (p *pass[T]) keeps(a *axis[T]) bool {
	b := p.scratch(2, a.d)
	if !(linalg.Criterion(p.p, a.q, p.factor(a), p.scratch(1, a.d), b) <= p.o.cfg.Basis.Tol) {
		return false
	}
	for i := range a.values {
		a.values[i] = b.At(i, i)
	}
	return true
}
