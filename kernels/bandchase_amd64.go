package kernels

import "unsafe"

//go:noescape
func bandChaseAVX2(a *float64, lda int, v *float64, tau float64, u, y *float64) (gamma float64)

func bandChase(isa ISA, a []float64, lda int, v *[BandWidth]float64, tau float64, u *[BandWidth]float64, work *BandWork) float64 {
	if isa == Portable {
		return bandChasePortable(a, lda, v, tau, u)
	}
	return bandChaseAVX2(unsafe.SliceData(a), lda, &v[0], tau, &u[0], &work[0])
}
