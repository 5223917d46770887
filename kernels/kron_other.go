//go:build !amd64

package kernels

import "math"

// kronStream is the size of C in bytes from which it is written past the caches: never.
var kronStream = math.MaxInt

// storeFence is needed only where stores bypass the caches.
func storeFence() {}
