package linalg

import (
	"errors"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// SVD is the thin singular value decomposition A = U·diag(σ)·Vᵀ of an m×n matrix, k = min(m, n): U m×k and V n×k have
// orthonormal columns, σ descends. The first component of each column of V (of U for a wide matrix) whose magnitude is at least
// 7/8 of the largest is positive.
//
// Method, for m ≥ n (a wide matrix is transposed): A = Q·R; R·Rᵀ = J·Λ·Jᵀ by SymEig, in float64 for either type; the rows of W = JᵀR are then orthogonal
// but for what squaring R lost, which for float32 is nothing. One-sided Jacobi rotations (Hestenes 1958; Demmel and Veselić 1992), carrying Jᵀ along, make them
// so. σ are the norms of the rows; V comes from a QR factorization of Wᵀ with its columns
// scaled to norm one, which completes the basis where σ is zero; U = Q·J. What counts is how far W is from ΣVᵀ: the part of a row w_j in the
// direction of a longer one, w_i·w_j/‖w_i‖, absolutely and not as a cosine. Each sweep takes it for all pairs from one product, and touches only pairs
// whose share of √k·eps·‖A‖_F is used up. Where that are many, as in float64 with singular values that decay, all are first rotated at once by a matrix
// product, which squares small angles.
//
// Singular values up to ½·√k·eps·‖A‖_F are zero to working precision and are returned as zeros; a basis of their subspace is completed
// from the coordinate axes. With M = max(m, n), ‖A − UΣVᵀ‖_F ≤ M·eps·‖A‖_F and ‖UᵀU − I‖_F, ‖VᵀV − I‖_F ≤ √k·M·eps, nearer to
// 4·√k in place of M where rounding errors do not all point the same way. Small singular values have an absolute accuracy,
// |σ_i − exact| ≤ M·eps·σ_0, not a relative one. All memory is allocated by NewSVD; results are committed on success.
type SVD[T kernels.Float] struct {
	pool  *kernels.Pool
	m, n  int
	k     int
	tall  Matrix[T] // A, or Aᵀ of a wide A, scaled by a power of two
	qr    *QR[T]    // of tall; nil if that is square, and then W is made from A itself
	right *QR[T]    // of Wᵀ
	eig   *SymEig[float64]
	wide  Matrix[float64] // of float32: R
	gram  Matrix[float64] // RRᵀ
	wj    Matrix[T]       // [W | Jᵀ]
	g, g2 Matrix[T]       // k×k
	norm  []T             // of the rows of W
	order []int
	cs    [2]T // of a rotation
	sigma []T
	l, r  Matrix[T] // the factors of tall: max(m, n)×k and k×k
	ok    bool
}

// svdSweeps bounds the sweeps of Jacobi; two or three are usual.
const svdSweeps = 30

// errSVD cannot be provoked by any input known to us.
var errSVD = errors.New("linalg: SVD: Jacobi's rotations did not converge; please report the matrix")

// errSVDOverflow is for matrices whose largest singular value exceeds the largest number.
var errSVDOverflow = errors.New("linalg: SVD: a singular value overflows; scale the matrix down")

// NewSVD returns a solver for m×n matrices.
func NewSVD[T kernels.Float](m, n int, opts ...Option) *SVD[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	k, long := min(m, n), max(m, n)
	s := &SVD[T]{
		pool: gather(opts).pool, m: m, n: n, k: k, tall: paddedMatrix[T](long, k),
		right: NewQR[T](k, k, opts...), eig: NewSymEig[float64](k, WithPool(gather(opts).pool)),
		wj: paddedMatrix[T](k, 2*k), g: paddedMatrix[T](k, k), g2: paddedMatrix[T](k, k),
		norm: make([]T, k), order: make([]int, k), sigma: make([]T, k), l: paddedMatrix[T](long, k), r: paddedMatrix[T](k, k),
	}
	if long > k {
		s.qr = NewQR[T](long, k, opts...)
	}
	if g, ok := any(s.g).(Matrix[float64]); ok {
		s.gram = g
	} else {
		s.wide, s.gram = paddedMatrix[float64](k, k), paddedMatrix[float64](k, k)
	}
	return s
}

// SVDBytes returns the memory of a solver for m×n matrices.
func SVDBytes[T kernels.Float](m, n int) int64 {
	var z T
	k, long := min(m, n), max(m, n)
	elems := (2*long+3*k)*padded[T](k) + k*padded[T](2*k) + 2*k
	bytes := int64(elems)*int64(unsafe.Sizeof(z)) + int64(k)*int64(unsafe.Sizeof(0)) + QRBytes[T](k, k) + SymEigBytes[float64](k)
	if is32[T]() {
		bytes += 16 * int64(k*padded[float64](k))
	}
	if long > k {
		bytes += QRBytes[T](long, k)
	}
	return bytes
}

// Factorize computes the factors of a, which is copied and not written. NaN or Inf in a is a *NotFiniteError; a singular
// value beyond the largest number is an error, too. Earlier factors then stay valid.
func (s *SVD[T]) Factorize(a Matrix[T]) error {
	if a.Rows != s.m || a.Cols != s.n {
		panic(badShape)
	}
	a.check()
	big, err := largestOf(s.pool, "SVD", a)
	if err != nil {
		return err
	}
	if s.k == 0 {
		s.ok = true
		return nil
	}
	p, k := s.pool, s.k
	exp := 0
	if big != 0 {
		_, exp = math.Frexp(float64(big))
	}
	// Two factors: the reciprocal of a subnormal number may overflow.
	t := kernels.NoTrans
	if s.m < s.n {
		t = kernels.Trans
	}
	kernels.Omatcopy(p, t, s.tall.Rows, k, T(math.Ldexp(1, -(exp/2))), a.Data, a.ld(), s.tall.Data, s.tall.ld())
	for i := range s.tall.Rows {
		kernels.Scal(p, T(math.Ldexp(1, -(exp-exp/2))), s.tall.Row(i))
	}
	square := s.tall
	if s.qr != nil {
		if err := s.qr.Factorize(s.tall); err != nil {
			return err
		}
		square = s.qr.R()
	}
	wide, ok := any(square).(Matrix[float64])
	if !ok {
		wide = s.wide
		for i := range k {
			kernels.Convert(p, wide.Row(i), square.Row(i))
		}
	}
	Gram(p, s.gram, kernels.NoTrans, 1, wide, 0)
	if err := s.eig.Factorize(s.gram); err != nil {
		return err
	}
	w, j := s.wj.Slice(0, 0, k, k), s.wj.Slice(0, k, k, k)
	for i := range k {
		kernels.Convert(p, j.Row(i), s.eig.VectorsT().Row(i))
	}
	MatMul(p, w, j, square)
	if !s.orthogonalize(w, j, square) {
		return errSVD
	}
	s.sort()
	if top := s.norm[s.order[0]]; math.Ldexp(float64(top), exp) > maxFinite[T]() {
		return errSVDOverflow
	}
	small := s.null()
	for i, from := range s.order {
		s.sigma[i] = 0
		row := s.g.Row(i)
		clear(row)
		if n := s.norm[from]; n > small {
			s.sigma[i] = T(math.Ldexp(float64(n), exp))
			copy(row, w.Row(from))
			kernels.Scal(p, 1/n, row)
		}
	}
	TransposeTo(p, s.g2, s.g)
	if err := s.right.Factorize(s.g2); err != nil {
		return err
	}
	s.right.QTo(s.r)
	for i, from := range s.order {
		copy(s.g.Row(i), j.Row(from))
	}
	s.l.Zero()
	TransposeTo(p, s.l.Slice(0, 0, k, k), s.g)
	if s.qr != nil {
		s.qr.MulQ(s.l)
	}
	TransposeTo(p, s.g, s.r)
	for i := range k {
		s.norm[i] = signOf(p, s.g.Row(i))
	}
	kernels.ColScale(p, k, k, s.norm, s.r.Data, s.r.ld())
	kernels.ColScale(p, s.l.Rows, k, s.norm, s.l.Data, s.l.ld())
	s.ok = true
	return nil
}

// null returns the norm up to which a row of W is zero to working precision.
func (s *SVD[T]) null() T {
	f := 0.0
	for _, x := range s.norm {
		f = math.FMA(float64(x), float64(x), f)
	}
	return T(0.5 * epsilon[T]() * math.Sqrt(float64(float64(s.k)*f)))
}

// orthogonalize rotates pairs of rows of w = j·r, and of j beside it, until √(Σ (w_i·w_j/max(‖w_i‖, ‖w_j‖))²) over all pairs is at most √k·eps·‖W‖_F, and sets
// norm. It reports success.
func (s *SVD[T]) orthogonalize(w, j, r Matrix[T]) bool {
	p, k := s.pool, s.k
	before, drift := 2*k*k, 0.0 // pairs at the last step; ‖JJᵀ − I‖, about
	for range svdSweeps {
		f := 0.0
		for i := range k {
			s.norm[i] = kernels.Nrm2(p, w.Row(i))
			f = math.FMA(float64(s.norm[i]), float64(s.norm[i]), f)
		}
		limit := math.Sqrt(float64(float64(k)*f)) * epsilon[T]()
		share := T(limit / float64(k)) // of one pair
		Syrk(p, s.g, kernels.Upper, kernels.NoTrans, 1, w, 0)
		off, many := 0.0, 0
		for i := range k {
			row := s.g.Row(i)
			for j := i + 1; j < k; j++ {
				x := row[j]
				if x == 0 {
					continue
				}
				longer := max(s.norm[i], s.norm[j])
				if abs(x) > share*longer {
					many++
				}
				y := float64(x) / float64(longer)
				off = math.FMA(y, y, off)
			}
		}
		good := math.Sqrt(off) <= limit
		if !good && many > 8*k && many < before/2 && s.rotateAll(w, j, r, &drift) {
			before = many
			continue
		}
		before = 0 // from here on pair by pair
		if drift > epsilon[T]()/8 {
			for drift > epsilon[T]()/8 {
				s.polish(j, &drift)
			}
			MatMul(p, w, j, r)
			continue
		}
		if good {
			return true
		}
		for i := range k {
			row := s.g.Row(i)
			for j := i + 1; j < k; j++ {
				if abs(row[j]) > share*max(s.norm[i], s.norm[j]) {
					s.rotate(w, i, j, share)
				}
			}
		}
	}
	return false
}

// rotateAll turns all pairs of rows of w, whose products s.g holds, at once: J ← (I + E)·J, E antisymmetric with the tangents of the rotations, made more orthonormal
// by a step of Newton and Schulz, and w = J·r anew. The angles that are left are products of two, and what J lacks one of four. Pairs of rows too close in norm to be turned by a small angle are
// left out. It reports false, and does nothing, if all angles together are too large.
func (s *SVD[T]) rotateAll(w, j, r Matrix[T], drift *float64) bool {
	p, k := s.pool, s.k
	e := s.g2
	sum := 0.0
	for i := range k {
		e.Data[i*e.Stride+i] = 0
		row := s.g.Row(i)
		for l := i + 1; l < k; l++ {
			t := T(0)
			if x := row[l]; x != 0 {
				if u := rowTangent(float64(s.norm[i]), float64(s.norm[l]), float64(x)); math.Abs(u) < 0.1 {
					t = T(u)
					sum = math.FMA(u, u, sum)
				}
			}
			e.Data[i*e.Stride+l], e.Data[l*e.Stride+i] = t, -t
		}
	}
	if sum > 0.1 {
		return false
	}
	Copy(s.g, j)
	MatMulAdd(p, j, kernels.NoTrans, kernels.NoTrans, 1, e, s.g, 1)
	*drift += float64(2 * sum) // (I + E)(I + E)ᵀ = I − E²
	s.polish(j, drift)
	MatMul(p, w, j, r)
	return true
}

// polish makes the rows of j more orthonormal; drift, the norm of JJᵀ − I, is squared.
func (s *SVD[T]) polish(j Matrix[T], drift *float64) {
	canon[T]{s.pool, nil, s.g, s.g2}.polish(j)
	*drift *= *drift
}

// rowTangent returns the tangent t of the rotation x ← c·x + s·y, y ← c·y − s·x, t = s/c, that makes vectors of norms a and b and the product dot orthogonal: the
// smaller root of t² − 2ζt − 1, ζ = (b² − a²)/(2·dot).
func rowTangent(a, b, dot float64) float64 {
	zeta := (b/a - a/b) / (2 * (dot / a / b))
	z := math.Abs(zeta)
	if z >= 1e150 {
		return -0.5 / zeta // the square would overflow
	}
	return -math.Copysign(1/(z+math.Sqrt(float64(z*z)+1)), zeta)
}

// rotate makes rows i and j orthogonal, unless the part of the shorter one that lies along the other is at most share.
func (s *SVD[T]) rotate(w Matrix[T], i, j int, share T) {
	p := s.pool
	x, y := w.Row(i), w.Row(j)
	a, b := float64(s.norm[i]), float64(s.norm[j])
	dot := float64(kernels.Dot(p, x, y))
	if !(math.Abs(dot) > float64(float64(share)*max(a, b))) {
		return
	}
	t := rowTangent(a, b, dot)
	c := 1 / math.Sqrt(float64(t*t)+1)
	s.cs = [2]T{T(c), T(c * t)}
	ld := s.wj.Stride
	kernels.Rotate(p, 2, 2*s.k, 1, s.cs[:1], s.cs[1:], 1, s.wj.Data[i*ld:], (j-i)*ld)
	s.norm[i], s.norm[j] = kernels.Nrm2(p, x), kernels.Nrm2(p, y)
}

// sort sets order to the rows of W by descending norm, equal ones as they are. They are nearly in order.
func (s *SVD[T]) sort() {
	for i := range s.order {
		j := i
		for ; j > 0 && s.norm[s.order[j-1]] < s.norm[i]; j-- {
			s.order[j] = s.order[j-1]
		}
		s.order[j] = i
	}
}

func abs[T kernels.Float](x T) T {
	if x < 0 {
		return -x
	}
	return x
}

func (s *SVD[T]) check() {
	if !s.ok {
		panic(unfactored)
	}
}

// Values returns the min(m, n) singular values, descending: a view, valid until the next Factorize.
func (s *SVD[T]) Values() []T {
	s.check()
	return s.sigma
}

// U returns the left singular vectors, the columns of an m×min(m, n) matrix: a view, valid until the next Factorize.
func (s *SVD[T]) U() Matrix[T] {
	s.check()
	if s.m < s.n {
		return s.r
	}
	return s.l
}

// V returns the right singular vectors, the columns of an n×min(m, n) matrix: a view, valid until the next Factorize.
func (s *SVD[T]) V() Matrix[T] {
	s.check()
	if s.m < s.n {
		return s.l
	}
	return s.r
}

// Rank returns the number of σ_i > tol·σ_0. tol < 0 stands for max(m, n)·eps.
func (s *SVD[T]) Rank(tol float64) int {
	s.check()
	if tol < 0 {
		tol = float64(max(s.m, s.n)) * epsilon[T]()
	}
	rank := 0
	for rank < s.k && float64(s.sigma[rank]) > float64(tol*float64(s.sigma[0])) {
		rank++
	}
	return rank
}

// LeastSquares sets X, n×c, to the minimizer of ‖A·X − B‖_F that has the least norm, X = V·Σ⁺·UᵀB with the singular values of
// Rank(tol), which it returns. The first min(m, n) rows of B, which is m×c, are overwritten. X must not overlap B.
func (s *SVD[T]) LeastSquares(x, b Matrix[T], tol float64) int {
	s.check()
	if b.Rows != s.m || x.Rows != s.n || x.Cols != b.Cols {
		panic(badShape)
	}
	x.check()
	b.check()
	if overlaps(x.span(), b.span()) {
		panic(overlap)
	}
	rank := s.Rank(tol)
	y, z := x.Slice(0, 0, rank, x.Cols), b.Slice(0, 0, rank, b.Cols)
	MatMulTN(s.pool, y, s.U().Slice(0, 0, s.m, rank), b)
	for i := range rank {
		row, sigma := y.Row(i), s.sigma[i]
		for j, v := range row {
			z.Data[i*z.Stride+j] = v / sigma
		}
	}
	MatMul(s.pool, x, s.V().Slice(0, 0, s.n, rank), z)
	return rank
}
