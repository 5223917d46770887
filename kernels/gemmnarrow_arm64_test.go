package kernels

import "testing"

// forceNarrowL1 has nothing to force: NEON tiles always read packed rows.
func forceNarrowL1(*testing.T) bool { return false }
