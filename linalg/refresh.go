package linalg

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// The warm side of the eigenproblem: how stale a basis is, and one step of orthogonal iteration.

// OffDiagonal returns ‖B − diag B‖_F / ‖B‖_F of the square matrix b, 0 for B = 0 and NaN if B is not finite. The
// off-diagonal elements themselves are summed: a difference of squared norms, which others use, is
// noise below √eps, that is about 3e-4 in float32.
func OffDiagonal[T kernels.Float](p *kernels.Pool, b Matrix[T]) float64 {
	b.check()
	if b.Rows != b.Cols {
		panic(notSquare)
	}
	big := float64(maxAbs(p, b, false))
	if big == 0 {
		return 0
	}
	if big-big != 0 {
		return math.NaN()
	}
	// Squares of float32 numbers are in the range of float64.
	e := 0
	if !is32[T]() {
		if _, e = math.Frexp(big); e > -safeExp[T]() && e < safeExp[T]() {
			e = 0
		}
	}
	var off, diag float64
	for i := 0; i < b.Rows; i++ {
		row := b.Row(i)
		off += sumSquares(row[:i], e) + sumSquares(row[i+1:], e)
		diag += sumSquares(row[i:i+1], e)
	}
	return math.Sqrt(off / (off + diag))
}

// sumSquares returns Σ (x_i·2^-e)² in eight chains, products rounded: x_i² of a float32 is exact.
func sumSquares[T kernels.Float](x []T, e int) float64 {
	if e != 0 {
		return scaledSquares(x, e)
	}
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) >= 8 {
		a, b, c, d := float64(x[0]), float64(x[1]), float64(x[2]), float64(x[3])
		s0 += float64(a * a)
		s1 += float64(b * b)
		s2 += float64(c * c)
		s3 += float64(d * d)
		a, b, c, d = float64(x[4]), float64(x[5]), float64(x[6]), float64(x[7])
		s4 += float64(a * a)
		s5 += float64(b * b)
		s6 += float64(c * c)
		s7 += float64(d * d)
		x = x[8:]
	}
	for _, v := range x {
		s0 += float64(float64(v) * float64(v))
	}
	return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
}

// scaledSquares is sumSquares where a square would over- or underflow.
func scaledSquares[T kernels.Float](x []T, e int) float64 {
	// Two factors: one power of two may not be representable.
	f1, f2 := math.Ldexp(1, -(e/2)), math.Ldexp(1, -(e-e/2))
	var s float64
	for _, v := range x {
		w := float64(float64(v)*f1) * f2
		s += float64(w * w)
	}
	return s
}

// SymMul computes dst = A·x for the symmetric n×n matrix a, of which only the lower triangle is read, and x with n
// rows. The bits are those of MatMul with both triangles. dst must not overlap a or x.
func SymMul[T kernels.Float](p *kernels.Pool, dst, a, x Matrix[T]) {
	if a.Rows != a.Cols || x.Rows != a.Rows || dst.Rows != x.Rows || dst.Cols != x.Cols {
		panic(badShape)
	}
	kernels.Symm(p, kernels.Left, kernels.Lower, x.Rows, x.Cols, 1, a.Data, a.ld(), x.Data, x.ld(), 0, dst.Data, dst.ld())
}

// Criterion measures how stale the orthogonal basis q (columns) is for the symmetric matrix a, of which only the lower
// triangle is read: it returns ‖B − diag B‖_F / ‖B‖_F with B = QᵀAQ, which equals
// ‖A − Q·diag(B)·Qᵀ‖_F / ‖A‖_F (Eschenhagen et al. 2025: keep the basis while it is at most τ). w and b, n×n, become
// A·Q, from which PowerQR goes on, and B, whose diagonal holds the Rayleigh quotients. Neither may overlap the others.
func Criterion[T kernels.Float](p *kernels.Pool, q, a, w, b Matrix[T]) float64 {
	SymMul(p, w, a, q)
	return rotated(p, q, w, b)
}

// rotated is Criterion for w = A·Q.
func rotated[T kernels.Float](p *kernels.Pool, q, w, b Matrix[T]) float64 {
	congruence(p, b, q, w)
	return OffDiagonal(p, b)
}

