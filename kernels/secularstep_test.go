package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func sameBlock(t *testing.T, want, got *SecularBlock, format string, args ...any) {
	t.Helper()
	for _, x := range [][2][SecularLanes]float64{
		{want.Origin, got.Origin}, {want.Tau, got.Tau}, {want.Lo, got.Lo}, {want.Hi, got.Hi},
		{want.Before, got.Before}, {want.Steps, got.Steps}, {want.Split, got.Split}, {want.Right, got.Right},
		{want.Psi, got.Psi}, {want.Phi, got.Phi}, {want.D1, got.D1}, {want.D2, got.D2}, {want.WLeft, got.WLeft}, {want.WRight, got.WRight},
	} {
		bits.Same(t, x[0][:], x[1][:], format, args...)
	}
}

// Each tier against the portable twin, on lanes with everything that may stand in them.
func TestSecularStepTiers(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), 1, -1, 5e-324, 1e-310, 1e300, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), SecularPad}
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			p := NewPool(1, WithISA(isa))
			defer p.Close()
			r := rnd.New(3)
			blocks := newBlockGuard(t)
			for round := range 400 {
				var b SecularBlock
				for _, f := range []*[SecularLanes]float64{
					&b.Origin, &b.Tau, &b.Split, &b.Psi, &b.Phi, &b.D1, &b.D2, &b.Right, &b.Lo, &b.Hi, &b.Before, &b.Steps, &b.WLeft, &b.WRight,
				} {
					rnd.Uniform(r, f[:])
					if round%2 == 1 {
						f[r.Intn(SecularLanes)] = special[r.Intn(len(special))]
					}
				}
				for l := range SecularLanes {
					// Half of the lanes with what is possible.
					if l%2 == 0 {
						b.Split[l], b.Right[l] = 0, 1+b.Right[l]/2
						b.Lo[l], b.Hi[l], b.D1[l] = b.Lo[l]/2-0.5, b.Hi[l]/2+0.5, math.Abs(b.D1[l])
						b.WLeft[l], b.WRight[l] = math.Abs(b.WLeft[l]), math.Abs(b.WRight[l])
					}
					if b.Steps[l] = math.Abs(b.Steps[l]); r.Intn(8) == 0 {
						b.Steps[l] = float64(198 + r.Intn(4))
					}
				}
				want, got := b, blocks.put(round/4%2, &b)
				secularGuessPortable(0.3, &want)
				SecularGuess(p, 0.3, got)
				sameBlock(t, &want, got, "SecularGuess, round %d", round)
				want, got = b, blocks.put(round/4%2, &b)
				lanes := uint32(r.Intn(1 << SecularLanes))
				unit := []float64{0x1p-52, 0x1p-2}[round/2%2]
				found := secularStepPortable(0.3, unit, 0x1p-3, lanes, &want)
				require.Equal(t, found, SecularStep(p, 0.3, unit, 0x1p-3, lanes|1<<SecularLanes, got), "round %d", round)
				require.Zero(t, found&^lanes)
				sameBlock(t, &want, got, "SecularStep, round %d", round)
			}
		})
	}
}

// Roots of random equations, and of some whose weights and gaps have any scale: they are found in a few steps, and f changes its sign there.
func TestSecularRoots(t *testing.T) {
	r := rnd.New(4)
	const k = SecularLanes
	var most float64
	for round := range 60 {
		d, w := make([]float64, k), make([]float64, k)
		var sum float64
		at := 0.0
		for j := range d {
			at += 0.1 + r.Float64()
			w[j] = 0.01 + r.Float64()
			if round%3 == 1 {
				w[j] = math.Ldexp(w[j], -r.Intn(60))
			}
			if round%3 == 2 {
				at += math.Ldexp(1, r.Intn(20)-20) - 0.1
			}
			d[j] = at
			sum += w[j]
		}
		inv := math.Ldexp(1, r.Intn(8)-4)
		var b SecularBlock
		for l := range k {
			b.Split[l], b.WLeft[l] = d[l], w[l]
			if l+1 < k {
				b.Right[l], b.WRight[l] = d[l+1], w[l+1]
			} else {
				b.Right[l] = d[l] + 2*sum/inv
			}
			b.Origin[l], b.Tau[l], b.Before[l] = d[l], (b.Right[l]-d[l])/2, math.Inf(1)
		}
		SecularSums(nil, d, w, 0, k, &b)
		SecularGuess(nil, inv, &b)
		for l := range k {
			h := math.Copysign((b.Right[l]-b.Split[l])/2, b.Tau[l])
			b.Lo[l], b.Hi[l] = min(h, 0), max(h, 0)
			require.True(t, b.Tau[l] > b.Lo[l] && b.Tau[l] < b.Hi[l])
		}
		for active := uint32(1<<k - 1); active != 0; {
			SecularSums(nil, d, w, 0, k, &b)
			active &^= SecularStep(nil, inv, 0x1p-52, 0x1p-18, active, &b)
		}
		f := func(l int, scale float64) float64 {
			f := inv
			for j := range d {
				f += w[j] / ((d[j] - b.Origin[l]) - b.Tau[l]*scale)
			}
			return f
		}
		for l := range k {
			most = max(most, b.Steps[l])
			require.LessOrEqual(t, b.Steps[l], 12.0, "round %d root %d", round, l)
			below, above := f(l, 1-1e-13), f(l, 1+1e-13)
			require.True(t, below*above < 0 || min(math.Abs(below), math.Abs(above)) < 1e-12*(inv+1/inv), "round %d root %d: %g %g", round, l, below, above)
		}
	}
	require.Greater(t, most, 1.0)
	var b SecularBlock
	require.Zero(t, testing.AllocsPerRun(5, func() {
		SecularGuess(nil, 1, &b)
		SecularStep(nil, 1, 1, 1, 5, &b)
	}))
}
