package linalg

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestUpdate(t *testing.T) { both(t, testUpdate[float32], testUpdate[float64]) }

// A Gram matrix that moves as an exponential average: the account must be true, and every policy must
// reach its own promise.
func testUpdate[T kernels.Float](t *testing.T) {
	const n, calls = 48, 12
	for _, c := range []struct {
		policy RefreshPolicy
		want   map[RefreshKind]bool
	}{
		{RefreshPolicy{}, map[RefreshKind]bool{Solved: true}},
		{RefreshPolicy{Tol: 1}, map[RefreshKind]bool{Solved: true, Kept: true}},
		{RefreshPolicy{Tol: 0.022, Steps: 3}, map[RefreshKind]bool{Solved: true, Kept: true, Iterated: true}},
		{RefreshPolicy{Tol: 1e-9}, map[RefreshKind]bool{Solved: true}},
		{RefreshPolicy{Tol: 0.01, Refine: 3}, map[RefreshKind]bool{Solved: true, Refined: true}},
		{RefreshPolicy{Tol: 0.018, Partial: true}, map[RefreshKind]bool{Solved: true, Partial: true, Kept: true}},
		{RefreshPolicy{Steps: 1}, map[RefreshKind]bool{Solved: true, Iterated: true}},
	} {
		r := newRandom(5)
		s := NewSymEig[T](n, WithRefresh(c.policy))
		a := NewMatrix[T](n, n)
		base := castTo[T](withSpectrum(r, n, func(i int) float64 { return 1 / float64(i+1) }), 1)
		Copy(a, base)
		w, b := NewMatrix[T](n, n), NewMatrix[T](n, n)
		seen := map[RefreshKind]bool{}
		for call := 0; call < calls; call++ {
			g := castTo[T](gram(r, n, 4), 0.003)
			for i := range a.Data {
				a.Data[i] = 0.9*a.Data[i] + 0.1*(base.Data[i]+g.Data[i])
			}
			Mirror(nil, kernels.Lower, a)
			before := math.NaN()
			old := append([]T(nil), s.rows.Data...)
			if call > 0 {
				before = Criterion(nil, s.Vectors(), a, w, b)
			}
			got, err := s.Update(a)
			if err != nil {
				t.Fatal(err)
			}
			seen[got.Kind] = true
			after := Criterion(nil, s.Vectors(), a, w, b)
			tiny := 100 * epsilon[T]()
			if got.Before == got.Before && math.Abs(got.Before-before) > 1e-4*before+tiny || math.Abs(got.After-after) > 1e-4*after+tiny {
				t.Errorf("%+v, call %d: %+v, but the criterion went from %v to %v", c.policy, call, got, before, after)
			}
			if c.policy.Tol > 0 && after > c.policy.Tol+tiny {
				t.Errorf("%+v, call %d: %+v: criterion %v", c.policy, call, got, after)
			}
			if got.Kind == Kept && bits.Diff(old, s.rows.Data) != "" {
				t.Errorf("%+v, call %d: the basis was kept but changed", c.policy, call)
			}
			if o := orthogonality(s.Vectors()); o > n*epsilon[T]() {
				t.Errorf("%+v, call %d: %+v: orthogonality %v", c.policy, call, got, o)
			}
			for j, v := range s.Values() {
				if math.Abs(float64(v-b.At(j, j))) > tiny {
					t.Errorf("%+v, call %d: value %d is %v, the quotient %v", c.policy, call, j, v, b.At(j, j))
				}
			}
		}
		for k := range seen {
			if !c.want[k] {
				t.Errorf("%+v: %v was not to happen", c.policy, k)
			}
		}
		if len(seen) != len(c.want) {
			t.Errorf("%+v: only %v happened", c.policy, seen)
		}
		noAllocs(t, "Update", func() {
			if _, err := s.Update(a); err != nil {
				t.Fatal(err)
			}
		})
		// A failed call changes nothing.
		values, rows := append([]T(nil), s.Values()...), s.VectorsT().Clone()
		a.Set(3, 2, T(math.Inf(1)))
		if _, err := s.Update(a); err == nil {
			t.Errorf("%+v: Inf is not an error", c.policy)
		}
		if err := s.Factorize(a); err == nil {
			t.Error("Inf is not an error")
		}
		if bits.Diff(values, s.Values()) != "" || bits.Diff(rows.Data, s.VectorsT().Clone().Data) != "" {
			t.Errorf("%+v: a failed call changed the result", c.policy)
		}
	}
}

