package fuzz

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// FuzzMatrix is for the kernels that pass over a matrix once: the symmetric product, updates of rank one and two, scaling and
// sums of rows and columns, copies and transpositions, Kronecker products, vector updates.
func FuzzMatrix(f *testing.F) {
	for _, s := range []struct{ m, n uint16 }{{0, 1}, {1, 1}, {4, 4}, {5, 17}, {16, 16}, {17, 33}, {64, 64}, {67, 130}, {70, 515}, {3, 300}} {
		f.Add(uint64(s.m), s.m, s.n, uint64(0x155), 1.0, 0.0, []byte{})
		f.Add(uint64(s.n)+1, s.m, s.n, uint64(0x2a), -0.7, 0.3, []byte{1, 0, 0, 0xc0, 0x7f, 0, 0, 0x80})
	}
	f.Fuzz(func(t *testing.T, seed uint64, m, n uint16, flags uint64, alpha, beta float64, data []byte) {
		side := int(n % 140)
		if seed%16 == 0 {
			side = int(n % 600) // several panels
		}
		symv[float32](t, seed, side, flags, alpha, beta, data)
		symv[float64](t, seed, side, flags, alpha, beta, data)
		passes[float32](t, seed, int(m%70), int(n%300), flags, alpha, data)
		passes[float64](t, seed, int(m%70), int(n%300), flags, alpha, data)
		kron[float32](t, seed, int(m%5), int(m/5%5), int(n%7), int(n/7%40), data)
		kron[float64](t, seed, int(m%5), int(m/5%5), int(n%7), int(n/7%40), data)
	})
}

func symv[T kernels.Float](t *testing.T, seed uint64, n int, flags uint64, alpha, beta float64, data []byte) {
	ul, lda := uplo(flags), max(1, n)+int(flags>>1&7)
	o := newOperands[T](t, seed, data)
	a, x, y := o.vec(span(n, n, lda)), o.vec(n), o.vec(n)
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		kernels.Symv(p, ul, n, scalar[T](alpha), v[a], lda, v[x], scalar[T](beta), v[y])
		return nil
	})
	o = newOperands[T](t, seed, data)
	a, x, y = o.vec(span(n, n, lda)), o.vec(n), o.vec(n)
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		kernels.Syr2(p, ul, n, scalar[T](alpha), v[x], v[y], v[a], lda)
		return nil
	})
}

func passes[T kernels.Float](t *testing.T, seed uint64, m, n int, flags uint64, alpha float64, data []byte) {
	lda, s := max(1, n)+int(flags>>1&7), scalar[T](alpha)
	rows, cols := m, n
	tr := trans(flags)
	if tr == kernels.Trans {
		rows, cols = n, m
	}
	ldb := max(1, cols) + int(flags>>4&7)
	o := newOperands[T](t, seed, data)
	a, x, y, b := o.vec(span(m, n, lda)), o.vec(m), o.vec(n), o.vec(span(rows, cols, ldb))
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		kernels.Ger(p, m, n, s, v[x], v[y], v[a], lda)
		kernels.Omatcopy(p, tr, rows, cols, s, v[a], lda, v[b], ldb)
		if tr == kernels.NoTrans {
			kernels.StreamCopy(p, m, n, v[b], ldb, v[a], lda)
		}
		kernels.RowScale(p, m, n, v[x], v[a], lda)
		kernels.ColScale(p, m, n, v[y], v[a], lda)
		kernels.RowSum(p, m, n, v[a], lda, v[x])
		kernels.ColSum(p, m, n, v[a], lda, v[y])
		return nil
	})
	o = newOperands[T](t, seed, data)
	x, y, z := o.vec(n), o.vec(n), o.vec(n)
	wide, narrow := make([]float64, n), make([]float32, n)
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		kernels.Axpy(p, s, v[x], v[y])
		kernels.Hadamard(p, v[x], v[y], v[z])
		kernels.Scal(p, s, v[x])
		kernels.Convert(p, wide, v[y])
		kernels.Convert(p, narrow, wide)
		kernels.Convert(p, v[y], narrow)
		return nil
	})
}

func kron[T kernels.Float](t *testing.T, seed uint64, ma, na, mb, nb int, data []byte) {
	lda, ldb, ldc := max(1, na), max(1, nb)+1, max(1, na*nb)+2
	o := newOperands[T](t, seed, data)
	a, b, c := o.vec(span(ma, na, lda)), o.vec(span(mb, nb, ldb)), o.vec(span(ma*mb, na*nb, ldc))
	o.compare(func(p *kernels.Pool, v [][]T) []T {
		kernels.Kron(p, ma, na, v[a], lda, mb, nb, v[b], ldb, v[c], ldc)
		return nil
	})
}
