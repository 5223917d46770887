// Package caches knows the sizes of the processor's caches. They steer blocks and packing only, which move no rounding.
package caches

import "github.com/klauspost/cpuid/v2"

// Sizes returns the bytes of the second and third level, ≤ 0 where unknown.
func Sizes() (l2, l3 int) {
	l2, l3 = cpuid.CPU.Cache.L2, cpuid.CPU.Cache.L3
	if l2 <= 0 {
		l2, l3 = systemCaches()
	}
	return l2, l3
}

// KnownL2 is l2, or the second-level cache of a small core where l2 is not plausible: virtual machines hide or invent sizes.
func KnownL2(l2 int) int {
	if l2 < 128<<10 || l2 > 64<<20 {
		return 512 << 10
	}
	return l2
}
