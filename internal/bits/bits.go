// Package bits compares results bit by bit and takes digests of them. It knows one equivalence, that of the
// numeric contract: any NaN equals any NaN, since payloads differ between x86 and Arm. Nothing
// else is excused; −0 is not +0.
package bits

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

const (
	nan32 = 0x7fc0_0000
	nan64 = 0x7ff8_0000_0000_0000
)

// Of returns the bits of x with every NaN replaced by one and the same.
func Of[T elem.Float](x T) uint64 {
	if unsafe.Sizeof(x) == 4 {
		if x != x {
			return nan32
		}
		return uint64(*(*uint32)(unsafe.Pointer(&x)))
	}
	if x != x {
		return nan64
	}
	return *(*uint64)(unsafe.Pointer(&x))
}

// Equal reports whether a and b are the same result.
func Equal[T elem.Float](a, b T) bool { return Of(a) == Of(b) }

// show prints a value so that its bits can be read off.
func show[T elem.Float](x T) string {
	if unsafe.Sizeof(x) == 4 {
		return fmt.Sprintf("%.9g (%08x)", float64(x), *(*uint32)(unsafe.Pointer(&x)))
	}
	return fmt.Sprintf("%.17g (%016x)", float64(x), *(*uint64)(unsafe.Pointer(&x)))
}

// Diff describes the first element in which got is not want and says how many there are; it is empty if
// there is none.
func Diff[T elem.Float](want, got []T) string {
	if len(want) != len(got) {
		return fmt.Sprintf("length %d, want %d", len(got), len(want))
	}
	first, n := -1, 0
	for i := range want {
		if !Equal(want[i], got[i]) {
			if n++; first < 0 {
				first = i
			}
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("element %d of %d: got %s, want %s; %d differ", first, len(want), show(got[first]), show(want[first]), n)
}

// DiffMatrix is Diff for the rows×cols matrices in want and got with leading dimensions ldw and ldg; what lies
// between the rows is not compared.
func DiffMatrix[T elem.Float](rows, cols int, want []T, ldw int, got []T, ldg int) string {
	fi, fj, n := -1, -1, 0
	for i := range rows {
		for j := range cols {
			if !Equal(want[i*ldw+j], got[i*ldg+j]) {
				if n++; fi < 0 {
					fi, fj = i, j
				}
			}
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("element (%d,%d) of %d×%d: got %s, want %s; %d differ", fi, fj, rows, cols,
		show(got[fi*ldg+fj]), show(want[fi*ldw+fj]), n)
}

// Same stops the test unless got is want. what is formatted only then, so that it costs nothing in a loop.
func Same[T elem.Float](t testing.TB, want, got []T, what string, args ...any) {
	if d := Diff(want, got); d != "" {
		t.Helper()
		t.Fatalf("%s: %s", fmt.Sprintf(what, args...), d)
	}
}

// SameMatrix stops the test unless the matrices are equal, see DiffMatrix.
func SameMatrix[T elem.Float](t testing.TB, rows, cols int, want []T, ldw int, got []T, ldg int, what string, args ...any) {
	if d := DiffMatrix(rows, cols, want, ldw, got, ldg); d != "" {
		t.Helper()
		t.Fatalf("%s: %s", fmt.Sprintf(what, args...), d)
	}
}

// Digest returns the 128-bit FNV-1a hash, in hexadecimal, of the little-endian bytes of the elements of all parts in
// order, NaN being one value. float32 and float64 give different digests.
func Digest[T elem.Float](parts ...[]T) string {
	h := fnv.New128a()
	var buf []byte
	for _, p := range parts {
		buf = buf[:0]
		for _, x := range p {
			if unsafe.Sizeof(x) == 4 {
				buf = binary.LittleEndian.AppendUint32(buf, uint32(Of(x)))
			} else {
				buf = binary.LittleEndian.AppendUint64(buf, Of(x))
			}
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A Digester digests results that are meant to be the same: one that is the one before has its digest, which takes a tenth of the time
// to see.
type Digester[T elem.Float] struct {
	last [][]T
	sum  string
}

// Digest is the function Digest.
func (d *Digester[T]) Digest(parts ...[]T) string {
	if d.sum != "" && slices.EqualFunc(d.last, parts, func(a, b []T) bool { return Diff(a, b) == "" }) {
		return d.sum
	}
	d.last = d.last[:0]
	for _, p := range parts {
		d.last = append(d.last, slices.Clone(p))
	}
	d.sum = Digest(parts...)
	return d.sum
}
