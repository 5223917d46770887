package fuzz

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// manyRows: from there on rows are 1530 to 1599, in one group of columns; the driver takes more than 1536 in parts. Few of the fuzzer's numbers are so large,
// since such a call takes long.
const manyRows = 0xf000

func FuzzReflectBlock(f *testing.F) {
	for _, s := range []struct {
		rows, cols uint16
		flags      uint64
	}{{1, 1, 0}, {8, 1, 1}, {9, 2, 0x13}, {40, 3, 0x0e}, {0, 2, 2}, {61, 1, 0x31}, {manyRows + 10, 1, 0}, {manyRows + 47, 0, 0x17}, {manyRows + 64, 3, 0x2a}} {
		f.Add(uint64(s.rows), s.rows, s.cols, s.flags, []byte{})
		f.Add(uint64(s.cols), s.rows, s.cols, s.flags, []byte{1, 0, 0, 0, 0x80, 1, 0, 0})
	}
	f.Fuzz(func(t *testing.T, seed uint64, rows, cols uint16, flags uint64, data []byte) {
		r, groups := int(rows%70), int(cols%4)
		if rows >= manyRows {
			r, groups = 1530+r, 1
		}
		reflectBlock[float32](t, seed, r, groups, flags, data)
		reflectBlock[float64](t, seed, r, groups, flags, data)
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
