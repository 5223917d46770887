package precond

import (
	"fmt"
	"math"
	"path"
	"slices"
)

// maxOrder bounds the order of tensors.
const maxOrder = 32

// mergeAxes returns the shape after merging neighbouring axes. The product stays.
func (s *Shape) mergeAxes(shape []int) []int {
	switch s.Merge {
	case MergeLeft:
		return mergeGreedy(shape, s.MergeMax)
	case MergeRight:
		return mergeRight(shape, s.MergeMax, max(1, s.MergeOrder))
	case KeepFirst:
		if len(shape) < 2 {
			return slices.Clone(shape)
		}
		rest := slices.Clone(shape[1:])
		slices.Reverse(rest)
		rest = mergeGreedy(rest, s.MergeMax)
		slices.Reverse(rest)
		if len(rest) == 1 && rest[0] == 1 {
			rest = nil
		}
		return append([]int{shape[0]}, rest...)
	}
	return slices.Clone(shape)
}

// mergeGreedy keeps a running product, flushes it where it would exceed most and starts anew; an axis that
// follows a product of 1 and exceeds most stands alone.
func mergeGreedy(shape []int, most int) []int {
	var out []int
	run := 1
	for _, d := range shape {
		switch {
		case run*d <= most:
			run *= d
		case run > 1:
			out = append(out, run)
			run = d
		default:
			out = append(out, d)
			run = 1
		}
	}
	if run > 1 || len(out) == 0 {
		out = append(out, run)
	}
	return out
}

// mergeRight drops axes of length 1 and merges from the last one while the product is at most most and
// more than order axes are left.
func mergeRight(shape []int, most, order int) []int {
	var left []int
	for _, d := range shape {
		if d != 1 {
			left = append(left, d)
		}
	}
	if len(left) == 0 {
		return []int{1}
	}
	out := []int{left[len(left)-1]}
	for i := len(left) - 2; i >= 0; i-- {
		last := &out[len(out)-1]
		if left[i]**last <= most && i+1+len(out) > order {
			*last *= left[i]
		} else {
			out = append(out, left[i])
		}
	}
	slices.Reverse(out)
	return out
}

// checkDims returns the number of elements of a shape.
func checkDims(name string, shape []int) (int, error) {
	if len(shape) > maxOrder {
		return 0, fmt.Errorf("precond: parameter %q has order %d, at most %d are supported", name, len(shape), maxOrder)
	}
	n := 1
	for i, d := range shape {
		if d < 1 {
			return 0, fmt.Errorf("precond: parameter %q: axis %d of shape %v must be at least 1", name, i, shape)
		}
		if n > math.MaxInt/16/d {
			return 0, fmt.Errorf("precond: parameter %q: shape %v has too many elements", name, shape)
		}
		n *= d
	}
	return n, nil
}

// layout is how one tensor becomes blocks.
type layout struct {
	merged []int // the axes after permutation and merging
	// perm lists the original axes in the order in which merged counts them, nil for the original order.
	perm   []int
	blocks []cut
	// shape and strides of the tensor that is cut: the parameter, or one of equal parts of it.
	shape, strides []int
}

// cut is a block: a range of every merged axis.
type cut struct {
	base     int // of its part in the parameter
	lo, dims []int
	on       []bool    // axes with a basis
	power    []float64 // exponent per axis, for DiagonalEigenvalues
}

// layoutOf cuts a parameter into blocks, as its rule says first.
func (c *Config) layoutOf(shape []int, r Rule) layout {
	part, strides := slices.Clone(shape), make([]int, len(shape))
	n := 1
	for k := len(shape) - 1; k >= 0; k-- {
		strides[k] = n
		n *= shape[k]
	}
	// Parts are counted by the stacked axes and by the split one, each with its stride.
	var counts, steps []int
	if r.Split > 0 {
		k := r.Stack + r.SplitAxis
		part[k] /= r.Split
		counts, steps = []int{r.Split}, []int{part[k] * strides[k]}
	}
	counts, steps = append(slices.Clone(shape[:r.Stack]), counts...), append(slices.Clone(strides[:r.Stack]), steps...)
	l := c.layoutOfPart(part[r.Stack:], n, r.Axes)
	if len(counts) == 0 || !l.anyOn() { // without basis parts are as good as the whole
		if len(counts) > 0 {
			l = c.layoutOfPart([]int{n}, n, true)
		}
		l.shape, l.strides = shape, strides
		return l
	}
	l.shape, l.strides = part[r.Stack:], strides[r.Stack:]
	one := l.blocks
	l.blocks = nil
	at := make([]int, len(counts))
	for {
		base := 0
		for k, i := range at {
			base += i * steps[k]
		}
		for _, b := range one {
			b.base = base
			l.blocks = append(l.blocks, b)
		}
		k := len(at) - 1
		for ; k >= 0; k-- {
			if at[k]++; at[k] < counts[k] {
				break
			}
			at[k] = 0
		}
		if k < 0 {
			return l
		}
	}
}

