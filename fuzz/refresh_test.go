package fuzz

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// FuzzRefresh gives a warm solver a sequence of matrices, of any rank, scale and distance from each other, under any policy, and
// asks that its account is true and its basis orthonormal.
func FuzzRefresh(f *testing.F) {
	f.Add(uint64(1), byte(10), byte(0), 0.1, byte(1), byte(0), false, 0.9)
	f.Add(uint64(2), byte(33), byte(1), 0.01, byte(0), byte(2), true, 0.5)
	f.Add(uint64(3), byte(20), byte(2), 0.0, byte(2), byte(1), false, 0.99)
	f.Add(uint64(4), byte(40), byte(3), 0.3, byte(0), byte(0), true, 0.0)
	f.Fuzz(func(t *testing.T, seed uint64, n, rank byte, tol float64, refine, steps byte, partial bool, beta float64) {
		p := linalg.RefreshPolicy{Tol: math.Abs(math.Mod(tol, 1)), Refine: int(refine % 4), Steps: int(steps % 4), Partial: partial}
		if p.Tol != p.Tol || beta != beta || math.Abs(beta) > 1 {
			return
		}
		refresh[float32](t, seed, int(n)%48, int(rank), p, math.Abs(beta))
		refresh[float64](t, seed, int(n)%48, int(rank), p, math.Abs(beta))
	})
}

func refresh[T kernels.Float](t *testing.T, seed uint64, n, rank int, p linalg.RefreshPolicy, beta float64) {
	r := rnd.New(seed)
	eps := 0x1p-52
	if T(1)+T(0x1p-30) == 1 {
		eps = 0x1p-23
	}
	s := linalg.NewSymEig[T](n, linalg.WithRefresh(p))
	turned := linalg.NewSymEig[T](n, linalg.WithRefresh(p))
	a, b, w := linalg.NewMatrix[T](n, n), linalg.NewMatrix[T](n, n), linalg.NewMatrix[T](n, n)
	x := linalg.NewMatrix[T](n, n)
	scale := T(math.Ldexp(1, r.Intn(40)-20))
	tiny := 60 * float64(n+1) * eps
	check := func(call int, e *linalg.SymEig[T], u linalg.Refresh, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("call %d: %v", call, err)
		}
		linalg.MatMulTN(nil, w, e.Vectors(), e.Vectors())
		for i := range n {
			w.Set(i, i, w.At(i, i)-1)
		}
		if o := linalg.FrobeniusNorm(nil, w); o > 4*float64(n+2)*eps {
			t.Fatalf("call %d, %+v: orthogonality %v n·eps", call, u, o/eps/float64(n))
		}
		if u.After != u.After {
			return
		}
		if c := linalg.Criterion(nil, e.Vectors(), a, w, x); math.Abs(c-u.After) > tiny {
			t.Fatalf("call %d: %+v, but the criterion is %v", call, u, c)
		}
		if p.Tol > 0 && u.After > p.Tol {
			t.Fatalf("call %d: %+v with a tolerance of %v", call, u, p.Tol)
		}
	}
	for call := range 5 {
		g := linalg.NewMatrix[T](n, 1+rank%(n+2))
		rnd.Uniform(r, g.Data)
		for i := range n {
			kernels.Scal(nil, T(math.Ldexp(1, -(i*(rank%3))/4)), g.Row(i))
		}
		linalg.Gram(nil, a, kernels.NoTrans, T(1-beta)*scale, g, T(beta))
		u, err := s.Update(a)
		check(call, s, u, err)
		if call == 0 {
			if err := turned.Factorize(a); err != nil {
				t.Fatal(err)
			}
		}
		linalg.MatMul(nil, w, a, turned.Vectors())
		linalg.MatMulTN(nil, b, turned.Vectors(), w)
		u, err = turned.UpdateRotated(b)
		check(call, turned, u, err)
	}
}
