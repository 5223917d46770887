package precond

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// limited puts Limiting where it belongs.
func limited(c Config, l Limit) Config {
	c.Limit = l
	i := slices.Index(c.Order, Precondition) + 1
	if g := slices.Index(c.Order, Grafting); g >= 0 {
		i = g + 1
	}
	c.Order = slices.Insert(slices.Clone(c.Order), i, Limiting)
	return c
}

// TestLimitRMS: a direction that is too large is scaled to the bound, another is left alone, block by block.
func TestLimitRMS(t *testing.T) {
	for _, f := range []func() Config{SOAP, EShampoo, AdamW, Shampoo} {
		c := f()
		c.Decay.Rate = 0
		free := sequence(t, c, 9, []int{5, 7}, []int{6})
		for _, most := range []float64{0.3, 100} {
			got := sequence(t, limited(c, Limit{RMS: most}), 9, []int{5, 7}, []int{6})
			for step := range free {
				for i, want := range free[step] {
					// The gradients do not depend on the values, so that all steps can be compared.
					n := norm(want) / math.Sqrt(float64(len(want))) / c.LR
					scale := 1.0
					if n > most {
						scale = most / n
					}
					for j := range want {
						require.InDelta(t, want[j]*scale, got[step][i][j], 1e-12, "%s, step %d", c.Name, step+1)
					}
				}
			}
		}
	}
}

// TestLimitKL: all directions are scaled by min(1, √(κ/|Σ lr²⟨u, g⟩|)).
func TestLimitKL(t *testing.T) {
	c := Shampoo()
	c.Decay.Rate, c.Basis.Start, c.Basis.Every = 0, 2, 3
	shapes := [][]int{{5, 7}, {3, 2, 4}}
	free := sequence(t, c, 9, shapes...)
	grads := [][][]float64{}
	src := rnd.New(41)
	for range 9 {
		var g [][]float64
		for _, n := range []int{35, 24} {
			x := rnd.Normal(src, make([]float64, n))
			for i := range x {
				x[i] *= 1 / float64(1+i%5)
			}
			g = append(g, x)
		}
		grads = append(grads, g)
	}
	for _, most := range []float64{1e-7, 1e-5, 1} {
		got := sequence(t, limited(c, Limit{KL: most}), 9, shapes...)
		clipped := 0
		for step := range free {
			sum := 0.0
			for i, move := range free[step] {
				for j, x := range move {
					sum -= c.LR * x * grads[step][i][j]
				}
			}
			nu := min(1, math.Sqrt(most/math.Abs(sum)))
			if nu < 1 {
				clipped++
			}
			for i, move := range free[step] {
				for j, x := range move {
					require.InDelta(t, nu*x, got[step][i][j], 1e-12)
				}
			}
		}
		if most != 1e-5 {
			require.Equal(t, map[bool]int{true: 9, false: 0}[most < 1e-5], clipped)
		}
	}
}

