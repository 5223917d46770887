//go:build !amd64 && !arm64

package kernels

func secularSums(_ ISA, d, w []float64, lo, hi int, b *SecularBlock) {
	secularSumsPortable(d, w, lo, hi, b)
}

func secularProducts(_ ISA, x, d, o, t, y []float64) { secularProductsPortable(x, d, o, t, y) }

func secularVectors(_ ISA, d, z []float64, o, t *[4]float64, x []float64, ldx int) {
	secularVectorsPortable(d, z, o, t, x, ldx)
}
