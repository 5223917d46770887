//go:build !amd64 && !arm64

package kernels

func bandChase(_ ISA, a []float64, lda int, v *[BandWidth]float64, tau float64, u *[BandWidth]float64, _ *BandWork) float64 {
	return bandChasePortable(a, lda, v, tau, u)
}
