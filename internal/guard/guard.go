// Package guard gives tests slices that end, or begin, at a page which may not be touched: an access of one element too
// many faults instead of reading a neighbour. Assembly is not checked by the compiler, and the race detector does
// not see it; this is what does.
//
// On systems without mmap in x/sys (see Pages) the memory is ordinary, and only
// stray writes are found: what lies around a slice is filled with a pattern that Check compares.
package guard

import (
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// A Buffer is memory between two forbidden pages, reused for slices of many lengths. It
// belongs to one test and one goroutine.
type Buffer[T elem.Float] struct {
	t        testing.TB
	mem      []T // all of the accessible pages
	off, len int // the slice handed out last
}

// pattern fills whatever is not handed out, and slices before they are written: a NaN with a mark in its
// payload, so that an element read by mistake poisons a result, and one written by mistake is seen.
const (
	pattern32 = 0x7fc0_5eed
	pattern64 = 0x7ff8_0000_5eed_5eed
)

// New returns a Buffer for slices of up to n elements. It is checked and released when the test ends.
func New[T elem.Float](t testing.TB, n int) *Buffer[T] {
	t.Helper()
	var z T
	bytes := max(1, n) * int(unsafe.Sizeof(z))
	mem, free := mapPages(t, bytes)
	b := &Buffer[T]{t: t, mem: unsafe.Slice((*T)(unsafe.Pointer(&mem[0])), len(mem)/int(unsafe.Sizeof(z)))}
	fill(b.mem)
	t.Cleanup(func() {
		b.Check()
		b.mem = nil
		free()
	})
	return b
}

// End returns n elements, the last of which lies against the page behind: reading or writing past
// the end faults. Lengths that are no multiple of a vector make it unaligned.
//
// Each of End, Start and At checks the slice handed out before, takes it back, and fills the memory with NaN.
func (b *Buffer[T]) End(n int) []T { b.t.Helper(); return b.At(n, len(b.mem)-n) }

// Start returns n elements, the first of which lies against the page in front.
func (b *Buffer[T]) Start(n int) []T { b.t.Helper(); return b.At(n, 0) }

// At returns n elements that begin off elements behind the start of the page, for every alignment that an element
// can have.
func (b *Buffer[T]) At(n, off int) []T {
	b.t.Helper()
	if n < 0 || off < 0 || off+n > len(b.mem) {
		b.t.Fatalf("guard: %d elements at %d do not fit %d", n, off, len(b.mem))
	}
	b.Check()
	fill(b.mem[b.off : b.off+b.len])
	b.off, b.len = off, n
	return b.mem[off : off+n : off+n]
}

// EndCopy is End(len(x)) holding a copy of x.
func (b *Buffer[T]) EndCopy(x []T) []T { b.t.Helper(); s := b.End(len(x)); copy(s, x); return s }

// StartCopy is Start(len(x)) holding a copy of x.
func (b *Buffer[T]) StartCopy(x []T) []T { b.t.Helper(); s := b.Start(len(x)); copy(s, x); return s }

// AtCopy is At(len(x), off) holding a copy of x.
func (b *Buffer[T]) AtCopy(x []T, off int) []T {
	b.t.Helper()
	s := b.At(len(x), off)
	copy(s, x)
	return s
}

// margin is how far around a slice Check looks, in elements.
const margin = 1024

// Check reports an error if an element outside the slice handed out last was written.
func (b *Buffer[T]) Check() {
	b.t.Helper()
	for i := max(0, b.off-margin); i < min(len(b.mem), b.off+b.len+margin); i++ {
		if i == b.off {
			i += b.len
			if i == len(b.mem) {
				break
			}
		}
		if !isPattern(b.mem[i]) {
			b.t.Errorf("guard: element %d of a slice of %d was written: %v", i-b.off, b.len, b.mem[i])
			fill(b.mem)
			return
		}
	}
}

func fill[T elem.Float](x []T) {
	// Copying moves bits; assigning a float could quiet or change a NaN on some machines.
	var z T
	if unsafe.Sizeof(z) == 4 {
		w := unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
		for i := range w {
			w[i] = pattern32
		}
		return
	}
	w := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
	for i := range w {
		w[i] = pattern64
	}
}

func isPattern[T elem.Float](x T) bool {
	if unsafe.Sizeof(x) == 4 {
		return *(*uint32)(unsafe.Pointer(&x)) == pattern32
	}
	return *(*uint64)(unsafe.Pointer(&x)) == pattern64
}

// End returns n elements in a Buffer of their own, see Buffer.End.
func End[T elem.Float](t testing.TB, n int) []T { t.Helper(); return New[T](t, n).End(n) }

// Start returns n elements in a Buffer of their own, see Buffer.Start.
func Start[T elem.Float](t testing.TB, n int) []T { t.Helper(); return New[T](t, n).Start(n) }
