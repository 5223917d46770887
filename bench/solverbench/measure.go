package solverbench

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

func (s *settings) clock() timing.Clock {
	if s.workers > 1 {
		return timing.Wall
	}
	return timing.CPU
}

// hopeless is how many times slower than the fastest a peer may be and still run in every round; others run in the first only.
const hopeless = 4

// measure runs the rounds of a row: ours, a product, the FMA probe, peers, ours, …
func (s *settings) measure(c contest, product func(), bits float64) Result {
	own := c.make(s.pool)
	all := []timing.Contestant{{Loop: timing.Repeat(own.run)}, {Loop: timing.Repeat(product)}, {}, {}, {}}
	var flops, flopsOne float64
	all[2].Loop, flops = machine.FMA(s.pool.ISA(), bits)
	if s.workers > 1 {
		all[2].Loop, flops = machine.CoresFMA(s.pool, bits)
		all[3].Loop = timing.Repeat(c.make(s.single).run)
		all[4].Loop, flopsOne = machine.FMA(s.pool.ISA(), bits)
		for i := range 3 {
			all[i].Prepare = func() func() { return machine.Spread(s.pool) }
		}
	}
	const before = 5 // contestants before the peers
	rivals := c.peers()
	for _, p := range rivals {
		all = append(all, timing.Contestant{Loop: p.loop, Threads: s.workers > 1})
	}
	times := timing.Interleave(s.clock(), 1, all...)
	if s.rounds > 1 {
		fastest := times[0][0]
		for i := range rivals {
			fastest = min(fastest, times[before+i][0])
		}
		for i := range rivals {
			if times[before+i][0] > hopeless*fastest {
				all[before+i].Loop = nil
			}
		}
		for i, t := range timing.Interleave(s.clock(), s.rounds-1, all...) {
			times[i] = append(times[i], t...)
		}
	}

	r := Result{What: c.what, Seconds: timing.Median(times[0])}
	r.Products = r.Seconds / timing.Median(times[1])
	if all[2].Loop != nil && c.flops > 0 {
		r.Part = c.flops / r.Seconds / (flops / timing.Median(times[2]))
	}
	if s.workers > 1 {
		r.Workers = s.workers
		r.Scaling = timing.Median(times[3]) / r.Seconds
		if all[2].Loop != nil {
			r.FMAScaling = flops / timing.Median(times[2]) / (flopsOne / timing.Median(times[4]))
		}
	}
	for i, p := range rivals {
		if r.Peers == nil {
			r.Peers = map[string]float64{}
		}
		t := timing.Median(times[before+i])
		r.Peers[p.name] = t
		if ratio := t / r.Seconds; r.BestPeer == "" || ratio < r.Ratio {
			r.BestPeer, r.Ratio = p.name, ratio
		}
	}
	own.run()
	r.Residual, r.Orth = own.check()
	return r
}

func line(out io.Writer, r Result) {
	part, orth := "-", "-"
	if r.Part > 0 {
		part = fmt.Sprintf("%.1f%%", 100*r.Part)
	}
	if r.Orth >= 0 {
		orth = fmt.Sprintf("%.3f", r.Orth)
	}
	fmt.Fprintf(out, "%-8s %5d %-22s %10.4f %9.1f %6s %9.3f %9s  ", r.Type, r.N, r.What, r.Seconds*1e3, r.Products, part, r.Residual, orth)
	if r.BestPeer != "" {
		fmt.Fprintf(out, "×%.2f", r.Ratio)
		names := slices.SortedFunc(maps.Keys(r.Peers), func(a, b string) int { return cmp.Compare(r.Peers[a], r.Peers[b]) })
		for i, n := range names {
			sep := ","
			if i == 0 {
				sep = ""
			}
			fmt.Fprintf(out, "%s %s %.4g", sep, n, r.Peers[n]*1e3)
		}
	}
	if r.Scaling > 0 {
		fmt.Fprintf(out, "; %s", machine.Scaling(r.Scaling, r.FMAScaling, r.Workers))
	}
	if !r.good() {
		fmt.Fprint(out, "  ABOVE ITS BOUND")
	}
	fmt.Fprintln(out)
}

// productOf is the unit of the column "products".
func productOf[T kernels.Float](p *kernels.Pool, n int) func() {
	a, b, c := linalg.NewMatrix[T](n, n), linalg.NewMatrix[T](n, n), linalg.NewMatrix[T](n, n)
	for i := range a.Data {
		a.Data[i], b.Data[i] = 1, 0.5
	}
	return func() { linalg.MatMul(p, c, a, b) }
}

func epsOf[T kernels.Float]() float64 {
	if T(1)+T(0x1p-30) == 1 {
		return 0x1p-23
	}
	return 0x1p-52
}

// wide is a copy in float64.
func wide[T kernels.Float](a linalg.Matrix[T]) linalg.Matrix[float64] {
	b := linalg.NewMatrix[float64](a.Rows, a.Cols)
	for i := range a.Rows {
		kernels.Convert(nil, b.Row(i), a.Row(i))
	}
	return b
}

// narrow is a copy in T.
func narrow[T kernels.Float](a linalg.Matrix[float64]) linalg.Matrix[T] {
	b := linalg.NewMatrix[T](a.Rows, a.Cols)
	for i := range a.Rows {
		kernels.Convert(nil, b.Row(i), a.Row(i))
	}
	return b
}

// orthogonality returns ‖QᵀQ−I‖_F.
func orthogonality(q linalg.Matrix[float64]) float64 {
	g := linalg.NewMatrix[float64](q.Cols, q.Cols)
	linalg.MatMulTN(nil, g, q, q)
	for i := range q.Cols {
		g.Set(i, i, g.At(i, i)-1)
	}
	return linalg.FrobeniusNorm(nil, g)
}

// distance returns ‖A−B‖_F / ‖A‖_F; A's norm is taken as 1 if it is 0.
func distance(a, b linalg.Matrix[float64]) float64 {
	d := linalg.NewMatrix[float64](a.Rows, a.Cols)
	for i := range a.Rows {
		kernels.Axpby(nil, 1, a.Row(i), -1, b.Row(i), d.Row(i))
	}
	norm := linalg.FrobeniusNorm(nil, a)
	if norm == 0 {
		norm = 1
	}
	return linalg.FrobeniusNorm(nil, d) / norm
}

// must is for matrices of our own making: they are finite and, where needed, positive definite.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func cube(n int) float64 { return math.Pow(float64(n), 3) }
