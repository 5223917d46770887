package kernels

import "fmt"

// actAs makes the choices of a Zen 5 or of server Intel on any processor, so that one machine tests both: every variable that is set from amd or zen5 is set here.
func actAs(processor string) error {
	zen := processor == "zen5"
	if !zen && processor != "intel" {
		return fmt.Errorf("unknown processor %q: zen5 or intel", processor)
	}
	amd, zen5, oneStream, kronWide, rootMixed = zen, zen, zen, zen, zen
	fetchComing, twoPermutes, copiesColumns, fetchNext, pairs = zen, zen, zen, zen, zen
	panelTriangles = zen
	threeChains, chainsAVX2, fewByLanes = zen, zen, zen
	symmBytes = onZen5(cacheInPlace)
	shortMost, stackedLine, nearL2, prefetchAhead = onZen5(64), onZen5(128), 0, 1024
	if zen {
		l2, _ := cacheSizes()
		nearL2, prefetchAhead = 2*knownL2(l2), 256
	}
	return nil
}
