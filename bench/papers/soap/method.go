package soap

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/precond"
)

// method is an optimizer of the comparison.
type method struct {
	name   string
	family string // SOAP, a variant of it, or Shampoo
	every  int    // steps between refreshes
	cfg    precond.Config
}

var frequencies = []int{1, 10, 50, 100}

// The families of methods.
const (
	soap       = "SOAP"
	oneSided   = "SOAP one-sided"
	factorised = "SOAP factorised"
	both       = "SOAP one-sided and factorised"
	shampoo    = "Shampoo" // with Adam's graft
)

// methods returns SOAP and Shampoo with Adam's graft at every frequency, and SOAP's variants at 10.
func methods() []method {
	var out []method
	add := func(family string, f int, c precond.Config) {
		c.Basis.Every = f
		if family == shampoo {
			c.Basis.Start = f
		}
		out = append(out, method{fmt.Sprintf("%s, every %d", family, f), family, f, c})
	}
	for _, f := range frequencies {
		add(soap, f, precond.SOAP())
	}
	add(oneSided, 10, precond.OneSided(precond.SOAP()))
	add(factorised, 10, precond.Factorized(precond.SOAP()))
	add(both, 10, precond.Factorized(precond.OneSided(precond.SOAP())))
	for _, f := range frequencies {
		add(shampoo, f, precond.Shampoo())
	}
	return out
}

// everyStep is SOAP with a full decomposition at every step and no decay.
func everyStep() precond.Config {
	c := precond.SOAP()
	c.Basis.Every, c.Basis.By, c.Basis.Carry, c.Decay.Rate = 1, precond.Eigh, precond.Keep, 0
	return c
}
