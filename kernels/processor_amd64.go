package kernels

import "github.com/klauspost/cpuid/v2"

// What processors of one tier differ in, besides caches (cache.go): which of several ways to the same bits is fastest. Choices that are named here, or for what they choose beside the code that
// asks, were measured on server Intel and on Zen 5 and move no rounding. A run of the tests with
// EIGENBASIS_PROCESSOR=zen5 or intel makes those of one of them.

// amd is asked where published tables say of Zen 4 what was measured on Zen 5 (rootMixed); what only a measurement can tell asks zen5.
var amd = cpuid.CPU.VendorID == cpuid.AMD

// zen5 is true on family 26 or later. It was measured on EPYC Turin; of the family's mobile parts, which have narrower pipes, nothing was measured. The first-level cache has twelve ways of 4 KiB, the second gives 62 bytes a cycle and the third 25, 512-bit vectors take one pass, and FMA, additions and permutations have pipes of their
// own: rows of A that collide in the first level come from the second nearly as fast as the tile wants them, so that copying them beforehand loses (4 % in float64 at n = 1024), but not tiles that copy while they run (2 to 4 %), and coming rows are fetched without a look at them
// first (1 %), twice as many of them and by AVX2 too (2 %).
var zen5 = amd && cpuid.CPU.Family >= 26

// onZen5 is n there, and 0 elsewhere.
func onZen5(n int) int {
	if zen5 {
		return n
	}
	return 0
}

// symmBytes is how much of A Symm expands at a time where it is the second factor: where that stays in the second-level cache, products read it in place, which otherwise pack it once more: order 1024 in float64 88 and 94 % of the
// FMA peak, in float32 95 and 97.
var symmBytes = onZen5(cacheInPlace)
