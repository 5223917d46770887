package linalg

import (
	"fmt"
	"hash/fnv"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/digest"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// The digests of results over a fixed list of inputs are asserted in every tier of the machine, with one, two and
// three workers, as those of package kernels are. With -short only the small rows run. After adding a row:
//
//	go test ./linalg -run TestDigests -update-digests
func TestDigests(t *testing.T) {
	d := digest.Open(t, "testdata/digests.json", kernels.OrderVersion, testing.Short())
	var pools []*kernels.Pool
	for _, isa := range kernels.Supported() {
		for workers := 1; workers <= 3; workers++ {
			p := kernels.NewPool(workers, kernels.WithISA(isa))
			defer p.Close()
			pools = append(pools, p)
		}
	}
	digestAll[float32](t, d, pools, "float32")
	digestAll[float64](t, d, pools, "float64")
	d.Close()
}

func digestAll[T kernels.Float](t *testing.T, d *digest.Table, pools []*kernels.Pool, typ string) {
	for _, row := range digestRows[T]() {
		for _, n := range row.sizes {
			if n > 40 && testing.Short() {
				continue
			}
			name := fmt.Sprintf("%s/%d/%s", row.name, n, typ)
			h := fnv.New64a()
			h.Write([]byte(name))
			var sum bits.Digester[T]
			for _, p := range pools {
				where := fmt.Sprintf("%v with %d workers", p.ISA(), p.Workers())
				d.Check(name, where, sum.Digest(row.run(t, p, rnd.New(h.Sum64()), n)...))
			}
		}
	}
}

type digestRow[T kernels.Float] struct {
	name  string
	sizes []int
	run   func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T
}

func digestMatrix[T kernels.Float](r *rnd.Source, m, n int) Matrix[T] {
	a := NewMatrix[T](m, n)
	rnd.Uniform(r, a.Data)
	return a
}

// digestGram returns A·Aᵀ of an n×(n+8) matrix A.
func digestGram[T kernels.Float](p *kernels.Pool, r *rnd.Source, n int) Matrix[T] {
	g := NewMatrix[T](n, n)
	Gram(p, g, kernels.NoTrans, 1, digestMatrix[T](r, n, n+8), 0)
	return g
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func digestRows[T kernels.Float]() []digestRow[T] {
	sizes := []int{1, 7, 33, 90}
	wider, nested := []int{386}, []int{530}
	if is32[T]() {
		wider, nested = nil, nil // the widths do not depend on the type, and portable float32 is slow
	}
	rows := []digestRow[T]{
		{"QR", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			q := NewQR[T](n+3, n, WithPool(p))
			must(t, q.Factorize(digestMatrix[T](r, n+3, n)))
			a, b := NewMatrix[T](n+3, n), digestMatrix[T](r, n+3, 5)
			q.QTo(a)
			q.MulQT(b)
			return [][]T{a.Data, q.R().Clone().Data, b.Data}
		}},
		{"QR wide", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			q := NewQR[T](n, 2*n+1, WithPool(p))
			must(t, q.Factorize(digestMatrix[T](r, n, 2*n+1)))
			a := NewMatrix[T](n, n)
			q.QTo(a)
			return [][]T{a.Data, q.R().Clone().Data}
		}},
		{"QR of wider panels", wider, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			q := NewQR[T](n, n, WithPool(p))
			must(t, q.Factorize(digestMatrix[T](r, n, n)))
			return [][]T{q.R().Clone().Data}
		}},
		{"Cholesky", append(sizes, 300), func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			c := NewCholesky[T](n, WithPool(p))
			must(t, c.Factorize(digestGram[T](p, r, n)))
			b := digestMatrix[T](r, n, 9)
			c.Solve(b)
			return [][]T{c.U().Clone().Data, b.Data}
		}},
		{"Cholesky of nested blocks", nested, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			c, a := NewCholesky[T](n, WithPool(p)), digestMatrix[T](r, n, n)
			addDiagonal(a, T(n))
			must(t, c.Factorize(a))
			return [][]T{c.U().Clone().Data}
		}},
		{"Cholesky inverse", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			c, x := NewCholesky[T](n, WithPool(p)), NewMatrix[T](n, n)
			must(t, c.Factorize(digestGram[T](p, r, n)))
			c.InverseTo(x)
			return [][]T{x.Data}
		}},
		{"PivotedQR", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			q := NewPivotedQR[T](n+3, n, WithPool(p))
			must(t, q.Factorize(digestMatrix[T](r, n+3, n)))
			a, b, x := NewMatrix[T](n+3, n), digestMatrix[T](r, n+3, 5), NewMatrix[T](n, 5)
			q.QTo(a)
			q.LeastSquares(x, b, -1)
			perm := make([]T, n)
			for i, j := range q.Perm() {
				perm[i] = T(j)
			}
			return [][]T{a.Data, q.R().Clone().Data, x.Data, perm}
		}},
		{"PivotedQR low rank", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			q, a := NewPivotedQR[T](n, n+4, WithPool(p)), NewMatrix[T](n, n+4)
			MatMul(p, a, digestMatrix[T](r, n, n/2+1), digestMatrix[T](r, n/2+1, n+4))
			must(t, q.Factorize(a))
			return [][]T{q.R().Clone().Data}
		}},
		{"LeastSquares", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			q := NewQR[T](n+9, n, WithPool(p))
			must(t, q.Factorize(digestMatrix[T](r, n+9, n)))
			x, b := NewMatrix[T](n, 3), digestMatrix[T](r, n+9, 3)
			must(t, q.LeastSquares(x, b))
			must(t, q.LeastNorm(b, digestMatrix[T](r, n, 3)))
			return [][]T{x.Data, b.Data}
		}},
		{"LU", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			s, u, l := NewLU[T](n, WithPool(p)), NewMatrix[T](n, n), NewMatrix[T](n, n)
			must(t, s.Factorize(digestMatrix[T](r, n, n)))
			s.UTo(u)
			s.LTo(l)
			b := digestMatrix[T](r, n, 9)
			s.Solve(b)
			s.SolveT(b)
			return [][]T{u.Data, l.Data, b.Data}
		}},
		{"InvertTriangular", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			a := digestMatrix[T](r, n, n)
			addDiagonal(a, T(n))
			must(t, InvertTriangular(p, kernels.Upper, kernels.NonUnit, a))
			must(t, InvertTriangular(p, kernels.Lower, kernels.Unit, a))
			return [][]T{a.Data}
		}},
		{"SVD", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			s := NewSVD[T](n+3, n, WithPool(p))
			must(t, s.Factorize(digestMatrix[T](r, n+3, n)))
			x, b := NewMatrix[T](n, 2), digestMatrix[T](r, n+3, 2)
			s.LeastSquares(x, b, -1)
			return [][]T{s.U().Clone().Data, s.Values(), s.V().Clone().Data, x.Data}
		}},
		{"SVD wide, low rank", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			s, a := NewSVD[T](n, n+4, WithPool(p)), NewMatrix[T](n, n+4)
			MatMul(p, a, digestMatrix[T](r, n, n/2+1), digestMatrix[T](r, n/2+1, n+4))
			must(t, s.Factorize(a))
			return [][]T{s.U().Clone().Data, s.Values(), s.V().Clone().Data}
		}},
		{"CholeskyQR", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			c := NewCholeskyQR[T](2*n+9, n, WithPool(p))
			must(t, c.Factorize(digestMatrix[T](r, 2*n+9, n)))
			return [][]T{c.Q().Clone().Data, c.R().Clone().Data}
		}},
		{"Polar", sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			var out [][]T
			for method := PolarExpress; method <= PolarFixed; method++ {
				s, a := NewPolar[T](n, n+2, WithPool(p)), digestMatrix[T](r, n, n+2)
				_, err := s.Compute(a, a, method, 0, 12)
				must(t, err)
				out = append(out, a.Data)
			}
			return out
		}},
		{"KronMul", []int{1, 5, 12, 20}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			fs := []Factor[T]{{A: digestMatrix[T](r, n, n+1)}, IdentityFactor[T](3), {A: digestMatrix[T](r, n, n+2), Trans: true}, {A: digestMatrix[T](r, 2, 4)}}
			var out [][]T
			for _, tr := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
				m, k := kronShape(tr, fs)
				x, y := rnd.Uniform(r, make([]T, k)), make([]T, m)
				KronMul(p, tr, fs, y, x, make([]T, KronMulWork(tr, fs, 1)))
				out = append(out, y)
			}
			return out
		}},
		{"Spectral", []int{1, 9, 40, 70}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			b := Block[T]{Parts: []Basis[T]{Dense[T]{Q: digestMatrix[T](r, n, n)}, LowRank[T]{V: digestMatrix[T](r, n+3, n/2+1)}}}
			s := Spectral[T]{Basis: b, D: rnd.Uniform(r, make([]T, b.Len()))}
			x := digestMatrix[T](r, 4, b.Dim())
			s.Apply(p, x, x, Filter{Power: -1.0 / 3, Shift: 0.1, Eps: 0.01, Relative: true, Negative: NegativeAbs}, make([]T, s.Work(4)))
			return [][]T{x.Data}
		}},
	}
	eig := []int{1, 2, 7, 20, 33, 90}
	rows = append(rows, digestRow[T]{"SymEig", eig, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewSymEig[T](n, WithPool(p))
		must(t, s.Factorize(digestGram[T](p, r, n)))
		return [][]T{s.Values(), s.VectorsT().Clone().Data}
	}}, digestRow[T]{"SymEigBatch", []int{2, 7, 12, 20}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewSymEigBatch[T](n, 10, WithPool(p))
		var a []Matrix[T]
		for range 10 {
			a = append(a, digestGram[T](p, r, n))
		}
		must(t, s.Factorize(a))
		return [][]T{s.values.Data, s.rows}
	}}, digestRow[T]{"QRBatch", []int{2, 7, 12, 20}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewQRBatch[T](n, 10, WithPool(p))
		var a []Matrix[T]
		for range 10 {
			a = append(a, digestMatrix[T](r, n, n))
		}
		must(t, s.Factorize(a))
		return [][]T{s.rows}
	}}, digestRow[T]{"SymEig values only", append(eig[:len(eig):len(eig)], 257), func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewSymEig[T](n, WithPool(p), WithValuesOnly())
		must(t, s.Factorize(digestGram[T](p, r, n)))
		return [][]T{s.Values()}
	}}, digestRow[T]{"reduction in blocks", []int{columnOrder + 1, columnOrder + kernels.TridiagBlock + 2}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s, d, e := newReduction[T](p, n), make([]T, n), make([]T, n)
		Copy(s.a, digestGram[T](p, r, n))
		s.reduce(d, e)
		return [][]T{d, e}
	}}, digestRow[T]{"reduction by way of a band", []int{64, 77, 130}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		b, d, e := newBandReduction[T](p, n), make([]float64, n), make([]float64, n)
		g := digestGram[T](p, r, n)
		Mirror(p, kernels.Lower, g)
		b.reduce(g, d, e)
		out := [][]T{make([]T, n), make([]T, n)}
		kernels.Convert(p, out[0], d)
		kernels.Convert(p, out[1], e)
		return out
	}}, digestRow[T]{"SymEig singular", eig, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewSymEig[T](n, WithPool(p))
		g := NewMatrix[T](n, n)
		Gram(p, g, kernels.NoTrans, 1, digestMatrix[T](r, n, (n+1)/2), 0)
		must(t, s.Factorize(g))
		return [][]T{s.Values(), s.VectorsT().Clone().Data}
	}}, digestRow[T]{"SymEig of low rank", []int{66, 90, 260}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewSymEig[T](n, WithPool(p))
		g := NewMatrix[T](n, n)
		Gram(p, g, kernels.NoTrans, 1, digestMatrix[T](r, n, n/4), 0)
		must(t, s.Factorize(g))
		return [][]T{s.Values(), s.VectorsT().Clone().Data}
	}}, digestRow[T]{"SymEig update", eig, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewSymEig[T](n, WithPool(p), WithRefresh(RefreshPolicy{Steps: 2}))
		g := digestGram[T](p, r, n)
		must(t, s.Factorize(g))
		g.Data[0] *= 1.125
		_, err := s.Update(g)
		must(t, err)
		return [][]T{s.Values(), s.VectorsT().Clone().Data}
	}}, digestRow[T]{"SymEig warm", eig, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		var out [][]T
		for _, policy := range []RefreshPolicy{{Tol: 0.02, Refine: 2}, {Tol: 0.02, Partial: true}} {
			s := NewSymEig[T](n, WithPool(p), WithRefresh(policy))
			g := digestGram[T](p, r, n)
			for i := range n {
				g.Set(i, i, g.At(i, i)+T(4*n*(n-i))) // apart
			}
			must(t, s.Factorize(g))
			for i := range min(n, 5) {
				g.Set(i, 0, g.At(i, 0)+T(n))
			}
			_, err := s.Update(g)
			must(t, err)
			b := NewMatrix[T](n, n)
			for i, v := range s.Values() {
				b.Set(i, i, v)
				b.Set(i, 0, b.At(i, 0)+T(n)/8)
			}
			_, err = s.UpdateRotated(b)
			must(t, err)
			out = append(out, append([]T(nil), s.Values()...), s.VectorsT().Clone().Data, b.Data)
		}
		return out
	}}, digestRow[T]{"Tridiagonal", eig, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		s := NewTridiagonal[T](n, WithPool(p))
		must(t, s.Factorize(rnd.Uniform(r, make([]T, n)), rnd.Uniform(r, make([]T, n-1))))
		return [][]T{s.Values(), s.VectorsT().Clone().Data}
	}})
	rows = append(rows, digestRow[T]{"Lanczos", []int{1, 7, 33, 90}, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
		// A path with random weights and some chords, and three constraints of rank two.
		var es []Entry[T]
		for i := range n {
			for _, j := range []int{(i + 1) % n, (i * i) % n} {
				w := T(1 + r.Intn(4))
				es = append(es, Entry[T]{i, i, w}, Entry[T]{j, j, w}, Entry[T]{i, j, -w}, Entry[T]{j, i, -w})
			}
		}
		a, err := NewCSR(n, n, es)
		must(t, err)
		c := NewConstraint[T](n, 3, WithPool(p))
		b := digestMatrix[T](r, n, 3)
		for i := range n {
			b.Set(i, 2, 2*b.At(i, 0))
		}
		k := min(4, n)
		l := NewLanczos[T](n, k, min(n, 20), WithPool(p))
		_, err = l.Solve(a, LanczosGoal[T]{K: k})
		must(t, err)
		out := [][]T{append([]T(nil), l.Values()...), l.VectorsT().Clone().Data}
		if n > 6 {
			must(t, c.Factorize(b))
			l.Constrain(c)
			must(t, l.Run(a, nil, 1, k))
			out = append(out, c.Basis().Clone().Data, l.Values(), l.VectorsT().Clone().Data)
		}
		return out
	}})
	for _, o := range []Root{{P: 4, Method: RootNewton, Eps: 1e-3}, {P: 3, Q: 2, Method: RootHigherOrder, Eps: 1e-3, Relative: true}} {
		rows = append(rows, digestRow[T]{fmt.Sprintf("InvRoot method %d", o.Method), sizes, func(t *testing.T, p *kernels.Pool, r *rnd.Source, n int) [][]T {
			s, err := NewInvRoot[T](n, o, WithPool(p))
			must(t, err)
			x := digestGram[T](p, r, n)
			_, err = s.Compute(x, x)
			must(t, err)
			return [][]T{x.Data}
		}})
	}
	return rows
}
