package kernels

import (
	"fmt"
	"math"
)

// actAs makes the choices of a Zen 5 or of server Intel on any processor, so that one machine tests both: every variable that is set from amd or zen5 is set here.
func actAs(processor string) error {
	zen := processor == "zen5"
	if !zen && processor != "intel" {
		return fmt.Errorf("unknown processor %q: zen5 or intel", processor)
	}
	amd, zen5, oneStream, kronWide, rootMixed, bfloat16Pairs = zen, zen, zen, zen, zen, zen
	fetchComing, twoPermutes, copiesColumns, fetchNext, pairs, packPages, wideColumns, streamsB, transposesB = zen, zen, zen, zen, zen, zen, zen, zen, zen
	rowsInRegisters, foursBytes = zen, onZen5(40<<10)
	groupedVectors = !zen
	threeChains, chainsAVX2, fewByLanes, lowTiles, lowPanels, twelveRows, lastByLanes, tallTiles = zen, zen, zen, zen, zen, zen, zen, zen
	shortMost, relayMost, stackedLine, nearL2, prefetchAhead = onZen5(64), onZen5(128), onZen5(128), 0, 1024
	transposeStream, copyStream = math.MaxInt, math.MaxInt
	symvFoursBytes, symvStripRow = onZen5(7<<10), onZen5(11<<10)
	symvFarAVX2, symvFarAVX512 = symvFar(cacheSizes())
	panelTriangles, symmBytes, diagonalRows = zen, onZen5(cacheInPlace), lowDiagonal(zen)
	if zen {
		l2, l3 := cacheSizes()
		nearL2, prefetchAhead = 2*knownL2(l2), 256
		if l3 > 0 {
			transposeStream, copyStream = l3/8*3, l3
		}
	}
	return nil
}
