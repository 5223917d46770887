// Package hugepage asks the system for huge pages where memory is large and lives long: fewer addresses to translate.
package hugepage

import "unsafe"

// size of a huge page on the common architectures; where it is another, the advice covers less or nothing.
const size = 2 << 20

// Advise asks for huge pages in the part of s that consists of whole ones. It is advice: what the memory holds
// does not change, and memory of the Go heap may get it as well; without huge pages everything works, a little slower.
func Advise[T any](s []T) {
	var z T
	skip := -address(s) & (size - 1)
	bytes := uintptr(len(s)) * unsafe.Sizeof(z)
	if bytes < skip+size {
		return
	}
	whole := (bytes - skip) &^ (size - 1)
	advice(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), skip)), whole))
}

// advice is replaced by a test.
var advice = advise

func address[T any](s []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(s))) }
