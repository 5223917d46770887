//go:build !linux

package machine

// readTicks: only Linux tells.
func readTicks() []cpuTicks { return nil }

// Available: only Linux tells.
func Available() int64 { return 0 }
