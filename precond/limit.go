package precond

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// limiting bounds the root mean square of the direction. For the bound on all of them it keeps the direction and its product with
// the gradient; the step goes on when all blocks have come as far.
func (p *pass[T]) limiting() {
	limit := &p.o.cfg.Limit
	if limit.RMS > 0 {
		size := float64(kernels.Nrm2(p.p, p.u)) * math.Abs(p.us) / math.Sqrt(float64(len(p.u)))
		if size > limit.RMS {
			p.us *= limit.RMS / size
		}
	}
	if limit.KL == 0 {
		return
	}
	kernels.Axpby(p.p, T(p.us), p.u, 0, p.u, p.b.dir)
	p.b.dot = 0
	if !p.b.bare {
		p.b.dot = float64(p.c.lr*p.c.lr) * float64(kernels.Dot(p.p, p.b.dir, p.g))
	}
}

// klLimit is what all directions are scaled by.
func klLimit(most, sum float64) float64 {
	if s := math.Abs(sum); s > most {
		return math.Sqrt(most / s)
	}
	return 1
}
