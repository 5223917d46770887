package influence

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Panic strings: mistakes of the calling program, raised before anything is written.
const (
	badShape    = "influence: shapes do not match"
	badBlock    = "influence: no such block, or one of another shape"
	badRows     = "influence: the number of rows is not positive, or no multiple of positions"
	badLayer    = "influence: a layer needs at least one input and one output"
	badK        = "influence: k must be positive"
	unfactored  = "influence: Factorize comes first"
	badBoot     = "influence: PairedBootstrap: draws must be positive and level lie between 0 and 1"
	manyRows    = "influence: more rows than the tile holds"
	badPosition = "influence: positions must be positive"
)

// A Block is one diagonal block of a curvature.
type Block[T kernels.Float] struct {
	linalg.Spectral[T]
	// Out and In are the eigenvalues of the factors of output gradients and inputs where D is
	// their Kronecker product (K-FAC), which DampSplit needs; nil elsewhere.
	Out, In []T
}

// Curvature is a block-diagonal symmetric matrix: the parameters are cut into consecutive blocks.
type Curvature[T kernels.Float] struct{ Blocks []Block[T] }

// Dim is the number of parameters.
func (c Curvature[T]) Dim() int {
	n := 0
	for _, b := range c.Blocks {
		n += b.Basis.Dim()
	}
	return n
}

// Least returns the least eigenvalue and the block that it is of; NaN counts as least.
func (c Curvature[T]) Least() (value float64, block int) {
	first := true
	for i, b := range c.Blocks {
		for _, d := range b.D {
			v := float64(d)
			if first || v < value || v != v {
				value, block, first = v, i, false
			}
			if v != v {
				return value, block
			}
		}
	}
	return value, block
}

// Join puts the blocks of curvatures side by side, in order.
func Join[T kernels.Float](parts ...Curvature[T]) Curvature[T] {
	var c Curvature[T]
	for _, p := range parts {
		c.Blocks = append(c.Blocks, p.Blocks...)
	}
	return c
}

// Dense decomposes a symmetric matrix, of which it reads the lower triangle: one block. The error is that
// of linalg.SymEig.
func Dense[T kernels.Float](p *kernels.Pool, a linalg.Matrix[T]) (Curvature[T], error) {
	if a.Rows != a.Cols {
		panic(badShape)
	}
	e := linalg.NewSymEig[T](a.Rows, linalg.WithPool(p))
	if err := e.Factorize(a); err != nil {
		return Curvature[T]{}, err
	}
	s := linalg.Spectral[T]{Basis: linalg.Dense[T]{Q: e.Vectors().Clone()}, D: append([]T(nil), e.Values()...)}
	return Curvature[T]{[]Block[T]{{Spectral: s}}}, nil
}

// BlockDense decomposes the diagonal blocks of a symmetric matrix, whose orders are dims; what lies outside
// them is not read.
func BlockDense[T kernels.Float](p *kernels.Pool, a linalg.Matrix[T], dims ...int) (Curvature[T], error) {
	n := 0
	for _, d := range dims {
		if d < 0 {
			panic(badShape)
		}
		n += d
	}
	if a.Rows != n || a.Cols != n {
		panic(badShape)
	}
	var c Curvature[T]
	i := 0
	for k, d := range dims {
		b, err := Dense(p, a.Slice(i, i, d, d))
		if err != nil {
			return Curvature[T]{}, fmt.Errorf("influence: block %d: %w", k, err)
		}
		c = Join(c, b)
		i += d
	}
	return c, nil
}

// Rows adds rowsᵀ·rows·w to the lower triangle of a: with the rows r of a Jacobian of the outputs, scaled by a root of
// the loss's Hessian (for softmax cross-entropy with probabilities π, S·J with S·Sᵀ = diag π − π·πᵀ), the
// Gauss–Newton matrix; with gradients of sampled labels an estimate of it. Start from a zeroed a; w is 1/N for a mean.
func Rows[T kernels.Float](p *kernels.Pool, a, rows linalg.Matrix[T], w float64) {
	if a.Rows != a.Cols || a.Rows != rows.Cols {
		panic(badShape)
	}
	linalg.Syrk(p, a, kernels.Lower, kernels.Trans, T(w), rows, 1)
}

// Diagonal is the diagonal curvature d in the coordinate axes: the mean of squared per-sample
// gradients, say (see Squares). d is not copied.
func Diagonal[T kernels.Float](d []T) Curvature[T] {
	s := linalg.Spectral[T]{Basis: linalg.Identity[T]{N: len(d)}, D: d}
	return Curvature[T]{[]Block[T]{{Spectral: s}}}
}

// Squares adds w times the sum of the squared rows to d: d_k ← fma(w, r_ik·r_ik, d_k), i ascending.
func Squares[T kernels.Float](p *kernels.Pool, d []T, rows linalg.Matrix[T], w float64) {
	if len(d) != rows.Cols {
		panic(badShape)
	}
	for i := 0; i < rows.Rows; i++ {
		kernels.SecondMoment(p, 1, T(w), 1, rows.Row(i), d)
	}
}
