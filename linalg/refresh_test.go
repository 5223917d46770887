package linalg

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/oracle"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestCriterionOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "adaptive_criterion") {
		if c.Dtype == "float32" {
			testCriterionOracle[float32](t, c, 1e-4, 3e-7)
		} else {
			testCriterionOracle[float64](t, c, 1e-10, 1e-15)
		}
	}
}

func testCriterionOracle[T kernels.Float](t *testing.T, c *oracle.Case, relative, absolute float64) {
	var f struct {
		Items []struct {
			Index, N  int
			Criterion float64
		}
	}
	c.Decode(t, &f)
	for _, it := range f.Items {
		get := func(name string) Matrix[T] {
			return MatrixOf(it.N, it.N, oracle.Values[T](t, c, fmt.Sprint(name, it.Index), oracle.None, oracle.None))
		}
		w, b := NewMatrix[T](it.N, it.N), NewMatrix[T](it.N, it.N)
		got := Criterion(nil, get("Q"), get("A"), w, b)
		if d := math.Abs(got - it.Criterion); !(d <= relative*it.Criterion+absolute) {
			t.Errorf("%s, item %d: criterion %v, want %v", c.Name, it.Index, got, it.Criterion)
		}
	}
}

func TestOffDiagonal(t *testing.T) {
	both(t, testOffDiagonal[float32], testOffDiagonal[float64])
}

func testOffDiagonal[T kernels.Float](t *testing.T) {
	for _, scale := range []float64{1, 1e-37, 1e37, 1e-44} {
		b := castTo[T](tridiagonalMatrix(2, func(int) float64 { return 3 }, func(int) float64 { return 4 }), scale)
		want := 0.8
		if scale == 1e-44 {
			want = float64(b.At(0, 1)) / math.Hypot(float64(b.At(0, 0)), float64(b.At(0, 1)))
		}
		if got := OffDiagonal(nil, b); math.Abs(got-want) > 1e-15 {
			t.Errorf("scale %v: %v, want %v", scale, got, want)
		}
	}
	// Far below √eps: no cancellation.
	b := NewMatrix[T](3, 3)
	b.Identity()
	b.Set(0, 2, 1e-10)
	if got, want := OffDiagonal(nil, b), 1e-10/math.Sqrt(3); math.Abs(got/want-1) > 1e-6 {
		t.Errorf("%v, want %v", got, want)
	}
	b.Set(1, 1, T(math.NaN()))
	if got := OffDiagonal(nil, b); got == got {
		t.Errorf("NaN inside: %v", got)
	}
	if got := OffDiagonal(nil, NewMatrix[T](0, 0)); got != 0 {
		t.Errorf("0×0: %v", got)
	}
}

func TestPowerQR(t *testing.T) { both(t, testPowerQR[float32], testPowerQR[float64]) }

// From a basis that is a little stale and in any order, one step restores the order and at least
// quarters the criterion for λ_k = 1/k.
func testPowerQR[T kernels.Float](t *testing.T) {
	for _, n := range []int{1, 2, 3, 8, 33, 64, 96} {
		r := newRandom(n)
		a := castTo[T](withSpectrum(r, n, func(i int) float64 { return 1 / float64(i+1) }), 1)
		s := NewSymEig[T](n)
		if err := s.Factorize(a); err != nil {
			t.Fatal(err)
		}
		// Tilt, then reverse the columns.
		q := NewMatrix[T](n, n)
		for i := 0; i < n; i++ {
			for j := 0; j < n; j++ {
				q.Set(i, n-1-j, s.Vectors().At(i, j)+T(0.02/math.Sqrt(float64(n))*r.Normal()))
			}
		}
		qr := NewQR[T](n, n)
		if err := qr.Factorize(q); err != nil {
			t.Fatal(err)
		}
		qr.QTo(q)
		w, b, d, perm := NewMatrix[T](n, n), NewMatrix[T](n, n), make([]float64, n), make([]int, n)
		before := Criterion(nil, q, a, w, b)
		old := append([]float64(nil), d...)
		for i := range old {
			old[i] = float64(b.At(i, i))
		}
		if err := PowerQR(qr, q, w, d, perm); err != nil {
			t.Fatal(err)
		}
		seen := make([]bool, n)
		for j, p := range perm {
			seen[p] = true
			if math.Abs(d[j]-old[p]) > 4*float64(n)*epsilon[T]() || j > 0 && d[j] > d[j-1] {
				t.Errorf("n = %d: quotient %d is %v, was %v at %d", n, j, d[j], old[p], p)
			}
		}
		for p, ok := range seen {
			if !ok {
				t.Errorf("n = %d: slot %d is lost", n, p)
			}
		}
		after := Criterion(nil, q, a, w, b)
		gain := 4.0
		if n < 8 {
			gain = 0.95 * float64(n) / float64(max(1, n-1)) // the least ratio of two neighbours, which one step gains at least
		}
		if !(after <= before/gain+4*epsilon[T]()) {
			t.Errorf("n = %d: criterion %v before, %v after", n, before, after)
		}
		if o := orthogonality(q); o > float64(n)*epsilon[T]()*2 {
			t.Errorf("n = %d: orthogonality %v", n, o)
		}
		noAllocs(t, "PowerQR", func() {
			SymMul(nil, w, a, q)
			if err := PowerQR(qr, q, w, d, perm); err != nil {
				t.Fatal(err)
			}
		})
		bad := a.Clone()
		bad.Set(n-1, 0, T(math.NaN()))
		keep := q.Clone()
		SymMul(nil, w, bad, q)
		if err := PowerQR(qr, q, w, d, perm); err == nil {
			t.Error("NaN is not an error")
		}
		if diff64(dense64(q, false), dense64(keep, false)) != 0 {
			t.Error("a failed step changed the basis")
		}
	}
}

