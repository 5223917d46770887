package paper

import (
	"math"
	"runtime"
)

// Allocations returns how often a call of f allocates: the least of a few calls, since the run time of Go may allocate on its own.
func Allocations(f func()) float64 {
	least := math.Inf(1)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		least = min(least, float64(after.Mallocs-before.Mallocs))
	}
	return least
}
