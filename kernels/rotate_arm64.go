package kernels

import "unsafe"

//go:noescape
func rotateWave64NEON(steps int, a *float64, lda int, c, s *float64, ldr int)

//go:noescape
func rotateSweep64NEON(steps int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateWave64VecNEON(steps int, a *float64, lda int, c, s *float64, ldr int)

//go:noescape
func rotateSweep64VecNEON(steps int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateWave64OneNEON(steps int, a *float64, lda int, c, s *float64, ldr int)

//go:noescape
func rotateSweep64OneNEON(steps int, a *float64, lda int, c, s *float64)

//go:noescape
func rotateWave32NEON(steps int, a *float32, lda int, c, s *float32, ldr int)

//go:noescape
func rotateSweep32NEON(steps int, a *float32, lda int, c, s *float32)

//go:noescape
func rotateWave32VecNEON(steps int, a *float32, lda int, c, s *float32, ldr int)

//go:noescape
func rotateSweep32VecNEON(steps int, a *float32, lda int, c, s *float32)

//go:noescape
func rotateWave32OneNEON(steps int, a *float32, lda int, c, s *float32, ldr int)

//go:noescape
func rotateSweep32OneNEON(steps int, a *float32, lda int, c, s *float32)

// rotatePanel returns the columns of a full panel and of a tail in bytes.
func rotatePanel(ISA) (full, tail int) { return 64, 16 }

// rotateCorners reports whether rotateWave does the corners before and behind the wave.
const rotateCorners = false

// rotateWave performs steps steps of the wave of four sequences on cols columns: a full panel, or at
// most a tail.
func rotateWave[T Float](_ ISA, steps, cols int, a *T, lda int, c, s *T, ldr, _ int) {
	if is32[T]() {
		a, c, s := (*float32)(unsafe.Pointer(a)), (*float32)(unsafe.Pointer(c)), (*float32)(unsafe.Pointer(s))
		switch cols {
		case 16:
			rotateWave32NEON(steps, a, lda, c, s, ldr)
		case 4:
			rotateWave32VecNEON(steps, a, lda, c, s, ldr)
		default:
			for j := range cols {
				rotateWave32OneNEON(steps, rotateAt(a, j), lda, c, s, ldr)
			}
		}
		return
	}
	b, d, e := (*float64)(unsafe.Pointer(a)), (*float64)(unsafe.Pointer(c)), (*float64)(unsafe.Pointer(s))
	switch cols {
	case 8:
		rotateWave64NEON(steps, b, lda, d, e, ldr)
	case 2:
		rotateWave64VecNEON(steps, b, lda, d, e, ldr)
	default:
		rotateWave64OneNEON(steps, b, lda, d, e, ldr)
	}
}

// rotateSweep performs steps rotations of one sequence on cols columns.
func rotateSweep[T Float](_ ISA, steps, cols int, a *T, lda int, c, s *T) {
	if is32[T]() {
		a, c, s := (*float32)(unsafe.Pointer(a)), (*float32)(unsafe.Pointer(c)), (*float32)(unsafe.Pointer(s))
		switch cols {
		case 16:
			rotateSweep32NEON(steps, a, lda, c, s)
		case 4:
			rotateSweep32VecNEON(steps, a, lda, c, s)
		default:
			for j := range cols {
				rotateSweep32OneNEON(steps, rotateAt(a, j), lda, c, s)
			}
		}
		return
	}
	b, d, e := (*float64)(unsafe.Pointer(a)), (*float64)(unsafe.Pointer(c)), (*float64)(unsafe.Pointer(s))
	switch cols {
	case 8:
		rotateSweep64NEON(steps, b, lda, d, e)
	case 2:
		rotateSweep64VecNEON(steps, b, lda, d, e)
	default:
		rotateSweep64OneNEON(steps, b, lda, d, e)
	}
}