// tilted returns A = U·diag(1/k)·Uᵀ and U turned by about angle.
func tilted[T kernels.Float](t *testing.T, n int, angle float64) (a, q Matrix[T]) {
	r := newRandom(n)
	a = castTo[T](withSpectrum(r, n, func(i int) float64 { return 1 / float64(i+1) }), 1)
	s, qr := NewSymEig[T](n), NewQR[T](n, n)
	if err := s.Factorize(a); err != nil {
		t.Fatal(err)
	}
	q = s.Vectors().Clone()
	for i := range q.Data {
		q.Data[i] += T(angle / math.Sqrt(float64(n)) * r.Normal())
	}
	if err := qr.Factorize(q); err != nil {
		t.Fatal(err)
	}
	qr.QTo(q)
	return a, q
}

func TestQRStep(t *testing.T) { both(t, testQRStep[float32], testQRStep[float64]) }

// A step of the QR algorithm is one of orthogonal iteration on columns in order, and B stays QᵀAQ.
func testQRStep[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 33, 70} {
		a, q := tilted[T](t, n, 1e-4)
		power, qr := q.Clone(), NewQR[T](n, n)
		b, u, w := NewMatrix[T](n, n), NewMatrix[T](n, n), NewMatrix[T](n, n)
		d, perm := make([]float64, n), make([]int, n)
		Criterion(nil, q, a, w, b)
		if err := PowerQR(qr, power, w, d, perm); err != nil {
			t.Fatal(err)
		}
		if err := QRStep(nil, qr, q, b, u, w); err != nil {
			t.Fatal(err)
		}
		limit := 64 * float64(n) * float64(n) * epsilon[T]() // λ_1/λ_n = n
		if x := diff64(dense64(q, false), dense64(power, false)); x > limit {
			t.Errorf("n = %d: orthogonal iteration differs by %v", n, x)
		}
		c := NewMatrix[T](n, n)
		Criterion(nil, q, a, w, c)
		if x := diff64(dense64(b, false), dense64(c, false)); x > limit {
			t.Errorf("n = %d: B differs from QᵀAQ by %v", n, x)
		}
		noAllocs(t, "QRStep", func() {
			if QRStep(nil, qr, q, b, u, w) != nil {
				t.Fatal("failed")
			}
		})
		if n == 0 {
			continue
		}
		b.Set(0, 0, T(math.NaN()))
		keep := q.Clone()
		if QRStep(nil, qr, q, b, u, w) == nil || diff64(dense64(q, false), dense64(keep, false)) != 0 {
			t.Errorf("n = %d: NaN is no error, or changed the basis", n)
		}
	}
}

func TestSortColumns(t *testing.T) {
	q := MatrixOf(2, 4, []float64{0, 1, 2, 3, 10, 11, 12, 13})
	d, perm := []float64{5, 7, 5, 9}, make([]int, 4)
	SortColumns(q, d, perm)
	if fmt.Sprint(d, perm, q.Data) != "[9 7 5 5] [3 1 0 2] [3 1 0 2 13 11 10 12]" {
		t.Error(d, perm, q.Data)
	}
}

func TestRefineStep(t *testing.T) { both(t, testRefineStep[float32], testRefineStep[float64]) }

// Near the eigenvectors the criterion is squared, at any scale of A; far from them the step is still orthogonal.
func testRefineStep[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 33, 70} {
		// The gaps of 1/k are 1/n²: pairs turn by n² times what is off the diagonal.
		a, start := tilted[T](t, n, 0.1/float64(max(1, n*n)))
		qr, b, w := NewQR[T](n, n), NewMatrix[T](n, n), NewMatrix[T](n, n)
		var first Matrix[T]
		for _, scale := range []int{0, 60, -60} {
			if !is32[T]() {
				scale *= 12
			}
			q, x := start.Clone(), a.Clone()
			for i := range x.Data {
				x.Data[i] = T(math.Ldexp(float64(x.Data[i]), scale))
			}
			before := Criterion(nil, q, x, w, b)
			if err := RefineStep(nil, qr, q, b, w); err != nil {
				t.Fatal(err)
			}
			after := Criterion(nil, q, x, w, b)
			if limit := before*before*float64(n*n) + 8*float64(n)*epsilon[T](); !(after <= limit) {
				t.Errorf("n = %d, scale 2^%d: criterion %v after %v, want %v", n, scale, after, before, limit)
			}
			if o := orthogonality(q); o > float64(n)*epsilon[T]()*2 {
				t.Errorf("n = %d: orthogonality %v", n, o)
			}
			if scale == 0 {
				first = q.Clone()
			} else if diff64(dense64(q, false), dense64(first, false)) > 64*float64(n*n)*epsilon[T]() {
				t.Errorf("n = %d: the scale 2^%d matters", n, scale)
			}
		}
		q := NewMatrix[T](n, n)
		q.Identity()
		Criterion(nil, q, a, w, b)
		noAllocs(t, "RefineStep", func() {
			if RefineStep(nil, qr, q, b, w) != nil {
				t.Fatal("failed")
			}
			Criterion(nil, q, a, w, b)
		})
		if o := orthogonality(q); o > float64(n)*epsilon[T]()*2 {
			t.Errorf("n = %d, from the axes: orthogonality %v", n, o)
		}
		if n == 0 {
			continue
		}
		b.Set(n-1, 0, T(math.NaN()))
		keep := q.Clone()
		if RefineStep(nil, qr, q, b, w) == nil || diff64(dense64(q, false), dense64(keep, false)) != 0 {
			t.Errorf("n = %d: NaN is no error, or changed the basis", n)
		}
	}
}
