//go:build !amd64

package kernels

// zen5 and symmBytes are of amd64.
const zen5, symmBytes = false, 0
