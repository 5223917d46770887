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
	// A power of two brings the largest element near 1; squares are summed in float64.
	big := float64(maxAbs(p, b, false))
	if big == 0 {
		return 0
	}
	if big-big != 0 {
		return math.NaN()
	}
	_, e := math.Frexp(big)
	var off, diag float64
	for i := 0; i < b.Rows; i++ {
		row := b.Row(i)
		off += sumSquares(row[:i], e) + sumSquares(row[i+1:], e)
		diag += sumSquares(row[i:i+1], e)
	}
	return math.Sqrt(off / (off + diag))
}

// sumSquares returns Σ (x_i·2^-e)² in eight chains.
func sumSquares[T kernels.Float](x []T, e int) float64 {
	f1, f2 := math.Ldexp(1, -(e/2)), math.Ldexp(1, -(e-e/2))
	var s [8]float64
	for i, v := range x {
		w := float64(v) * f1 * f2
		s[i&7] = math.FMA(w, w, s[i&7])
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

// Criterion measures how stale the orthogonal basis q (columns) is for the symmetric matrix a, both
// triangles of which are read: it forms B = QᵀAQ in b, writes its diagonal, the Rayleigh quotients, to d and returns
// ‖B − diag B‖_F / ‖B‖_F, which equals ‖A − Q·diag(B)·Qᵀ‖_F / ‖A‖_F (Eschenhagen et al. 2025: keep
// the basis while it is at most τ). w, n×n, becomes A·Q. Neither b nor w may overlap the others.
func Criterion[T kernels.Float](p *kernels.Pool, q, a, w, b Matrix[T], d []T) float64 {
	if len(d) != q.Cols {
		panic(badLen)
	}
	MatMul(p, w, a, q)
	MatMulTN(p, b, q, w)
	for i := range d {
		d[i] = b.Data[i*b.Stride+i]
	}
	return OffDiagonal(p, b)
}

// PowerQR performs one step of orthogonal iteration on the orthogonal basis q (columns), in place, for the symmetric
// matrix a, both triangles of which are read: with d_j = q_jᵀAq_j, the columns are sorted by d,
// descending, and Q becomes the orthogonal factor of A·Q, with a positive diagonal of R. This is the refresh of
// SOAP (Vyas et al. 2024). Slot j of the new basis comes from slot perm[j] of the old; d is in the new
// order. The order matters: from any but the descending one the iteration moves away from the
// eigenvectors. Cost: one product and one QR factorization.
//
// w, n×n, is workspace; qr a solver for n×n. a, q and w must not overlap. Equal d keep their
// order. An error (NaN, Inf) leaves q as it was; d and perm are then undefined.
func PowerQR[T kernels.Float](p *kernels.Pool, qr *QR[T], q, a, w Matrix[T], d []T, perm []int) error {
	n := q.Rows
	if q.Cols != n || len(d) != n || len(perm) != n {
		panic(badShape)
	}
	MatMul(p, w, a, q)
	quotients(q, w, d)
	descending(perm, d)
	// perm is applied to the columns of w and to d, cycle by cycle.
	permuteColumns(w, d, perm)
	if err := qr.Factorize(w); err != nil {
		return err
	}
	qr.QTo(q)
	return nil
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
func quotients[T kernels.Float](q, w Matrix[T], d []T) {
	clear(d)
	for i := 0; i < q.Rows; i++ {
		x, y := q.Row(i), w.Row(i)
		for j := range d {
			d[j] += T(x[j] * y[j])
		}
	}
}

// permuteColumns moves column perm[j] of w, and element perm[j] of d, to j.
func permuteColumns[T kernels.Float](w Matrix[T], d []T, perm []int) {
	for start := range perm {
		if perm[start] < 0 || perm[start] == start {
			continue
		}
		for j := start; ; {
			from := perm[j]
			perm[j] = ^from // visited
			if from == start {
				break
			}
			d[j], d[from] = d[from], d[j]
			for i := 0; i < w.Rows; i++ {
				row := w.Row(i)
				row[j], row[from] = row[from], row[j]
			}
			j = from
		}
	}
	for j, v := range perm {
		if v < 0 {
			perm[j] = ^v
		}
	}
}
