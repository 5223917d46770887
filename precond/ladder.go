package precond

import (
	"cmp"
	"math"
	"slices"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// When the basis or the root of a factor cannot be computed, the next rung of a ladder is tried:
//
//  1. what Basis.By says, in T;
//  2. for the iterations of Kind Root: the root through the eigenvalues, in T;
//  3. up to order rescueOrder: Jacobi's method in float64, where nothing overflows that T can hold;
//  4. the basis or root of before stays; there was none: the axis stays as it is;
//  5. a factor that is not finite (a sum that has overflowed) will never be again: it starts from 0, and the
//     axis is without a basis, its diagonal that of the original axes, until the next refresh finds one.
//
// Report counts rungs 2 and 3 as Rescued, 4 as Failed, 5 as Lost. Nothing is allocated.

// rescueOrder is the largest order for Jacobi's method: a tenth of a second for one factor.
const rescueOrder = 256

// rootResidual is the largest residual max|M − I| of an iteration whose result is taken for a root, as in scalable_shampoo.
const rootResidual = 0.1

// outcome is what became of an axis in a refresh.
type outcome uint8

const (
	unchanged outcome = iota
	renewed
	lost
)

// spare is the memory of the ladder, one for all workers: failures are rare.
type spare[T kernels.Float] struct {
	roots  map[rootKey]*linalg.InvRoot[T]
	w, z   []float64 // for Jacobi's method
	values []float64
	perm   []int
	lanes  []T   // of all axes in lanes
	perms  []int // of those by PowerQR
}

// spareNeeds says what the ladder takes.
type spareNeeds struct {
	roots map[rootKey]linalg.Root
	dim   int
	lanes int // elements
	perms int
}

// addLane counts an axis of length d in lanes, as elements of either type.
func (n *spareNeeds) addLane(d int, by Method) {
	a := arena[float32]{used: n.lanes}
	a.take(d * d)
	if by == PowerQR {
		n.perms += d
	} else {
		a.take(d)
	}
	n.lanes = a.used
}

// add counts an axis of length d.
func (n *spareNeeds) add(d int) {
	if d <= rescueOrder {
		n.dim = max(n.dim, d)
	}
}

// addRoot counts a root by iteration.
func (n *spareNeeds) addRoot(key rootKey, root linalg.Root) {
	if root.Method == linalg.RootEigen {
		return
	}
	if n.roots == nil {
		n.roots = map[rootKey]linalg.Root{}
	}
	root.Method, root.EpsFloor = linalg.RootEigen, 0
	n.roots[key] = root
}

// spareBytes is the memory of a spare.
func spareBytes[T kernels.Float](n *spareNeeds) int64 {
	var z T
	bytes := int64(8*2*n.dim*n.dim+8*n.dim) + int64(n.dim+n.perms)*int64(unsafe.Sizeof(0)) + int64(n.lanes)*int64(unsafe.Sizeof(z))
	for key, root := range n.roots {
		bytes += linalg.InvRootBytes[T](key.d, root)
	}
	return bytes
}

func newSpare[T kernels.Float](n *spareNeeds, pool *kernels.Pool) (*spare[T], error) {
	s := &spare[T]{
		roots: map[rootKey]*linalg.InvRoot[T]{}, w: make([]float64, n.dim*n.dim), z: make([]float64, n.dim*n.dim),
		values: make([]float64, n.dim), perm: make([]int, n.dim), lanes: newMemory[T](n.lanes), perms: make([]int, n.perms),
	}
	for key, root := range n.roots {
		r, err := linalg.NewInvRoot[T](key.d, root, linalg.WithPool(pool))
		if err != nil {
			return nil, err
		}
		s.roots[key] = r
	}
	return s, nil
}

// renewAxis renews one axis, down the ladder.
func (p *pass[T]) renewAxis(a *axis[T]) outcome {
	if !linalg.Finite(p.p, a.c) {
		return p.lose(a)
	}
	failed := p.b.status.failed
	switch {
	case p.refreshAxis(a):
		return renewed
	case p.b.status.failed == failed:
		return unchanged
	}
	p.b.status.failed = failed
	return p.rescue(a)
}

// rescue tries the rungs below the first.
func (p *pass[T]) rescue(a *axis[T]) outcome {
	p.o.ladder.Lock()
	defer p.o.ladder.Unlock()
	s := p.o.spare
	if p.o.cfg.Basis.Kind == Root {
		key, _ := p.o.cfg.rootOf(a.d, a.power)
		if r := s.roots[key]; r != nil {
			if _, err := r.Compute(a.q, p.factor(a)); err == nil {
				p.b.status.rescued++
				return renewed
			}
		}
	}
	if a.d <= rescueOrder && p.jacobi(s, a) {
		p.b.status.rescued++
		return renewed
	}
	p.b.status.failed++
	return unchanged
}

// lose is the last rung.
func (p *pass[T]) lose(a *axis[T]) outcome {
	p.b.status.lost++
	clear(a.c.Data)
	for i := range a.values {
		a.values[i] = 1
	}
	a.q.Identity()
	return lost
}

// jacobi computes basis or root of a factor in float64.
func (p *pass[T]) jacobi(s *spare[T], a *axis[T]) bool {
	d := a.d
	w, z := linalg.MatrixOf(d, d, s.w[:d*d]), linalg.MatrixOf(d, d, s.z[:d*d])
	c := p.factor(a)
	for i := range d {
		row := c.Row(i)
		for j, x := range row[:i+1] {
			w.Data[i*d+j], w.Data[j*d+i] = float64(x), float64(x)
		}
		if p.o.cfg.Basis.Kind == Root && p.o.cfg.Diagonal.EpsAt == EpsAtFactor {
			w.Data[i*d+i] += p.o.cfg.Diagonal.Eps
		}
	}
	if !linalg.Jacobi(w, z) {
		return false
	}
	values, perm := s.values[:d], s.perm[:d]
	for i := range d {
		values[i], perm[i] = w.Data[i*d+i], i
	}
	slices.SortStableFunc(perm, func(i, j int) int { return cmp.Compare(values[j], values[i]) })
	if p.o.cfg.Basis.Kind == Root {
		return p.rootOf(a, z, values)
	}
	if p.o.cfg.Basis.Ascending {
		slices.Reverse(perm)
	}
	for j, from := range perm {
		sign := leading(z.Row(from))
		for i, x := range z.Row(from) {
			a.q.Data[i*d+j] = T(float64(sign * x))
		}
		if a.values != nil {
			a.values[j] = T(min(max(values[from], -p.o.largest), p.o.largest))
		}
	}
	return true
}

// leading is the sign that makes the first component of the largest magnitudes positive, as SymEig does.
func leading(x []float64) float64 {
	big := 0.0
	for _, v := range x {
		big = max(big, math.Abs(v))
	}
	for _, v := range x {
		if math.Abs(v) >= 7.0/8*big && v != 0 {
			return math.Copysign(1, v)
		}
	}
	return 1
}

// rootOf forms Σ φ(λ_i)·z_i·z_iᵀ, the eigenvalues lifted as InvRoot does.
func (p *pass[T]) rootOf(a *axis[T], z linalg.Matrix[float64], values []float64) bool {
	c := &p.o.cfg.Diagonal
	low := slices.Min(values)
	for i, v := range values {
		values[i] = c.lifted(v, low, a.power)
		if r := values[i]; r-r != 0 || T(r)-T(r) != 0 {
			return false
		}
	}
	d := a.d
	for i := range d {
		for j := range i + 1 {
			x := 0.0
			for k, v := range values {
				x = math.FMA(float64(v*z.Data[k*d+i]), z.Data[k*d+j], x)
			}
			if T(x)-T(x) != 0 {
				return false
			}
			a.q.Data[i*d+j], a.q.Data[j*d+i] = T(x), T(x)
		}
	}
	return true
}
