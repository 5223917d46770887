package precond

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/stretchr/testify/require"
)

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		rule       Merge
		max, order int
		in, out    []int
	}{
		{MergeNone, 0, 0, []int{3, 1, 4}, []int{3, 1, 4}},
		{MergeLeft, 64, 0, []int{3, 3, 64, 64}, []int{9, 64, 64}},
		{MergeLeft, 256, 0, []int{64, 32, 3, 3}, []int{64, 96, 3}},
		{MergeLeft, 10000, 0, []int{2, 5, 1}, []int{10}},
		{MergeLeft, 6, 0, []int{2, 7, 2}, []int{2, 7, 2}},
		{MergeLeft, 6, 0, []int{1, 1}, []int{1}},
		{MergeLeft, 48, 0, []int{8, 6, 3, 3}, []int{48, 9}},
		{MergeRight, 1024, 1, []int{4, 5}, []int{20}},
		{MergeRight, 36, 1, []int{6, 4, 3, 3}, []int{6, 36}},
		{MergeRight, 36, 1, []int{1, 5, 1, 4}, []int{20}},
		{MergeRight, 1024, 2, []int{2, 3, 4}, []int{2, 12}},
		{MergeRight, 1024, 3, []int{2, 3, 4}, []int{2, 3, 4}},
		{MergeRight, 8, 1, []int{1, 1}, []int{1}},
		{MergeRight, 8, 1, []int{16, 16}, []int{16, 16}},
		{KeepFirst, 2048, 0, []int{128, 64, 3, 3}, []int{128, 576}},
		{KeepFirst, 100, 0, []int{128, 64, 3, 3}, []int{128, 64, 9}},
		{KeepFirst, 100, 0, []int{7}, []int{7}},
		{KeepFirst, 100, 0, []int{7, 1}, []int{7}},
		{KeepFirst, 4, 0, []int{7, 5, 2, 2, 9}, []int{7, 5, 4, 9}},
	} {
		s := Shape{Merge: c.rule, MergeMax: c.max, MergeOrder: c.order}
		require.Equal(t, c.out, s.mergeAxes(c.in), "rule %d, most %d, order %d, %v", c.rule, c.max, c.order, c.in)
	}
}

// TestPartition checks that the blocks of a parameter cover it exactly once, in the right places.
func TestPartition(t *testing.T) {
	for _, c := range []struct {
		shape  []int
		edit   func(*Shape)
		blocks [][]int
	}{
		{[]int{20, 14}, func(s *Shape) { s.Block = 8 }, [][]int{{8, 8}, {8, 6}, {8, 8}, {8, 6}, {4, 8}, {4, 6}}},
		{[]int{11}, func(s *Shape) { s.Block = 8 }, [][]int{{8}, {3}}},
		{[]int{}, func(s *Shape) {}, [][]int{{1}}},
		{[]int{3, 4, 5}, func(s *Shape) {}, [][]int{{3, 4, 5}}},
		{[]int{3, 4, 5}, func(s *Shape) { s.Block = 3 }, [][]int{{3, 3, 3}, {3, 3, 2}, {3, 1, 3}, {3, 1, 2}}},
		{[]int{4, 3, 2, 5}, func(s *Shape) { s.Merge, s.MergeMax, s.ChannelsLast = MergeLeft, 20, true }, [][]int{{20, 6}}},
		{[]int{4, 3, 2, 5}, func(s *Shape) { s.Merge, s.MergeMax, s.ChannelsLast, s.Block = MergeLeft, 20, true, 7 },
			[][]int{{7, 6}, {7, 6}, {6, 6}}},
		{[]int{2, 3, 4}, func(s *Shape) { s.Merge, s.MergeMax, s.Block = MergeRight, 12, 5 }, [][]int{{2, 5}, {2, 5}, {2, 2}}},
		{[]int{1, 1, 1}, func(s *Shape) { s.Merge, s.MergeMax, s.Block = MergeRight, 12, 5 }, [][]int{{1}}},
	} {
		cfg := Shampoo()
		cfg.Shape = Shape{Vectors: true}
		c.edit(&cfg.Shape)
		b, err := build[float32](&cfg, []string{"w"}, [][]int{c.shape})
		require.NoError(t, err)
		n := 1
		for _, d := range c.shape {
			n *= d
		}
		param, seen := make([]float32, n), make([]float32, n)
		for i := range param {
			param[i] = float32(i)
		}
		var dims [][]int
		total := 0
		for i := range b.blocks {
			x := &b.blocks[i]
			dims = append(dims, x.dims)
			total += x.n
			buf := make([]float32, x.n)
			if x.off == nil {
				copy(buf, param)
				copy(seen, buf)
				continue
			}
			x.move(param, buf, false)
			x.move(seen, buf, true)
		}
		require.Equal(t, c.blocks, dims)
		require.Equal(t, n, total)
		require.Equal(t, param, seen)
	}
}

