package kernels

import "unsafe"

//go:noescape
func tridiagQRAVX2(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)

// tridiagWork bounds the rotations of vectors of z in one call of assembly: 10 k take at most 40 µs.
const tridiagWork = 10000

//go:noinline
func tridiagQR(isa ISA, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	most := tridiagWork / (m * (cols + 15))
	if isa == Portable || most == 0 {
		return tridiagQRPortable(m, cols, d, e, z, small, sweeps)
	}
	for {
		n := min(sweeps, most)
		active = tridiagQRCall(m, cols, unsafe.SliceData(d), unsafe.SliceData(e), unsafe.SliceData(z), small, n)
		if sweeps -= n; active == 0 || sweeps == 0 {
			return active
		}
	}
}

//go:noinline
func tridiagQRCall(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint) {
	return tridiagQRAVX2(m, cols, d, e, z, small, sweeps)
}
