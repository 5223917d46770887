//go:build !linux

package kernels

func mapArena(size int) []byte { return heapArena(size) }

func unmapArena([]byte) {}
