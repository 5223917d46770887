//go:build !amd64

package kernels

// zen5 is of amd64.
const zen5 = false
