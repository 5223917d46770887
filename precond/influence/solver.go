package influence

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// DampingKind says what is added to a curvature before it is inverted.
type DampingKind uint8

const (
	// DampAbsolute adds δ = Value to every eigenvalue ("exact damping").
	DampAbsolute DampingKind = iota
	// DampMean adds δ = Value·mean(D) of each block; kronfluence's default is 0.1.
	DampMean
	// DampSplit damps the factors of K-FAC instead of their product, λ = (λ_S + √δ/π)·(λ_A + √δ·π) with δ = Value and
	// π² = (tr A/dim A)/(tr S/dim S) (Martens and Grosse 2015, §6.3): the heuristic of many implementations. It is for
	// blocks with factors; the others get δ. A Kronecker product damped so is not one plus δI: compare curvatures
	// at DampAbsolute.
	DampSplit
)

// Damping says how (C + δI)⁻¹ is formed from the eigenvalues d of a block:
//
//	d ← rule for d < 0      Negative
//	0 where d ≤ Cut·max D    if Cut > 0 (pseudo-inverse)
//	1/(d + δ)               in float64, rounded once
//
// An indefinite Hessian needs a decision. NegativeKeep with δ above −λ_min solves with the true H + δI, and a smaller δ
// is an error; NegativeAbs takes |λ| (saddle-free), NegativeZero and NegativeDrop treat negative curvature as none, with
// 1/δ or nothing in such a direction.
type Damping struct {
	Kind     DampingKind
	Value    float64 // ≥ 0
	Negative linalg.Negative
	Cut      float64
}

// SingularError says that a damped curvature is not positive definite: a rule and a damping do not fit its eigenvalues.
type SingularError struct {
	Block   int
	Least   float64 // eigenvalue of the block
	Damping float64 // δ that the block had
}

func (e *SingularError) Error() string {
	return fmt.Sprintf("influence: block %d of the curvature has the eigenvalue %v, which a damping of %v does not make positive; give a damping above %v, or another rule for negative eigenvalues",
		e.Block, e.Least, e.Damping, max(0, -e.Least))
}

// DampingError says that a Damping makes no sense.
type DampingError struct{ Damping Damping }

func (e *DampingError) Error() string {
	return fmt.Sprintf("influence: damping %+v: Kind and Negative must be one of the constants, Value and Cut finite and not negative", e.Damping)
}

// Solver applies (C + δI)⁻¹.
type Solver[T kernels.Float] struct {
	c    Curvature[T]
	p    *kernels.Pool
	dim  int
	phi  [][]T
	rows int
	work []T
}

// NewSolver returns a solver that takes rows rows at a time; Apply and Self cut larger matrices. The curvature is not
// copied and must not change. The error is a *DampingError or a *SingularError.
func NewSolver[T kernels.Float](p *kernels.Pool, c Curvature[T], d Damping, rows int) (*Solver[T], error) {
	if rows < 1 {
		panic(badRows)
	}
	s := &Solver[T]{c: c, p: p, dim: c.Dim(), rows: rows, phi: make([][]T, len(c.Blocks))}
	work := 0
	for i, b := range c.Blocks {
		l := b.Basis.Len()
		if len(b.D) != l || b.Out != nil && len(b.Out)*len(b.In) != l {
			panic(badShape)
		}
		s.phi[i] = make([]T, l)
		work = max(work, rows*l+linalg.WorkRows(b.Basis, rows)+l)
	}
	s.work = make([]T, work)
	if err := s.SetDamping(d); err != nil {
		return nil, err
	}
	return s, nil
}

