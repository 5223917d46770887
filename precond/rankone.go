package precond

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// marginals averages the sums of the squared rotated gradient over all axes but one, for every axis.
func (p *pass[T]) marginals() {
	square, sum := p.s.buf[bufW][:p.b.n], p.s.buf[bufV]
	kernels.Hadamard(p.p, p.cur, p.cur, square)
	for k := range p.b.axes {
		a := &p.b.axes[k]
		s := sum[:a.d]
		if a.right == 1 {
			kernels.ColSum(p.p, a.left, a.d, square, a.d, s)
			kernels.Axpby(p.p, p.c.weight2, s, p.c.beta2, a.marginal, a.marginal)
			continue
		}
		kernels.Scal(p.p, p.c.beta2, a.marginal)
		for l := range a.left {
			kernels.RowSum(p.p, a.d, a.right, square[l*a.d*a.right:], a.right, s)
			kernels.Axpy(p.p, p.c.weight2, s, a.marginal)
		}
	}
}

// expand returns A_1⊗A_2⊗…/S^(N−1), S the sum of A_1; 0 where nothing has come yet.
func (p *pass[T]) expand() []T {
	b, v := p.b, p.s.buf[bufV][:p.b.n]
	s := 0.0
	for _, x := range b.axes[0].marginal {
		s += float64(x)
	}
	last := &b.axes[len(b.axes)-1]
	for lo := 0; lo < len(v); lo += last.d {
		outer := 1.0
		for k := range len(b.axes) - 1 {
			a := &b.axes[k]
			outer = float64(outer*float64(a.marginal[lo/a.right%a.d])) / max(s, minSum)
		}
		kernels.Omatcopy(p.p, kernels.NoTrans, 1, last.d, T(outer), last.marginal, last.d, v[lo:], last.d)
	}
	return v
}

// minSum keeps 0/0 a 0: no sum of squares of either type that is not 0 is smaller.
const minSum = 0x1p-1074
