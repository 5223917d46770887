//go:build amd64 || arm64

package kernels

import "github.com/klauspost/cpuid/v2"

// cacheA and cacheB are the bytes of packed blocks of A and B, cacheInPlace those of a chunk of B up to which
// operands are read as stored. They steer blocks and packing only, which move no rounding.
var cacheA, cacheB, cacheInPlace = blockSizes(cacheSizes())

// blockSizes gives B half of the second-level cache and A a quarter. The third level
// is not asked: it may be slow and shared. Sizes that are not known (virtual machines hide or invent them)
// become those of a small core.
func blockSizes(l2, _ int) (a, b, inPlace int) {
	l2 = knownL2(l2)
	return min(l2/4, bandA-arenaSlack), min(l2/2, arenaPackB-arenaSlack), min(l2/4*3, 512<<10)
}

// knownL2 is l2, or the second-level cache of a small core where l2 is not plausible.
func knownL2(l2 int) int {
	if l2 < 128<<10 || l2 > 64<<20 {
		return 512 << 10
	}
	return l2
}

// cacheSizes returns the sizes of the second and third level, ≤ 0 where unknown.
func cacheSizes() (l2, l3 int) {
	l2, l3 = cpuid.CPU.Cache.L2, cpuid.CPU.Cache.L3
	if l2 <= 0 {
		l2, l3 = systemCaches()
	}
	return l2, l3
}
