package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// loading copies the lower triangle of a matrix to both triangles of another, or transposed to the upper one, scaled by 2^-exp to a largest magnitude in [1, 2), in strips of mirrorBlock rows that
// workers share.
type loading[T kernels.Float] struct {
	pool   *kernels.Pool
	w, a   Matrix[T]
	most   []T // the largest magnitude of each strip
	f1, f2 T
	both   bool // both triangles, or the upper one, which is all that the reduction reads
	search bool // the first pass, which only reads
}

func strips(n int) int { return (n + mirrorBlock - 1) / mirrorBlock }

// largest returns the largest magnitude of the lower triangle of a, NaN if there is one.
func (l *loading[T]) largest(a Matrix[T]) T {
	l.search = true
	l.run(a)
	var m T
	for _, v := range l.most {
		m = max(m, v)
	}
	return m
}

// copy writes f1·f2·a to l.w.
func (l *loading[T]) copy(a Matrix[T], f1, f2 T) {
	l.f1, l.f2, l.search = f1, f2, false
	l.run(a)
}

// loadParallel is the order from which workers are called.
const loadParallel = 256

// run takes the strips from the longest on.
func (l *loading[T]) run(a Matrix[T]) {
	l.a = a
	p := l.pool
	if l.w.Rows < loadParallel {
		p = nil
	}
	p.RunInOrder(len(l.most), l)
	l.a = Matrix[T]{} // not the caller's memory
}

// Do takes strip len(l.most)−1−i.
func (l *loading[T]) Do(i int) {
	i = len(l.most) - 1 - i
	lo := i * mirrorBlock
	hi := min(lo+mirrorBlock, l.a.Rows)
	if l.search {
		var m T
		for r := lo; r < hi; r++ {
			m = max(m, kernels.MaxAbs(l.pool, l.a.Row(r)[:r+1]))
		}
		l.most[i] = m
		return
	}
	for r := lo; r < hi; r++ {
		from := lo
		if l.both {
			from = 0
		}
		row := l.w.Row(r)[from : r+1]
		copy(row, l.a.Row(r)[from:])
		scale(l.pool, row, l.f1, l.f2)
	}
	mirror(l.pool, kernels.Lower, l.w.Slice(lo, lo, hi-lo, hi-lo), mirrorLeaf)
	from, f := l.w, T(1)
	if !l.both {
		from, f = l.a, l.f1
	}
	for c := 0; c < lo; c += mirrorBlock {
		kernels.Omatcopy(l.pool, kernels.Trans, mirrorBlock, hi-lo, f, from.Data[lo*from.Stride+c:], from.ld(), l.w.Data[c*l.w.Stride+lo:], l.w.ld())
		if !l.both && l.f2 != 1 {
			for r := c; r < c+mirrorBlock; r++ {
				kernels.Scal(l.pool, l.f2, l.w.Row(r)[lo:hi])
			}
		}
	}
}
