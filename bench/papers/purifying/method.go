package purifying

import "github.com/seed-4885aa59/eigenbasis/precond"

// order is that of the regressions, but where decompositions are counted.
const order = 16

// eshampoo is eigenvalue-corrected Shampoo, refreshed every f steps; the eigenvectors descend (see columnOrder).
func eshampoo(f int) precond.Config {
	c := precond.EShampoo()
	c.Basis.Start, c.Basis.Every, c.Basis.Ascending, c.Decay.Rate = f, f, false, 0
	return c
}

// shampoo is Shampoo with exponent −¼, refreshed every f steps, with a graft or none.
func shampoo(f int, graft precond.Graft) precond.Config {
	c := precond.Shampoo()
	c.Basis.Start, c.Basis.Every, c.Graft, c.Decay.Rate = f, f, graft, 0
	return c
}
