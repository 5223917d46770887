//go:build !amd64 && !arm64

package kernels

func secularGuess(_ ISA, inv float64, b *SecularBlock) { secularGuessPortable(inv, b) }

func secularStep(_ ISA, inv, unit, step float64, lanes uint32, b *SecularBlock) uint32 {
	return secularStepPortable(inv, unit, step, lanes, b)
}