// TestStackAndSplit: the tensors of a stack and the parts of a split axis, the first as well as the last, are optimised as if they were
// parameters of their own, bit by bit.
func TestStackAndSplit(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape []int
		rule  Rule
		part  []int
		at    func(part, i int) int // place in the whole of element i of a part
	}{
		{"stack", []int{3, 5, 4}, Rule{Stack: 1}, []int{5, 4}, func(p, i int) int { return p*20 + i }},
		{"stack of stacks", []int{2, 3, 5, 4}, Rule{Stack: 2}, []int{5, 4}, func(p, i int) int { return p*20 + i }},
		{"split", []int{12, 5}, Rule{Split: 3}, []int{4, 5}, func(p, i int) int { return p*20 + i }},
		{"split last", []int{5, 12}, Rule{Split: 3, SplitAxis: 1}, []int{5, 4}, func(p, i int) int { return i/4*12 + p*4 + i%4 }},
		{"stack, split last", []int{2, 5, 12}, Rule{Stack: 1, Split: 3, SplitAxis: 1}, []int{5, 4},
			func(p, i int) int { return p/3*60 + i/4*12 + p%3*4 + i%4 }},
	} {
		for _, f := range []func() Config{SOAP, EShampoo, Shampoo} {
			cfg := quick(f())
			n := 1
			for _, d := range c.shape {
				n *= d
			}
			whole := newProblem[float64](96, c.shape)
			parts := newProblem[float64](97, slices.Repeat([][]int{c.part}, n/20)...)
			for p, q := range parts.params {
				for i := range q.Value {
					q.Value[i] = whole.params[0].Value[c.at(p, i)]
				}
			}
			one, err := New(cfg, parts.params, nil)
			require.NoError(t, err)
			cfg.Rules = []Rule{c.rule}
			all, err := New(cfg, whole.params, nil)
			require.NoError(t, err)
			require.Equal(t, n/20, all.Blocks())
			for range 9 {
				whole.gradients()
				for p, q := range parts.params {
					for i := range q.Grad {
						q.Grad[i] = whole.params[0].Grad[c.at(p, i)]
					}
				}
				_, err = one.Step(1)
				require.NoError(t, err)
				_, err = all.Step(1)
				require.NoError(t, err)
			}
			for p, q := range parts.params {
				got := make([]float64, 20)
				for i := range got {
					got[i] = whole.params[0].Value[c.at(p, i)]
				}
				bits.Same(t, q.Value, got, "%s, %s, part %d", cfg.Name, c.name, p)
			}
		}
	}
	for _, r := range []Rule{{Stack: 2}, {Split: 5}, {Split: 2, SplitAxis: 2}, {Stack: 1, Split: 2, SplitAxis: 1}} {
		c := SOAP()
		c.Rules = []Rule{r}
		_, err := PlanFor[float32](c, [][]int{{12, 4}})
		require.Error(t, err, "%+v", r)
	}
	// Without a basis there is nothing to divide.
	c := AdamW()
	c.Rules = []Rule{{Stack: 1}}
	plan, err := PlanFor[float32](c, [][]int{{3, 5, 4}})
	require.NoError(t, err)
	require.Len(t, plan.Blocks, 1)
}

// TestLargeAxes: what becomes of axes that are too long.
func TestLargeAxes(t *testing.T) {
	for _, c := range []struct {
		edit func(*Shape)
		dims [][]int
		on   [][]bool
	}{
		{func(s *Shape) {}, [][]int{{6, 20}}, [][]bool{{true, false}}},
		{func(s *Shape) { s.Large = LargeBlock }, [][]int{{6, 8}, {6, 8}, {6, 4}}, [][]bool{{true, true}, {true, true}, {true, true}}},
		{func(s *Shape) { s.Large, s.Block = LargeBlock, 5 }, nil, nil},
		{func(s *Shape) { s.Large = LargeTensor }, [][]int{{120}}, [][]bool{{false}}},
		{func(s *Shape) { s.Large = LargeOneSided }, [][]int{{6, 20}}, [][]bool{{true, false}}},
		{func(s *Shape) { s.MaxDim, s.OneSided = 0, true }, [][]int{{6, 20}}, [][]bool{{true, false}}},
		{func(s *Shape) { s.MaxDim, s.Large = 30, LargeOneSided }, [][]int{{6, 20}}, [][]bool{{true, true}}},
	} {
		cfg := SOAP()
		cfg.Shape.MaxDim = 8
		c.edit(&cfg.Shape)
		plan, err := PlanFor[float32](cfg, [][]int{{6, 20}})
		require.NoError(t, err)
		if c.dims == nil {
			require.Len(t, plan.Blocks, 8)
			continue
		}
		for i, b := range plan.Blocks {
			require.Equal(t, c.dims[i], b.Dims)
			require.Equal(t, c.on[i], b.On)
		}
	}
	cfg := SOAP()
	cfg.Shape.OneSided = true
	plan, err := PlanFor[float32](cfg, [][]int{{9, 1}, {1, 6, 4}})
	require.NoError(t, err)
	require.Equal(t, []bool{true, false}, plan.Blocks[0].On)
	require.Equal(t, []bool{false, false, true}, plan.Blocks[1].On)
}
