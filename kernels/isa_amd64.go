package kernels

import (
	"runtime"

	"github.com/klauspost/cpuid/v2"
)

func detect() []ISA {
	tiers := []ISA{Portable}
	if !cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3, cpuid.BMI1, cpuid.BMI2) {
		return tiers
	}
	tiers = append(tiers, AVX2)
	// macOS may lose opmask registers in signal handlers (golang/go#49233).
	if runtime.GOOS != "darwin" &&
		cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL, cpuid.AVX512CD) {
		tiers = append(tiers, AVX512)
	}
	return tiers
}
