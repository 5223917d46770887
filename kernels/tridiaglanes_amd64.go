package kernels

import "unsafe"

//go:noescape
func tridiagQRAVX2(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)

//go:noescape
func tridiagQR8AVX2(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)

//go:noescape
func tridiagQR8AVX512(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)

// tridiagWork bounds the rotations of vectors of z in one call of assembly: 10 k take at most 40 µs.
const tridiagWork = 10000

//go:noinline
func tridiagQR(isa ISA, w, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	most := tridiagWork / (m * (cols + 15))
	if isa == Portable || most == 0 {
		return tridiagQRPortable(w, m, cols, d, e, z, small, sweeps)
	}
	if w == SymLanes && isa == AVX2 {
		low := tridiagQRCalls(AVX2, w, m, cols, unsafe.SliceData(d), unsafe.SliceData(e), unsafe.SliceData(z), small, sweeps, most)
		d, e, z = d[w/2:], e[w/2:], z[min(w/2, len(z)):]
		return low | tridiagQRCalls(AVX2, w, m, cols, unsafe.SliceData(d), unsafe.SliceData(e), unsafe.SliceData(z), small, sweeps, most)<<(w/2)
	}
	return tridiagQRCalls(isa, w, m, cols, unsafe.SliceData(d), unsafe.SliceData(e), unsafe.SliceData(z), small, sweeps, most)
}

// tridiagQRCalls makes calls of at most that many sweeps.
func tridiagQRCalls(isa ISA, w, m, cols int, d, e, z *float64, small float64, sweeps, most int) (active uint) {
	for {
		n := min(sweeps, most)
		active = tridiagQRCall(isa, w, m, cols, d, e, z, small, n)
		if sweeps -= n; active == 0 || sweeps == 0 {
			return active
		}
	}
}

//go:noinline
func tridiagQRCall(isa ISA, w, m, cols int, d, e, z *float64, small float64, sweeps int) (active uint) {
	switch {
	case w == TridiagLanes:
		return tridiagQRAVX2(m, cols, d, e, z, small, sweeps)
	case isa == AVX512:
		return tridiagQR8AVX512(m, cols, d, e, z, small, sweeps)
	}
	return tridiagQR8AVX2(m, cols, d, e, z, small, sweeps)
}
