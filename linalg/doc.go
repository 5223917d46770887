// Package linalg holds matrices and factorizations on the kernels of eigenbasis:
// products, Kronecker products, QR, LU, Cholesky, singular values, least squares, symmetric eigenvalues, inverse roots, and
// the type this library is named after: Spectral, which rotates into a basis,
// scales by a diagonal and rotates back, y = Q φ(D) Qᵀ x.
//
// Matrices are row-major views (Matrix). Every result is the same bits on every tier and
// for any number of workers; the rules stand in package kernels.
//
// A solver is made once for a size (NewQR, NewCholesky, NewSymEig, …), owns all its memory
// and allocates nothing afterwards; a function with the suffix Bytes tells the size before.
// It copies its input, works in its own buffers and commits on success. What it returns are
// views that stay valid until its next call. A solver belongs to one goroutine; several
// solvers may share a Pool, which they take as an option (WithPool).
//
// A wrong shape, a bad flag, or an output that overlaps an input panics with a constant string
// "linalg: …" before anything is written. Bad numbers (NaN in the input, a matrix that is not
// positive definite, no convergence) are error values that name the place.
package linalg
