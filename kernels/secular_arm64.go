package kernels

import "unsafe"

// Of the counts below, between and above each is a number of groups of four poles. The results are those of lanes at … at+3.
//
//go:noescape
func secularSumsNEON(d, w *float64, below, between, above int, b *SecularBlock, at int)

//go:noescape
func secularProductsNEON(m, n int, x, d, o, t, y *float64)

//go:noescape
func secularVectorsNEON(n int, d, z *float64, o, t *[4]float64, x *float64, ldx int)

//go:noescape
func secularGuessNEON(inv float64, b *SecularBlock)

//go:noescape
func secularStepNEON(inv, unit, step float64, lanes uint32, b *SecularBlock) (found uint32)

const (
	// secularPoles bounds the poles of one call of assembly: a group of four takes some 170 flops and two divisions of a vector.
	secularPoles = 4096
	// secularPiece is how many poles one call adds for secularRoots roots.
	secularPiece, secularRoots = secularPoles, 4
	// secularPairs bounds the factors of one call: seven flops each.
	secularPairs = 32768
)

func secularSums(isa ISA, d, w []float64, lo, hi int, b *SecularBlock) {
	if isa != NEON || len(d) > secularPoles {
		secularSumsPortable(d, w, lo, hi, b)
		return
	}
	for l := 0; l < SecularLanes; l += 4 {
		secularSumsCall(d, w, lo, hi, b, l)
	}
}

//go:noinline
func secularSumsCall(d, w []float64, lo, hi int, b *SecularBlock, at int) {
	secularSumsNEON(unsafe.SliceData(d), unsafe.SliceData(w), lo/4, (hi-lo)/4, (len(d)-hi)/4, b, at)
}

func secularProducts(isa ISA, x, d, o, t, y []float64) {
	n := len(d)
	if isa != NEON || n == 0 || n > secularPoles {
		secularProductsPortable(x, d, o, t, y)
		return
	}
	for len(x) > 0 {
		m := min(len(x), secularPairs/n&^(SecularGroup-1))
		secularProductsCall(m, x, d, o, t, y)
		x, y = x[m:], y[m:]
	}
}

//go:noinline
func secularProductsCall(m int, x, d, o, t, y []float64) {
	secularProductsNEON(m, len(d), unsafe.SliceData(x), unsafe.SliceData(d), unsafe.SliceData(o), unsafe.SliceData(t), unsafe.SliceData(y))
}

//go:noinline
func secularVectors(isa ISA, d, z []float64, o, t *[4]float64, x []float64, ldx int) {
	if isa != NEON || len(d) > secularPoles {
		secularVectorsPortable(d, z, o, t, x, ldx)
		return
	}
	secularVectorsNEON(len(d), unsafe.SliceData(d), unsafe.SliceData(z), o, t, unsafe.SliceData(x), ldx)
}

//go:noinline
func secularGuess(isa ISA, inv float64, b *SecularBlock) {
	if isa == NEON {
		secularGuessNEON(inv, b)
	} else {
		secularGuessPortable(inv, b)
	}
}

//go:noinline
func secularStep(isa ISA, inv, unit, step float64, lanes uint32, b *SecularBlock) uint32 {
	if isa == NEON {
		return secularStepNEON(inv, unit, step, lanes, b)
	}
	return secularStepPortable(inv, unit, step, lanes, b)
}
