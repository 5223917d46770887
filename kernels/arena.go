package kernels

import (
	"sync/atomic"
	"unsafe"
)

// An arena is the scratch memory of one serial piece of a product: packed panels of the
// operands, an edge tile, expanded blocks of symmetric and triangular matrices. Arenas live in a process-wide
// free list: a call takes one and gives it back, so that their number is the peak
// concurrency and calls allocate nothing once they exist. Where the system allows it
// they are mapped outside the Go heap with huge pages: packed panels are walked at
// many places at once, which with 4 KiB pages costs misses of the translation buffer.
//
// Contents are undefined between uses and never reach a result: packed panels are read only
// where they were written.
type arena struct {
	mem   []byte // arenaBytes, aligned to 64
	slot  int    // of the free list it was taken from last
	carry carryState
}

// Sizes of the parts of an arena in bytes. Pages that a program never needs are
// never touched, so they cost address space only.
const (
	arenaPackB   = 2 << 20           // kc·nc elements
	arenaPackA   = 6 << 20           // a band of rows of A
	bandA        = 4 << 20           // a packed band of columns of A
	arenaScratch = 1024 * ChunkK * 8 // an expanded block
	arenaEdge    = 2 << 10           // the sums of a tile; on the stack they would be cleared each time
	arenaBytes   = arenaPackB + arenaPackA + arenaEdge
	arenaSlack   = 1 << 12 // vector stores of the packing routines may run over
)

func (a *arena) packB() unsafe.Pointer { return unsafe.Pointer(&a.mem[0]) }
func (a *arena) packA() unsafe.Pointer { return unsafe.Pointer(&a.mem[arenaPackB]) }

func (a *arena) edge() unsafe.Pointer { return unsafe.Pointer(&a.mem[arenaPackB+arenaPackA]) }

// scratch returns the arena's scratch block as elements. It lies where packA does: who expands a block lets products take an
// arena of their own.
func scratch[T Float](a *arena) []T {
	var z T
	return unsafe.Slice((*T)(unsafe.Pointer(&a.mem[arenaPackB])), arenaScratch/int(unsafe.Sizeof(z)))
}

var arenas freeList[arena]

// takeArena takes the first free arena. It goes back to the place it was taken from: in a call that shares out its work the caller usually takes one before the
// workers do, the first, and so has the same in the next call, much of which is still in the caches of its core. In the order in which they were given back it would
// as often be one that another core has just written.
func takeArena() *arena {
	if a, slot := arenas.takeFrom(); a != nil {
		a.slot = slot
		return a
	}
	return &arena{mem: mapArena(arenaBytes)}
}

func giveArena(a *arena) {
	if !arenas.giveTo(a.slot, a) {
		unmapArena(a.mem)
	}
}

// Reserve makes sure that packing arenas for that many concurrent calls exist, so that even the
// first products allocate nothing; a call that runs on a Pool counts once for each of
// its workers. Without it arenas are made at first use. They are kept for the
// life of the process, some 8 MiB of address space each, of which only what is used
// becomes memory. Reserve panics if calls is negative.
func Reserve(calls int) {
	if calls < 0 {
		panic(negDim)
	}
	calls = min(calls, len(arenas.slots))
	held := make([]*arena, calls)
	for i := range held {
		held[i] = takeArena()
	}
	for _, a := range held {
		giveArena(a)
	}
	for range calls {
		reserveTask[float32]()
		reserveTask[float64]()
	}
}

// freeList keeps objects for reuse. Its methods are wait-free and allocate nothing.
type freeList[E any] struct {
	slots [128]atomic.Pointer[E]
}

// take returns an object of the list, nil if there is none.
func (f *freeList[E]) take() *E {
	e, _ := f.takeFrom()
	return e
}

// takeFrom returns the object of the lowest slot that has one, and the slot.
func (f *freeList[E]) takeFrom() (*E, int) {
	for i := range f.slots {
		s := &f.slots[i]
		if e := s.Load(); e != nil && s.CompareAndSwap(e, nil) {
			return e, i
		}
	}
	return nil, 0
}

// give puts e into the list and reports whether there was room.
func (f *freeList[E]) give(e *E) bool { return f.giveTo(0, e) }

// giveTo is give into the first free slot from the given one on.
func (f *freeList[E]) giveTo(slot int, e *E) bool {
	for i := range f.slots {
		s := &f.slots[(slot+i)%len(f.slots)]
		if s.Load() == nil && s.CompareAndSwap(nil, e) {
			return true
		}
	}
	return false
}

// heapArena takes size bytes, aligned to a cache line, from the Go heap.
func heapArena(size int) []byte {
	mem := make([]byte, size+64)
	skip := -int(uintptr(unsafe.Pointer(&mem[0]))) & 63
	return mem[skip : skip+size : skip+size]
}
