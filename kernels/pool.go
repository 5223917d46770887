package kernels

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
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
	tier ISA // one more than the tier of WithISA, 0 without: a kernel reads no more than this
}

// Cache lines of their own have what is only read, what workers look at while they wait and need next, and the rest; no two pools share one, since objects of
// 192 bytes begin at multiples of 64 where pointers have 64 bits.
type pool struct {
	workers []worker // the workers besides the caller
	shares  []share  // of the caller, then of workers
	_       [64 - 6*unsafe.Sizeof(uintptr(0))]byte

	// state is epoch<<16 | open<<15 | joined: workers join an open epoch by adding one.
	state  atomic.Uint64
	task   Task
	active int  // shares of the current call
	back   bool // each is taken from its end
	closed atomic.Bool
	_      [64 - (16 + 3*unsafe.Sizeof(uintptr(0)))]byte

	busy    atomic.Bool
	failed  atomic.Bool
	panicV  any
	stopped sync.WaitGroup
	_       [64 - (8 + 2*unsafe.Sizeof(uintptr(0)) + unsafe.Sizeof(sync.WaitGroup{}))]byte
}

type worker struct {
	parked atomic.Bool
	id     int // of its share
	wake   chan struct{}
	_      [64 - (8 + 2*unsafe.Sizeof(uintptr(0)))]byte // one worker's flag per cache line
}

// share is a range of indices that nobody has begun, lo<<32 | hi. Its worker takes them from one end; others, once they have nothing left of their own,
// take them from the other end.
type share struct {
	left atomic.Uint64
	_    [56]byte
}

// shareRange is the range of indices [0, n) that belong to share w of shares ≤ n.
func shareRange(n, shares, w int) (lo, hi int) {
	return int(uint64(n) * uint64(w) / uint64(shares)), int(uint64(n) * uint64(w+1) / uint64(shares))
}

// take removes an index from the front, or from the back, and returns it; ok is false if there is none.
func (s *share) take(front bool) (i int, ok bool) {
	for {
		v := s.left.Load()
		lo, hi := v>>32, v&math.MaxUint32
		if lo >= hi {
			return 0, false
		}
		i, rest := lo, v+1<<32
		if !front {
			i, rest = hi-1, v-1
		}
		if s.left.CompareAndSwap(v, rest) {
			return int(i), true
		}
	}
}

const (
	poolOpen   = 1 << 15
	poolJoined = poolOpen - 1
	poolEpoch  = 1 << 16

	spinFor = 30 * time.Microsecond
	// poolPolls is how often a worker, or a caller that waits, looks at the state between two calls of the scheduler. In there it sees nothing, and it may come back
	// on another core.
	poolPolls = 1024
)

// Task is a piece of work cut into independent indices.
type Task interface {
	// Do performs index i. Indices run concurrently and in any order.
	Do(i int)
}

// PoolOption configures NewPool.
type PoolOption func(*Pool)

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
	return func(p *Pool) { p.tier = isa + 1 }
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
	in := &pool{workers: make([]worker, n-1), shares: make([]share, n)}
	p := &Pool{pool: in}
	for _, o := range opts {
		o(p)
	}
	in.stopped.Add(n - 1)
	for i := range in.workers {
		in.workers[i].id, in.workers[i].wake = i+1, make(chan struct{}, 1)
		go in.work(&in.workers[i])
	}
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
	if p != nil && p.tier != 0 {
		return p.tier - 1
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
// done. If p is nil, closed or busy with another call, or n > 2³¹−1, the indices run on the calling
// goroutine in ascending order. A panic in a Task is raised again in the caller once the
// other workers have stopped; which indices ran is then undefined. Run does not allocate.
//
// Worker w of W = min(n, Workers), the caller being number 0, takes the indices ⌊n·w/W⌋ … ⌊n·(w+1)/W⌋ − 1 in ascending order and then what others
// have not begun of theirs, from the last one back. So in calls over the same data each part of it usually goes to the same worker, whose core may
// still have it in its caches, and a worker that comes late, or not at all, holds nobody up.
func (p *Pool) Run(n int, t Task) { p.run(n, p.Workers(), false, t) }

// RunInOrder is Run with the indices begun in ascending order, each by whoever is free: for pieces of unlike size, the largest first.
func (p *Pool) RunInOrder(n int, t Task) { p.run(n, 1, false, t) }

// run performs the indices in so many shares, or fewer; with back every share, or the whole, from its end.
func (p *Pool) run(n, shares int, back bool, t Task) {
	if n <= 1 || n > math.MaxInt32 || p == nil || len(p.workers) == 0 || p.closed.Load() || p.busy.Load() || !p.busy.CompareAndSwap(false, true) {
		for i := range n {
			if back {
				i = n - 1 - i
			}
			t.Do(i)
		}
		return
	}
	in := p.pool
	in.task, in.active, in.back = t, min(n, shares), back
	for w := range in.active {
		lo, hi := shareRange(n, in.active, w)
		in.shares[w].left.Store(uint64(lo)<<32 | uint64(hi))
	}
	s := in.state.Load()
	s = (s/poolEpoch+1)*poolEpoch | poolOpen
	in.state.Store(s)
	for i := 0; i < min(len(in.workers), n-1); i++ {
		if w := &in.workers[i]; w.parked.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
	in.drain(0)
	// Close the epoch: a worker that has not joined by now is not needed any more.
	for !in.state.CompareAndSwap(s, s&^poolOpen) {
		s = in.state.Load()
	}
	for spins := 0; in.state.Load()&poolJoined != 0; spins++ {
		if spins > poolPolls {
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

// drain performs indices of the current call until none is left, those of share own first and those of others from their other end, but where
// there is one share for all.
func (p *pool) drain(own int) {
	defer p.rescue()
	t, shares := p.task, p.shares[:p.active]
	for s := range shares {
		of := (own + s) % len(shares)
		for {
			i, ok := shares[of].take((of == own || len(shares) == 1) != p.back)
			if !ok {
				break
			}
			t.Do(i)
		}
	}
}

func (p *pool) rescue() {
	if v := recover(); v != nil {
		for i := range p.shares[:p.active] {
			p.shares[i].left.Store(0) // nobody starts another index
		}
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
					p.drain(w.id)
					p.state.Add(^uint64(0))
					idle = time.Now()
				}
				continue
			}
			if p.closed.Load() {
				return
			}
			if spins%poolPolls == poolPolls-1 {
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
