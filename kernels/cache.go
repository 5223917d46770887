//go:build amd64 || arm64

package kernels

import "github.com/seed-4885aa59/eigenbasis/internal/caches"

// cacheA and cacheB are the bytes of packed blocks of A and B, cacheInPlace those of a chunk of B up to which
// operands are read as stored. They steer blocks and packing only, which move no rounding.
var cacheA, cacheB, cacheInPlace = blockSizes(cacheSizes())

// blockSizes gives B half of the second-level cache and A a quarter. The third level
// is not asked: it may be slow and shared. Sizes that are not known become those of a small core.
func blockSizes(l2, _ int) (a, b, inPlace int) {
	l2 = knownL2(l2)
	return min(l2/4, bandA-arenaSlack), min(l2/2, arenaPackB-arenaSlack), min(l2/4*3, 512<<10)
}

func cacheSizes() (l2, l3 int) { return caches.Sizes() }

func knownL2(l2 int) int { return caches.KnownL2(l2) }
