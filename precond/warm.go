package precond

import (
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// warm reports whether a method starts from the last basis.
func (m Method) warm() bool { return m == PowerQR || m == QRAlgorithm || m == Refine }

// root reports whether a method is an iteration for inverse roots.
func (m Method) root() bool { return m == Newton || m == HigherOrder }

// mats is the number of square scratch matrices.
func (c *Config) mats() int {
	if c.Basis.Carry == Square || c.Basis.Carry == Product {
		return 4 // the basis before
	}
	return 3
}

// scale is what a factor is divided by besides its bias correction.
func (p *pass[T]) scale(a *axis[T]) float64 {
	if !p.o.cfg.Factors.Trace {
		return 1
	}
	count, trace := 0.0, 0.0
	for k := range p.b.axes {
		if p.b.axes[k].on {
			count++
		}
	}
	for i := range a.d {
		trace += float64(a.c.At(i, i))
	}
	if trace = trace / p.c.biasF; !(trace > 0) {
		return 1
	}
	return elem.Pow(trace, (count-1)/count)
}

// warm renews a basis from the last one.
func (p *pass[T]) warm(a *axis[T]) bool {
	t := p.scratch(1, a.d)
	switch rule := &p.o.cfg.Basis; {
	case a.lane != nil && a.lane.solved: // C·Q and its factor are known
	case rule.By == Refine && rule.Tol == 0:
		linalg.Criterion(p.p, a.q, p.factor(a), t, p.scratch(2, a.d))
	case rule.By == QRAlgorithm || rule.Tol == 0:
		linalg.SymMul(p.p, t, p.factor(a), a.q)
	case p.keeps(a):
		p.b.status.kept++
		return false
	}
	switch p.o.cfg.Basis.By {
	case QRAlgorithm:
		return p.qrAlgorithm(a, t)
	case Refine:
		if b := p.scratch(2, a.d); !p.usable(b) || linalg.RefineStep(p.p, p.s.qr[a.d], a.q, b, t) != nil {
			p.b.status.failed++
			return false
		}
		p.b.status.refreshed++
		return true
	}
	return p.power(a, t)
}

// usable reports whether a product with a finite factor is finite. The solvers would say so by an error in fresh memory, which a step has not.
func (p *pass[T]) usable(x linalg.Matrix[T]) bool { return linalg.Finite(p.p, x) }

// power is one step of orthogonal iteration, t = C·Q, after which the diagonal moves along with the columns, or the columns back
// to their slots.
func (p *pass[T]) power(a *axis[T], t linalg.Matrix[T]) bool {
	d := a.d
	perm := p.s.perm[:d]
	if l := a.lane; l != nil && l.solved {
		l.solved, perm = false, l.perm
		linalg.TransposeTo(p.p, a.q, l.rows)
	} else if !p.usable(t) || linalg.PowerQR(p.s.qr[d], a.q, t, p.s.sum[:d], perm) != nil {
		p.b.status.failed++
		return false
	}
	switch p.o.cfg.Basis.Carry {
	case Scatter:
		linalg.Copy(t, a.q)
		for i := range d {
			dst, src := a.q.Row(i), t.Row(i)
			for j, k := range perm {
				dst[k] = src[j]
			}
		}
	case Permute:
		p.reorder(a, perm)
	}
	p.b.status.refreshed++
	return true
}

// qrAlgorithm makes steps of the QR algorithm on B = QᵀCQ, t = C·Q, then sorts the columns by its diagonal. Without a step, because
// the basis fits, nothing is sorted: the diagonal would lose its slots for nothing.
func (p *pass[T]) qrAlgorithm(a *axis[T], t linalg.Matrix[T]) bool {
	d, rule := a.d, &p.o.cfg.Basis
	b, w := p.scratch(2, d), p.scratch(0, d)
	linalg.MatMulTN(p.p, b, a.q, t)
	done := 0
	for done < max(1, rule.Iterations) {
		if rule.Tol > 0 && linalg.OffDiagonal(p.p, b) <= rule.Tol {
			break
		}
		if !p.usable(b) || linalg.QRStep(p.p, p.s.qr[d], a.q, b, t, w) != nil {
			p.b.status.failed++
			return done > 0
		}
		done++
	}
	if done == 0 {
		p.b.status.kept++
		return false
	}
	e, perm := p.s.sum[:d], p.s.perm[:d]
	for i := range d {
		e[i] = float64(b.At(i, i))
		if rule.Ascending {
			e[i] = -e[i]
		}
	}
	linalg.SortColumns(a.q, e, perm)
	if rule.Carry == Permute {
		p.reorder(a, perm)
	}
	p.b.status.refreshed++
	return true
}

// reorder moves what the diagonal has in slot perm[i] of an axis to slot i.
func (p *pass[T]) reorder(a *axis[T], perm []int) {
	if slices.IsSorted(perm) {
		return
	}
	p.permute(p.v, a.left, a.right, perm)
	p.permute(p.top, a.left, a.right, perm)
	p.permute(a.marginal, 1, 1, perm)
}

// permute moves entry perm[i] of the middle axis of x[left][len(perm)][right] to place i.
func (p *pass[T]) permute(x []T, left, right int, perm []int) {
	if x == nil {
		return
	}
	w, d := p.s.buf[bufW][:len(x)], len(perm)
	for l := range left {
		for i, from := range perm {
			copy(w[(l*d+i)*right:][:right], x[(l*d+from)*right:])
		}
	}
	copy(x, w)
}

// square carries the diagonal from the basis before, in scratch 3, to the new one: along the axis it is multiplied by
// the transpose of R∘R, R = Q_oldᵀ·Q_new.
func (p *pass[T]) square(a *axis[T]) {
	r := p.scratch(1, a.d)
	linalg.MatMulTN(p.p, r, p.scratch(3, a.d), a.q)
	kernels.Hadamard(p.p, r.Data, r.Data, r.Data)
	p.contract(p.v, a.left, a.right, r)
	p.contract(p.top, a.left, a.right, r)
	p.contract(a.marginal, 1, 1, r)
}

// contract replaces x[l][i][r] by Σ_j m_ji·x[l][j][r].
func (p *pass[T]) contract(x []T, left, right int, m linalg.Matrix[T]) {
	if x == nil {
		return
	}
	w, d := p.s.buf[bufW][:len(x)], m.Rows
	if right == 1 {
		kernels.Gemm(p.p, kernels.NoTrans, kernels.NoTrans, left, d, d, 1, x, d, m.Data, d, 0, w, d)
	} else {
		kernels.GemmBatch(p.p, kernels.Trans, kernels.NoTrans, d, right, d, 1, m.Data, d, 0, x, right, d*right, 0, w, right, d*right, left)
	}
	copy(x, w)
}
