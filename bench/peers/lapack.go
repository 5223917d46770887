package peers

import "github.com/seed-4885aa59/eigenbasis/kernels"

// LAPACK's matrices are column-major: element (i, j) is a[i+j·lda]. A symmetric matrix is its own transpose, so its triangles are named as in
// package kernels; a general matrix has to be stored transposed by the caller to be the same matrix. Routines destroy their input:
// Copy(a, saved).Then(…) is what can run more than once. Workspaces are of the size that the routine asks for and belong to the Call.

// room is the length that a routine asked for; a float32 may have rounded it down.
func room[T kernels.Float](ask T) int { return int(float64(ask)*(1+1e-6)) + 1 }

// query makes a call whose last two arguments before info are a workspace and its length: first asked with a length of −1, then bound.
func query[T kernels.Float](l *Library, name string, args ...any) *Call {
	ask := make([]T, 1)
	q := l.newCall(name, append(append([]any{}, args...), ask, -1, new(int32))...)
	if q == nil {
		return nil
	}
	q.Run(1)
	if q.Err() != nil {
		panic("peers: " + q.Err().Error())
	}
	n := room(ask[0])
	return l.newCall(name, append(append([]any{}, args...), make([]T, n), n, new(int32))...)
}

// queryInt is query for routines with a second workspace, of integers.
func queryInt[T kernels.Float](l *Library, name string, args ...any) *Call {
	ask, askInt := make([]T, 1), make([]int32, 1)
	q := l.newCall(name, append(append([]any{}, args...), ask, -1, askInt, -1, new(int32))...)
	if q == nil {
		return nil
	}
	q.Run(1)
	if q.Err() != nil {
		panic("peers: " + q.Err().Error())
	}
	n, ni := room(ask[0]), max(1, int(askInt[0]))
	return l.newCall(name, append(append([]any{}, args...), make([]T, n), n, make([]int32, ni), ni, new(int32))...)
}

func job(vectors bool) byte {
	if vectors {
		return 'V'
	}
	return 'N'
}

// Potrf is A = L·Lᵀ of the lower triangle, or Uᵀ·U of the upper (row-major, as in package kernels), in place.
func Potrf[T kernels.Float](l *Library, uplo kernels.Uplo, n int, a []T, lda int) *Call {
	return l.newCall(named[T]("potrf"), flipUplo(uplo), n, a, lda, new(int32))
}

// Potri is A⁻¹ from the factor of Potrf, in place.
func Potri[T kernels.Float](l *Library, uplo kernels.Uplo, n int, a []T, lda int) *Call {
	return l.newCall(named[T]("potri"), flipUplo(uplo), n, a, lda, new(int32))
}

// Geqrf is A = Q·R of an m×n column-major matrix, with the reflections below the diagonal and their factors in tau.
func Geqrf[T kernels.Float](l *Library, m, n int, a []T, lda int, tau []T) *Call {
	return query[T](l, named[T]("geqrf"), m, n, a, lda, tau)
}

// Orgqr forms the first n columns of Q (m×n, column-major) from k reflections of Geqrf, in place.
func Orgqr[T kernels.Float](l *Library, m, n, k int, a []T, lda int, tau []T) *Call {
	return query[T](l, named[T]("orgqr"), m, n, k, a, lda, tau)
}

// Ormqr is C = op(Q)·C or C·op(Q), C m×n column-major, with k reflections of Geqrf.
func Ormqr[T kernels.Float](l *Library, side kernels.Side, t kernels.Transpose, m, n, k int, a []T, lda int, tau, c []T, ldc int) *Call {
	return query[T](l, named[T]("ormqr"), byte(side), byte(t), m, n, k, a, lda, tau, c, ldc)
}

// Geqp3 is Geqrf with column pivoting; jpvt must be zero before each run, which means that all columns are free, and holds the order after.
func Geqp3[T kernels.Float](l *Library, m, n int, a []T, lda int, jpvt []int32, tau []T) *Call {
	return query[T](l, named[T]("geqp3"), m, n, a, lda, jpvt, tau)
}

// Getrf is P·A = L·U of an m×n column-major matrix by partial pivoting, in place, with the exchanges in ipiv.
func Getrf[T kernels.Float](l *Library, m, n int, a []T, lda int, ipiv []int32) *Call {
	return l.newCall(named[T]("getrf"), m, n, a, lda, ipiv, new(int32))
}

