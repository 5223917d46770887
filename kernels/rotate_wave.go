//go:build amd64 || arm64

package kernels

import "unsafe"

const (
	// rotateFuse is the number of sequences that travel together.
	rotateFuse = 4
	// rotateSteps bounds the rows of one assembly call: at most 64 two-a-cycle vector operations
	// a step, one a cycle on the slowest core, so 64 k cycles.
	rotateSteps = 1024
)

// Of a call of the wave: it is the first of its columns, and does what comes before step rotateFuse−1; it is the last, and does what is left of the
// later sequences. Neither, one or both; tiers without rotateCorners ignore it. The assembly knows the values.
const (
	endFirst = 1
	endLast  = 2
)

// rotateWaves performs k sequences on n columns, panel by panel.
func rotateWaves[T Float](isa ISA, m, n, k int, c, s *T, ldr int, a *T, lda int) {
	full, rest := rotatePanel(isa)
	size := int(unsafe.Sizeof(*a))
	full, rest = full/size, rest/size
	j := 0
	for ; j+full <= n; j += full {
		rotateColumns(isa, m, full, k, c, s, ldr, rotateAt(a, j), lda)
	}
	for ; j < n; j += rest {
		rotateColumns(isa, m, min(rest, n-j), k, c, s, ldr, rotateAt(a, j), lda)
	}
}

// rotateColumns performs k sequences on one panel. Four sequences at a time: the head of each
// one up to the place where the wave begins, the wave, and what remains of the later three. These corners, twelve rotations of 4·(m−1), cost
// an eighth of the time at m = 64 as sweeps of their own (AVX-512); with rotateCorners, on x86, they are in the registers of the wave, before and behind
// its steps, and take no longer than other rotations.
func rotateColumns[T Float](isa ISA, m, cols, k int, c, s *T, ldr int, a *T, lda int) {
	q := 0
	if m > rotateFuse {
		for ; q+rotateFuse <= k; q += rotateFuse {
			c, s := rotateAt(c, q*ldr), rotateAt(s, q*ldr)
			if !rotateCorners {
				for r := 0; r < rotateFuse-1; r++ {
					rotateRange(isa, 0, rotateFuse-1-r, cols, rotateAt(c, r*ldr), rotateAt(s, r*ldr), a, lda)
				}
			}
			ends := endFirst
			for t := rotateFuse - 1; t < m-1; t += rotateSteps {
				steps := m - 1 - t
				if steps > rotateSteps {
					steps = rotateSteps
				} else {
					ends |= endLast
				}
				rotateWaveCall(isa, steps, cols, rotateAt(a, (t-rotateFuse+1)*lda), lda, rotateAt(c, t), rotateAt(s, t), ldr, ends)
				ends = 0
			}
			if !rotateCorners {
				for r := 1; r < rotateFuse; r++ {
					rotateRange(isa, m-1-r, m-1, cols, rotateAt(c, r*ldr), rotateAt(s, r*ldr), a, lda)
				}
			}
		}
	}
	for ; q < k; q++ {
		rotateRange(isa, 0, m-1, cols, rotateAt(c, q*ldr), rotateAt(s, q*ldr), a, lda)
	}
}

// rotateRange performs rotations lo … hi−1 of one sequence.
func rotateRange[T Float](isa ISA, lo, hi, cols int, c, s *T, a *T, lda int) {
	for i := lo; i < hi; i += rotateSteps {
		rotateSweepCall(isa, min(rotateSteps, hi-i), cols, rotateAt(a, i*lda), lda, rotateAt(c, i), rotateAt(s, i))
	}
}

// The assembly cannot be preempted; these calls can, at their prologue.

//go:noinline
func rotateWaveCall[T Float](isa ISA, steps, cols int, a *T, lda int, c, s *T, ldr, ends int) {
	rotateWave(isa, steps, cols, a, lda, c, s, ldr, ends)
}

//go:noinline
func rotateSweepCall[T Float](isa ISA, steps, cols int, a *T, lda int, c, s *T) {
	rotateSweep(isa, steps, cols, a, lda, c, s)
}
