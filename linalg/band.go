package linalg

import (
	"math"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// bandReduction reduces a symmetric matrix to tridiagonal form in two stages, for eigenvalues alone.
//
// First to half-bandwidth b = kernels.BandWidth: the columns of a panel are cleared below the band by a QR factorization, and its block
// reflection I − V·T·Vᵀ acts on the rest from both sides, A ← A − V·Wᵀ − W·Vᵀ with
//
//	X = A·V·T,   W = X − ½·V·(Tᵀ·(Vᵀ·X))
//
// (Dongarra, Hammarling and Sorensen 1989; Bischof, Lang and Sun 2000). All 4/3·n³ operations are in products, and the matrix is read three
// times per b columns, where reducing to tridiagonal form at once reads it b times.
//
// Then, in float64 for either type, from the band to tridiagonal form column by column: a reflection clears column j below
// the subdiagonal and makes a bulge b rows below, whose first column is cleared by the next reflection, and so on to the end of the matrix (Lang
// 1993; see kernels.BandChase). The rest of the bulge is left to the next column, whose reflections lie one row further down. That
// takes 6n²b operations in a band that fits the second-level cache.
type bandReduction[T kernels.Float] struct {
	pool  *kernels.Pool
	n     int
	panel *QR[T]
	x     Matrix[T] // n×b: A·V
	vw    Matrix[T] // n×2b: [V W]
	wv    Matrix[T] // [W V]
	s, z  Matrix[T] // b×b

	// band holds element (i, j), −2b < j − i < b, at i·3b + j − i + 2b − 1: what is a block of the matrix is one here, with a leading
	// dimension of 3b − 1. 2b rows of zeros follow.
	band []float64
	d, e []float64 // results, set during a call

	groups []chaseGroup
	states [chaseAhead]chaseState // of group g at g mod chaseAhead
	work   []bandWork             // of each worker
}

// chaseGroup is a group of columns that are reduced together, each one step behind the column before it: workers exchange less than by
// single columns.
type chaseGroup struct {
	busy  atomic.Bool  // a worker has it
	turns atomic.Int64 // how many it has made; chaseDone at the end
	_     [48]byte     // groups belong to different workers: a cache line for each
}

// chaseState has for each column of a group the vectors of its last two reflections and the factor of the last.
type chaseState struct {
	v   [chaseColumns][2][kernels.BandWidth]float64
	tau [chaseColumns]float64
}

// bandWork is that of one worker, in cache lines of its own.
type bandWork struct {
	kernels.BandWork
	_ [64 - unsafe.Sizeof(kernels.BandWork{})%64]byte
}

const (
	bandLd = 3*kernels.BandWidth - 1
	// chaseColumns is the number of columns of a group, chaseSteps that of steps of each in a turn of the group.
	chaseColumns = 8
	chaseSteps   = 4
	// chaseLag is by how many turns more the group before must be ahead of the next turn to be made.
	chaseLag = 2 + (chaseColumns-1)/chaseSteps
	// chaseAhead is how many groups may be under way: a worker whose group must wait for that of another, which may have lost its core, takes
	// the next.
	chaseAhead = 8
	chaseDone  = math.MaxInt64
)

func newBandReduction[T kernels.Float](p *kernels.Pool, n int) *bandReduction[T] {
	const b = kernels.BandWidth
	return &bandReduction[T]{
		pool: p, n: n, panel: NewQR[T](n-b, b, WithPool(p)), x: NewMatrix[T](n-b, b), vw: NewMatrix[T](n-b, 2*b), wv: NewMatrix[T](n-b, 2*b),
		s: NewMatrix[T](b, b), z: NewMatrix[T](b, b),
		band: make([]float64, (n+2*b)*(bandLd+1)), groups: make([]chaseGroup, (n-2+chaseColumns-1)/chaseColumns), work: make([]bandWork, p.Workers()),
	}
}

// reduce overwrites the symmetric matrix a, both triangles stored, and writes the diagonal and the off-diagonal of a tridiagonal matrix of the same
// eigenvalues to d and e.
func (r *bandReduction[T]) reduce(a Matrix[T], d, e []float64) {
	r.toBand(a)
	r.load(a)
	r.d, r.e = d, e
	for i := range r.groups {
		r.groups[i].turns.Store(0)
	}
	// A group is chaseLag turns behind the one before it, so more workers would only wait.
	r.pool.Run(min(r.pool.Workers(), 1+r.n/(chaseLag*chaseSteps*kernels.BandWidth)), r)
	n := r.n
	d[n-2], e[n-2], d[n-1] = r.band[r.at(n-2, n-2)], r.band[r.at(n-1, n-2)], r.band[r.at(n-1, n-1)]
}

// toBand reduces a to a band, of which the lower triangle is that of a.
func (r *bandReduction[T]) toBand(a Matrix[T]) {
	const b = kernels.BandWidth
	p := r.pool
	for j := 0; r.n-j-b > 1; j += b {
		k := j + b
		m := r.n - k
		c := min(b, m)
		q := r.panel
		v, t := MatrixOf(m, c, q.v[:m*c]), Matrix[T]{Rows: c, Cols: c, Stride: q.nb, Data: q.t}
		Copy(v, a.Slice(k, j, m, c))
		t.Zero()
		q.factor(v, t, a.Slice(k, j, c, c))
		if c < b {
			q.reflect(v, t, kernels.Trans, a.Slice(k, j+c, m, b-c))
		}
		rest := a.Slice(k, k, m, m)
		x, w, s, z := r.x.Slice(0, 0, m, c), r.wv.Slice(0, 0, m, c), r.s.Slice(0, 0, c, c), r.z.Slice(0, 0, c, c)
		if j > 0 {
			Mirror(p, kernels.Lower, rest)
		}
		MatMul(p, x, rest, v)
		MatMul(p, w, x, t)
		MatMulTN(p, s, v, w)
		MatMulTN(p, z, t, s)
		MatMulAdd(p, w, kernels.NoTrans, kernels.NoTrans, -0.5, v, z, 1)
		Copy(r.vw.Slice(0, 0, m, c), v)
		Copy(r.vw.Slice(0, c, m, c), w)
		Copy(r.wv.Slice(0, c, m, c), v)
		kernels.Gemmt(p, kernels.Lower, kernels.NoTrans, kernels.Trans, m, 2*c, -1, r.vw.Data, r.vw.ld(), r.wv.Data, r.wv.ld(), 1, rest.Data, rest.ld())
	}
}

func (r *bandReduction[T]) at(i, j int) int { return i*bandLd + j + 2*kernels.BandWidth - 1 }

// load copies the band of a to r.band.
func (r *bandReduction[T]) load(a Matrix[T]) {
	const b = kernels.BandWidth
	clear(r.band)
	for i := range r.n {
		lo := max(0, i-b)
		to := r.band[r.at(i, lo) : r.at(i, i)+1]
		kernels.Convert(r.pool, to, a.Row(i)[lo:i+1])
		for j := max(0, i-b+1); j < i; j++ {
			r.band[r.at(j, i)] = to[j-lo]
		}
	}
}

// Do reduces columns until all are reduced. Every worker makes one call; one alone does all. Which worker takes which
// turn makes no difference to the result, since every element passes through the same steps in the same order.
func (r *bandReduction[T]) Do(worker int) {
	work := &r.work[worker].BandWork
	for first, idle := 0, 0; ; idle++ {
		for first < len(r.groups) && r.groups[first].turns.Load() == chaseDone {
			first++
		}
		if first == len(r.groups) {
			return
		}
		for g := first; g < min(first+chaseAhead, len(r.groups)); g++ {
			if r.advance(g, work) {
				idle = 0
				break
			}
		}
		if idle&15 == 15 {
			runtime.Gosched()
		}
	}
}

// advance makes the turns of group g that can be made and reports whether there were any.
func (r *bandReduction[T]) advance(g int, work *kernels.BandWork) bool {
	group := &r.groups[g]
	// Column j makes step k, in rows j+1+kb on, when column j−1 has made step k+1, if it has one.
	ready := func(turn int64) bool {
		return turn != chaseDone && (g == 0 || r.groups[g-1].turns.Load() >= turn+chaseLag)
	}
	// Waiting workers only read.
	if group.busy.Load() || !ready(group.turns.Load()) || !group.busy.CompareAndSwap(false, true) {
		return false
	}
	begin := group.turns.Load()
	turn := begin
	for ready(turn) {
		if turn++; r.turn(g, int(turn-1), work) {
			turn = chaseDone
		}
		group.turns.Store(turn)
	}
	group.busy.Store(false)
	return turn != begin
}

// turn makes one turn of group g and reports whether it was the last.
func (r *bandReduction[T]) turn(g, turn int, work *kernels.BandWork) (last bool) {
	const b = kernels.BandWidth
	state := &r.states[g%chaseAhead]
	first := g * chaseColumns
	columns := min(chaseColumns, r.n-2-first)
	for s := range columns {
		j := first + s
		for k := max(0, turn*chaseSteps-s); k < (turn+1)*chaseSteps-s; k++ {
			row := j + 1 + k*b
			if row >= r.n {
				last = s == columns-1
				break
			}
			u := &state.v[s][k&1]
			if k == 0 {
				for i := range u {
					u[i] = r.band[r.at(j+1+i, j)]
				}
				r.d[j] = r.band[r.at(j, j)]
				r.e[j], state.tau[s] = kernels.BandReflector(u)
			}
			state.tau[s] = kernels.BandChase(r.pool, r.band[r.at(row, row):], bandLd, u, state.tau[s], &state.v[s][k&1^1], work)
		}
	}
	return last
}
