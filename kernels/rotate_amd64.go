package kernels

import "unsafe"

//go:noescape
func rotateWave64AVX512(steps int, a *float64, lda int, c, s *float64, ldr, ends int)

//go:noescape
func rotateWaveTail64AVX512(steps, cols int, a *float64, lda int, c, s *float64, ldr, ends int)

//go:noescape
func rotateWavePair64AVX512(steps, cols int, a *float64, lda int, c, s *float64, ldr, ends int)

//go:noescape
func rotateSweep64AVX512(steps int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateSweepTail64AVX512(steps, cols int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateWave32AVX512(steps int, a *float32, lda int, c, s *float32, ldr, ends int)

//go:noescape
func rotateWaveTail32AVX512(steps, cols int, a *float32, lda int, c, s *float32, ldr, ends int)

//go:noescape
func rotateWavePair32AVX512(steps, cols int, a *float32, lda int, c, s *float32, ldr, ends int)

//go:noescape
func rotateSweep32AVX512(steps int, a *float32, lda int, c, s *float32)

//go:noescape
func rotateSweepTail32AVX512(steps, cols int, a *float32, lda int, c, s *float32)

//go:noescape
func rotateWave64AVX2(steps int, a *float64, lda int, c, s *float64, ldr, ends int)

//go:noescape
func rotateWaveTail64AVX2(steps, cols int, a *float64, lda int, c, s *float64, ldr, ends int)

//go:noescape
func rotateSweep64AVX2(steps int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateSweepTail64AVX2(steps, cols int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateWave32AVX2(steps int, a *float32, lda int, c, s *float32, ldr, ends int)

//go:noescape
func rotateWaveTail32AVX2(steps, cols int, a *float32, lda int, c, s *float32, ldr, ends int)

//go:noescape
func rotateSweep32AVX2(steps int, a *float32, lda int, c, s *float32)

//go:noescape
func rotateSweepTail32AVX2(steps, cols int, a *float32, lda int, c, s *float32)

// rotatePanel returns the columns of a full panel and the most of a narrower one in bytes: on AVX-512 a pair of vectors.
func rotatePanel(isa ISA) (full, rest int) {
	if isa == AVX512 {
		return 256, 128
	}
	return 64, 32
}

// rotateCorners reports whether rotateWave does the corners before and behind the wave.
const rotateCorners = true

// rotateWave performs steps steps of the wave of four sequences on cols columns: a full panel, or at
// most a pair; and, as ends says, the corners.
func rotateWave[T Float](isa ISA, steps, cols int, a *T, lda int, c, s *T, ldr, ends int) {
	full, _ := rotatePanel(isa)
	bytes := cols * int(unsafe.Sizeof(*a))
	whole, pair := bytes == full, bytes > 64
	if is32[T]() {
		a, c, s := (*float32)(unsafe.Pointer(a)), (*float32)(unsafe.Pointer(c)), (*float32)(unsafe.Pointer(s))
		switch {
		case isa == AVX512 && whole:
			rotateWave32AVX512(steps, a, lda, c, s, ldr, ends)
		case isa == AVX512 && pair:
			rotateWavePair32AVX512(steps, cols, a, lda, c, s, ldr, ends)
		case isa == AVX512:
			rotateWaveTail32AVX512(steps, cols, a, lda, c, s, ldr, ends)
		case whole:
			rotateWave32AVX2(steps, a, lda, c, s, ldr, ends)
		default:
			rotateWaveTail32AVX2(steps, cols, a, lda, c, s, ldr, ends)
		}
		return
	}
	b, d, e := (*float64)(unsafe.Pointer(a)), (*float64)(unsafe.Pointer(c)), (*float64)(unsafe.Pointer(s))
	switch {
	case isa == AVX512 && whole:
		rotateWave64AVX512(steps, b, lda, d, e, ldr, ends)
	case isa == AVX512 && pair:
		rotateWavePair64AVX512(steps, cols, b, lda, d, e, ldr, ends)
	case isa == AVX512:
		rotateWaveTail64AVX512(steps, cols, b, lda, d, e, ldr, ends)
	case whole:
		rotateWave64AVX2(steps, b, lda, d, e, ldr, ends)
	default:
		rotateWaveTail64AVX2(steps, cols, b, lda, d, e, ldr, ends)
	}
}

// rotateSweep performs steps rotations of one sequence on cols columns.
func rotateSweep[T Float](isa ISA, steps, cols int, a *T, lda int, c, s *T) {
	full, _ := rotatePanel(isa)
	size := int(unsafe.Sizeof(*a))
	whole := cols*size == full
	if lanes := 64 / size; !whole && cols > lanes { // a pair
		rotateSweep(isa, steps, lanes, a, lda, c, s)
		cols -= lanes
		a = rotateAt(a, lanes)
	}
	if is32[T]() {
		a, c, s := (*float32)(unsafe.Pointer(a)), (*float32)(unsafe.Pointer(c)), (*float32)(unsafe.Pointer(s))
		switch {
		case isa == AVX512 && whole:
			rotateSweep32AVX512(steps, a, lda, c, s)
		case isa == AVX512:
			rotateSweepTail32AVX512(steps, cols, a, lda, c, s)
		case whole:
			rotateSweep32AVX2(steps, a, lda, c, s)
		default:
			rotateSweepTail32AVX2(steps, cols, a, lda, c, s)
		}
		return
	}
	b, d, e := (*float64)(unsafe.Pointer(a)), (*float64)(unsafe.Pointer(c)), (*float64)(unsafe.Pointer(s))
	switch {
	case isa == AVX512 && whole:
		rotateSweep64AVX512(steps, b, lda, d, e)
	case isa == AVX512:
		rotateSweepTail64AVX512(steps, cols, b, lda, d, e)
	case whole:
		rotateSweep64AVX2(steps, b, lda, d, e)
	default:
		rotateSweepTail64AVX2(steps, cols, b, lda, d, e)
	}
}
