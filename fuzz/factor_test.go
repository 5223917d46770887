package fuzz

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The targets of this file ask of a factorization that it ends, refuses exactly what is not finite (or has no factors), and keeps
// its bounds on whatever else: graded, of low rank, zero, near the ends of the exponent range, clustered, with the fuzzer's
// own bits.

// The families of matrices.
const (
	uniform = iota
	deficient
	anyExponent
	gradedColumns
	gradedRows
	clustered
	hugeNumbers
	subnormal
	zeros
	equalElements
	families
)

func addFactorSeeds(f *testing.F) {
	for kind := range byte(families) {
		f.Add(uint64(kind), 5+7*kind, 9+3*kind, kind, []byte(nil))
		f.Add(uint64(kind)+100, 66-5*kind, 40+kind, kind, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
	f.Add(uint64(3), byte(33), byte(30), byte(0), []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x7f})
	f.Add(uint64(3), byte(8), byte(17), byte(0), []byte{1, 0, 0, 0, 0, 0, 0xf8, 0x7f})
}

// factorMatrix returns a matrix of the family, with some of the fuzzer's numbers in it, its largest magnitude, and whether all
// of it is finite.
func factorMatrix[T kernels.Float](r *rnd.Source, m, n int, kind byte, data []byte) (a linalg.Matrix[T], big float64, finite bool) {
	a = linalg.NewMatrix[T](m, n)
	rnd.Uniform(r, a.Data)
	top := 1000
	if isFloat32[T]() {
		top = 120
	}
	each := func(f func(i, j int, v float64) float64) {
		for i := range m {
			for j := range n {
				a.Set(i, j, T(f(i, j, float64(a.At(i, j)))))
			}
		}
	}
	switch kind % families {
	case deficient:
		if k := min(m, n); k > 0 {
			b, c := linalg.NewMatrix[T](m, 1+r.Intn(k)), linalg.Matrix[T]{}
			c = linalg.NewMatrix[T](b.Cols, n)
			linalg.MatMul(nil, a, linalg.MatrixOf(m, b.Cols, rnd.Uniform(r, b.Data)), linalg.MatrixOf(b.Cols, n, rnd.Uniform(r, c.Data)))
		}
	case anyExponent:
		rnd.Wide(r, a.Data)
	case gradedColumns:
		step := 1 + r.Intn(20)
		each(func(i, j int, v float64) float64 { return math.Ldexp(v, -step*j) })
	case gradedRows:
		step := r.Intn(41) - 20
		each(func(i, j int, v float64) float64 { return math.Ldexp(v, step*i/2) })
	case clustered:
		each(func(i, j int, v float64) float64 {
			if i == j {
				return 1 + float64(1e-6*v)
			}
			return float64(1e-9 * v)
		})
	case hugeNumbers:
		each(func(i, j int, v float64) float64 { return math.Ldexp(v, top) })
	case subnormal:
		each(func(i, j int, v float64) float64 { return math.Ldexp(v, -top-20) })
	case zeros:
		each(func(i, j int, v float64) float64 { return 0 })
	case equalElements:
		v := r.Normal()
		each(func(i, j int, _ float64) float64 { return v })
	}
	for i := 0; i+8 <= len(data) && m*n > 0; i += 8 {
		a.Set(r.Intn(m), r.Intn(n), T(math.Float64frombits(binary.LittleEndian.Uint64(data[i:]))))
	}
	finite = true
	for i := range m {
		for j := range n {
			v := float64(a.At(i, j))
			finite = finite && v-v == 0
			big = max(big, math.Abs(v))
		}
	}
	return a, big, finite
}

func isFloat32[T kernels.Float]() bool { return T(1)+T(0x1p-30) == 1 }

// constants returns eps, the smallest normal and the largest number of the type.
func constants[T kernels.Float]() (eps, smallest, most float64) {
	if isFloat32[T]() {
		return 0x1p-23, 0x1p-126, math.MaxFloat32
	}
	return 0x1p-52, 0x1p-1022, math.MaxFloat64
}

// wide is a in float64, times 2^-e, its columns in the order of perm if there is one.
func toFloat64[T kernels.Float](a linalg.Matrix[T], e int, perm []int) linalg.Matrix[float64] {
	b := linalg.NewMatrix[float64](a.Rows, a.Cols)
	for i := range a.Rows {
		for j := range a.Cols {
			from := j
			if perm != nil {
				from = perm[j]
			}
			b.Set(i, j, math.Ldexp(float64(a.At(i, from)), -e))
		}
	}
	return b
}

// residual returns ‖A − B·C‖_F and ‖A‖_F.
func residual(a, b, c linalg.Matrix[float64]) (res, norm float64) {
	norm = linalg.FrobeniusNorm(nil, a)
	d := a.Clone()
	linalg.MatMulAdd(nil, d, kernels.NoTrans, kernels.NoTrans, -1, b, c, 1)
	return linalg.FrobeniusNorm(nil, d), norm
}

func checkOrthogonal[T kernels.Float](t *testing.T, what string, q linalg.Matrix[T], limit float64) {
	t.Helper()
	x, g := toFloat64(q, 0, nil), linalg.NewMatrix[float64](q.Cols, q.Cols)
	linalg.MatMulTN(nil, g, x, x)
	for i := range q.Cols {
		g.Set(i, i, g.At(i, i)-1)
	}
	if o := linalg.FrobeniusNorm(nil, g); !(o <= limit) {
		t.Fatalf("%s: orthogonality %v, limit %v", what, o, limit)
	}
}

// checkError fails unless err is a *NotFiniteError exactly where the matrix is not finite; it reports whether there was no error.
func checkError(t *testing.T, err error, finite bool) bool {
	t.Helper()
	var bad *linalg.NotFiniteError
	if errors.As(err, &bad) == finite {
		t.Fatalf("finite: %v, error: %v", finite, err)
	}
	return err == nil
}

// FuzzQR is for QR, PivotedQR and their least squares.
func FuzzQR(f *testing.F) {
	addFactorSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, m, n, kind byte, data []byte) {
		fuzzQR[float32](t, seed, int(m)%80, int(n)%80, kind, data)
		fuzzQR[float64](t, seed, int(m)%80, int(n)%80, kind, data)
	})
}

