package kernels

func detect() []ISA { return []ISA{Portable, NEON} }
