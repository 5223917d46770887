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
	rounds := bytes / 256
	if isa == kernels.AVX512 {
		rounds /= 2
	}
	readRows(isa, i, rounds, x, bytes>>(i/2))
}

// readRows reads with member i of the family so many rounds, each of eight registers, of its 1, 2, 4 or 8 streams, which begin stride bytes apart.
func readRows(isa kernels.ISA, i, rounds int, x unsafe.Pointer, stride int) {
	p := (*byte)(x)
	if isa == kernels.AVX512 {
		switch i {
		case 0:
			read1Z(rounds, p, stride)
		case 1:
			read1ZP(rounds, p, stride)
		case 2:
			read2Z(rounds, p, stride)
		case 3:
			read2ZP(rounds, p, stride)
		case 4:
			read4Z(rounds, p, stride)
		case 5:
			read4ZP(rounds, p, stride)
		case 6:
			read8Z(rounds, p, stride)
		case 7:
			read8ZP(rounds, p, stride)
		}
		return
	}
	switch i {
	case 0:
		read1Y(rounds, p, stride)
	case 1:
		read1YP(rounds, p, stride)
	case 2:
		read2Y(rounds, p, stride)
	case 3:
		read2YP(rounds, p, stride)
	case 4:
		read4Y(rounds, p, stride)
	case 5:
		read4YP(rounds, p, stride)
	case 6:
		read8Y(rounds, p, stride)
	case 7:
		read8YP(rounds, p, stride)
	}
}