func fuzzQR[T kernels.Float](t *testing.T, seed uint64, m, n int, kind byte, data []byte) {
	r := rnd.New(seed)
	a, big, finite := factorMatrix[T](r, m, n, kind, data)
	_, e := math.Frexp(big)
	eps, smallest, most := constants[T]()
	// Two reflections of order 2 have been seen to lose 5.7·eps in float32.
	k, long := min(m, n), float64(max(m, n, 6))
	q, p := linalg.NewQR[T](m, n), linalg.NewPivotedQR[T](m, n)
	errQ, errP := q.Factorize(a), p.Factorize(a)
	if !checkError(t, errQ, finite) || !checkError(t, errP, finite) {
		return
	}
	for i, x := range []struct {
		to   func(linalg.Matrix[T])
		r    linalg.Matrix[T]
		perm []int
	}{{q.QTo, q.R(), nil}, {p.QTo, p.R(), p.Perm()}} {
		qm := linalg.NewMatrix[T](m, k)
		x.to(qm)
		checkOrthogonal(t, "Q", qm, math.Sqrt(float64(k))*long*eps)
		res, norm := residual(toFloat64(a, e, x.perm), toFloat64(qm, 0, nil), toFloat64(x.r, e, nil))
		if !(res <= long*eps*norm) && big > long*smallest/eps && big < most/long {
			t.Fatalf("solver %d: residual %v max(m,n)·eps‖A‖", i, res/norm/eps/long)
		}
	}
	if m == n {
		s := linalg.NewQRBatch[T](n, 1)
		if !checkError(t, s.Factorize([]linalg.Matrix[T]{a}), finite) {
			return
		}
		qm := linalg.NewMatrix[T](n, n)
		linalg.TransposeTo(nil, qm, s.QT(0))
		checkOrthogonal(t, "Q of QRBatch", qm, math.Sqrt(float64(k))*long*eps)
		// R = QᵀA with zeros in place of what is below the diagonal.
		w, x := linalg.NewMatrix[float64](n, n), toFloat64(a, e, nil)
		linalg.MatMulTN(nil, w, toFloat64(qm, 0, nil), x)
		for i := range n {
			clear(w.Row(i)[:i])
		}
		res, norm := residual(x, toFloat64(qm, 0, nil), w)
		if !(res <= long*eps*norm) && big > long*smallest/eps && big < most/long {
			t.Fatalf("QRBatch: residual %v max(m,n)·eps‖A‖", res/norm/eps/long)
		}
	}
	for i := 1; i < k; i++ {
		if x, y := float64(p.R().At(i, i)), float64(p.R().At(i-1, i-1)); !(x <= y+4*long*eps*math.Abs(float64(p.R().At(0, 0)))+smallest) {
			t.Fatalf("pivoted diagonal ascends from %v to %v", y, x)
		}
	}
	if rank := p.Rank(-1); rank > k || big == 0 && rank != 0 {
		t.Fatalf("rank %d", rank)
	}
	if m < n || k == 0 {
		return
	}
	b, x := linalg.NewMatrix[T](m, 2), linalg.NewMatrix[T](n, 2)
	rnd.Uniform(r, b.Data)
	var sing *linalg.SingularError
	if err := q.LeastSquares(x, b); err != nil && (!errors.As(err, &sing) || q.R().At(sing.Pivot, sing.Pivot) != 0) {
		t.Fatal(err)
	}
	p.LeastSquares(x, b, -1)
}

