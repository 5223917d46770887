package kernelbench

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Probes of what is not one piece: they touch the lines of a matrix in the places where a kernel finds them. Rows a power of two apart share few places of the caches, and a
// triangle has gaps, so that the same number of bytes from end to end may come at twice the rate.

// farBytes is the size from which those of triangles are used: in the nearest caches calls for each row would be slower than the kernels.
const farBytes = 1 << 20

// beyondCaches reports whether operands of so many bytes have no room in the caches.
func beyondCaches(bytes int) bool { return bytes > cpuid.CPU.Cache.L3 }

// triangle is the stored part of the rows of a dense matrix of that order: where row i begins in a cache line, and how many bytes it has from there on.
func triangle(uplo kernels.Uplo, n, size, i int) (from, bytes int) {
	if uplo == kernels.Lower {
		return i * n * size, (i + 1) * size
	}
	from = i * (n + 1) * size &^ 63
	return from, (i+1)*n*size - from
}

// triangleReadProbe is the fastest of a family that reads one triangle of an n×n matrix, which has room for another 256 bytes behind it: one, two, four or eight rows side by side, each with and without prefetch, forth
// and back in turn, so that each pass begins with what the one before has left in the caches.
func triangleReadProbe[T kernels.Float](isa kernels.ISA, uplo kernels.Uplo, n int, a []T) probe {
	if readProbes == 0 {
		return probe{}
	}
	size, mem := int(unsafe.Sizeof(a[0])), unsafe.Pointer(unsafe.SliceData(a))
	register := 32
	if isa == kernels.AVX512 {
		register = 64
	}
	return probe{"triangle", float64(n*(n+1)/2) * float64(size), fastest(readProbes, func(member int) func() {
		rows, back := 1<<(member/2), false
		step := 8 * register / rows
		return func() {
			back = !back
			for k := 0; k+rows <= n; k += rows {
				i := k
				if back {
					i = n/rows*rows - rows - k
				}
				from, bytes := triangle(uplo, n, size, i)
				if rounds := (bytes + step/2) / step; rounds > 0 {
					readRows(isa, member, rounds, unsafe.Add(mem, from), n*size)
				}
			}
		}
	})}
}

// triangleMoveProbe is the same for reading and writing a triangle in place, row by row.
func triangleMoveProbe[T kernels.Float](isa kernels.ISA, uplo kernels.Uplo, n int, a []T) probe {
	if !hasStreams {
		return probe{}
	}
	size, mem := int(unsafe.Sizeof(a[0])), unsafe.Pointer(unsafe.SliceData(a))
	return probe{"triangle", float64(n*(n+1)) * float64(size), fastest(streamProbes(isa), func(member int) func() {
		return func() {
			for i := range n {
				from, bytes := triangle(uplo, n, size, i)
				row := unsafe.Add(mem, from)
				streamRow(isa, read1to1, member, (bytes+32)/64*64, row, row)
			}
		}
	})}
}

// matrixReadProbe is the fastest of readProbe's family and, where rows are whole KiB, of one that reads a dense n×n matrix by columns of that width.
func matrixReadProbe[T kernels.Float](isa kernels.ISA, n int, a []T) probe {
	p, row := readProbe(isa, a), n*int(unsafe.Sizeof(a[0]))
	if columnProbes == 0 || row%1024 != 0 {
		return p
	}
	mem := unsafe.Pointer(unsafe.SliceData(a))
	return pick(false, p, probe{"columns", float64(n * row), fastest(columnProbes, func(member int) func() {
		return func() {
			for j := 0; j < row; j += 1024 {
				readColumns(isa, member, n, unsafe.Add(mem, j), row)
			}
		}
	})})
}

// tileProbe is the fastest of a family that moves the lines of a dense n×n matrix to those of its transpose, without shuffles.
func tileProbe[T kernels.Float](isa kernels.ISA, n int, a, b []T) probe {
	size := int(unsafe.Sizeof(a[0]))
	members := tileProbes(isa, 2*n*n*size)
	if members == 0 {
		return probe{}
	}
	return probe{"tiles", float64(2 * n * n * size), fastest(members, func(member int) func() {
		return tileRun(isa, member, n, size, unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)))
	})}
}
