// Package hugepage makes slices for which huge pages are asked where they are large: fewer addresses to translate.
package hugepage

import "unsafe"

// size of a huge page on the common architectures; where it is another, the advice covers less or nothing.
const size = 2 << 20

// Make returns n zeros. Where they would fill a huge page, huge pages are asked for all of them, the first and the last included:
// the Go heap grows by multiples of the size, so those lie in it. It is advice; without huge pages everything works, a little slower. Memory that the
// heap uses again keeps the pages it has.
func Make[T any](n int) []T {
	var z T
	s := make([]T, n)
	if bytes := uintptr(n) * unsafe.Sizeof(z); bytes >= size {
		from := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
		advice(from&^(size-1), (from+bytes+size-1)&^(size-1))
	}
	return s
}

// advice is replaced by a test.
var advice = advise
