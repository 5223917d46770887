package fuzz

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// FuzzSecularStep: a first guess and a step of sixteen lanes from any state, in the lanes that are asked for and no others. Both have assembly
// in the AVX-512 tier only: elsewhere this compares the portable code with itself.
func FuzzSecularStep(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed, 0.25, 0x1p-52, 0x1p-18, uint32(0xffff), []byte{})
		f.Add(seed, 0.0, 0x1p-2, 0x1p-3, uint32(seed*0x2493), []byte{1, 0, 0, 0, 0, 0, 0xf0, 0x7f})
	}
	f.Fuzz(func(t *testing.T, seed uint64, inv, unit, step float64, lanes uint32, data []byte) {
		const n = kernels.SecularLanes
		o := newOperands[float64](t, seed, data)
		state := o.vec(14 * n)
		x := o.list[state].init
		for l := range n {
			// Most lanes with what a search may hold: Tau inside a bracket from a pole of the interval above Split to twice as far, a slope that is not
			// negative, a count of steps.
			if o.src.Intn(4) == 0 {
				continue
			}
			tau := math.Abs(x[n+l])
			x[2*n+l], x[5*n+l], x[7*n+l] = 0, math.Abs(x[5*n+l]), math.Abs(x[7*n+l])
			x[l] = x[2*n+l]
			if o.src.Intn(2) == 0 {
				x[l], tau = x[7*n+l], -tau
			}
			x[n+l], x[8*n+l], x[9*n+l] = tau, min(2*tau, 0), max(2*tau, 0)
			x[11*n+l] = float64(o.src.Intn(202))
		}
		o.compare(func(p *kernels.Pool, z [][]float64) []float64 {
			var b kernels.SecularBlock
			fields := [14]*[n]float64{
				&b.Origin, &b.Tau, &b.Split, &b.Psi, &b.Phi, &b.D1, &b.D2, &b.Right, &b.Lo, &b.Hi, &b.Before, &b.Steps, &b.WLeft, &b.WRight,
			}
			load := func() {
				for i, f := range fields {
					copy(f[:], z[state][i*n:])
				}
			}
			var out []float64
			keep := func() {
				for _, f := range fields {
					out = append(out, f[:]...)
				}
			}
			load()
			kernels.SecularGuess(p, inv, &b)
			keep()
			load()
			found := kernels.SecularStep(p, inv, unit, step, lanes, &b)
			keep()
			return append(out, float64(found))
		})
	})
}
