package fuzz

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func FuzzReflectBlock(f *testing.F) {
	for _, s := range []struct {
		rows, cols uint16
		flags      uint64
	}{{1, 1, 0}, {8, 1, 1}, {9, 2, 0x13}, {40, 3, 0x0e}, {0, 2, 2}, {61, 1, 0x31}} {
		f.Add(uint64(s.rows), s.rows, s.cols, s.flags, []byte{})
		f.Add(uint64(s.cols), s.rows, s.cols, s.flags, []byte{1, 0, 0, 0, 0x80, 1, 0, 0})
	}
	f.Fuzz(func(t *testing.T, seed uint64, rows, cols uint16, flags uint64, data []byte) {
		reflectBlock[float32](t, seed, int(rows%70), int(cols%4), flags, data)
		reflectBlock[float64](t, seed, int(rows%70), int(cols%4), flags, data)
	})
}

func reflectBlock[T kernels.Float](t *testing.T, seed uint64, rows, groups int, flags uint64, data []byte) {
	const b = kernels.ReflectGroup
	cols := groups * kernels.ReflectColumns[T]()
	// V by rows or by columns.
	rsv, csv := b+int(flags>>1&7), 1
	vs := span(rows, b, rsv)
	if flags&1 != 0 {
		rsv, csv = 1, max(1, rows)+int(flags>>1&7)
		vs = span(b, rows, csv)
	}
	ldc := max(1, cols) + int(flags>>4&15)
	o := newOperands[T](t, seed, data)
	v, tri, c := o.vec(vs), o.vec(b*b), o.vec(span(rows, cols, ldc))
	o.compare(func(p *kernels.Pool, x [][]T) []T {
		kernels.ReflectBlock(p, rows, cols, x[v], rsv, csv, (*[b * b]T)(x[tri]), x[c], ldc)
		return nil
	})
}
