package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// partial is the memory for solving the part of B = QᵀAQ that holds what is off the diagonal.
//
// Let S be k coordinates. The eigenvectors of the block B_SS rotate the columns of Q in S among themselves; that clears the
// block off its diagonal and leaves the norm of everything else as it is. So the criterion after it is known before
// anything is computed, and the smallest S that brings it below a tolerance can be chosen: of the averages of
// gradients that optimizers keep, a few large eigenvalues hold most of the norm, and S is a small part.
type partial[T kernels.Float] struct {
	solvers []*SymEig[T] // of ascending order
	mass    []float64    // of the rows of B off the diagonal
	order   []int        // coordinates by mass, descending
	in      []bool       // S
}

// partialSizes are the orders of the blocks, of n×n matrices, in eighths of n.
var partialSizes = [...]int{1, 2, 4, 6}

// partialLeast is the least order of a block: below, a full decomposition costs little.
const partialLeast = 8

func partialOrder(n, i int) int { return n * partialSizes[i] / 8 }

func newPartial[T kernels.Float](n int, o options) *partial[T] {
	if o.refresh == nil || !o.refresh.Partial {
		return nil
	}
	w := &partial[T]{mass: make([]float64, n), order: make([]int, n), in: make([]bool, n)}
	for i := range partialSizes {
		if k := partialOrder(n, i); k >= partialLeast {
			w.solvers = append(w.solvers, NewSymEig[T](k, WithPool(o.pool)))
		}
	}
	return w
}

func partialBytes[T kernels.Float](n int) int64 {
	bytes := int64(n) * (8 + int64(unsafe.Sizeof(0)) + 1)
	for i := range partialSizes {
		if k := partialOrder(n, i); k >= partialLeast {
			bytes += SymEigBytes[T](k)
		}
	}
	return bytes
}

// choose returns the solver for the smallest block of b, symmetric, outside of which at most limit² of ‖B‖_F² is off the
// diagonal, and the part that is; nil if there is none. It costs n² operations. w.order begins with S, ascending, and w.in marks it.
func (w *partial[T]) choose(b Matrix[T], limit float64) (*SymEig[T], float64) {
	var off, all float64
	for i := range b.Rows {
		row := b.Row(i)
		w.mass[i] = sumSquares(row[:i], 0) + sumSquares(row[i+1:], 0)
		off += w.mass[i]
		all += w.mass[i] + sumSquares(row[i:i+1], 0)
	}
	descending(w.order, w.mass)
	left, k := off, 0
	for _, s := range w.solvers {
		// What the block gains with its next coordinates.
		for ; k < s.n; k++ {
			row := b.Row(w.order[k])
			for _, j := range w.order[:k] {
				v := float64(row[j])
				left -= float64(2 * float64(v*v))
			}
		}
		// A difference, but of numbers that are not close: left is compared with what matters beside off.
		if left <= float64(limit*limit)*all {
			clear(w.in)
			for _, i := range w.order[:k] {
				w.in[i] = true
			}
			k = 0
			for i, in := range w.in {
				if in {
					w.order[k] = i
					k++
				}
			}
			return s, w.outside(b, all)
		}
	}
	return nil, 0
}

// outside returns √(part of ‖B‖_F² that is off the diagonal and outside of S), summed without differences.
func (w *partial[T]) outside(b Matrix[T], all float64) float64 {
	var left float64
	for i := range b.Rows {
		row := b.Row(i)
		if !w.in[i] {
			left += sumSquares(row[:i], 0) + sumSquares(row[i+1:], 0)
			continue
		}
		for j, v := range row {
			if !w.in[j] {
				left += float64(float64(v) * float64(v))
			}
		}
	}
	return math.Sqrt(left / all)
}

// gather copies rows S of a to dst.
func (w *partial[T]) gather(dst, a Matrix[T]) {
	for i, from := range w.order[:dst.Rows] {
		copy(dst.Row(i), a.Row(from))
	}
}

// block copies B_SS to dst.
func (w *partial[T]) block(dst, b Matrix[T]) {
	s := w.order[:dst.Rows]
	for i, from := range s {
		row, out := b.Row(from), dst.Row(i)
		for j, c := range s {
			out[j] = row[c]
		}
	}
}

// solvePart replaces the vectors of S by those of the eigenvectors of B_SS, e being the solver that choose returned: rows
// become the new basis in s.nextRows, sorted by w.d, which becomes its quotients. perm says from which old slot each new
// one comes. mixed is a buffer k×n, and x another.
func (s *SymEig[T]) solvePart(e *SymEig[T], b, x, mixed Matrix[T]) error {
	w, part := s.warm, s.warm.partial
	k := e.n
	c := x.Slice(0, 0, k, k)
	part.block(c, b)
	if err := e.Factorize(c); err != nil {
		return err
	}
	for i, at := range part.order[:k] {
		w.d[at] = e.values[i]
	}
	descending(w.perm, w.d)
	s.mix(e, s.rows, x, mixed)
	part.scatter(s.nextRows, s.rows, mixed, w.perm, k)
	for i, from := range w.perm {
		s.nextValues[i] = w.d[from]
	}
	return nil
}

// maxTurns is the number of rotations after which a basis is made orthonormal anew, a rotation by n vectors counting as
// solveTurns: it adds a third of n·eps or so, and those of parts less.
const (
	maxTurns   = 16
	solveTurns = 6
)

// commitTurned commits a basis that is a product of the last one and a rotation. s.red.a is destroyed now and then.
func (s *SymEig[T]) commitTurned(turns int) {
	if s.warm.turns += turns; s.warm.turns >= maxTurns {
		s.warm.turns = 0
		s.canon().polish(s.nextRows)
	}
	s.commit()
}

// mix sets mixed = U·a_S, the rows of a in S combined by the eigenvectors of the block.
func (s *SymEig[T]) mix(e *SymEig[T], a, x, mixed Matrix[T]) {
	x = x.Slice(0, 0, e.n, a.Cols)
	s.warm.partial.gather(x, a)
	MatMul(s.pool, mixed.Slice(0, 0, e.n, a.Cols), e.VectorsT(), x)
}

// scatter sets row i of dst to row perm[i] of a, or of mixed where that is in S.
func (w *partial[T]) scatter(dst, a, mixed Matrix[T], perm []int, k int) {
	// w.mass is free: the place in S of each coordinate.
	for i, at := range w.order[:k] {
		w.mass[at] = float64(i)
	}
	for i, from := range perm {
		if w.in[from] {
			copy(dst.Row(i), mixed.Row(int(w.mass[from])))
		} else {
			copy(dst.Row(i), a.Row(from))
		}
	}
}
