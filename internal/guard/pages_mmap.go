//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package guard

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Pages says whether slices lie between pages that may not be touched.
const Pages = true

// mapPages returns at least n bytes of whole pages with a forbidden page on either side.
func mapPages(t testing.TB, n int) (mem []byte, free func()) {
	t.Helper()
	page := unix.Getpagesize()
	n = (n + page - 1) / page * page
	all, err := unix.Mmap(-1, 0, n+2*page, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatalf("guard: mmap of %d bytes: %v", n+2*page, err)
	}
	mem = all[page : page+n]
	if err := unix.Mprotect(mem, unix.PROT_READ|unix.PROT_WRITE); err != nil {
		t.Fatalf("guard: mprotect: %v", err)
	}
	return mem, func() {
		if err := unix.Munmap(all); err != nil {
			t.Errorf("guard: munmap: %v", err)
		}
	}
}
