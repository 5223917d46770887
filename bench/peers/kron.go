package peers

import "github.com/seed-4885aa59/eigenbasis/kernels"

// KronMul is z = (F ⊗ F ⊗ … ⊗ F)·X, or X·(F ⊗ F ⊗ … ⊗ F) on the right side, by FastKron, nil of other libraries: F n×n, axes times, X and z of m columns (rows) and
// n^axes rows (columns), temp as large as X. One column is multiplied as one row by the transpose of F, which is made here, before anything is timed.
func KronMul[T kernels.Float](l *Library, side kernels.Side, n, axes, m int, f, x, z, temp []T) *Call {
	if l.Name != FastKron {
		return nil
	}
	if side == kernels.Left && m > 1 {
		return l.newCall(named[T]("kmm"), m, n, axes, f, x, z, temp, new(int32))
	}
	if side == kernels.Left {
		ft := make([]T, n*n)
		kernels.Omatcopy(nil, kernels.Trans, n, n, 1, f, n, ft, n)
		f = ft
	}
	return l.newCall(named[T]("mkm"), m, n, axes, f, x, z, temp, new(int32))
}
