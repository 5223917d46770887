package kernels

import (
	"fmt"
	"math"
	"testing"
)

// TestHugeStrides: a leading dimension or stride up to the largest int, for which no slice is long enough, panics before anything is written however its products
// with sizes wrap; where a matrix has one row, or a batch one product, it does not matter.
func TestHugeStrides(t *testing.T) {
	huge := []int{math.MaxInt}
	for s := 1; s <= 4; s++ {
		huge = append(huge, math.MaxInt>>s, math.MaxInt>>s+1) // times 8 bytes, a multiple of the address space
	}
	gemmTiers(t, func(t *testing.T, p *Pool) {
		for _, m := range []int{1, 2, 5} {
			for _, row := range kernelRows(m) {
				memory := newOperandMemory(&row)
				memory.fill(0, 0)
				want := memory.results(p, memory.views())
				for _, h := range huge {
					free := memory.views() // with everything huge that may be
					for i, o := range row.ops {
						what := fmt.Sprintf("%s, %d rows: %s at %#x", row.name, m, o.name, h)
						if o.ld > 0 && o.ldOf == "" {
							v := memory.views()
							v[i].ld = h
							if o.rows == 1 {
								free[i].ld = h
							} else {
								memory.fill(0, 0)
								memory.requireRefusal(t, func() { row.call(p, v) }, "", "ld of %s", what)
							}
						}
						if o.stride > 0 {
							v := memory.views()
							v[i].stride = h
							if o.batch == 1 {
								free[i].stride = h
							} else {
								memory.fill(0, 0)
								memory.requireRefusal(t, func() { row.call(p, v) }, "", "stride of %s", what)
							}
						}
					}
					memory.fill(0, 0)
					requireSameResults(t, &row, false, want, memory.results(p, free), fmt.Sprintf("%s, %d rows: %#x", row.name, m, h))
				}
			}
		}
	})
}