// SetDamping changes the damping. After an error the old one stays in force.
func (s *Solver[T]) SetDamping(d Damping) error {
	if !(d.Value >= 0) || math.IsInf(d.Value, 0) || !(d.Cut >= 0) || math.IsInf(d.Cut, 0) || d.Kind > DampSplit || d.Negative > linalg.NegativeLift {
		return &DampingError{d}
	}
	// Checked in a first pass, kept in a second: nothing changes on failure.
	for i := range s.c.Blocks {
		phi := s.work[:len(s.phi[i])]
		shift := invert(&s.c.Blocks[i], d, phi)
		for _, v := range phi {
			if !(v >= 0) || math.IsInf(float64(v), 0) {
				least, _ := Curvature[T]{s.c.Blocks[i : i+1]}.Least()
				return &SingularError{Block: i, Least: least, Damping: shift}
			}
		}
	}
	for i := range s.c.Blocks {
		invert(&s.c.Blocks[i], d, s.phi[i])
	}
	return nil
}

// invert sets phi to the damped inverse of the eigenvalues and returns δ.
func invert[T kernels.Float](b *Block[T], d Damping, phi []T) float64 {
	shift := d.Value
	if d.Kind == DampMean {
		sum := 0.0
		for _, v := range b.D {
			sum += float64(v)
		}
		shift *= sum / float64(max(1, len(b.D)))
	}
	if d.Kind == DampSplit && b.Out != nil {
		split(b, d, phi)
		return shift
	}
	linalg.Phi(linalg.Filter{Power: -1, Shift: shift, Negative: d.Negative, Cut: d.Cut}, phi, b.D)
	return shift
}

// split is DampSplit: the rule for negative values and the cut act on each factor.
func split[T kernels.Float](b *Block[T], d Damping, phi []T) {
	out, in := mean(b.Out), mean(b.In)
	pi := 1.0
	if out > 0 && in > 0 {
		pi = math.Sqrt(in / out)
	}
	root := math.Sqrt(d.Value)
	f := linalg.Filter{Power: -1, Shift: root / pi, Negative: d.Negative, Cut: d.Cut}
	left := make([]T, len(b.Out))
	linalg.Phi(f, left, b.Out)
	f.Shift = float64(root * pi)
	right := make([]T, len(b.In))
	linalg.Phi(f, right, b.In)
	for i, l := range left {
		for j, r := range right {
			phi[i*len(right)+j] = T(l * r)
		}
	}
}

func mean[T kernels.Float](x []T) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v)
	}
	return s / float64(max(1, len(x)))
}

// Dim is the number of parameters.
func (s *Solver[T]) Dim() int { return s.dim }

// Apply sets every row of dst to (C + δI)⁻¹ times that row of x. dst may be x itself.
func (s *Solver[T]) Apply(dst, x linalg.Matrix[T]) {
	if x.Cols != s.dim || dst.Cols != s.dim || dst.Rows != x.Rows {
		panic(badShape)
	}
	for lo := 0; lo < x.Rows; lo += s.rows {
		n := min(s.rows, x.Rows-lo)
		at := 0
		for i := range s.c.Blocks {
			b := &s.c.Blocks[i]
			d := b.Basis.Dim()
			b.Scale(s.p, dst.Slice(lo, at, n, d), x.Slice(lo, at, n, d), s.phi[i], s.work)
			at += d
		}
	}
}

// Self sets dst_i to the score of sample i for itself, g_iᵀ·(C + δI)⁻¹·g_i, g_i the rows of x: the diagonal of all scores
// up to rounding, for the price of one rotation.
func (s *Solver[T]) Self(dst []T, x linalg.Matrix[T]) {
	if x.Cols != s.dim || len(dst) != x.Rows {
		panic(badShape)
	}
	clear(dst)
	for lo := 0; lo < x.Rows; lo += s.rows {
		n := min(s.rows, x.Rows-lo)
		at := 0
		for i := range s.c.Blocks {
			b := &s.c.Blocks[i]
			d, l := b.Basis.Dim(), b.Basis.Len()
			y := linalg.MatrixOf(n, l, s.work)
			scaled, work := s.work[n*l:n*l+l], s.work[n*l+l:]
			linalg.ForwardRows(s.p, b.Basis, y, x.Slice(lo, at, n, d), work)
			for r := 0; r < n; r++ {
				kernels.Hadamard(s.p, s.phi[i], y.Row(r), scaled)
				dst[lo+r] += kernels.Dot(s.p, scaled, y.Row(r))
			}
			at += d
		}
	}
}
