//go:build !amd64 && !arm64

package kernels

func poleSums(_ ISA, d, z []float64, o, t float64) (s, ds float64) {
	return poleSumsPortable(d, z, o, t)
}

func poleProducts(_ ISA, u, d []float64, x float64, y []float64) { poleProductsPortable(u, d, x, y) }

func poleVector(_ ISA, z, u, x []float64) float64 { return poleVectorPortable(z, u, x) }
