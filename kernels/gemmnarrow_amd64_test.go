package kernels

import "testing"

// forceNarrowL1 packs rows of A that are pages apart, as on processors with eight ways, and reports that there is such a difference.
func forceNarrowL1(t *testing.T) bool {
	was := narrowL1
	narrowL1 = true
	t.Cleanup(func() { narrowL1 = was })
	return true
}

// TestPackWork: what a call of a copying packer moves, from the bounds of packPanels; 2 GB/s is slow, and 50 µs the aim.
func TestPackWork(t *testing.T) {
	for kind, s := range tileShapes {
		size := 4 << (kind & 1) // tile32…, tile64… in turn
		for _, full := range []int{s.mr * lineTiles[kind], s.nr} {
			line := full * size
			group := max(1, packWidth/line) * line
			if lines := max(1, packBytes/group); lines*group > 100_000 {
				t.Errorf("tile kind %d: %d lines of %d bytes in a call", kind, lines, group)
			}
		}
	}
}