// congruenceLeaf is the order at which congruence stops halving.
const congruenceLeaf = 64

// congruence computes both triangles of the symmetric matrix b = qᵀ·w, w = A·q, the lower one by products of blocks, which
// do not depend on how they are cut, and the other as its mirror image: little more than half of the work.
func congruence[T kernels.Float](p *kernels.Pool, b, q, w Matrix[T]) {
	if b.Rows != b.Cols || b.Rows != q.Cols || w.Rows != q.Rows || w.Cols != q.Cols {
		panic(badShape)
	}
	lowerTN(p, b, q, w)
	Mirror(p, kernels.Lower, b)
}

func lowerTN[T kernels.Float](p *kernels.Pool, b, q, w Matrix[T]) {
	n, m := b.Rows, q.Rows
	if n <= congruenceLeaf {
		MatMulTN(p, b, q, w)
		return
	}
	h := (n/2 + 15) / 16 * 16
	lowerTN(p, b.Slice(0, 0, h, h), q.Slice(0, 0, m, h), w.Slice(0, 0, m, h))
	lowerTN(p, b.Slice(h, h, n-h, n-h), q.Slice(0, h, m, n-h), w.Slice(0, h, m, n-h))
	MatMulTN(p, b.Slice(h, 0, n-h, h), q.Slice(0, h, m, n-h), w.Slice(0, 0, m, h))
}

// PowerQR performs one step of orthogonal iteration on the orthogonal basis q (columns), in place. w = A·Q for the
// symmetric matrix A comes from Criterion or SymMul. With d_j = q_jᵀAq_j, summed in float64, the columns are sorted by
// d, descending, and Q becomes the orthogonal factor of A·Q, with a positive diagonal of R. This is the refresh of
// SOAP (Vyas et al. 2024). Slot j of the new basis comes from slot perm[j] of the old; d is in the new
// order. The order matters: from any but the descending one the iteration moves away from the
// eigenvectors. Cost: one QR factorization, besides the product.
//
// w is destroyed; qr is a solver for n×n. q and w must not overlap. Equal d keep their order. An error (NaN, Inf)
// leaves q as it was; w, d and perm are then undefined.
func PowerQR[T kernels.Float](qr *QR[T], q, w Matrix[T], d []float64, perm []int) error {
	n := q.Rows
	if q.Cols != n || w.Rows != n || w.Cols != n || len(d) != n || len(perm) != n {
		panic(badShape)
	}
	SortByQuotients(q, w, d, perm)
	if err := qr.Factorize(w); err != nil {
		return err
	}
	qr.QTo(q)
	return nil
}

// SortByQuotients is what PowerQR does before it factorizes w = A·Q: d_j = q_jᵀ·w_j, the Rayleigh quotients of orthonormal columns, descending, and the
// columns of w with them. What is in slot j comes from slot perm[j].
func SortByQuotients[T kernels.Float](q, w Matrix[T], d []float64, perm []int) {
	if q.Rows != w.Rows || q.Cols != w.Cols {
		panic(badShape)
	}
	q.check()
	if len(d) != w.Cols {
		panic(badShape)
	}
	quotients(q, w, d)
	SortColumns(w, d, perm)
}

// QRStep makes one step of the unshifted QR algorithm on B = QᵀAQ: with B = U·R, B ← R·U and Q ← Q·U. From a basis in descending order it
// makes the eigenvectors of the larger eigenvalues converge first (Distributed Shampoo's refresh); it equals a step of orthogonal
// iteration without the sorting.
//
// qr is a solver for n×n; u and w, n×n, are scratch. None of the matrices may overlap. An error (NaN, Inf) leaves q and b as they were.
// Cost: one QR factorization and two products.
func QRStep[T kernels.Float](p *kernels.Pool, qr *QR[T], q, b, u, w Matrix[T]) error {
	if err := qr.Factorize(b); err != nil {
		return err
	}
	qr.QTo(u)
	MatMul(p, b, qr.R(), u)
	MatMul(p, w, q, u)
	Copy(q, w)
	return nil
}

// SortColumns sorts d, descending, and the columns of q with it: what is in slot j comes from slot perm[j]. Equal d keep their order.
func SortColumns[T kernels.Float](q Matrix[T], d []float64, perm []int) {
	if q.Cols != len(d) || len(perm) != len(d) {
		panic(badShape)
	}
	descending(perm, d)
	permuteColumns(q, d, perm)
}

