package kernels

import "testing"

// forceNarrowL1 packs rows of A that are pages apart, as on processors with eight ways.
func forceNarrowL1(t *testing.T) {
	was := narrowL1
	narrowL1 = true
	t.Cleanup(func() { narrowL1 = was })
}
