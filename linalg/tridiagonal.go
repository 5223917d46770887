package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// tridiagonal solves the symmetric tridiagonal eigenproblem, its values always in float64. Its methods back each other up:
// divide and conquer with QR leaves, QR alone, Jacobi.
type tridiagonal struct {
	pool  *kernels.Pool
	n     int
	d, e  []float64
	z     Matrix[float64] // eigenvectors as rows, unless narrowed
	qr    qrIteration
	dc    *divide
	alone bool            // it is a part itself
	parts []part          // for several workers: what each solves alone
	small float64         // off-diagonals up to this are zero
	w, u  Matrix[float64] // n×n
	save  []float64       // d and e, for a second attempt

	accuracy
	least int // the order from which divide and conquer, or its leaf alone, is used

	// Divide and conquer without vectors, or with vectors in float32, keeps the ends of the eigenvectors, by row, in float64. A merge needs no more of its halves than
	// the last components on the left and the first ones on the right; its own ends are two products of its secular eigenvectors
	// and a vector, O(n²) for all merges.
	first, last, nextFirst, nextLast, packed []float64

	valuesOnly bool

	// For float32: all products of divide and conquer are in that type, at twice the speed, as the vectors are rounded to it before they are carried back;
	// eigenvalues do not depend on them. z32 is lent by the caller of solve.
	u32, w32, z32 Matrix[float32]
	narrowed      bool // the eigenvectors are in z32, not in z

	ordered        bool // dc.index has the rows in ascending order of value
	noDivide, noQR bool // tests of the fall-backs set them
}

func newTridiagonal(p *kernels.Pool, n int) tridiagonal {
	t := tridiagonal{
		pool: p, n: n, d: make([]float64, n), e: make([]float64, n),
		z: paddedMatrix[float64](n, n), qr: newQRIteration(p, n),
		w: paddedMatrix[float64](n, n), u: paddedMatrix[float64](groups(n), groups(n)),
		dc: newDivide(n), save: make([]float64, 2*n), accuracy: exact64, least: tinyOrder + 1,
	}
	if count := partCount(n, p.Workers()); count > 1 {
		t.cut(0, n, count)
	}
	return t
}

func tridiagonalBytes(n int) int64 {
	return 8*int64(2*n*padded[float64](n)+groups(n)*padded[float64](groups(n))+6*n+8*groups(n)+qrLen(n)) + int64(shares(n))*int64(unsafe.Sizeof(kernels.SecularBlock{})) + int64(n)*(1+5*int64(unsafe.Sizeof(0))) + leafBytes
}

// solve overwrites t.d with the eigenvalues, in no particular order, and row i of t.z, or of t.z32 if t.narrowed, with the
// eigenvector of t.d[i]. t.e is destroyed.
func (t *tridiagonal) solve() bool {
	small := t.begin()
	if !t.noDivide && t.n >= t.least {
		if t.ordered = t.conquer(small); t.ordered {
			t.narrowed = t.z32.Data != nil
			return true
		}
	}
	copy(t.d, t.save)
	copy(t.e, t.save[t.n:])
	t.z.Identity()
	if !t.noQR && t.qr.run(t.d, t.e, t.z, small) || t.jacobi(small) {
		t.polish(t.z)
		return true
	}
	return false
}

// accuracy is what the methods stop at.
type accuracy struct {
	unit float64 // backward errors of a part of this, relative to the norm, do not matter
	step float64 // relative size of a cubically convergent step behind which they are smaller
}

var (
	exact64 = accuracy{eps64, 0x1p-18}
	// exact32 is for what has been reduced in float32: 1/32 of the unit of that type.
	exact32 = accuracy{0x1p-28, 0x1p-10}
)

// narrow allocates the memory for products in float32.
func (t *tridiagonal) narrow() {
	t.u32, t.w32 = paddedMatrix[float32](t.n, t.n), paddedMatrix[float32](t.n, t.n)
	t.keepEnds()
}

// narrowBytes is the memory of narrow.
func narrowBytes(n int) int64 { return 8 * int64(n*padded[float32](n)+6*n) }

// begin keeps d and e for a second attempt and returns the size of an off-diagonal that counts as zero.
func (t *tridiagonal) begin() (small float64) {
	var norm float64
	for i, v := range t.d {
		norm = max(norm, math.Abs(v))
		if i < t.n-1 {
			norm = max(norm, math.Abs(t.e[i]))
		}
	}
	t.ordered, t.narrowed = false, false
	copy(t.save, t.d)
	copy(t.save[t.n:], t.e)
	// Backward error: e ≤ small changes the matrix by less than unit/8 of its norm.
	return t.unit / 8 * norm
}

// solveValues overwrites t.d with the eigenvalues. t.valuesOnly must be set.
func (t *tridiagonal) solveValues() bool {
	small := t.begin()
	if t.ordered = !t.noDivide && t.conquer(small); t.ordered {
		return true
	}
	copy(t.d, t.save)
	copy(t.e, t.save[t.n:])
	none := t.z.Slice(0, 0, t.n, 0)
	return !t.noQR && t.qr.run(t.d, t.e, none, small) || t.jacobi(small)
}

