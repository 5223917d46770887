package kernels

import (
	"fmt"
	"testing"
)

// Many rows with a narrow B of few terms, which go as a batch of products that share it: every width and depth, both layouts of B, gaps, rows left over, operands against
// forbidden pages.
func TestGemmStacked(t *testing.T) {
	line, two := stackedLine, twoPermutes
	defer func() { stackedLine, twoPermutes = line, two }()
	stackedLine = 128
	for _, twoPermutes = range []bool{false, true} {
		t.Run(fmt.Sprintf("float32 %v", twoPermutes), testGemmStacked[float32])
		t.Run(fmt.Sprintf("float64 %v", twoPermutes), testGemmStacked[float64])
	}
}

func testGemmStacked[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		r := gemmNoise(23)
		g := newGemmGuards[T](t, 20_000)
		for n := 1; n <= 17; n++ {
			for k := 1; k <= 33; k++ {
				m := 4*batchRows - 1 + r.intn(40)
				testGemmShape(t, p, g, &r, NoTrans, gemmFlags[r.intn(2)], m, n, k, r.intn(3), gemmScalarCases[r.intn(len(gemmScalarCases))])
			}
		}
		for _, s := range gemmScalarCases {
			for m := 4 * batchRows; m <= 4*batchRows+8; m++ {
				testGemmShape(t, p, g, &r, NoTrans, Trans, m, 8, 8, 0, s)
			}
		}
	})
}