// Gradients of rank one: A·Q is singular, CholeskyQR fails and reflections take over.
func TestUpdateSingular(t *testing.T) {
	const n = 20
	r := newRandom(1)
	s := NewSymEig[float32](n, WithRefresh(RefreshPolicy{Steps: 2}))
	for call := 0; call < 4; call++ {
		a := castTo[float32](gram(r, n, 1), 1)
		if call == 3 {
			a.Zero()
		}
		if _, err := s.Update(a); err != nil {
			t.Fatal(err)
		}
		if o := orthogonality(s.Vectors()); o > 2*n*epsilon[float32]() {
			t.Errorf("call %d: orthogonality %v", call, o)
		}
	}
}

func TestUpdateRefine(t *testing.T) { both(t, testUpdateRefine[float32], testUpdateRefine[float64]) }

// Refinement squares the criterion where eigenvalues are apart, down to rounding.
func testUpdateRefine[T kernels.Float](t *testing.T) {
	for _, n := range []int{2, 3, 9, 32, 65} {
		r := newRandom(n)
		a := castTo[T](withSpectrum(r, n, func(i int) float64 { return float64(n - i) }), 1)
		s := NewSymEig[T](n, WithRefresh(RefreshPolicy{Tol: float64(n) * epsilon[T](), Refine: 1}))
		must(t, s.Factorize(a))
		for i := range n {
			for j := range i {
				a.Set(i, j, a.At(i, j)+T(0.01*r.Normal()))
			}
		}
		Mirror(nil, kernels.Lower, a)
		last := 1.0
		for call := 0; ; call++ {
			// A budget without a decomposition: the step is taken for what it is.
			s.warm.policy.Budget, s.warm.saved = 1, 11.5*float64(n*n*n)
			u, err := s.Update(a)
			must(t, err)
			if u.Kind == Kept && u.After <= s.warm.policy.Tol {
				break
			}
			if u.Kind != Refined || u.Refinements != 1 || u.Steps != 0 {
				t.Fatalf("n = %d, call %d: %+v", n, call, u)
			}
			if u.After > 4*u.Before*u.Before*math.Sqrt(float64(n))+float64(n)*epsilon[T]() || u.Before > last {
				t.Errorf("n = %d: not quadratic: %+v", n, u)
			}
			if o := orthogonality(s.Vectors()); o > float64(n)*epsilon[T]() {
				t.Errorf("n = %d: orthogonality %v", n, o)
			}
			last = u.After
			if call == 5 {
				t.Fatalf("n = %d: no convergence: %+v", n, u)
			}
		}
		e := NewSymEig[T](n)
		must(t, e.Factorize(a))
		for i, v := range s.Values() {
			if math.Abs(float64(v-e.Values()[i])) > 2*float64(n*n)*epsilon[T]() {
				t.Errorf("n = %d: value %d is %v, want %v", n, i, v, e.Values()[i])
			}
		}
	}
	// Vectors of a double eigenvalue turn by any angle at the smallest change: refinement declines, and the matrix is solved.
	a := NewMatrix[T](4, 4)
	a.Identity()
	a.Set(0, 0, 2)
	s := NewSymEig[T](4, WithRefresh(RefreshPolicy{Tol: 1e-6, Refine: 3}))
	must(t, s.Factorize(a))
	a.Set(2, 1, 0.01)
	if u, err := s.Update(a); err != nil || u.Kind != Solved || u.Refinements != 0 {
		t.Errorf("double eigenvalue: %+v, %v", u, err)
	}
}

// TestUpdateWhen: every F calls, never, and a budget that allows a decomposition now and then.
func TestUpdateWhen(t *testing.T) {
	const n = 24
	r := newRandom(8)
	run := func(p RefreshPolicy) (kinds []RefreshKind, spent float64) {
		s := NewSymEig[float64](n, WithRefresh(p))
		for range 13 {
			u, err := s.Update(castTo[float64](gram(r, n, 40), 1))
			must(t, err)
			kinds = append(kinds, u.Kind)
			if len(kinds) > 1 {
				spent += u.Flops
			}
			if u.Kind == Kept && p.Tol > 0 && u.After == u.After && u.After <= p.Tol {
				t.Errorf("%+v: %+v", p, u)
			}
		}
		return kinds, spent
	}
	kinds, spent := run(RefreshPolicy{Every: 4})
	for i, k := range kinds {
		if (k == Solved) != (i%4 == 0) {
			t.Errorf("every 4: call %d is %v", i, k)
		}
	}
	if kinds, flops := run(RefreshPolicy{Every: Never}); kinds[0] != Solved || kinds[5] != Kept || flops != 0 {
		t.Errorf("never: %v, %v", kinds, flops)
	}
	if flops := 3 * solveCost * float64(n*n*n); spent != flops {
		t.Errorf("every 4: %v operations, want %v", spent, flops)
	}
	const budget = 5.0 * n * n * n
	kinds, spent = run(RefreshPolicy{Tol: 0.01, Budget: budget})
	solved := 0
	for _, k := range kinds[1:] {
		if k == Solved {
			solved++
		}
	}
	if solved < 2 || solved > 5 || spent > 12*budget {
		t.Errorf("budget: %v, %v operations of %v", kinds, spent, 12*budget)
	}
}

