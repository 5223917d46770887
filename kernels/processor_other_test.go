//go:build !amd64

package kernels

import "errors"

// actAs: there are no choices by processor.
func actAs(string) error { return errors.New("only amd64 makes choices by processor") }
