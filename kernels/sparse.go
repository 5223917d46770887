package kernels

import "unsafe"

// Spmv computes y = A·x for an m×n sparse matrix in compressed rows: row i holds the elements val[k] in the columns
// col[k], start[i] ≤ k < start[i+1].
//
// start has m+1 elements, which ascend from at least 0 to at most the length of col and val; columns lie in [0, n). x
// has n elements, y m, and y must not overlap x or val. The kernel checks the lengths; that start ascends and columns
// are in range is the caller's promise (linalg.CSR keeps it): Go's own bounds checks guard memory.
//
// Numeric order. Element k of a row, counted from 0, is added to lane k mod spmvLanes by s = s + val·x, product
// and sum rounded one after the other; lanes start at +0 and combine by halves. A row costs what its elements cost to
// fetch, so there is no assembly: a gather moves one element at a time on every machine we know.
func Spmv[T Float](p *Pool, m, n int, start []int, col []int32, val, x, y []T) {
	checkSparse(m, n, start, col, val)
	switch {
	case len(x) < n:
		panic(shortX)
	case len(y) < m:
		panic(shortY)
	}
	if overlaps(y, m, x, n) || overlaps(y, m, val, len(val)) {
		panic(overlap)
	}
	sparseRun(p, sparseTask[T]{m: m, start: start, col: col, val: val, x: x[:n], y: y[:m], k: 1})
}

// Spmm computes C = A·B for an m×n sparse matrix A, as in Spmv, and an n×k matrix B. C, m×k, must not overlap B or val.
//
// Numeric order. c starts at +0 and c = fma(a, b, c) over the elements of a row of A, in the order in which they are
// stored: with ascending columns the chain of a product in which the zeros are left out. So Spmv is not Spmm with one
// column.
func Spmm[T Float](p *Pool, m, n, k int, start []int, col []int32, val, b []T, ldb int, c []T, ldc int) {
	checkSparse(m, n, start, col, val)
	switch {
	case k < 0:
		panic(negDim)
	case ldb < max(1, k):
		panic(badLdB)
	case ldc < max(1, k):
		panic(badLdC)
	case short(len(b), n, k, ldb):
		panic(shortB)
	case short(len(c), m, k, ldc):
		panic(shortC)
	}
	if overlaps(c, span(m, k, ldc), b, span(n, k, ldb)) || overlaps(c, span(m, k, ldc), val, len(val)) {
		panic(overlap)
	}
	if k == 0 {
		return
	}
	for i := range raceCalls(start[m] - start[0]) {
		raceRead(b[int(col[start[0]+i])*ldb:][:k])
	}
	raceWriteMat(m, k, c, ldc)
	sparseRun(p, sparseTask[T]{m: m, start: start, col: col, val: val, x: b, ldx: ldb, y: c, ldy: ldc, k: k, dense: true})
}

func checkSparse[T Float](m, n int, start []int, col []int32, val []T) {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if len(start) < m+1 {
		panic(shortStart)
	}
	if start[0] < 0 || start[m] < start[0] || start[m] > len(col) || start[m] > len(val) {
		panic(badStart)
	}
}

// sparseTask is a product with a sparse matrix cut into ranges of rows.
type sparseTask[T Float] struct {
	isa      ISA
	m, k     int
	start    []int
	col      []int32
	val      []T
	x, y     []T
	ldx, ldy int
	dense    bool // Spmm
	step     int
}

// sparseParallel is the number of multiplications from which workers are called.
const sparseParallel = 1 << 15

func sparseRun[T Float](p *Pool, s sparseTask[T]) {
	s.isa = p.ISA()
	w := p.Workers()
	if w == 1 || (s.start[s.m]-s.start[0])*s.k < sparseParallel {
		s.rows(0, s.m)
		return
	}
	// Rows differ in length: several ranges for each worker.
	s.step = max((s.m+8*w-1)/(8*w), 16)
	list := sparseTasks[T]()
	t := list.take()
	if t == nil {
		t = new(sparseTask[T])
	}
	*t = s
	p.Run((s.m+s.step-1)/s.step, t)
	*t = sparseTask[T]{}
	list.give(t)
}

var (
	sparseTasks32 freeList[sparseTask[float32]]
	sparseTasks64 freeList[sparseTask[float64]]
)

func sparseTasks[T Float]() *freeList[sparseTask[T]] {
	if is32[T]() {
		return (*freeList[sparseTask[T]])(unsafe.Pointer(&sparseTasks32))
	}
	return (*freeList[sparseTask[T]])(unsafe.Pointer(&sparseTasks64))
}

// Do computes range i of the rows.
func (s *sparseTask[T]) Do(i int) { s.rows(i*s.step, min((i+1)*s.step, s.m)) }

func (s *sparseTask[T]) rows(lo, hi int) {
	for i := lo; i < hi; i++ {
		col, val := s.col[s.start[i]:s.start[i+1]], s.val[s.start[i]:s.start[i+1]]
		if s.dense {
			s.combine(col, val, s.y[i*s.ldy:i*s.ldy+s.k])
		} else {
			s.y[i] = sparseDot(col, val, s.x)
		}
	}
}

// sparseDot is one row of Spmv.
func sparseDot[T Float](col []int32, val, x []T) T {
	var s [spmvLanes]T
	val = val[:len(col)]
	for len(col) >= spmvLanes {
		s[0] += T(val[0] * x[col[0]])
		s[1] += T(val[1] * x[col[1]])
		s[2] += T(val[2] * x[col[2]])
		s[3] += T(val[3] * x[col[3]])
		col, val = col[spmvLanes:], val[spmvLanes:]
	}
	for k, j := range col {
		s[k] += T(val[k] * x[j])
	}
	return (s[0] + s[2]) + (s[1] + s[3])
}

// combine is one row of Spmm: y = Σ val_k·row col_k of B.
func (s *sparseTask[T]) combine(col []int32, val, y []T) {
	clear(y)
	for lo := 0; lo < len(y); lo += vecPiece {
		w := min(vecPiece, len(y)-lo)
		for k, j := range col {
			b := int(j)*s.ldx + lo
			axpyPiece(s.isa, val[k], s.x[b:b+w], y[lo:lo+w])
		}
	}
}
