package precond

import (
	"cmp"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// span is a range of addresses.
type span struct{ from, to uintptr }

// reach adds the memory behind every slice that v leads to, pools apart.
func reach(v reflect.Value, seen map[span]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.Type() == reflect.TypeFor[*kernels.Pool]() || v.IsNil() {
			return
		}
		reach(v.Elem(), seen)
	case reflect.Struct:
		for i := range v.NumField() {
			reach(v.Field(i), seen)
		}
	case reflect.Array:
		for i := range v.Len() {
			reach(v.Index(i), seen)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			reach(it.Value(), seen)
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			seen[span{v.Pointer(), v.Pointer() + uintptr(v.Cap())*v.Type().Elem().Size()}] = true
		}
		for i := range v.Len() {
			if k := v.Type().Elem().Kind(); k < reflect.Bool || k > reflect.Float64 {
				reach(v.Index(i), seen)
			}
		}
	}
}

// bytesBehind is the memory behind the slices that x leads to, shared ones counted once.
func bytesBehind(x any) (total int64) {
	seen := map[span]bool{}
	reach(reflect.ValueOf(x), seen)
	var all []span
	for s := range seen {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	end := uintptr(0)
	for _, s := range all {
		if s.to > end {
			total += int64(s.to - max(s.from, end))
			end = s.to
		}
	}
	return total
}

// TestPlanScratch: the bytes of scratch in the plan are those that New allocates, to the last one.
func TestPlanScratch(t *testing.T) {
	each(t, planScratch[float32], planScratch[float64])
}

func planScratch[T kernels.Float](t *testing.T, c Config) {
	shapes := append(shapesFor(c), []int{40, 70})
	p := newProblem[T](18, shapes...)
	var names []string
	for _, q := range p.params {
		names = append(names, q.Name)
	}
	plan, err := PlanForNamed[T](c, names, shapes)
	require.NoError(t, err)
	pool := kernels.NewPool(2)
	defer pool.Close()
	o, err := New(c, p.params, pool)
	require.NoError(t, err)
	require.Equal(t, plan, o.Plan())
	require.Equal(t, plan.StateBytes, o.StateBytes())
	require.Equal(t, len(plan.Blocks), o.Blocks())
	require.Equal(t, plan.SpareBytes, bytesBehind(o.spare))
	for range 2 {
		s := <-o.slots
		require.Equal(t, plan.ScratchBytes, bytesBehind(s))
		o.slots <- s
	}
}

// TestPlanState: the bytes of state in the plan are those of the tensors, block by block, and the arena is theirs, each tensor at a
// multiple of 64 bytes.
func TestPlanState(t *testing.T) {
	for name, c := range variants() {
		p := newProblem[float64](18, shapesFor(c)...)
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		require.Equal(t, o.plan.StateBytes, bytesBehind(o.memory), name)
		total := int64(0)
		for i := range o.blocks {
			b := &o.blocks[i]
			bytes := int64(0)
			b.tensors(func(name string, x Tensor) bool {
				if !strings.HasSuffix(name, "/clock") {
					bytes += int64(len(x.F64)+7) / 8 * 64
					at := uintptr(unsafe.Pointer(unsafe.SliceData(x.F64)))
					require.Zero(t, at%64, "%s: %s", c.Name, name)
					from, size := uintptr(unsafe.Pointer(unsafe.SliceData(o.memory))), uintptr(8*len(o.memory))
					require.True(t, at >= from && at < from+size, "%s: %s is not in the arena", c.Name, name)
				}
				return true
			})
			bytes += int64(len(b.dir)+7) / 8 * 64
			for k := range b.axes {
				bytes += int64(len(b.axes[k].phi)+7) / 8 * 64
			}
			require.LessOrEqual(t, bytes, o.plan.Blocks[i].StateBytes)
			require.Less(t, o.plan.Blocks[i].StateBytes, bytes+64*int64(12*len(b.axes)+12), name)
			total += o.plan.Blocks[i].StateBytes
		}
		require.Equal(t, o.plan.StateBytes, total)
	}
}

// TestPlanTotal: what New takes from the allocator is the plan and little more, which is for descriptions.
func TestPlanTotal(t *testing.T) {
	for _, f := range []func() Config{AdamW, SOAP, Shampoo, EShampoo} {
		c := f()
		shapes := [][]int{{300, 200}, {200, 500}, {1000}}
		plan, err := PlanFor[float32](c, shapes)
		require.NoError(t, err)
		p := newProblem[float32](18, shapes...)
		pool := kernels.NewPool(2)
		gc := debug.SetGCPercent(-1)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		o, err := New(c, p.params, pool)
		runtime.ReadMemStats(&after)
		debug.SetGCPercent(gc)
		require.NoError(t, err)
		got := int64(after.TotalAlloc - before.TotalAlloc)
		require.GreaterOrEqual(t, got, plan.Bytes(2), c.Name)
		require.InEpsilon(t, plan.Bytes(2), got, 0.03, c.Name)
		runtime.KeepAlive(o)
		pool.Close()
	}
}

// TestOwners: every rank gets blocks, the load is what they cost, and no rank has more than its share and the block that
// was added last, which is the bound of the largest-first rule.
func TestOwners(t *testing.T) {
	c := Shampoo()
	c.Shape.Block = 64
	plan, err := PlanFor[float32](c, [][]int{{300, 200}, {200, 500}, {64, 64}, {1000}, {7}})
	require.NoError(t, err)
	for _, ranks := range []int{1, 2, 3, 8, 1000} {
		owner, load := plan.Owners(ranks)
		sum, most, total := make([]int64, ranks), int64(0), int64(0)
		for i, r := range owner {
			sum[r] += plan.Cost(i)
			total += plan.Cost(i)
			most = max(most, plan.Cost(i))
		}
		require.Equal(t, sum, load)
		require.LessOrEqual(t, slices.Max(load), total/int64(ranks)+most)
		if ranks <= 8 {
			require.Positive(t, slices.Min(load))
			require.Less(t, float64(slices.Max(load)), 1.1*float64(total)/float64(ranks))
		}
		again, _ := plan.Owners(ranks)
		require.Equal(t, owner, again)
	}
	require.Panics(t, func() { plan.Owners(0) })

	// The two blocks of a tensor in a low-rank frame share the parameter, and the owner.
	c = EGOP(SOAP())
	c.Frame = Frame{Kind: FrameLowRank, Rank: 3}
	plan, err = PlanFor[float32](c, [][]int{{30, 20}, {40, 10}, {7}})
	require.NoError(t, err)
	require.Len(t, plan.Blocks, 5)
	owner, load := plan.Owners(3)
	require.Equal(t, owner[0], owner[1])
	require.Equal(t, owner[2], owner[3])
	require.NotEqual(t, owner[0], owner[2])
	require.Equal(t, plan.Cost(0)+plan.Cost(1), load[owner[0]])
}

func TestPlanString(t *testing.T) {
	c := Improved(SOAP())
	c.Shape.MaxDim, c.Shape.Block = 300, 128
	plan, err := PlanFor[float32](c, [][]int{{256, 500}, {500}})
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(plan.String()), "\n")
	require.Equal(t, fmt.Sprintf("state %s, scratch %s per worker and %s for all; %s flops per step, %s per refresh every 10 steps", bytesString(plan.StateBytes),
		bytesString(plan.ScratchBytes), bytesString(plan.SpareBytes), flopsString(plan.StepFlops), flopsString(plan.RefreshFlops)), lines[0])
	var rows []string
	share := 0.0
	for _, line := range lines[2:] {
		f := strings.Fields(line)
		rows = append(rows, strings.Join(f[:4], " "))
		percent, err := strconv.ParseFloat(strings.TrimSuffix(f[len(f)-2], "%"), 64)
		require.NoError(t, err)
		times, err := strconv.ParseFloat(f[2], 64)
		require.NoError(t, err)
		require.Positive(t, times)
		share += percent
	}
	// 256×500 in blocks of 128: two rows of three blocks and a rest, each with an offset of its own.
	require.Equal(t, []string{"0 0 1 128×128", "0 1 1 128×128", "0 2 1 128×128", "0 3 1 128×116", "0 4 1 128×128", "0 5 1 128×128",
		"0 6 1 128×128", "0 7 1 128×116", "1 8 1 (500)"}, rows)
	require.InDelta(t, 100, share, 0.05)
	require.Equal(t, "1.5 KiB", bytesString(1536))
	require.Equal(t, "2.5 G", flopsString(2_500_000_000))
	require.Equal(t, "0", flopsString(0))
}

