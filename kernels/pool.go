package kernels

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Pool is a set of persistent workers. A nil *Pool is valid and serial.
//
// A Pool is safe for concurrent and nested use: a call that finds it busy runs serially
// on the calling goroutine, with the same bits. Nothing waits for another caller, so
// nothing deadlocks. Workers spin for a few tens of microseconds after a call and then
// park. The caller always works too: NewPool(n) starts n−1 goroutines.
//
// Close it when done; a Pool that becomes unreachable is closed by the runtime.
// NUMA: use one Pool per domain.
type Pool struct {
	*pool
}

type pool struct {
	isa     ISA
	forced  bool
	workers []worker // the workers besides the caller

	busy   atomic.Bool
	closed atomic.Bool

	// state is epoch<<16 | open<<15 | joined: workers join an open epoch by adding one.
	state   atomic.Uint64
	next    atomic.Int64 // next index of the current call
	n       int64
	task    Task
	failed  atomic.Bool
	panicV  any
	stopped sync.WaitGroup
}

type worker struct {
	parked atomic.Bool
	wake   chan struct{}
	_      [40]byte // one worker's flag per cache line
}

const (
	poolOpen   = 1 << 15
	poolJoined = poolOpen - 1
	poolEpoch  = 1 << 16

	spinFor = 30 * time.Microsecond
)

// Task is a piece of work cut into independent indices.
type Task interface {
	// Do performs index i. Indices run concurrently and in any order.
	Do(i int)
}

// PoolOption configures NewPool.
type PoolOption func(*pool)

// WithISA makes every kernel called with the Pool use isa. NewPool panics if the machine does not
// support it.
func WithISA(isa ISA) PoolOption {
	ok := false
	for _, s := range supported {
		ok = ok || s == isa
	}
	if !ok {
		panic("kernels: tier not supported on this machine: " + isa.String())
	}
	return func(p *pool) { p.isa, p.forced = isa, true }
}

// NewPool returns a Pool of n workers, the caller included; n = 0 means GOMAXPROCS.
// It panics if n is negative.
func NewPool(n int, opts ...PoolOption) *Pool {
	if n < 0 {
		panic(badWorkers)
	}
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	n = min(n, poolJoined)
	in := &pool{workers: make([]worker, n-1)}
	for _, o := range opts {
		o(in)
	}
	in.stopped.Add(n - 1)
	for i := range in.workers {
		in.workers[i].wake = make(chan struct{}, 1)
		go in.work(&in.workers[i])
	}
	p := &Pool{in}
	// The workers reference only the inner pool, so a forgotten Pool can be collected.
	runtime.AddCleanup(p, func(in *pool) { in.close() }, in)
	return p
}

// Workers returns the number of workers, the caller included; 1 for a nil Pool.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return len(p.workers) + 1
}

// ISA returns the tier that kernels called with p use.
func (p *Pool) ISA() ISA {
	if p != nil && p.forced {
		return p.isa
	}
	return Active()
}

// Close ends the workers and waits for them. Calls made afterwards run serially. Close
// may be called more than once, but not from inside a Task.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	p.close()
	p.stopped.Wait()
}

func (p *pool) close() {
	if p.closed.Swap(true) {
		return
	}
	for i := range p.workers {
		select {
		case p.workers[i].wake <- struct{}{}:
		default:
		}
	}
}

// Run calls t.Do(i) for every i in [0, n), spread over the workers, and returns when all are
// done. If p is nil, closed or busy with another call, the indices run on the calling
// goroutine in ascending order. A panic in a Task is raised again in the caller once the
// other workers have stopped; which indices ran is then undefined. Run does not allocate.
func (p *Pool) Run(n int, t Task) {
	if n <= 1 || p == nil || len(p.workers) == 0 || p.closed.Load() || !p.busy.CompareAndSwap(false, true) {
		for i := 0; i < n; i++ {
			t.Do(i)
		}
		return
	}
	in := p.pool
	in.task, in.n = t, int64(n)
	in.next.Store(0)
	s := in.state.Load()
	s = (s/poolEpoch+1)*poolEpoch | poolOpen
	in.state.Store(s)
	for i := 0; i < min(len(in.workers), n-1); i++ {
		if w := &in.workers[i]; w.parked.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
	in.drain()
	// Close the epoch: a worker that has not joined by now is not needed any more.
	for !in.state.CompareAndSwap(s, s&^poolOpen) {
		s = in.state.Load()
	}
	for spins := 0; in.state.Load()&poolJoined != 0; spins++ {
		if spins > 64 {
			runtime.Gosched()
		}
	}
	in.task = nil
	if in.failed.Load() {
		v := in.panicV
		in.panicV = nil
		in.failed.Store(false)
		in.busy.Store(false)
		panic(v)
	}
	in.busy.Store(false)
	runtime.KeepAlive(p)
}

// drain performs indices of the current call until none is left.
func (p *pool) drain() {
	defer p.rescue()
	t, n := p.task, p.n
	for {
		i := p.next.Add(1) - 1
		if i >= n {
			return
		}
		t.Do(int(i))
	}
}

func (p *pool) rescue() {
	if v := recover(); v != nil {
		p.next.Store(p.n) // nobody starts another index
		if !p.failed.Swap(true) {
			p.panicV = v
		}
	}
}

func (p *pool) work(w *worker) {
	defer p.stopped.Done()
	var seen uint64
	for {
		idle := time.Now()
		for spins := 0; ; spins++ {
			s := p.state.Load()
			if s/poolEpoch != seen && s&poolOpen != 0 {
				if p.state.CompareAndSwap(s, s+1) {
					seen = s / poolEpoch
					p.drain()
					p.state.Add(^uint64(0))
					idle = time.Now()
				}
				continue
			}
			if p.closed.Load() {
				return
			}
			if spins&63 == 63 {
				if time.Since(idle) > spinFor {
					break
				}
				runtime.Gosched()
			}
		}
		w.parked.Store(true)
		// A call may have been published between the last look and the flag.
		if s := p.state.Load(); s/poolEpoch != seen && s&poolOpen != 0 || p.closed.Load() {
			if w.parked.CompareAndSwap(true, false) {
				continue
			}
		}
		<-w.wake
		w.parked.Store(false)
	}
}
