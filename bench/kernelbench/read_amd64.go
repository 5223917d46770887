package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// readProbes is the number of members of the family of reading probes.
const readProbes = 8

//go:noescape
func read1Z(rounds int, x *byte, stride int)

//go:noescape
func read1ZP(rounds int, x *byte, stride int)

//go:noescape
func read2Z(rounds int, x *byte, stride int)

//go:noescape
func read2ZP(rounds int, x *byte, stride int)

//go:noescape
func read4Z(rounds int, x *byte, stride int)

//go:noescape
func read4ZP(rounds int, x *byte, stride int)

//go:noescape
func read8Z(rounds int, x *byte, stride int)

//go:noescape
func read8ZP(rounds int, x *byte, stride int)

//go:noescape
func read1Y(rounds int, x *byte, stride int)

//go:noescape
func read1YP(rounds int, x *byte, stride int)

//go:noescape
func read2Y(rounds int, x *byte, stride int)

//go:noescape
func read2YP(rounds int, x *byte, stride int)

//go:noescape
func read4Y(rounds int, x *byte, stride int)

//go:noescape
func read4YP(rounds int, x *byte, stride int)

//go:noescape
func read8Y(rounds int, x *byte, stride int)

//go:noescape
func read8YP(rounds int, x *byte, stride int)

// runRead reads bytes, a multiple of 512, from x with member i of the family.
func runRead(isa kernels.ISA, i, bytes int, x unsafe.Pointer) {
	p := (*byte)(x)
	if isa == kernels.AVX512 {
		switch n := bytes / 512; i {
		case 0:
			read1Z(n, p, bytes)
		case 1:
			read1ZP(n, p, bytes)
		case 2:
			read2Z(n, p, bytes/2)
		case 3:
			read2ZP(n, p, bytes/2)
		case 4:
			read4Z(n, p, bytes/4)
		case 5:
			read4ZP(n, p, bytes/4)
		case 6:
			read8Z(n, p, bytes/8)
		case 7:
			read8ZP(n, p, bytes/8)
		}
		return
	}
	switch n := bytes / 256; i {
	case 0:
		read1Y(n, p, bytes)
	case 1:
		read1YP(n, p, bytes)
	case 2:
		read2Y(n, p, bytes/2)
	case 3:
		read2YP(n, p, bytes/2)
	case 4:
		read4Y(n, p, bytes/4)
	case 5:
		read4YP(n, p, bytes/4)
	case 6:
		read8Y(n, p, bytes/8)
	case 7:
		read8YP(n, p, bytes/8)
	}
}
