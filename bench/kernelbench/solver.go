package kernelbench

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func init() {
	register(family{name: "solver", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(append(rows, blockRows[float32](isa)...), blockRows[float64](isa)...)
			rows = append(rows, solverRows(isa, quick)...)
		}
		return rows
	}})
	register(family{name: "secular", unit: "Gterm/s", rows: func(bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, secularRows(isa)...)
		}
		return rows
	}})
	register(family{name: "sparse", unit: "GFLOP/s", rows: func(bool) []row {
		isa := tiers()[0]
		return append(sparseRows[float32](isa), sparseRows[float64](isa)...)
	}})
}

// blockRows are the kernels of factorizations in both types.
func blockRows[T kernels.Float](isa kernels.ISA) []row {
	typ, tier := typeName[T](), isa.String()
	var rows []row
	for _, n := range []int{64, 512} {
		cols := 2 * kernels.ReflectColumns[T]()
		rows = append(rows, row{typ: typ, tier: tier, name: fmt.Sprintf("reflectblock %d", n), work: 4 * kernels.ReflectGroup * float64(n) * float64(cols),
			prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				// T = 0: C stays as it is, and costs what it would otherwise.
				v, c, t := operand[T](n*kernels.ReflectGroup), operand[T](n*cols), new([kernels.ReflectGroup * kernels.ReflectGroup]T)
				return timed{limit: fmaPeak[T](isa), run: func() { kernels.ReflectBlock(p, n, cols, v, kernels.ReflectGroup, 1, t, c, cols) }}
			}})
	}
	const leaf = kernels.CholeskyLeaf
	rows = append(rows, row{typ: typ, tier: tier, name: fmt.Sprintf("choltile %d", leaf), work: leaf * leaf * leaf / 3.,
		prepare: func() timed {
			p := kernels.NewPool(1, kernels.WithISA(isa))
			from, a := operand[T](leaf*leaf), make([]T, leaf*leaf)
			for i := range leaf {
				from[i*(leaf+1)] = leaf
			}
			// With a copy, since the tile is destroyed.
			return timed{limit: fmaPeak[T](isa), run: func() { copy(a, from); kernels.CholeskyTile(p, leaf, a, leaf) }}
		}})
	for _, n := range []int{64, 256} {
		g := kernels.TridiagGroup[T]()
		m := (n + g - 1) / g * g
		rows = append(rows, row{typ: typ, tier: tier, name: fmt.Sprintf("tridiagcolumn %d", n), work: 4 * float64(n) * float64(n),
			prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				// Without a pending update, so that nothing grows from call to call but row 0, which is copied.
				from, a, v, w, y := operand[T](m), operand[T](n*m), make([]T, m), make([]T, m), make([]T, m)
				return timed{limit: fmaPeak[T](isa), run: func() { copy(a, from); kernels.TridiagColumn(p, n, 0, a, m, v, w, y) }}
			}})
	}
	return rows
}

// solverRows are the kernels of eigenproblems in float64. Those that destroy what they read copy it anew for each call.
func solverRows(isa kernels.ISA, quick bool) []row {
	var rows []row
	add := func(name string, work float64, prepare func(p *kernels.Pool) func()) {
		rows = append(rows, row{typ: "float64", tier: isa.String(), name: name, work: work, prepare: func() timed {
			return timed{limit: fmaPeak[float64](isa), run: prepare(kernels.NewPool(1, kernels.WithISA(isa)))}
		}})
	}
	list := []int{8, 16, 32}
	if quick {
		list = list[2:]
	}
	for _, n := range list {
		const w = kernels.SymLanes
		cube, square := w*float64(n*n*n), n*n*w
		add(fmt.Sprintf("lanes reduce %d", n), 4./3*cube, func(p *kernels.Pool) func() {
			from, a, d, e, tau, work := operand[float64](square), make([]float64, square), make([]float64, n*w), make([]float64, n*w), make([]float64, n*w), make([]float64, 3*n*w)
			return func() { copy(a, from); kernels.LanesReduce(p, n, a, d, e, tau, work) }
		})
		add(fmt.Sprintf("lanes basis %d", n), 4./3*cube, func(p *kernels.Pool) func() {
			a, tau, z := operand[float64](square), make([]float64, n*w), make([]float64, square)
			return func() { kernels.LanesBasis(p, n, a, tau, z) }
		})
		add(fmt.Sprintf("lanes lq %d", n), 8./3*cube, func(p *kernels.Pool) func() {
			from, a, d, tau, z := operand[float64](square), make([]float64, square), make([]float64, n*w), make([]float64, n*w), make([]float64, square)
			return func() { copy(a, from); kernels.LanesLQ(p, n, a, d, tau, z) }
		})
		const l = kernels.TridiagLanes
		add(fmt.Sprintf("tridiagqr %d", n), l*float64(n-1)*(6*float64(n)+20), func(p *kernels.Pool) func() {
			from, d, e, z := operand[float64](2*n*l), make([]float64, n*l), make([]float64, n*l), operand[float64](n*n*l)
			return func() { // one sweep over the whole matrix
				copy(d, from[:n*l])
				copy(e, from[n*l:])
				kernels.TridiagQR(p, l, n, n, d, e, z, 0, 1)
			}
		})
		add(fmt.Sprintf("reflect %d", n), 2*cube/w, func(p *kernels.Pool) func() {
			v, tau, z := operand[float64](n*n), make([]float64, n-1), operand[float64](n*n)
			return func() { kernels.Reflect(p, n, n, v, n, tau, z, n) }
		})
	}
	const b = kernels.BandWidth
	add(fmt.Sprintf("bandchase %d", b), 14*b*b, func(p *kernels.Pool) func() {
		from, a := operand[float64](2*b*2*b), make([]float64, 2*b*2*b)
		var v, u [b]float64
		copy(v[:], operand[float64](b))
		_, tau := kernels.BandReflector(&v)
		work := new(kernels.BandWork)
		return func() { copy(a, from); kernels.BandChase(p, a, 2*b, &v, tau, &u, work) }
	})
	return rows
}