// checkShape refuses a rule that divides a parameter that it matches in a way that its shape does not allow.
func (r *Rule) checkShape(index int, name string, shape []int) error {
	field := fmt.Sprintf("Rules[%d]", index)
	switch {
	case r.Stack > 0 && r.Stack >= len(shape):
		return &ConfigError{field + ".Stack", r.Stack, fmt.Sprintf("less than the order of parameter %q of shape %v", name, shape)}
	case r.Split > 0 && r.Stack+r.SplitAxis >= len(shape):
		return &ConfigError{field + ".SplitAxis", r.SplitAxis, fmt.Sprintf("an axis behind the stacked ones of parameter %q of shape %v", name, shape)}
	case r.Split > 0 && shape[r.Stack+r.SplitAxis]%r.Split != 0:
		return &ConfigError{field + ".Split", r.Split, fmt.Sprintf("a divisor of axis %d of parameter %q of shape %v", r.Stack+r.SplitAxis, name, shape)}
	}
	return nil
}

// shortest returns the shortest axis that is longer than 1, the first of equals.
func shortest(dims []int) int {
	at := 0
	for k, d := range dims {
		if d > 1 && (dims[at] == 1 || d < dims[at]) {
			at = k
		}
	}
	return at
}

// anyOn reports whether any axis of any block has a basis.
func (l *layout) anyOn() bool {
	return slices.ContainsFunc(l.blocks, func(b cut) bool { return slices.Contains(b.on, true) })
}

// layoutOfPart cuts a tensor into blocks. identity stands for one without any basis; n is the length of the parameter.
func (c *Config) layoutOfPart(shape []int, n int, identity bool) layout {
	s := &c.Shape
	flat := layout{merged: []int{n}, blocks: []cut{{lo: []int{0}, dims: []int{n}, on: []bool{false}, power: []float64{0}}}}
	if c.Basis.Kind == Axes || identity || len(shape) <= 1 && !s.Vectors {
		return flat
	}
	dims := shape
	if len(dims) == 0 {
		dims = []int{1}
	}
	l := layout{}
	if s.ChannelsLast && len(dims) == 4 {
		l.perm = []int{0, 3, 1, 2}
		dims = []int{dims[0], dims[3], dims[1], dims[2]}
	}
	l.merged = s.mergeAxes(dims)
	long := s.MaxDim > 0 && slices.Max(l.merged) > s.MaxDim
	if long && s.Large == LargeTensor && s.Block == 0 {
		return flat
	}
	oneSided := s.OneSided || long && s.Large == LargeOneSided
	split := make([]int, len(l.merged))
	for {
		b := cut{lo: slices.Clone(split), dims: make([]int, len(split)), on: make([]bool, len(split)), power: make([]float64, len(split))}
		any := false
		for k, d := range l.merged {
			b.dims[k] = d - split[k]
			if s.Block > 0 {
				b.dims[k] = min(b.dims[k], s.Block)
			}
			if s.Large == LargeBlock {
				b.dims[k] = min(b.dims[k], s.MaxDim)
			}
		}
		for k, d := range b.dims {
			b.power[k] = c.Diagonal.Power
			if b.power[k] == 0 {
				b.power[k] = -1 / float64(2*len(b.dims))
			}
			// The 1×1 basis of an axis of length 1 is a sign; its root is a number that counts.
			b.on[k] = (s.MaxDim == 0 || d <= s.MaxDim) && (d > 1 || c.Diagonal.Of == DiagonalEigenvalues)
			b.on[k] = b.on[k] && (!oneSided || k == shortest(b.dims)) && !(long && s.Large == LargeTensor)
			for _, a := range s.Axes {
				if a.Order == len(b.dims) && (a.Axis < 0 || a.Axis == k) {
					b.on[k] = b.on[k] && !a.Off
					if a.Power != 0 {
						b.power[k] = a.Power
					}
				}
			}
			any = any || b.on[k]
		}
		if !any && s.Block == 0 && len(l.blocks) == 0 && slices.Equal(b.dims, l.merged) {
			return flat // the only block
		}
		l.blocks = append(l.blocks, b)
		// The next block: the last axis runs fastest.
		k := len(split) - 1
		for ; k >= 0; k-- {
			split[k] += b.dims[k]
			if split[k] < l.merged[k] {
				break
			}
			split[k] = 0
		}
		if k < 0 {
			return l
		}
	}
}

// match reports whether the rule covers a parameter.
func (r *Rule) match(name string, order, n int) bool {
	if r.Name != "" {
		if ok, err := path.Match(r.Name, name); err != nil || !ok {
			return false
		}
	}
	return order >= r.MinOrder && (r.MaxOrder == 0 || order <= r.MaxOrder) && n >= r.MinLen
}

// multipliers returns the factors of learning rate and decay.
func (r *Rule) multipliers() (lr, decay float64) {
	lr, decay = 1, 1
	if r.LR != 0 {
		lr = r.LR
	}
	switch {
	case r.NoDecay:
		decay = 0
	case r.Decay != 0:
		decay = r.Decay
	}
	return lr, decay
}

// ruleFor returns the index of the first rule that covers a parameter, −1 if none does.
func (c *Config) ruleFor(name string, order, n int) int {
	return slices.IndexFunc(c.Rules, func(r Rule) bool { return r.match(name, order, n) })
}
