//go:build !amd64 && !arm64

package kernels

func detect() []ISA { return []ISA{Portable} }
