package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Option configures a solver when it is made.
type Option func(*options)

type options struct {
	pool    *kernels.Pool
	refresh *RefreshPolicy
	// of SymEig
	valuesOnly bool
	largest    int
}

func gather(opts []Option) options {
	var o options
	for _, f := range opts {
		f(&o)
	}
	return o
}

// WithPool makes a solver use the workers, and the tier, of p. Without it a solver is serial.
func WithPool(p *kernels.Pool) Option {
	return func(o *options) { o.pool = p }
}

// WithRefresh says what SymEig.Update does, and makes NewSymEig allocate the memory for it.
func WithRefresh(p RefreshPolicy) Option {
	return func(o *options) { o.refresh = &p }
}

// WithValuesOnly makes SymEig compute eigenvalues alone, in less than half the time for large matrices: the reduction to tridiagonal
// form and O(n²) operations. They agree with those of a solver with vectors to within the same bounds, but not bit for bit. Its Vectors and
// VectorsT panic; WithRefresh is not for it. Elsewhere the option has no effect.
func WithValuesOnly() Option {
	return func(o *options) { o.valuesOnly = true }
}

// WithLargest makes SymEig keep the k largest eigenvalues (largest in value, not in magnitude) and their vectors, bit for bit the first of the
// whole decomposition; only theirs are carried back to the axes of the matrix. With WithValuesOnly it limits Values. WithRefresh is not for
// it; k ≤ 0 means all. Elsewhere the option has no effect.
func WithLargest(k int) Option {
	return func(o *options) { o.largest = k }
}
