package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

type countTask struct {
	hits []atomic.Int32
	pool *Pool
	deep int
}

func (c *countTask) Do(i int) {
	c.hits[i].Add(1)
	if c.deep > 0 {
		inner := &countTask{hits: make([]atomic.Int32, 3), pool: c.pool, deep: c.deep - 1}
		c.pool.Run(3, inner)
		for j := range inner.hits {
			if inner.hits[j].Load() != 1 {
				panic("inner index lost")
			}
		}
	}
}

func TestPoolRunsEveryIndexOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 8} {
		p := NewPool(workers)
		require.Equal(t, workers, p.Workers())
		for _, n := range []int{0, 1, 2, 7, 100} {
			for rep := 0; rep < 200; rep++ {
				c := &countTask{hits: make([]atomic.Int32, n), pool: p, deep: rep % 2}
				p.Run(n, c)
				for i := range c.hits {
					require.EqualValues(t, 1, c.hits[i].Load())
				}
			}
		}
		p.Close()
		p.Close()
		c := &countTask{hits: make([]atomic.Int32, 5)}
		p.Run(5, c) // serial after Close
		for i := range c.hits {
			require.EqualValues(t, 1, c.hits[i].Load())
		}
	}
	c := &countTask{hits: make([]atomic.Int32, 5)}
	(*Pool)(nil).Run(5, c)
	require.EqualValues(t, 1, c.hits[4].Load())
}

func TestPoolConcurrentCallers(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	var wg sync.WaitGroup
	for g := 0; g < 6; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for rep := 0; rep < 300; rep++ {
				c := &countTask{hits: make([]atomic.Int32, 9)}
				p.Run(9, c)
				for i := range c.hits {
					if c.hits[i].Load() != 1 {
						t.Error("index lost")
					}
				}
			}
		}()
	}
	wg.Wait()
}

type orderTask struct{ order []int }

func (o *orderTask) Do(i int) { o.order = append(o.order, i) }

// Workers that never come: none is started.
func TestPoolCallerTakesTheSharesOfOthers(t *testing.T) {
	p := &Pool{pool: &pool{workers: make([]worker, 2), shares: make([]share, 3)}}
	for range 2 {
		o := &orderTask{}
		p.Run(8, o)
		require.Equal(t, []int{0, 1, 4, 3, 2, 7, 6, 5}, o.order)
	}
	o := &orderTask{}
	p.Run(2, o)
	require.Equal(t, []int{0, 1}, o.order)
	require.PanicsWithValue(t, "from a task", func() { p.Run(8, panicTask{}) })
	p.Run(3, o)
	require.Equal(t, []int{0, 1, 0, 1, 2}, o.order)
}

func TestPoolOrders(t *testing.T) {
	for _, c := range []struct {
		shares int
		back   bool
		want   []int
	}{
		{3, false, []int{0, 1, 4, 3, 2, 7, 6, 5}},
		{3, true, []int{1, 0, 2, 3, 4, 5, 6, 7}},
		{1, false, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{1, true, []int{7, 6, 5, 4, 3, 2, 1, 0}},
	} {
		p := &Pool{pool: &pool{workers: make([]worker, 2), shares: make([]share, 3)}} // none is started
		o := &orderTask{}
		p.run(8, c.shares, c.back, o)
		require.Equal(t, c.want, o.order)
	}
	o := &orderTask{}
	(*Pool)(nil).run(3, 1, true, o)
	require.Equal(t, []int{2, 1, 0}, o.order)
	o = &orderTask{}
	NewPool(1).RunInOrder(3, o)
	require.Equal(t, []int{0, 1, 2}, o.order)
}

// firstTask lets each of its callers begin an index before any ends one.
type firstTask struct {
	began sync.WaitGroup
	mu    sync.Mutex
	first []int
}

func (f *firstTask) Do(i int) {
	f.mu.Lock()
	mine := len(f.first) < cap(f.first)
	if mine {
		f.first = append(f.first, i)
	}
	f.mu.Unlock()
	if mine {
		f.began.Done()
		f.began.Wait()
	}
}

// Every worker begins with the first index of its own share.
func TestPoolWorkersBeginWithTheirShares(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	for range 20 {
		f := &firstTask{first: make([]int, 0, 3)}
		f.began.Add(3)
		p.Run(9, f)
		require.ElementsMatch(t, []int{0, 3, 6}, f.first)
		f = &firstTask{first: make([]int, 0, 3)}
		f.began.Add(3)
		p.run(9, 3, true, f)
		require.ElementsMatch(t, []int{2, 5, 8}, f.first)
		f = &firstTask{first: make([]int, 0, 3)}
		f.began.Add(3)
		p.RunInOrder(9, f)
		require.ElementsMatch(t, []int{0, 1, 2}, f.first)
	}
}

type panicTask struct{}

func (panicTask) Do(i int) {
	if i == 3 {
		panic("from a task")
	}
}

func TestPoolPanicReachesTheCaller(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	for rep := 0; rep < 50; rep++ {
		require.PanicsWithValue(t, "from a task", func() { p.Run(8, panicTask{}) })
	}
	c := &countTask{hits: make([]atomic.Int32, 4)}
	p.Run(4, c) // still usable
	require.EqualValues(t, 1, c.hits[3].Load())
}

func TestPoolForgottenIsReleased(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := 0; i < 20; i++ {
		NewPool(4)
	}
	for i := 0; i < 200 && runtime.NumGoroutine() > before+3; i++ {
		runtime.GC()
		runtime.Gosched()
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before+3)
}

func TestPoolRunDoesNotAllocate(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	c := &countTask{hits: make([]atomic.Int32, 64)}
	var before, after runtime.MemStats
	p.Run(64, c)
	runtime.ReadMemStats(&before)
	for i := 0; i < 1000; i++ {
		p.Run(64, c)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.Mallocs-before.Mallocs, uint64(50)) // the runtime's own, not one per call
}

func TestNewPoolRejects(t *testing.T) {
	require.PanicsWithValue(t, badWorkers, func() { NewPool(-1) })
	require.Panics(t, func() { WithISA(ISA(99)) })
}

// The three parts of a pool are whole cache lines, which begin where lines do with pointers of 64 bits.
func TestPoolLayout(t *testing.T) {
	var p pool
	require.EqualValues(t, 64, unsafe.Offsetof(p.state))
	require.EqualValues(t, 128, unsafe.Offsetof(p.busy))
	require.EqualValues(t, 192, unsafe.Sizeof(p))
	for range 8 {
		if unsafe.Sizeof(uintptr(0)) < 8 {
			break // the allocator puts a header before objects of 192 bytes
		}
		p := NewPool(1)
		require.Zero(t, uintptr(unsafe.Pointer(&p.state))%64)
		p.Close()
	}
}