// withoutVectors is for a solver of values alone.
func (t *tridiagonal) withoutVectors() {
	t.valuesOnly = true
	t.keepEnds()
	order := valuesLeaf(t.n)
	lanes := kernels.SymLanes
	if t.n <= kernels.TridiagLanes*order {
		lanes = kernels.TridiagLanes
	}
	t.dc.leaves = newLeaves(order, lanes, 2)
	for i := range t.parts {
		t.parts[i].dc.leaves = t.dc.leaves.another()
	}
}

// keepEnds allocates what divide and conquer needs without vectors in float64.
func (t *tridiagonal) keepEnds() {
	list := func(n int) []float64 { return make([]float64, n) }
	t.first, t.last, t.nextFirst, t.nextLast, t.packed = list(t.n), list(t.n), list(t.n), list(t.n), list(2*t.n)
}

// descending makes perm the rows of t.z in descending order of value.
func (t *tridiagonal) descending(perm []int) {
	if !t.ordered {
		descending(perm, t.d)
		return
	}
	for i := range perm {
		perm[i] = t.dc.index[len(perm)-1-i]
	}
}

// polish makes the rows of z orthonormal to working precision by one step of Newton and Schulz,
// Z + ½(I − ZZᵀ)Z. The product of thousands of rotations has drifted from orthogonality like a random walk,
// by about n·eps; the step squares that.
func (t *tridiagonal) polish(z Matrix[float64]) {
	n := z.Rows
	e, old := t.w.Slice(0, 0, n, n), t.u.Slice(0, 0, n, n)
	MatMulNT(t.pool, e, z, z)
	for i := 0; i < n; i++ {
		// The chain of a product loses digits where one component dominates; lanes do not.
		e.Data[i*e.Stride+i] = kernels.SumSquares(t.pool, z.Row(i)) - 1
	}
	Copy(old, z)
	MatMulAdd(t.pool, z, kernels.NoTrans, kernels.NoTrans, -0.5, e, old, 1)
}

// jacobi finishes by the cyclic Jacobi method, on the dense matrix: it converges for every matrix, in
// O(n³) operations per sweep.
func (t *tridiagonal) jacobi(small float64) bool {
	n := t.n
	t.w.Zero()
	for i := 0; i < n; i++ {
		t.w.Set(i, i, t.d[i])
		if i < n-1 {
			t.w.Set(i, i+1, t.e[i])
			t.w.Set(i+1, i, t.e[i])
		}
	}
	return t.diagonalise(small / float64(n))
}

// dense solves the dense matrix t.w, both triangles stored, by Jacobi's method.
func (t *tridiagonal) dense() bool {
	t.ordered = false
	t.z.Identity()
	return t.diagonalise(eps64 / 64 * maxAbs(t.pool, t.w, false))
}

func (t *tridiagonal) diagonalise(small float64) bool {
	if !jacobi(t.w, t.z, small) {
		return false
	}
	for i := range t.d {
		t.d[i] = t.w.At(i, i)
	}
	return true
}

// jacobiSweeps bounds the sweeps; six to ten are usual.
const jacobiSweeps = 60

// jacobi diagonalises the symmetric matrix w (both triangles stored) by cyclic sweeps of two-sided
// rotations (Golub and Van Loan, section 8.5) and applies them to the rows of z. Elements up to small are
// taken as zero.
func jacobi(w, z Matrix[float64], small float64) bool {
	n := w.Rows
	for sweep := 0; sweep < jacobiSweeps; sweep++ {
		rotated := false
		for i := 0; i < n-1; i++ {
			for j := i + 1; j < n; j++ {
				b := w.Data[i*w.Stride+j]
				if math.Abs(b) <= small {
					continue
				}
				rotated = true
				// The tangent of the smaller angle that clears w_ij. Rutishauser's form updates by small
				// differences: x − s·(y + ρ·x) is c·x − s·y with c = 1 − s·ρ.
				tau := (w.Data[j*w.Stride+j] - w.Data[i*w.Stride+i]) / float64(2*b)
				tan := 1 / (tau + math.Copysign(math.Sqrt(math.FMA(tau, tau, 1)), tau))
				c := 1 / math.Sqrt(math.FMA(tan, tan, 1))
				s := float64(tan * c)
				rho := s / (1 + c)
				di := math.FMA(-tan, b, w.Data[i*w.Stride+i])
				dj := math.FMA(tan, b, w.Data[j*w.Stride+j])
				jacobiRows(w.Row(i), w.Row(j), s, rho)
				w.Data[i*w.Stride+i], w.Data[j*w.Stride+j] = di, dj
				w.Data[i*w.Stride+j], w.Data[j*w.Stride+i] = 0, 0
				for l := 0; l < n; l++ {
					w.Data[l*w.Stride+i], w.Data[l*w.Stride+j] = w.Data[i*w.Stride+l], w.Data[j*w.Stride+l]
				}
				jacobiRows(z.Row(i), z.Row(j), s, rho)
			}
		}
		if !rotated {
			return true
		}
	}
	return false
}

// jacobiRows sets x = c·x − s·y and y = s·x + c·y, c = 1 − s·ρ.
func jacobiRows(x, y []float64, s, rho float64) {
	for l, v := range x {
		x[l] = math.FMA(-s, math.FMA(rho, v, y[l]), v)
		y[l] = math.FMA(s, math.FMA(-rho, y[l], v), y[l])
	}
}