// FuzzSVD is for the singular values.
func FuzzSVD(f *testing.F) {
	addFactorSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, m, n, kind byte, data []byte) {
		fuzzSVD[float32](t, seed, int(m)%70, int(n)%70, kind, data)
		fuzzSVD[float64](t, seed, int(m)%70, int(n)%70, kind, data)
	})
}

func fuzzSVD[T kernels.Float](t *testing.T, seed uint64, m, n int, kind byte, data []byte) {
	a, big, finite := factorMatrix[T](rnd.New(seed), m, n, kind, data)
	_, e := math.Frexp(big)
	eps, smallest, most := constants[T]()
	k, long := min(m, n), float64(max(m, n, 4))
	s := linalg.NewSVD[T](m, n)
	if !checkError(t, s.Factorize(a), finite) {
		if finite && big < most/long {
			t.Fatal(s.Factorize(a))
		}
		return
	}
	limit := 2 * math.Sqrt(float64(k)) * long * eps
	checkOrthogonal(t, "U", s.U(), limit)
	checkOrthogonal(t, "V", s.V(), limit)
	us, vt := toFloat64(s.U(), 0, nil), linalg.NewMatrix[float64](k, n)
	linalg.TransposeTo(nil, vt, toFloat64(s.V(), 0, nil))
	for j, v := range s.Values() {
		if !(v >= 0) || j > 0 && v > s.Values()[j-1] {
			t.Fatalf("singular values %v", s.Values())
		}
		for i := range m {
			us.Set(i, j, us.At(i, j)*math.Ldexp(float64(v), -e))
		}
	}
	res, norm := residual(toFloat64(a, e, nil), us, vt)
	if !(res <= 2*long*eps*norm) && big > long*smallest/eps {
		t.Fatalf("residual %v max(m,n)·eps‖A‖", res/norm/eps/long)
	}
}

// FuzzLU is for LU.
func FuzzLU(f *testing.F) {
	addFactorSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, n, _, kind byte, data []byte) {
		fuzzLU[float32](t, seed, int(n)%80, kind, data)
		fuzzLU[float64](t, seed, int(n)%80, kind, data)
	})
}

func fuzzLU[T kernels.Float](t *testing.T, seed uint64, n int, kind byte, data []byte) {
	a, big, finite := factorMatrix[T](rnd.New(seed), n, n, kind, data)
	_, e := math.Frexp(big)
	eps, smallest, _ := constants[T]()
	s := linalg.NewLU[T](n)
	err := s.Factorize(a)
	if !checkError(t, err, finite) {
		var sing *linalg.SingularError
		if finite && (!errors.As(err, &sing) || sing.Pivot < 0 || sing.Pivot >= n) {
			t.Fatal(err)
		}
		return
	}
	l, u, pa := linalg.NewMatrix[T](n, n), linalg.NewMatrix[T](n, n), linalg.NewMatrix[float64](n, n)
	s.LTo(l)
	s.UTo(u)
	seen := make([]bool, n)
	for i, from := range s.Perm() {
		seen[from] = true
		for j := range n {
			pa.Set(i, j, math.Ldexp(float64(a.At(from, j)), -e))
			if v := float64(l.At(i, j)); !(math.Abs(v) <= 1+8*eps) {
				t.Fatalf("l[%d,%d] = %v", i, j, v)
			}
		}
	}
	for i := range seen {
		if !seen[i] {
			t.Fatalf("Perm %v", s.Perm())
		}
	}
	for _, v := range u.Data {
		if float64(v)-float64(v) != 0 {
			return // U grew beyond the largest number when it was scaled back
		}
	}
	l64, u64 := toFloat64(l, 0, nil), toFloat64(u, e, nil)
	res, _ := residual(pa, l64, u64)
	limit := float64(n) * eps * linalg.FrobeniusNorm(nil, l64) * linalg.FrobeniusNorm(nil, u64)
	if !(res <= limit) && big > float64(n)*smallest/eps {
		t.Fatalf("residual %v, limit %v", res, limit)
	}
	log, sign := s.LogDet()
	if log != log || sign != 1 && sign != -1 {
		t.Fatalf("LogDet %v %v", log, sign)
	}
}