func TestUpdateRotated(t *testing.T) { both(t, testUpdateRotated[float32], testUpdateRotated[float64]) }

// The statistic and its rotated twin side by side: B must stay QᵀAQ, the criterion what it is for A, and Q orthonormal.
func testUpdateRotated[T kernels.Float](t *testing.T) {
	const beta = 0.9
	const calls = 20 // with rotations to be made orthonormal anew
	for _, n := range []int{1, 2, 7, 24, 40} {
		for _, p := range []RefreshPolicy{{}, {Tol: 0.02}, {Tol: 0.02, Partial: true}, {Tol: 0.2, Partial: true, Every: 3}} {
			r := newRandom(n)
			s := NewSymEig[T](n, WithRefresh(p))
			scale := make([]float64, n) // gradients with a decaying spectrum, in a random basis
			mix := randomMatrix[T](r, n, n, 0)
			for i := range scale {
				scale[i] = 1 / float64(1+i)
			}
			gradient := func() Matrix[T] {
				x := randomMatrix[T](r, n, 3, 0)
				for i := range n {
					for j := range 3 {
						x.Set(i, j, T(scale[i]*float64(x.At(i, j))))
					}
				}
				g := NewMatrix[T](n, 3)
				MatMul(nil, g, mix, x)
				return g
			}
			a, b := NewMatrix[T](n, n), NewMatrix[T](n, n)
			for range 20 {
				Gram(nil, a, kernels.NoTrans, 1-beta, gradient(), beta)
			}
			must(t, s.Factorize(a))
			for i, v := range s.Values() {
				b.Set(i, i, v)
			}
			seen := map[RefreshKind]int{}
			w, x := NewMatrix[T](n, n), NewMatrix[T](n, n)
			for call := range calls {
				g, pg := gradient(), NewMatrix[T](n, 3)
				MatMul(nil, pg, s.VectorsT(), g)
				Gram(nil, a, kernels.NoTrans, 1-beta, g, beta)
				Gram(nil, b, kernels.NoTrans, 1-beta, pg, beta)
				before := Criterion(nil, s.Vectors(), a, w, x)
				u, err := s.UpdateRotated(b)
				must(t, err)
				seen[u.Kind]++
				after := Criterion(nil, s.Vectors(), a, w, x)
				tiny := 40 * float64(n) * epsilon[T]()
				size := FrobeniusNorm(nil, x)
				if u.Before == u.Before && (math.Abs(u.Before-before) > tiny || math.Abs(u.After-after) > tiny) || u.Before != u.Before && u.Kind != Kept {
					t.Errorf("n = %d, %+v, call %d: %+v, but the criterion went from %v to %v", n, p, call, u, before, after)
				}
				if u.Before == u.Before && p.Tol > 0 && after > p.Tol+tiny {
					t.Errorf("n = %d, %+v, call %d: criterion %v", n, p, call, after)
				}
				if d := diff64(dense64(b, false), dense64(x, false)); d > tiny*size {
					t.Errorf("n = %d, %+v, call %d, %v: B is %v from QᵀAQ", n, p, call, u.Kind, d)
				}
				if o := orthogonality(s.Vectors()); o > float64(2*n+4)*epsilon[T]() {
					t.Errorf("n = %d, %+v, call %d: orthogonality %v", n, p, call, o)
				}
				for i, v := range s.Values() {
					if u.Before == u.Before && math.Abs(float64(v-x.At(i, i))) > tiny*size {
						t.Errorf("n = %d, %+v, call %d: value %d is %v, the quotient %v", n, p, call, i, v, x.At(i, i))
					}
				}
			}
			if n >= 24 && p.Partial && seen[Partial] == 0 || p == (RefreshPolicy{}) && seen[Solved] != calls || p.Every > 1 && seen[Kept] < calls/2 {
				t.Errorf("n = %d, %+v: %v", n, p, seen)
			}
			noAllocs(t, "UpdateRotated", func() {
				_, err := s.UpdateRotated(b)
				must(t, err)
			})
			values, rows, old := append([]T(nil), s.Values()...), s.VectorsT().Clone(), b.Clone()
			b.Set(n-1, 0, T(math.NaN()))
			if _, err := s.UpdateRotated(b); p.Every == 0 && err == nil {
				t.Errorf("n = %d: NaN is not an error", n)
			}
			b.Set(n-1, 0, old.At(n-1, 0))
			if bits.Diff(values, s.Values()) != "" || bits.Diff(rows.Data, s.VectorsT().Clone().Data) != "" || bits.Diff(old.Data, b.Data) != "" {
				t.Errorf("n = %d: a failed call changed something", n)
			}
		}
	}
}
