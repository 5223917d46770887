package kernelbench

import "github.com/seed-4885aa59/eigenbasis/kernels"

//go:noescape
func lanesZ(op, steps int)

//go:noescape
func lanesY(op, steps int)

//go:noescape
func integersZ(rounds int)

//go:noescape
func integersY(rounds int)

// hasLanes says that runLanes and runIntegers exist.
const hasLanes = true

// runLanes performs the chains of a segment of a reduction, op being one of laneOps, of steps · 256 bytes.
func runLanes(isa kernels.ISA, op, steps int) {
	if isa == kernels.AVX512 {
		lanesZ(op, steps)
	} else {
		lanesY(op, steps)
	}
}

// runIntegers performs 16 operations on vectors of integers a round.
func runIntegers(isa kernels.ISA, rounds int) {
	if isa == kernels.AVX512 {
		integersZ(rounds)
	} else {
		integersY(rounds)
	}
}
