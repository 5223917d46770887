//go:build !linux

package machine

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Spread would bind the threads that work for p to a core each; here it does nothing.
func Spread(*kernels.Pool) (free func()) { return func() {} }
