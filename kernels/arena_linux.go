package kernels

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

const hugePage = 2 << 20

// mapArena maps size bytes, aligned to a huge page, and asks for huge pages. If the system
// refuses, memory comes from the Go heap.
func mapArena(size int) []byte {
	mem, err := unix.Mmap(-1, 0, size+hugePage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return heapArena(size)
	}
	// Advice only: without huge pages everything works, a little slower.
	_ = unix.Madvise(mem, unix.MADV_HUGEPAGE)
	skip := -int(uintptr(unsafe.Pointer(&mem[0]))) & (hugePage - 1)
	return mem[skip : skip+size : skip+size]
}

// unmapArena keeps the memory mapped: it is called only when more arenas than the free list
// holds were in use at once, and x/sys can only unmap the slice it returned.
func unmapArena([]byte) {}