// Trtri is the inverse of a triangular matrix, in place (row-major, as in package kernels).
func Trtri[T kernels.Float](l *Library, uplo kernels.Uplo, diag kernels.Diag, n int, a []T, lda int) *Call {
	return l.newCall(named[T]("trtri"), flipUplo(uplo), byte(diag), n, a, lda, new(int32))
}

// Syev is the eigen-decomposition of a symmetric matrix by QR iteration: values ascending in w, vectors (in columns, column-major) over a.
func Syev[T kernels.Float](l *Library, vectors bool, uplo kernels.Uplo, n int, a []T, lda int, w []T) *Call {
	return query[T](l, named[T]("syev"), job(vectors), flipUplo(uplo), n, a, lda, w)
}

// Syevd is Syev by divide and conquer.
func Syevd[T kernels.Float](l *Library, vectors bool, uplo kernels.Uplo, n int, a []T, lda int, w []T) *Call {
	return queryInt[T](l, named[T]("syevd"), job(vectors), flipUplo(uplo), n, a, lda, w)
}

// Syevr is the eigen-decomposition by relatively robust representations: all values ascending in w, vectors in z; a is destroyed.
func Syevr[T kernels.Float](l *Library, vectors bool, uplo kernels.Uplo, n int, a []T, lda int, w, z []T, ldz int) *Call {
	return queryInt[T](l, named[T]("syevr"), job(vectors), byte('A'), flipUplo(uplo), n, a, lda, T(0), T(0), 0, 0, T(0),
		make([]int32, 1), w, z, ldz, make([]int32, 2*max(1, n)))
}

// Sytrd reduces a symmetric matrix to tridiagonal form: diagonal d, off-diagonal e, reflections in a with factors tau.
func Sytrd[T kernels.Float](l *Library, uplo kernels.Uplo, n int, a []T, lda int, d, e, tau []T) *Call {
	return query[T](l, named[T]("sytrd"), flipUplo(uplo), n, a, lda, d, e, tau)
}

// Orgtr forms the orthogonal matrix of Sytrd, in place.
func Orgtr[T kernels.Float](l *Library, uplo kernels.Uplo, n int, a []T, lda int, tau []T) *Call {
	return query[T](l, named[T]("orgtr"), flipUplo(uplo), n, a, lda, tau)
}

// Ormtr is C = op(Q)·C or C·op(Q), C m×n column-major, with the matrix of Sytrd.
func Ormtr[T kernels.Float](l *Library, side kernels.Side, uplo kernels.Uplo, t kernels.Transpose, m, n int, a []T, lda int, tau, c []T, ldc int) *Call {
	return query[T](l, named[T]("ormtr"), byte(side), flipUplo(uplo), byte(t), m, n, a, lda, tau, c, ldc)
}

// Stedc is the eigen-decomposition of a tridiagonal matrix by divide and conquer, vectors in z; d and e are destroyed, values in d.
func Stedc[T kernels.Float](l *Library, n int, d, e, z []T, ldz int) *Call {
	return queryInt[T](l, named[T]("stedc"), byte('I'), n, d, e, z, ldz)
}

// Sterf is the eigenvalues of a tridiagonal matrix, in d, by root-free QR iteration; e is destroyed.
func Sterf[T kernels.Float](l *Library, n int, d, e []T) *Call {
	return l.newCall(named[T]("sterf"), n, d, e, new(int32))
}

// Gesdd is the thin singular value decomposition A = U·diag(s)·Vᵀ of an m×n column-major matrix by divide and conquer; u m×k, vt k×n, k = min(m, n); a is destroyed.
func Gesdd[T kernels.Float](l *Library, m, n int, a []T, lda int, s, u []T, ldu int, vt []T, ldvt int) *Call {
	name := named[T]("gesdd")
	args := []any{byte('S'), m, n, a, lda, s, u, ldu, vt, ldvt}
	iwork := make([]int32, 8*max(1, min(m, n)))
	ask := make([]T, 1)
	q := l.newCall(name, append(append([]any{}, args...), ask, -1, iwork, new(int32))...)
	if q == nil {
		return nil
	}
	q.Run(1)
	lwork := room(ask[0])
	return l.newCall(name, append(append([]any{}, args...), make([]T, lwork), lwork, iwork, new(int32))...)
}

// Gesvd is the thin singular value decomposition by QR iteration, with the operands of Gesdd.
func Gesvd[T kernels.Float](l *Library, m, n int, a []T, lda int, s, u []T, ldu int, vt []T, ldvt int) *Call {
	return query[T](l, named[T]("gesvd"), byte('S'), byte('S'), m, n, a, lda, s, u, ldu, vt, ldvt)
}
