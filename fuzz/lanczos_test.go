package fuzz

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// FuzzLanczos compares Lanczos on random graphs with random constraints, dependent ones among them, with the dense
// eigenvalues of P·A·P + s·Q·Qᵀ, s beyond the spectrum, which puts the constraints out of the way.
func FuzzLanczos(f *testing.F) {
	f.Add(uint64(1), byte(12), byte(20), byte(2), byte(3), false)
	f.Add(uint64(2), byte(30), byte(60), byte(5), byte(5), true)
	f.Add(uint64(3), byte(1), byte(0), byte(0), byte(1), false)
	f.Add(uint64(4), byte(40), byte(0), byte(9), byte(4), true)
	f.Fuzz(func(t *testing.T, seed uint64, n, edges, l, k byte, largest bool) {
		lanczos[float32](t, seed, 1+int(n)%48, int(edges), int(l)%8, int(k), largest)
		lanczos[float64](t, seed, 1+int(n)%48, int(edges), int(l)%8, int(k), largest)
	})
}

func lanczos[T kernels.Float](t *testing.T, seed uint64, n, edges, ell, k int, largest bool) {
	r := rnd.New(seed)
	var es []linalg.Entry[T]
	for range edges {
		i, j, w := r.Intn(n), r.Intn(n), T(1+r.Intn(3))
		es = append(es, linalg.Entry[T]{Row: i, Col: i, Val: w}, linalg.Entry[T]{Row: j, Col: j, Val: w},
			linalg.Entry[T]{Row: i, Col: j, Val: -w}, linalg.Entry[T]{Row: j, Col: i, Val: -w})
	}
	a, err := linalg.NewCSR(n, n, es)
	if err != nil || a.Check() != nil || !a.IsSymmetric() {
		t.Fatal(err, a.Check())
	}
	c := linalg.NewMatrix[T](n, ell)
	for j := range ell {
		for i := range n {
			switch {
			case j%3 == 2: // a combination
				c.Set(i, j, c.At(i, j-1)-2*c.At(i, j-2))
			case r.Intn(4) == 0:
				c.Set(i, j, T(r.Intn(5)-2))
			}
		}
	}
	con := linalg.NewConstraint[T](n, ell)
	if err := con.Factorize(c); err != nil {
		t.Fatal(err)
	}
	d := n - con.Rank()
	if d == 0 {
		return
	}
	k = 1 + k%min(6, d)
	s := linalg.NewLanczos[T](n, k, min(n, 24))
	s.Constrain(con)
	end := linalg.Smallest
	if largest {
		end = linalg.Largest
	}
	rep, err := s.Solve(a, linalg.LanczosGoal[T]{K: k, End: end, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	eps := 0x1p-52
	if T(1)+T(0x1p-30) == 1 {
		eps = 0x1p-23
	}
	// Everything below is in float64.
	full, p := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	norm := 0.0
	for i := range n {
		for j := range n {
			full.Set(i, j, float64(a.At(i, j)))
		}
		norm = max(norm, 2*full.At(i, i))
	}
	p.Identity()
	q := con.Basis()
	for i := range n {
		for j := range n {
			for l := range q.Rows {
				p.Set(i, j, p.At(i, j)-float64(q.At(l, i))*float64(q.At(l, j)))
			}
		}
	}
	x, pap := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	linalg.MatMul(nil, x, full, p)
	linalg.MatMul(nil, pap, p, x)
	out := 3*norm + 1
	if largest {
		out = -1 - norm
	}
	for i := range n {
		for j := range n {
			delta := 0.0
			if i == j {
				delta = 1
			}
			pap.Set(i, j, pap.At(i, j)+out*(delta-p.At(i, j)))
		}
	}
	eig := linalg.NewSymEig[float64](n)
	if err := eig.Factorize(pap); err != nil {
		t.Fatal(err)
	}
	want := eig.Values()[n-k:]
	if largest {
		want = eig.Values()[:k]
	}
	tol := 40 * float64(n) * eps * (norm + 1)
	for i, v := range s.Values() {
		if math.Abs(float64(v)-want[i]) > tol {
			t.Fatalf("value %d is %v, want %v of %v (%+v)", i, v, want[i], want, rep)
		}
	}
	for i := range k {
		u := s.VectorsT().Row(i)
		for j := range k {
			delta := 0.0
			if i == j {
				delta = 1
			}
			if e := math.Abs(float64(kernels.Dot(nil, u, s.VectorsT().Row(j))) - delta); e > 20*float64(n)*eps {
				t.Fatalf("vectors %d and %d: %v from orthonormal", i, j, e)
			}
		}
		for j := range ell {
			dot, size := 0.0, 0.0
			for l := range n {
				dot += float64(c.At(l, j)) * float64(u[l])
				size = math.Hypot(size, float64(c.At(l, j)))
			}
			if math.Abs(dot) > 40*float64(n)*eps*size {
				t.Fatalf("constraint %d is violated by %v", j, dot)
			}
		}
	}
}