// RefineStep turns all pairs of columns of the orthogonal basis q at once: Q ← orthogonal factor of Q + Q·E, E skew, e_ij the tangent of the
// smaller angle that makes b_ij of B = QᵀAQ zero by itself, at most 1. To first order e_ij = b_ij/(b_jj − b_ii), which is the correction of
// Ogita and Aishima (2018) for an orthonormal basis: near the eigenvectors it converges quadratically, and columns keep their slots. It
// makes the step wherever it starts; SymEig.Update makes the same one where it will converge.
//
// Of b, which is destroyed, the lower triangle counts (Criterion gives it); w, n×n, is scratch, qr a solver for n×n. None of the matrices may
// overlap. An error (NaN, Inf) leaves q as it was. Cost: a product and a QR factorization.
func RefineStep[T kernels.Float](p *kernels.Pool, qr *QR[T], q, b, w Matrix[T]) error {
	if b.Rows != b.Cols || q.Rows != b.Rows || q.Cols != b.Rows || w.Rows != b.Rows || w.Cols != b.Rows {
		panic(badShape)
	}
	if err := finite(p, "RefineStep", b, true); err != nil {
		return err
	}
	f := float64(scaleFor(maxAbs(p, b, true)))
	for i := range b.Rows {
		row := b.Row(i)
		for j := range i {
			t := T(turn(float64(row[j])*f, (float64(b.At(j, j))-float64(row[i]))*f/2))
			row[j] = t
			b.Set(j, i, -t)
		}
	}
	for i := range b.Rows {
		b.Set(i, i, 0)
	}
	Copy(w, q)
	MatMulAdd(p, w, kernels.NoTrans, kernels.NoTrans, 1, q, b, 1)
	if err := qr.Factorize(w); err != nil {
		return err
	}
	qr.QTo(q)
	return nil
}

// turn returns the tangent, at most 1, of the angle that diagonalises the pair [d, b; b, d + 2g].
func turn(b, g float64) float64 {
	if b == 0 {
		return 0
	}
	return b / (g + math.Copysign(math.Sqrt(math.FMA(g, g, float64(b*b))), g))
}

// descending makes perm the indices of d in descending order of value, equal values in ascending
// order of index.
func descending[T kernels.Float](perm []int, d []T) {
	for i := range perm {
		perm[i] = i
	}
	slices.SortFunc(perm, func(i, j int) int {
		switch {
		case d[i] > d[j]:
			return -1
		case d[i] < d[j]:
			return 1
		}
		return i - j
	})
}

// quotients sets d_j = Σ_i q_ij·w_ij, i ascending.
func quotients[T kernels.Float](q, w Matrix[T], d []float64) {
	clear(d)
	for i := 0; i < q.Rows; i++ {
		x, y := q.Row(i), w.Row(i)
		for j := range d {
			d[j] += float64(float64(x[j]) * float64(y[j]))
		}
	}
}

// permuteStrip is the number of rows that permuteColumns takes at a time: they stay in the first-level cache.
const permuteStrip = 8

// permuteColumns moves column perm[j] of w, and element perm[j] of d, to j.
func permuteColumns[T, D kernels.Float](w Matrix[T], d []D, perm []int) {
	permuteRows(MatrixOf(1, len(d), d), perm)
	for i := 0; i < w.Rows; i += permuteStrip {
		permuteRows(w.Slice(i, 0, min(permuteStrip, w.Rows-i), w.Cols), perm)
	}
}

// permuteRows moves element perm[j] of every row to j, in place, cycle by cycle.
func permuteRows[T kernels.Float](w Matrix[T], perm []int) {
	for start := range perm {
		for j := start; perm[j] >= 0; {
			from := perm[j]
			perm[j] = ^from // visited
			if from == start {
				break
			}
			for k := j; k < len(w.Data); k += w.Stride {
				w.Data[k], w.Data[k+from-j] = w.Data[k+from-j], w.Data[k]
			}
			j = from
		}
	}
	for j, v := range perm {
		perm[j] = ^v
	}
}
