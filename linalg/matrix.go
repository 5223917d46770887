package linalg

import (
	"math"
	"math/bits"

	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Matrix is a row-major view of Rows×Cols elements: element (i, j) is Data[i*Stride+j],
// Stride ≥ Cols. It is passed by value; copies share the elements. What lies between Cols and
// Stride belongs to somebody else and is neither read nor written. The zero Matrix is the
// 0×0 matrix.
type Matrix[T kernels.Float] struct {
	Rows, Cols int
	Stride     int
	Data       []T
}

// NewMatrix returns a zeroed rows×cols matrix with Stride = Cols, in huge pages where it is 2 MiB or more and the system has them.
func NewMatrix[T kernels.Float](rows, cols int) Matrix[T] {
	if rows < 0 || cols < 0 {
		panic(negDim)
	}
	return Matrix[T]{Rows: rows, Cols: cols, Stride: cols, Data: hugepage.Make[T](rows * cols)}
}

// MatrixOf returns data as a rows×cols matrix with Stride = Cols, without a copy. data may
// be longer than rows·cols.
func MatrixOf[T kernels.Float](rows, cols int, data []T) Matrix[T] {
	if rows < 0 || cols < 0 {
		panic(negDim)
	}
	if rows > 0 && cols > len(data)/rows {
		panic(shortData)
	}
	return Matrix[T]{Rows: rows, Cols: cols, Stride: cols, Data: data[:rows*cols]}
}

// At returns element (i, j).
func (a Matrix[T]) At(i, j int) T {
	if uint(i) >= uint(a.Rows) || uint(j) >= uint(a.Cols) {
		panic(badView)
	}
	return a.Data[i*a.Stride+j]
}

// Set assigns element (i, j).
func (a Matrix[T]) Set(i, j int, v T) {
	if uint(i) >= uint(a.Rows) || uint(j) >= uint(a.Cols) {
		panic(badView)
	}
	a.Data[i*a.Stride+j] = v
}

// Row returns row i as a view.
func (a Matrix[T]) Row(i int) []T {
	if uint(i) >= uint(a.Rows) {
		panic(badView)
	}
	if a.Cols == 0 {
		return nil
	}
	k := i * a.Stride
	return a.Data[k : k+a.Cols : k+a.Cols]
}

// Slice returns the r×c block whose first element is (i, j), as a view.
func (a Matrix[T]) Slice(i, j, r, c int) Matrix[T] {
	if i < 0 || j < 0 || r < 0 || c < 0 || r > a.Rows-i || c > a.Cols-j {
		panic(badView)
	}
	b := Matrix[T]{Rows: r, Cols: c, Stride: a.Stride}
	if r > 0 && c > 0 {
		b.Data = a.Data[i*a.Stride+j : (i+r-1)*a.Stride+j+c]
	}
	return b
}

// Clone returns a copy of a with memory of its own and Stride = Cols.
func (a Matrix[T]) Clone() Matrix[T] {
	b := NewMatrix[T](a.Rows, a.Cols)
	Copy(b, a)
	return b
}

// Zero sets every element to +0.
func (a Matrix[T]) Zero() {
	a.check()
	for i := 0; i < a.Rows; i++ {
		clear(a.Row(i))
	}
}

// Identity sets a to ones on the diagonal and zeros elsewhere; a need not be square.
func (a Matrix[T]) Identity() {
	a.Zero()
	for i := 0; i < min(a.Rows, a.Cols); i++ {
		a.Data[i*a.Stride+i] = 1
	}
}

// check panics if a is not a valid view.
func (a *Matrix[T]) check() {
	if a.Rows < 0 || a.Cols < 0 {
		panic(negDim)
	}
	if a.Rows == 0 || a.Cols == 0 {
		return
	}
	if a.Stride < a.Cols {
		panic(badStride)
	}
	// Two words, which do not overflow: a division takes longer than all else here.
	if hi, lo := bits.Mul64(uint64(a.Rows-1), uint64(a.Stride)); len(a.Data) < a.Cols || hi != 0 || lo > uint64(len(a.Data)-a.Cols) {
		panic(shortData)
	}
}

// ld is the leading dimension that kernels accept, also for an empty matrix.
func (a *Matrix[T]) ld() int { return max(1, a.Stride, a.Cols) }

// span is the part of Data from the first to the last element.
func (a *Matrix[T]) span() []T {
	if a.Rows == 0 || a.Cols == 0 {
		return nil
	}
	return a.Data[:(a.Rows-1)*a.Stride+a.Cols]
}

// compact reports whether the elements of a follow each other without a gap.
func (a *Matrix[T]) compact() bool { return a.Stride == a.Cols || a.Rows <= 1 }

// Copy copies a to dst. The shapes must be equal; dst may be a itself, but must not overlap
// it otherwise.
func Copy[T kernels.Float](dst, a Matrix[T]) {
	dst.check()
	a.check()
	if dst.Rows != a.Rows || dst.Cols != a.Cols {
		panic(badShape)
	}
	if dst.compact() && a.compact() {
		copy(dst.span(), a.span())
		return
	}
	for i := 0; i < a.Rows; i++ {
		copy(dst.Row(i), a.Row(i))
	}
}

// TransposeTo sets dst = aᵀ: dst is Cols×Rows of a and must not overlap it.
func TransposeTo[T kernels.Float](p *kernels.Pool, dst, a Matrix[T]) {
	if dst.Rows != a.Cols || dst.Cols != a.Rows {
		panic(badShape)
	}
	kernels.Omatcopy(p, kernels.Trans, dst.Rows, dst.Cols, 1, a.Data, a.ld(), dst.Data, dst.ld())
}

// mirrorBlock is the side of the blocks in which Mirror works: two of them stay in the
// first-level cache; mirrorLeaf that of the blocks into which those on the diagonal are cut.
const (
	mirrorBlock = 64
	mirrorLeaf  = 16
)

// Mirror copies one triangle of the square matrix a, named by uplo, to the other: afterwards
// a is exactly symmetric. The diagonal is kept; the other triangle is not read.
func Mirror[T kernels.Float](p *kernels.Pool, uplo kernels.Uplo, a Matrix[T]) {
	if uplo != kernels.Lower && uplo != kernels.Upper {
		panic(badUplo)
	}
	a.check()
	if a.Rows != a.Cols {
		panic(notSquare)
	}
	mirror(p, uplo, a, mirrorBlock)
}

// mirror is Mirror in blocks of size block, those on the diagonal in blocks of mirrorLeaf, and those element by element.
func mirror[T kernels.Float](p *kernels.Pool, uplo kernels.Uplo, a Matrix[T], block int) {
	n, ld := a.Rows, a.ld()
	for i := 0; i < n; i += block {
		ib := min(block, n-i)
		if block > mirrorLeaf {
			mirror(p, uplo, a.Slice(i, i, ib, ib), mirrorLeaf)
		} else {
			mirrorElements(uplo, ib, a.Data[i*ld+i:], ld)
		}
		// The block row left of the diagonal block, and the block column above it.
		for j := 0; j < i; j += block {
			low, up := a.Data[i*ld+j:], a.Data[j*ld+i:]
			if uplo == kernels.Lower {
				kernels.Omatcopy(p, kernels.Trans, block, ib, 1, low, ld, up, ld)
			} else {
				kernels.Omatcopy(p, kernels.Trans, ib, block, 1, up, ld, low, ld)
			}
		}
	}
}

func mirrorElements[T kernels.Float](uplo kernels.Uplo, n int, a []T, ld int) {
	for r := 1; r < n; r++ {
		row := a[r*ld : r*ld+r]
		if uplo == kernels.Lower {
			for c, v := range row {
				a[c*ld+r] = v
			}
		} else {
			for c := range row {
				row[c] = a[c*ld+r]
			}
		}
	}
}

// FrobeniusNorm returns √Σ a_ij², computed without overflow or harmful underflow. It is NaN if
// an element is NaN.
func FrobeniusNorm[T kernels.Float](p *kernels.Pool, a Matrix[T]) float64 {
	a.check()
	if a.compact() {
		return float64(kernels.Nrm2(p, a.span()))
	}
	// Rows are combined like the elements of a vector: scaled by the largest.
	var big float64
	for i := 0; i < a.Rows; i++ {
		r := float64(kernels.Nrm2(p, a.Row(i)))
		if r > big || r != r {
			big = r
		}
		if r != r {
			return r
		}
	}
	if big == 0 || math.IsInf(big, 1) {
		return big
	}
	var s float64
	for i := 0; i < a.Rows; i++ {
		r := float64(kernels.Nrm2(p, a.Row(i))) / big
		s = math.FMA(r, r, s)
	}
	return big * math.Sqrt(s)
}

// Finite reports whether a holds neither NaN nor Inf.
func Finite[T kernels.Float](p *kernels.Pool, a Matrix[T]) bool {
	a.check()
	if a.compact() {
		return kernels.Finite(p, a.span())
	}
	for i := 0; i < a.Rows; i++ {
		if !kernels.Finite(p, a.Row(i)) {
			return false
		}
	}
	return true
}

// addDiagonal adds v to every diagonal element.
func addDiagonal[T kernels.Float](a Matrix[T], v T) {
	for i := 0; i < a.Rows; i++ {
		a.Data[i*a.Stride+i] += v
	}
}

// copyLower copies the lower triangle of a to dst.
func copyLower[T kernels.Float](dst, a Matrix[T]) {
	for i := range a.Rows {
		copy(dst.Row(i)[:i+1], a.Row(i))
	}
}

// scaleLower sets the lower triangle of dst to alpha times that of a.
func scaleLower[T kernels.Float](dst, a Matrix[T], alpha T) {
	for i := 0; i < a.Rows; i++ {
		row := dst.Row(i)[:i+1]
		for j, v := range a.Row(i)[:i+1] {
			row[j] = T(alpha * v)
		}
	}
}
