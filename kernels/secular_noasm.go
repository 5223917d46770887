//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 they run as their portable twins.

func secularSums(_ ISA, d, w []float64, lo, hi int, b *SecularBlock) {
	secularSumsPortable(d, w, lo, hi, b)
}

func secularProducts(_ ISA, x, d, o, t, y []float64) { secularProductsPortable(x, d, o, t, y) }

func secularVectors(_ ISA, d, z []float64, o, t *[4]float64, x []float64, ldx int) {
	secularVectorsPortable(d, z, o, t, x, ldx)
}

func secularGuess(_ ISA, inv float64, b *SecularBlock) { secularGuessPortable(inv, b) }

func secularStep(_ ISA, inv, unit, step float64, lanes uint32, b *SecularBlock) uint32 {
	return secularStepPortable(inv, unit, step, lanes, b)
}