// secularRows are the kernels of the secular equation: a term is what one pole adds for one root.
func secularRows(isa kernels.ISA) []row {
	var rows []row
	for _, n := range []int{64, 1024} {
		add := func(name string, terms int, prepare func(p *kernels.Pool, d, w, o, t []float64) func()) {
			rows = append(rows, row{typ: "float64", tier: isa.String(), name: fmt.Sprintf("%s %d", name, n), work: float64(terms), prepare: func() timed {
				d, w, o, t := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
				for i := range d {
					d[i], w[i], o[i], t[i] = float64(i), 1/float64(n), float64(i), 0.4
				}
				return timed{run: prepare(kernels.NewPool(1, kernels.WithISA(isa)), d, w, o, t)}
			}})
		}
		add("sums", n*kernels.SecularLanes, func(p *kernels.Pool, d, w, o, t []float64) func() {
			b := new(kernels.SecularBlock)
			from := n / 2
			for l := range kernels.SecularLanes {
				b.Origin[l], b.Tau[l], b.Split[l] = o[from+l], t[from+l], d[from+l]
			}
			return func() { kernels.SecularSums(p, d, w, from, from+kernels.SecularLanes, b) }
		})
		add("products", n*n, func(p *kernels.Pool, d, _, o, t []float64) func() {
			y := make([]float64, n)
			return func() { kernels.SecularProducts(p, d, d, o, t, y) }
		})
		add("vectors", 4*n, func(p *kernels.Pool, d, w, o, t []float64) func() {
			x := make([]float64, 4*n)
			return func() { kernels.SecularVectors(p, d, w, o[:4], t[:4], x, n) }
		})
	}
	// A step of sixteen roots; with a bracket that stays open, since Tau is put back.
	block := func() *kernels.SecularBlock {
		b := new(kernels.SecularBlock)
		for l := range kernels.SecularLanes {
			b.Split[l], b.Right[l], b.Origin[l], b.Tau[l], b.Hi[l], b.Before[l] = 0, 1, 0, 0.5, 1, math.Inf(1)
			b.Psi[l], b.Phi[l], b.D1[l], b.D2[l], b.WLeft[l], b.WRight[l] = -2, 1.5, 8, -1, 0.5, 0.5
		}
		return b
	}
	for _, s := range []struct {
		name string
		run  func(p *kernels.Pool, b *kernels.SecularBlock)
	}{
		{"step of 16 roots", func(p *kernels.Pool, b *kernels.SecularBlock) { kernels.SecularStep(p, 1, 1e-16, 1e-8, 1<<16-1, b) }},
		{"guess of 16 roots", func(p *kernels.Pool, b *kernels.SecularBlock) { kernels.SecularGuess(p, 1, b) }},
	} {
		rows = append(rows, row{typ: "float64", tier: isa.String(), name: s.name, work: kernels.SecularLanes, prepare: func() timed {
			p, from, b := kernels.NewPool(1, kernels.WithISA(isa)), block(), new(kernels.SecularBlock)
			return timed{run: func() { *b = *from; s.run(p, b) }}
		}})
	}
	return rows
}

// sparseRows are products with a sparse matrix of 16 elements a row, which have no assembly.
func sparseRows[T kernels.Float](isa kernels.ISA) []row {
	const n, per, k = 4096, 16, 16
	var rows []row
	matrix := func() (start []int, col []int32, val []T) {
		start, col, val = make([]int, n+1), make([]int32, n*per), operand[T](n*per)
		seed := uint32(1)
		for i := range n {
			start[i+1] = (i + 1) * per
			for j := range per {
				seed = seed*1664525 + 1013904223
				col[i*per+j] = int32(n/per*j) + int32(seed>>8)%(n/per)
			}
		}
		return start, col, val
	}
	rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("spmv %d", n), work: 2 * n * per, prepare: func() timed {
		p := kernels.NewPool(1, kernels.WithISA(isa))
		start, col, val := matrix()
		x, y := operand[T](n), make([]T, n)
		return timed{run: func() { kernels.Spmv(p, n, n, start, col, val, x, y) }}
	}}, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("spmm %d×%d", n, k), work: 2 * n * per * k, prepare: func() timed {
		p := kernels.NewPool(1, kernels.WithISA(isa))
		start, col, val := matrix()
		b, c := operand[T](n*k), make([]T, n*k)
		return timed{run: func() { kernels.Spmm(p, n, n, k, start, col, val, b, k, c, k) }}
	}})
	return rows
}
