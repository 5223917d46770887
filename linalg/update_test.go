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
