package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// hasStreams says that runStreams exists.
const hasStreams = true

//go:noescape
func read4write3Z(n int, a, b, c, d *byte)

//go:noescape
func read4write3Y(n int, a, b, c, d *byte)

//go:noescape
func read3write2Z(n int, a, b, c, d *byte)

//go:noescape
func read3write2Y(n int, a, b, c, d *byte)

//go:noescape
func read3write3Z(n int, a, b, c, d *byte)

//go:noescape
func read2write1Z(n int, a, b, c, d *byte)

//go:noescape
func read3write3Y(n int, a, b, c, d *byte)

//go:noescape
func read2write1Y(n int, a, b, c, d *byte)

//go:noescape
func read2to1Z(n int, a, b, c, d *byte)

//go:noescape
func read2to1Y(n int, a, b, c, d *byte)

//go:noescape
func read1to1Z(n int, a, b, c, d *byte)

//go:noescape
func read1to1Y(n int, a, b, c, d *byte)

//go:noescape
func write1Z(n int, a, b, c, d *byte)

//go:noescape
func write1Y(n int, a, b, c, d *byte)

//go:noescape
func stream1Z(n int, a, b, c, d *byte)

//go:noescape
func stream1Y(n int, a, b, c, d *byte)

// runStreams moves the mix of a kernel over bytes of each stream, a multiple of 64.
func runStreams(isa kernels.ISA, m mix, bytes int, s [4]unsafe.Pointer) {
	a, b, c, d := (*byte)(s[0]), (*byte)(s[1]), (*byte)(s[2]), (*byte)(s[3])
	if isa == kernels.AVX512 {
		switch n := bytes / 64; m {
		case read4write3:
			read4write3Z(n, a, b, c, d)
		case read3write2:
			read3write2Z(n, a, b, c, d)
		case read3write3:
			read3write3Z(n, a, b, c, d)
		case read2write1:
			read2write1Z(n, a, b, c, d)
		case read2to1:
			read2to1Z(n, a, b, c, d)
		case read1to1:
			read1to1Z(n, a, b, c, d)
		case write1:
			write1Z(n, a, b, c, d)
		case stream1:
			stream1Z(n, a, b, c, d)
		}
		return
	}
	switch n := bytes / 32; m {
	case read4write3:
		read4write3Y(n, a, b, c, d)
	case read3write2:
		read3write2Y(n, a, b, c, d)
	case read3write3:
		read3write3Y(n, a, b, c, d)
	case read2write1:
		read2write1Y(n, a, b, c, d)
	case read2to1:
		read2to1Y(n, a, b, c, d)
	case read1to1:
		read1to1Y(n, a, b, c, d)
	case write1:
		write1Y(n, a, b, c, d)
	case stream1:
		stream1Y(n, a, b, c, d)
	}
}
