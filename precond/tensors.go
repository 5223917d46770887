package precond

import (
	"fmt"
	"iter"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Tensor is a view of an array of the state. Exactly one of F32 and F64 is in use.
type Tensor struct {
	Shape []int
	F32   []float32
	F64   []float64
}

// view makes a Tensor of an array.
func view[T kernels.Float](x []T, shape ...int) Tensor {
	switch x := any(x).(type) {
	case []float32:
		return Tensor{Shape: shape, F32: x}
	case []float64:
		return Tensor{Shape: shape, F64: x}
	}
	return Tensor{}
}

// Tensors yields the state as named views, in a fixed order: for every block "<parameter>/m" (first
// moment, in the basis where it is kept there), "/v" (second moment in the basis), "/max" (AMSGrad),
// "/graft", "/heavy", and per axis "/factor.k" (of which the lower triangle counts), "/basis.k"
// (eigenvectors as columns, or the inverse root), "/values.k", "/marginal.k" (of a rank-one diagonal); of a frame "/frame.k", the sum of outer products of which the lower
// triangle counts until the frame is fixed, then its columns, or "/frame.rows" and "/frame.columns" where its rank is low. "/clock" holds, in float64, the steps
// made (−1 before a skipped first call), the running powers βᵗ of factors, first moment, diagonal and graft,
// the numbers of calls of Observe and ObserveLayer and Survey that count, whether the frame is fixed, and per axis whether its basis is in use. Blocks of a cut parameter are named
// "<parameter>/block.j", the two of one with bases in a low-rank frame "<parameter>/columns" and "<parameter>/complement". Writing to a view other than the clock changes the state.
func (o *Optimizer[T]) Tensors() iter.Seq2[string, Tensor] {
	return func(yield func(string, Tensor) bool) {
		for i := range o.blocks {
			if !o.blocks[i].tensors(yield) {
				return
			}
		}
	}
}

func (b *block[T]) tensors(yield func(string, Tensor) bool) bool {
	if !yield(b.name+"/clock", view(b.clockValues(), clockLen+len(b.axes))) {
		return false
	}
	for _, v := range [...]struct {
		name string
		data []T
	}{{"m", b.m}, {"v", b.v}, {"max", b.top}, {"graft", b.graft}, {"heavy", b.heavy}} {
		if v.data != nil && !yield(b.name+"/"+v.name, view(v.data, b.dims...)) {
			return false
		}
	}
	if b.frame != nil && !b.frame.tensors(b.name, yield) {
		return false
	}
	for k := range b.axes {
		a := &b.axes[k]
		for _, v := range [...]struct {
			name  string
			data  []T
			shape []int
		}{{"factor", a.c.Data, []int{a.d, a.d}}, {"basis", a.q.Data, []int{a.d, a.d}}, {"values", a.values, []int{a.d}}, {"marginal", a.marginal, []int{a.d}}} {
			if v.data != nil && !yield(fmt.Sprintf("%s/%s.%d", b.name, v.name, k), view(v.data, v.shape...)) {
				return false
			}
		}
	}
	return true
}

// clockValues is the clock as it is stored.
func (b *block[T]) clockValues() []float64 {
	var v []float64
	for _, f := range b.clock.fields() {
		v = append(v, *f)
	}
	for k := range b.axes {
		set := 0.0
		if b.axes[k].set {
			set = 1
		}
		v = append(v, set)
	}
	return v
}

// setClock takes what clockValues has made.
func (b *block[T]) setClock(v []float64) {
	for i, f := range b.clock.fields() {
		*f = v[i]
	}
	for k := range b.axes {
		b.axes[k].set = v[clockLen+k] != 0
		b.link(k)
	}
}

// checkClock says what is wrong with a stored clock.
func (b *block[T]) checkClock(v []float64) error {
	if t := v[0]; t != math.Trunc(t) || t < -1 || t > 1<<53 {
		return fmt.Errorf("precond: tensor %q: step count %g", b.name+"/clock", t)
	}
	for _, n := range v[1+clockPowers : clockLen] {
		if n != math.Trunc(n) || n < 0 || n > 1<<53 {
			return fmt.Errorf("precond: tensor %q: count %g", b.name+"/clock", n)
		}
	}
	for i, x := range v[1 : 1+clockPowers] {
		if !(x >= 0 && x <= 1) {
			return fmt.Errorf("precond: tensor %q: power %d is %g, want 0 … 1", b.name+"/clock", i, x)
		}
	}
	for k, x := range v[clockLen:] {
		if x != 0 && (x != 1 || !b.axes[k].on) {
			return fmt.Errorf("precond: tensor %q: axis %d of %d is marked %g", b.name+"/clock", k, len(b.axes), x)
		}
	}
	return nil
}

// find returns the block, and the view, of a tensor.
func (o *Optimizer[T]) find(name string) (*block[T], Tensor, bool) {
	for i := range o.blocks {
		b := &o.blocks[i]
		var found Tensor
		ok := false
		b.tensors(func(n string, t Tensor) bool {
			if n == name {
				found, ok = t, true
			}
			return !ok
		})
		if ok {
			return b, found, true
		}
	}
	return nil, Tensor{}, false
}

// SetTensor copies t over the tensor of that name. Shape and type must be equal and all elements
// finite, else nothing changes. Setting a basis does not re-express the first moment: for that there is
// SetBasis.
func (o *Optimizer[T]) SetTensor(name string, t Tensor) error {
	b, old, ok := o.find(name)
	if !ok {
		return fmt.Errorf("precond: there is no tensor %q", name)
	}
	if err := sameKind(name, t, old); err != nil {
		return err
	}
	if !kernels.Finite(o.pool, t.F32) || !kernels.Finite(o.pool, t.F64) {
		return fmt.Errorf("precond: tensor %q holds NaN or Inf", name)
	}
	if name == b.name+"/clock" {
		if err := b.checkClock(t.F64); err != nil {
			return err
		}
		b.setClock(t.F64)
		return nil
	}
	copy(old.F32, t.F32)
	copy(old.F64, t.F64)
	b.powers(&o.cfg)
	return nil
}

// sameKind compares shape and type.
func sameKind(name string, got, want Tensor) error {
	if fmt.Sprint(got.Shape) != fmt.Sprint(want.Shape) || len(got.F32) != len(want.F32) || len(got.F64) != len(want.F64) {
		return fmt.Errorf("precond: tensor %q is %s, want %s", name, got.kind(), want.kind())
	}
	return nil
}

func (t Tensor) kind() string {
	d := "float64"
	if t.F32 != nil {
		d = "float32"
	}
	return fmt.Sprintf("%s%v with %d elements", d, t.Shape, len(t.F32)+len(t.F64))
}

// Blocks returns the number of blocks. Where no parameter is cut and no layer has a bias, block i is parameter i; Plan().Blocks has
// the parameter of each.
func (o *Optimizer[T]) Blocks() int { return len(o.blocks) }

// Basis returns the basis of an axis of block i, eigenvectors as columns, or its inverse root for Kind Root. It is
// a view, and the 0×0 matrix where the axis has no basis (yet). It panics if there is no such block or axis.
func (o *Optimizer[T]) Basis(i, axis int) linalg.Matrix[T] {
	a := &o.blocks[i].axes[axis]
	if !a.set {
		return linalg.Matrix[T]{}
	}
	return a.q
}

// SetBasis replaces the basis of an axis of block i by the columns of q, which must be orthonormal. The
// first moment is re-expressed where it is kept in the basis; the diagonal stays in its slots. q is copied.
func (o *Optimizer[T]) SetBasis(i, axis int, q linalg.Matrix[T]) error {
	if i < 0 || i >= len(o.blocks) || axis < 0 || axis >= len(o.blocks[i].axes) {
		return fmt.Errorf("precond: SetBasis: there is no axis %d of block %d", axis, i)
	}
	b := &o.blocks[i]
	a := &b.axes[axis]
	switch {
	case o.cfg.Basis.Kind != Eigen || !a.on:
		return fmt.Errorf("precond: SetBasis: axis %d of %q has no basis by its Config", axis, b.name)
	case q.Rows != a.d || q.Cols != a.d:
		return fmt.Errorf("precond: SetBasis: axis %d of %q takes a %d×%d matrix, not %d×%d", axis, b.name, a.d, a.d, q.Rows, q.Cols)
	case !linalg.Finite(nil, q):
		return fmt.Errorf("precond: SetBasis: the matrix for axis %d of %q holds NaN or Inf", axis, b.name)
	}
	gram := linalg.NewMatrix[T](a.d, a.d)
	linalg.MatMulTN(o.pool, gram, q, q)
	for j := range a.d {
		gram.Data[j*a.d+j]--
	}
	if e := linalg.FrobeniusNorm(o.pool, gram); !(e <= 1e-3*math.Sqrt(float64(a.d))) {
		return fmt.Errorf("precond: SetBasis: the columns for axis %d of %q are not orthonormal: ‖QᵀQ−I‖ is %.2g", axis, b.name, e)
	}
	carried := o.prog.inBasis && b.m != nil
	var z, work []T
	if carried {
		z, work = make([]T, b.n), make([]T, b.work)
		linalg.KronMul(o.pool, kernels.NoTrans, b.factors, z, b.m, work)
	}
	linalg.Copy(a.q, q)
	a.set = true
	b.link(axis)
	if carried {
		linalg.KronMul(o.pool, kernels.Trans, b.factors, b.m, z, work)
	}
	return nil
}
