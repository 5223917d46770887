package linalg

import (
	"sync/atomic"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// carry multiplies the rows of a matrix by Qᵀ from the right, Q the product of the reflections of a reduction, in slabs of rows that fit the
// second-level cache: each is transposed, so that vectors of the processor hold numbers of different rows, goes through all reflections, and is transposed back. What is
// read anew for each slab are the reflections. An element does not depend on the rows beside it, so neither the width of slabs nor which worker
// takes them moves a bit.
//
// kernels.ReflectGroup reflections are one block reflection I − V·T·Vᵀ (compact WY, Schreiber and Van Loan 1989), all of whose sums stay in registers; see
// kernels.ReflectBlock. The groups end with the last reflection; what the first one lacks it takes from the second, with zeros in T.
type carry[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	a    Matrix[T]                                        // row j holds v_j from column j+1 on, where it has its one
	tau  []T                                              // of the n−2 reflections
	t    [][kernels.ReflectGroup * kernels.ReflectGroup]T // of each group

	next atomic.Int64 // group or slab

	// During a call.
	z     Matrix[T]
	ends  carryEnds
	mem   []T
	ld    int  // of a slab
	units int  // of kernels.ReflectColumns rows in z
	slabs int  // units·i/slabs are before slab i
	ready bool // T is there
}

// carryBytes bounds a slab: what is of use of a second-level cache of 2 MiB.
const carryBytes = 5 << 18

func carryGroups(n int) int { return (n - 2 + kernels.ReflectGroup - 1) / kernels.ReflectGroup }

// newCarry is for the n − 2 reflections, at least kernels.ReflectGroup, in the rows of a with the factors tau.
func newCarry[T kernels.Float](p *kernels.Pool, a Matrix[T], tau []T) *carry[T] {
	return &carry[T]{pool: p, n: a.Rows, a: a, tau: tau[:a.Rows-2], t: make([][kernels.ReflectGroup * kernels.ReflectGroup]T, carryGroups(a.Rows))}
}

// carryLen is the number of elements of newCarry.
func carryLen(n int) int { return carryGroups(n) * kernels.ReflectGroup * kernels.ReflectGroup }

// carryEnds is what else is done with rows lo … hi−1 of z while they are in the cache: begin writes them, end gets them back.
type carryEnds interface {
	begin(lo, hi int)
	end(lo, hi int)
}

// mulRows multiplies the rows of z, eigenvectors of the tridiagonal matrix: they become those of the full one. ends may be nil. The diagonal part of c.a is destroyed. mem is
// scratch of at least n·ReflectColumns elements, one slab: as many workers take part as there is room for slabs.
func (c *carry[T]) mulRows(z Matrix[T], ends carryEnds, mem []T) {
	if z.Rows == 0 {
		return
	}
	unit := kernels.ReflectColumns[T]()
	c.units = (z.Rows + unit - 1) / unit
	// An odd number of cache lines apart, else rows meet in few sets of the first-level cache.
	ld := func(units int) int { return (3*units | 1) * unit / 3 }
	workers := c.pool.Workers()
	most := min(max(1, carryBytes/(192*c.n)), (c.units+workers-1)/workers)
	for most > 1 && workers*c.n*ld(most) > len(mem) {
		most--
	}
	workers = max(1, min(workers, len(mem)/(c.n*ld(most))))
	c.slabs = (c.units + most - 1) / most
	c.slabs = min(c.units, (c.slabs+workers-1)/workers*workers)
	c.z, c.ends, c.mem, c.ld = z, ends, mem, ld(most)
	for _, c.ready = range [...]bool{false, true} {
		c.next.Store(0)
		c.pool.Run(workers, c)
	}
	c.z, c.ends, c.mem = Matrix[T]{}, nil, nil
}

// Do completes groups or carries slabs until there are no more. Every worker makes one call with its number; one alone does all.
func (c *carry[T]) Do(worker int) {
	for {
		i := int(c.next.Add(1) - 1)
		switch {
		case !c.ready && i < len(c.t):
			c.complete(i)
		case c.ready && i < c.slabs:
			c.slab(c.mem[worker*c.n*c.ld:], i)
		default:
			return
		}
	}
}

// group returns the first reflection of group i and how many it has of its own.
func (c *carry[T]) group(i int) (first, w int) {
	end := c.n - 2 - (len(c.t)-1-i)*kernels.ReflectGroup
	first = max(0, end-kernels.ReflectGroup)
	return first, end - first
}

// complete writes the zeros of V and T of group i.
func (c *carry[T]) complete(i int) {
	const b = kernels.ReflectGroup
	j, w := c.group(i)
	for l := j; l < j+w; l++ {
		clear(c.a.Row(l)[j+1 : l+1])
	}
	v := c.a.Slice(j, j+1, w, c.n-j-1)
	t := Matrix[T]{Rows: b, Cols: b, Stride: b, Data: c.t[i][:]}
	t.Zero()
	kernels.Syrk(c.pool, kernels.Upper, kernels.NoTrans, w, v.Cols, 1, v.Data, v.ld(), 0, t.Data, b)
	var dots [b]T
	for l, tau := range c.tau[j : j+w] {
		for q := range l {
			dots[q] = t.Data[q*b+l]
		}
		growT(t, l, tau, dots[:l])
	}
}

// slab carries slab i, in mem.
func (c *carry[T]) slab(mem []T, i int) {
	unit := kernels.ReflectColumns[T]()
	lo, hi := c.units*i/c.slabs*unit, c.units*(i+1)/c.slabs*unit
	z := c.z.Slice(lo, 0, min(hi, c.z.Rows)-lo, c.n)
	if c.ends != nil {
		c.ends.begin(lo, lo+z.Rows)
	}
	s := Matrix[T]{Rows: c.n, Cols: hi - lo, Stride: c.ld, Data: mem}
	TransposeTo(c.pool, s.Slice(0, 0, c.n, z.Rows), z)
	if z.Rows < s.Cols {
		s.Slice(0, z.Rows, c.n, s.Cols-z.Rows).Zero()
	}
	for g := len(c.t) - 1; g >= 0; g-- {
		j, _ := c.group(g)
		at := j*c.a.Stride + j + 1
		kernels.ReflectBlock(c.pool, c.n-j-1, s.Cols, c.a.Data[at:], 1, c.a.Stride, &c.t[g], s.Data[(j+1)*s.Stride:], s.Stride)
	}
	TransposeTo(c.pool, z, s.Slice(0, 0, c.n, z.Rows))
	if c.ends != nil {
		c.ends.end(lo, lo+z.Rows)
	}
}
