package kernels

import "unsafe"

//go:noescape
func bandChaseNEON(a *float64, lda int, v *float64, tau float64, u, work *float64) (gamma float64)

// A call takes 15 k flops.
func bandChase(isa ISA, a []float64, lda int, v *[BandWidth]float64, tau float64, u *[BandWidth]float64, work *BandWork) float64 {
	if isa != NEON {
		return bandChasePortable(a, lda, v, tau, u)
	}
	return bandChaseNEON(unsafe.SliceData(a), lda, &v[0], tau, &u[0], &work[0])
}
