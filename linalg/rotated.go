package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// UpdateRotated is Update for a statistic that is kept in the present basis: b = QᵀAQ, of which only the lower triangle
// is read. It costs n² operations where the basis is kept, while Update must form B first.
//
// An optimizer that rotates its gradients has such a statistic for nothing: with P = QᵀG, or G' = QᵀG·R for any
// orthogonal R, the average of Gram matrices A ← βA + (1−β)GGᵀ is B ← βB + (1−β)PPᵀ, and PPᵀ = G'G'ᵀ. Start with
// Factorize, whose B is diag(Values).
//
// On success b, both triangles, is the statistic in the new basis: what it was if Kept, diagonal if Solved, and
// with Partial the block is. Refine and Steps of the policy are not used. The vectors are products of all rotations since the
// last Factorize, made orthonormal anew every few refreshes.
func (s *SymEig[T]) UpdateRotated(b Matrix[T]) (Refresh, error) {
	if s.warm == nil {
		panic(noRefresh)
	}
	s.check()
	n := float64(s.n)
	n3 := n * n * n
	acc := s.account(n3)
	exp, err := s.load(b)
	if err != nil || !acc.look() {
		return acc.done(err)
	}
	w, m := s.warm, s.red.a
	for i := range w.d {
		w.d[i] = m.Data[i*m.Stride+i]
	}
	acc.After = OffDiagonal(s.pool, m)
	acc.Before = acc.After
	if !acc.stale() {
		copy(s.nextValues, w.d)
		return acc.done(s.keep(exp))
	}
	f1, f2 := T(math.Ldexp(1, exp/2)), T(math.Ldexp(1, exp-exp/2))
	if e, left := s.part(m, acc); e != nil {
		k := float64(e.n) / n
		acc.spend(partialCost(e.n, s.n) + float64(2*float64(k*k)))
		if err := s.solvePart(e, m, w.w, w.b); err != nil {
			return acc.done(err)
		}
		if !s.unscale(exp) {
			return acc.done(errOverflow)
		}
		// UᵀBU: the rows of S first, in w.b, then both sides in one go.
		s.mix(e, m, w.w, w.b)
		part := w.partial
		for i, from := range w.perm {
			src := m.Row(from)
			if part.in[from] {
				src = w.b.Row(int(part.mass[from]))
			}
			out := b.Row(i)
			for j, at := range w.perm[:i] {
				v := src[at]
				switch {
				case part.in[from] && part.in[at]:
					v = 0
				case part.in[at]:
					v = w.b.Row(int(part.mass[at]))[from]
				}
				out[j] = T(T(v*f1) * f2)
			}
			out[i] = s.nextValues[i]
		}
		Mirror(s.pool, kernels.Lower, b)
		s.commitTurned(1)
		acc.Kind, acc.After = Partial, left
		return acc.done(nil)
	}
	if !acc.afford(solveCost + rotateCost) {
		return acc.done(nil)
	}
	acc.spend(solveCost + rotateCost)
	Copy(w.q, s.rows)
	if err := s.decompose(exp); err != nil {
		return acc.done(err)
	}
	Copy(w.w, s.nextRows)
	MatMul(s.pool, s.nextRows, w.w, w.q)
	s.commitTurned(solveTurns)
	b.Zero()
	for i, v := range s.values {
		b.Data[i*b.Stride+i] = v
	}
	acc.Kind, acc.After = Solved, 0
	return acc.done(nil)
}
