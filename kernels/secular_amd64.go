package kernels

import "unsafe"

// Of the counts below, between and above each is a number of groups of four poles. The sums go on from those in b.

//go:noescape
func secularSumsAVX512(d, w *float64, below, between, above int, b *SecularBlock)

//go:noescape
func secularProductsAVX512(m, n int, x, d, o, t, y *float64)

//go:noescape
func secularVectorsAVX512(n int, d, z *float64, o, t *[4]float64, x *float64, ldx int)

//go:noescape
func secularGuessAVX512(inv float64, b *SecularBlock)

//go:noescape
func secularStepAVX512(inv, unit, step float64, lanes uint32, b *SecularBlock) (found uint32)

//go:noescape
func secularSumsAVX2(d, w *float64, below, between, above int, b *SecularBlock)

//go:noescape
func secularProductsAVX2(m, n int, x, d, o, t, y *float64)

//go:noescape
func secularVectorsAVX2(n int, d, z *float64, o, t *[4]float64, x *float64, ldx int)

const (
	// secularPiece is how many poles one call of assembly adds for secularRoots roots: a group of four takes some 46 flops and a division for each.
	secularPiece, secularRoots = 2048, SecularLanes
	// secularPoles bounds the poles of one call of the other kernels.
	secularPoles = 8192
	// secularPairs bounds the factors of one call: seven flops each.
	secularPairs = 65536
)

func secularSums(isa ISA, d, w []float64, lo, hi int, b *SecularBlock) {
	if isa == Portable {
		secularSumsPortable(d, w, lo, hi, b)
		return
	}
	b.Psi, b.Phi, b.D1, b.D2 = [SecularLanes]float64{}, [SecularLanes]float64{}, [SecularLanes]float64{}, [SecularLanes]float64{}
	for i := 0; i < len(d); i += secularPiece {
		n := min(secularPiece, len(d)-i)
		below := min(max(0, lo-i), n)
		mixed := min(max(0, hi-i), n) - below
		secularSumsCall(isa, &d[i], &w[i], below/4, mixed/4, (n-below-mixed)/4, b)
	}
}

//go:noinline
func secularSumsCall(isa ISA, d, w *float64, below, between, above int, b *SecularBlock) {
	if isa == AVX512 {
		secularSumsAVX512(d, w, below, between, above, b)
	} else {
		secularSumsAVX2(d, w, below, between, above, b)
	}
}

//go:noinline
func secularProducts(isa ISA, x, d, o, t, y []float64) {
	n := len(d)
	if isa == Portable || n == 0 || n > secularPoles {
		secularProductsPortable(x, d, o, t, y)
		return
	}
	for len(x) > 0 {
		m := min(len(x), secularPairs/n&^(SecularGroup-1))
		secularProductsCall(isa, m, x, d, o, t, y)
		x, y = x[m:], y[m:]
	}
}

//go:noinline
func secularProductsCall(isa ISA, m int, x, d, o, t, y []float64) {
	if isa == AVX512 {
		secularProductsAVX512(m, len(d), unsafe.SliceData(x), unsafe.SliceData(d), unsafe.SliceData(o), unsafe.SliceData(t), unsafe.SliceData(y))
	} else {
		secularProductsAVX2(m, len(d), unsafe.SliceData(x), unsafe.SliceData(d), unsafe.SliceData(o), unsafe.SliceData(t), unsafe.SliceData(y))
	}
}

//go:noinline
func secularVectors(isa ISA, d, z []float64, o, t *[4]float64, x []float64, ldx int) {
	switch {
	case isa == Portable || len(d) > secularPoles:
		secularVectorsPortable(d, z, o, t, x, ldx)
	case isa == AVX512:
		secularVectorsAVX512(len(d), unsafe.SliceData(d), unsafe.SliceData(z), o, t, unsafe.SliceData(x), ldx)
	default:
		secularVectorsAVX2(len(d), unsafe.SliceData(d), unsafe.SliceData(z), o, t, unsafe.SliceData(x), ldx)
	}
}

// Steps have assembly for AVX-512 alone: in AVX2 their roots and divisions take nearly as long as those of the portable twin.

//go:noinline
func secularGuess(isa ISA, inv float64, b *SecularBlock) {
	if isa == AVX512 {
		secularGuessAVX512(inv, b)
	} else {
		secularGuessPortable(inv, b)
	}
}

//go:noinline
func secularStep(isa ISA, inv, unit, step float64, lanes uint32, b *SecularBlock) uint32 {
	if isa == AVX512 {
		return secularStepAVX512(inv, unit, step, lanes, b)
	}
	return secularStepPortable(inv, unit, step, lanes, b)
}
