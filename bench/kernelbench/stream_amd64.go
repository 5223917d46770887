package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// hasStreams says that streamRun exists.
const hasStreams = true

//go:noescape
func read4write3Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read4write3Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read3write2Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read3write2Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read3write3Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read2write1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read3write3Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read2write1Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read3write1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read3write1Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read2to1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read2to1Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read1to1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func read1to1Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func write1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func write1Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func stream1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func move1Z(n int, a, b, c, d *byte, ahead int)

//go:noescape
func stream1Y(n int, a, b, c, d *byte, ahead int)

//go:noescape
func move1Y(n int, a, b, c, d *byte, ahead int)

// streamProbes is the number of members of the family of probes of a mix: with and without prefetch, and on AVX-512 at both widths, of which a kernel
// may take either.
func streamProbes(isa kernels.ISA) int {
	if isa == kernels.AVX512 {
		return 4
	}
	return 2
}

// A streamLoop moves n registers of each stream, with a prefetch if ahead is 1.
type streamLoop func(n int, a, b, c, d *byte, ahead int)

var (
	streamLoopsZ = [...]streamLoop{read4write3: read4write3Z, read3write2: read3write2Z, read3write3: read3write3Z, read2write1: read2write1Z, read3write1: read3write1Z, read2to1: read2to1Z, read1to1: read1to1Z, write1: write1Z, stream1: stream1Z, move1: move1Z}
	streamLoopsY = [...]streamLoop{read4write3: read4write3Y, read3write2: read3write2Y, read3write3: read3write3Y, read2write1: read2write1Y, read3write1: read3write1Y, read2to1: read2to1Y, read1to1: read1to1Y, write1: write1Y, stream1: stream1Y, move1: move1Y}
)

// streamRun is member i of the family of probes of a mix, over bytes of each stream, a multiple of 64. It moves them in pieces, as the kernels do, so that
// a probe can be stopped too.
func streamRun(isa kernels.ISA, m mix, i, bytes int, s [4]unsafe.Pointer) func() {
	loop, register := streamLoopOf(isa, m, i)
	ahead := i & 1
	const piece = 64 << 10
	if bytes <= piece {
		a, b, c, d, n := (*byte)(s[0]), (*byte)(s[1]), (*byte)(s[2]), (*byte)(s[3]), bytes/register
		return func() { loop(n, a, b, c, d, ahead) }
	}
	return func() {
		for i := 0; i < bytes; i += piece {
			var at [4]*byte
			for k, p := range s {
				if p != nil {
					at[k] = (*byte)(unsafe.Add(p, i))
				}
			}
			loop(min(piece, bytes-i)/register, at[0], at[1], at[2], at[3], ahead)
		}
	}
}

// streamRow moves bytes, a multiple of 64, once, from one row to another, with member i of the family of probes of a mix.
func streamRow(isa kernels.ISA, m mix, i, bytes int, to, from unsafe.Pointer) {
	loop, register := streamLoopOf(isa, m, i)
	loop(bytes/register, (*byte)(to), (*byte)(from), nil, nil, i&1)
}

// streamLoopOf is the loop of member i and the bytes of its registers.
func streamLoopOf(isa kernels.ISA, m mix, i int) (streamLoop, int) {
	if isa == kernels.AVX512 && i < 2 {
		return streamLoopsZ[m], 64
	}
	return streamLoopsY[m], 32
}
