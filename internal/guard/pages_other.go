//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package guard

import (
	"testing"
	"unsafe"
)

// Pages says whether slices lie between pages that may not be touched.
const Pages = false

func mapPages(t testing.TB, n int) (mem []byte, free func()) {
	t.Helper()
	t.Log("guard: no guard pages on this system: reads outside a slice are not found")
	words := make([]uint64, (n+4095)/4096*512)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*8), func() {}
}