// TestChannelsLast compares with the permutation written out.
func TestChannelsLast(t *testing.T) {
	cfg := SOAP()
	cfg.Shape = Shape{Merge: MergeLeft, MergeMax: 20, ChannelsLast: true}
	b, err := build[float64](&cfg, []string{"w"}, [][]int{{4, 3, 2, 5}})
	require.NoError(t, err)
	x := &b.blocks[0]
	param, buf := make([]float64, 120), make([]float64, 120)
	for i := range param {
		param[i] = float64(i)
	}
	x.move(param, buf, false)
	at := 0
	for n := range 4 {
		for c := range 5 {
			for h := range 3 {
				for w := range 2 {
					require.Equal(t, param[((n*3+h)*2+w)*5+c], buf[at])
					at++
				}
			}
		}
	}
}

func TestShapeErrors(t *testing.T) {
	long := make([]int, maxOrder+1)
	for i := range long {
		long[i] = 1
	}
	for _, shape := range [][]int{{0}, {3, -1}, long, {1 << 30, 1 << 30, 1 << 30}} {
		_, err := PlanFor[float32](AdamW(), [][]int{shape})
		require.Error(t, err, "%v", shape)
	}
}

func TestRules(t *testing.T) {
	cfg := SOAP()
	cfg.Rules = []Rule{{Name: "emb*", LR: 0.5, NoDecay: true, Axes: true}, {MaxOrder: 1, LR: 2}}
	params := []*Param[float32]{
		{Name: "embedding", Shape: []int{6, 4}, Value: make([]float32, 24)},
		{Name: "w", Shape: []int{6, 4}, Value: make([]float32, 24)},
		{Name: "b", Shape: []int{4}, Value: make([]float32, 4)},
	}
	o, err := New(cfg, params, nil)
	require.NoError(t, err)
	require.True(t, o.blocks[0].flat)
	require.False(t, o.blocks[1].flat)
	require.Equal(t, []float64{0.5, 1, 2}, []float64{o.state[0].lr, o.state[1].lr, o.state[2].lr})
	require.Equal(t, []float64{0, 1, 1}, []float64{o.state[0].decay, o.state[1].decay, o.state[2].decay})
	require.Contains(t, o.Explain(), `embedding [6 4]: rule 0 (name "emb*", learning rate × 0.5, decay × 0, no basis)`)

	size := SOAP()
	size.Rules = []Rule{{MinLen: 24, MinOrder: 2, LR: 3}}
	o, err = New(size, params, nil)
	require.NoError(t, err)
	require.Equal(t, []float64{3, 3, 1}, []float64{o.state[0].lr, o.state[1].lr, o.state[2].lr})
	size.Rules[0].MinLen = 25
	_, err = New(size, params, nil)
	require.ErrorContains(t, err, "Rules[0]")

	cfg.Rules = append(cfg.Rules, Rule{Name: "head"})
	_, err = New(cfg, params, nil)
	var e *ConfigError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "Rules[2]", e.Field)
}

// TestStagger checks that the refreshes of equal blocks are spread evenly.
func TestStagger(t *testing.T) {
	cfg := Improved(SOAP())
	shapes := make([][]int, 25)
	for i := range shapes {
		shapes[i] = []int{8, 8}
	}
	p, err := PlanFor[float32](cfg, shapes)
	require.NoError(t, err)
	count := make([]int, 10)
	for _, b := range p.Blocks {
		count[b.Offset]++
	}
	for _, n := range count {
		require.True(t, n == 2 || n == 3, "%v", count)
	}
}

// square returns factors of these orders.
func square(orders []int) []linalg.Factor[float32] {
	f := make([]linalg.Factor[float32], len(orders))
	for i, n := range orders {
		f[i].A = linalg.NewMatrix[float32](n, n)
	}
	return f
}

// Tensors larger than a cache whose first axes are short, as convolutions have them: passes over those axes go together where there is memory for it.
func TestLargeTensors(t *testing.T) {
	for _, shape := range [][]int{{3, 3, 256, 64}, {16, 64, 600}} {
		if testing.Short() && len(shape) == 3 {
			continue
		}
		n := 1
		for _, d := range shape {
			n *= d
		}
		var first []float32
		for workers := 1; workers <= 2; workers++ {
			pool := kernels.NewPool(workers)
			w := &Param[float32]{Name: "w", Shape: shape, Value: make([]float32, n), Grad: make([]float32, n)}
			o, err := New(SOAP(), []*Param[float32]{w}, pool)
			require.NoError(t, err)
			slot := <-o.slots
			if len(shape) > 3 {
				require.GreaterOrEqual(t, len(slot.buf[bufW]), linalg.KronMulWork(kernels.NoTrans, square(shape), 1), "memory for blocks, %v", shape)
			}
			o.slots <- slot
			src := rnd.New(4)
			for range 2 {
				rnd.Normal(src, w.Grad)
				_, err = o.Step(1)
				require.NoError(t, err)
			}
			if first == nil {
				first = w.Value
				require.NotZero(t, first[0])
			}
			bits.Same(t, first, w.Value, "%v, %d workers", shape, workers)
			pool.Close()
		}
	}
}