// TestExplain reads what Explain says about parameters of every kind.
func TestExplain(t *testing.T) {
	c := SOAP()
	c.Shape.MaxDim, c.Basis.Tol = 64, 0.1
	c.Shape.Axes = []AxisRule{{Order: 3, Axis: 1, Off: true}}
	c.Rules = []Rule{{Name: "p1", Axes: true, NoDecay: true}, {MinOrder: 3, LR: 0.5}}
	p := newProblem[float32](18, []int{40, 60}, []int{40, 60}, []int{100, 30}, []int{9}, []int{4, 5, 6})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	size, work := bytesString, flopsString
	cost := func(i int) string {
		b := &o.plan.Blocks[i]
		s := fmt.Sprintf("state %s, %s flops per step", size(b.StateBytes), work(b.StepFlops))
		if b.RefreshFlops > 0 {
			s += fmt.Sprintf(", %s per refresh", work(b.RefreshFlops))
		}
		return s
	}
	lines := strings.Split(o.Explain(), "\n")
	for i, want := range []string{
		"SOAP: learning rate 0.003, 5 parameters in 5 blocks",
		"stages: Rotate FirstMoment SecondMoment Precondition Update WeightDecay Statistics Refresh",
		"basis: Eigen by PowerQR, first at step 0, then every 10 steps, kept while the off-diagonal norm is at most 0.1 of the whole",
		fmt.Sprintf("state %s, scratch %s per worker and %s for all; %s flops per step, about %s per refresh", size(o.plan.StateBytes),
			size(o.plan.ScratchBytes), size(o.plan.SpareBytes), work(o.plan.StepFlops), work(o.plan.RefreshFlops)),
		"p0 [40 60]: one block 40×60; eigenvectors of axis 0, 1 by PowerQR; " + cost(0),
		"p1 [40 60]: rule 0 (name \"p1\", decay × 0, no basis), one block (2400); axis 0 as it is: Rules[0].Axes; " + cost(1),
		"p2 [100 30]: one block (100)×30; axis 0 as it is: longer than Shape.MaxDim 64; eigenvectors of axis 1 by PowerQR; " + cost(2),
		"p3 [9]: one block (9); axis 0 as it is: vectors have no basis, Shape.Vectors is not set; " + cost(3),
		"p4 [4 5 6]: rule 1 (order 3 … 0, learning rate × 0.5), one block 4×(5)×6; axis 1 as it is: Shape.Axes; eigenvectors of axis 0, 2 by PowerQR; " + cost(4),
		"",
	} {
		require.Equal(t, want, lines[i])
	}
}

// TestPlanFlops: 5·mn(m+n) flops for SOAP on a matrix, besides the elementwise work.
func TestPlanFlops(t *testing.T) {
	plan, err := PlanFor[float32](SOAP(), [][]int{{300, 500}})
	require.NoError(t, err)
	require.EqualValues(t, 5*300*500*(300+500), plan.ProductFlops)
	require.EqualValues(t, plan.ProductFlops+12*300*500, plan.StepFlops)
}