// FuzzCholesky is for Cholesky and CholeskyQR: where they give factors, these are right; positive definite matrices that are not
// near singular must have them.
func FuzzCholesky(f *testing.F) {
	addFactorSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, m, n, kind byte, data []byte) {
		fuzzCholesky[float32](t, seed, int(n)%80, kind, data)
		fuzzCholesky[float64](t, seed, int(n)%80, kind, data)
		fuzzCholeskyQR[float32](t, seed, int(m)%80, int(n)%80, kind, data)
		fuzzCholeskyQR[float64](t, seed, int(m)%80, int(n)%80, kind, data)
	})
}

func fuzzCholesky[T kernels.Float](t *testing.T, seed uint64, n int, kind byte, data []byte) {
	r := rnd.New(seed)
	b, _, _ := factorMatrix[T](r, n, n, kind, nil)
	eps, smallest, most := constants[T]()
	// B·Bᵀ, with or without a shift, in float64: overflow of the type is left to the fuzzer's numbers.
	b64, a64 := toFloat64(b, 0, nil), linalg.NewMatrix[float64](n, n)
	linalg.Gram(nil, a64, kernels.NoTrans, 1, b64, 0)
	shifted := r.Intn(2) == 0
	a, big, finite := linalg.NewMatrix[T](n, n), 0.0, true
	if shifted {
		for i := range n {
			a64.Set(i, i, a64.At(i, i)+float64(float64(n)*1e-2*linalg.FrobeniusNorm(nil, a64)))
		}
	}
	for i := range n {
		for j := range n {
			a.Set(i, j, T(a64.At(i, j)))
		}
	}
	for i := 0; i+8 <= len(data) && n > 0; i += 8 {
		a.Set(r.Intn(n), r.Intn(n), T(math.Float64frombits(binary.LittleEndian.Uint64(data[i:]))))
	}
	for i := range n {
		for j := range i + 1 {
			v := float64(a.At(i, j))
			finite = finite && v-v == 0
			big = max(big, math.Abs(v))
		}
	}
	_, e := math.Frexp(big)
	c := linalg.NewCholesky[T](n)
	err := c.Factorize(a)
	if !checkError(t, err, finite) {
		var neg *linalg.NotPositiveError
		if finite && (!errors.As(err, &neg) || neg.Pivot < 0 || neg.Pivot >= n) {
			t.Fatal(err)
		}
		if finite && shifted && len(data) < 8 && big > smallest/eps && big < most/float64(n) {
			t.Fatalf("a matrix with a shift of a hundredth of its norm: %v", err)
		}
		return
	}
	// Half the exponent each: the scale of U is the root of that of A.
	u, x := toFloat64(c.U(), e/2, nil), linalg.NewMatrix[float64](n, n)
	for i := range n {
		for j := range n {
			x.Set(i, j, math.Ldexp(float64(a.At(max(i, j), min(i, j))), -(e/2)-(e/2)))
		}
	}
	ut := linalg.NewMatrix[float64](n, n)
	linalg.TransposeTo(nil, ut, u)
	res, norm := residual(x, ut, u)
	if !(res <= float64(n+1)*eps*norm) && big > float64(n)*smallest/eps {
		t.Fatalf("residual %v n·eps‖A‖", res/norm/eps/float64(n))
	}
}

func fuzzCholeskyQR[T kernels.Float](t *testing.T, seed uint64, m, n int, kind byte, data []byte) {
	m, n = max(m, n), min(m, n)
	a, big, finite := factorMatrix[T](rnd.New(seed), m, n, kind, data)
	_, e := math.Frexp(big)
	eps, smallest, most := constants[T]()
	c := linalg.NewCholeskyQR[T](m, n)
	err := c.Factorize(a)
	if !checkError(t, err, finite) {
		var neg *linalg.NotPositiveError
		if finite && (!errors.As(err, &neg) || neg.Pivot < 0 || neg.Pivot >= n) {
			t.Fatal(err)
		}
		return
	}
	long := float64(max(m, 4))
	checkOrthogonal(t, "Q", c.Q(), 2*math.Sqrt(float64(n))*long*eps)
	res, norm := residual(toFloat64(a, e, nil), toFloat64(c.Q(), 0, nil), toFloat64(c.R(), e, nil))
	if !(res <= 2*long*eps*norm) && big > long*smallest/eps && big < most/long {
		t.Fatalf("residual %v m·eps‖A‖", res/norm/eps/long)
	}
}
