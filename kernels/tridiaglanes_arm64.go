package kernels

import "unsafe"

//go:noescape
func tridiagQRNEON(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)

//go:noescape
func tridiagQR8NEON(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)

// tridiagWork bounds the rotations of four lanes of z in one call of assembly: 24 flops each.
const tridiagWork = 6000

func tridiagQR(isa ISA, w, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	most := tridiagWork / (m * (cols + 15))
	if isa != NEON || most == 0 {
		return tridiagQRPortable(w, m, cols, d, e, z, small, sweeps)
	}
	for l := 0; l < w; l += 4 {
		active |= tridiagQRCalls(w, m, cols, &d[l], &e[l], unsafe.SliceData(z[min(l, len(z)):]), small, sweeps, most) << l
	}
	return active
}

// tridiagQRCalls makes calls of at most that many sweeps.
func tridiagQRCalls(w, m, cols int, d, e, z *float64, small float64, sweeps, most int) (active uint) {
	for {
		n := min(sweeps, most)
		active = tridiagQRCall(w, m, cols, d, e, z, small, n)
		if sweeps -= n; active == 0 || sweeps == 0 {
			return active
		}
	}
}

//go:noinline
func tridiagQRCall(w, m, cols int, d, e, z *float64, small float64, sweeps int) (active uint) {
	if w == TridiagLanes {
		return tridiagQRNEON(m, cols, d, e, z, small, sweeps)
	}
	return tridiagQR8NEON(m, cols, d, e, z, small, sweeps)
}
