// Package precond holds second-order optimizers and their first-order relatives as one engine.
//
// Every one of them is the same three moves: rotate the gradient into a basis, scale it by a
// diagonal, rotate back. What differs is where the basis comes from and when it is refreshed, which
// diagonal and which power, what is carried over when the basis moves, how the size of the step is
// set, and in which order all this happens. A Config names these parts, and a preset (AdamW,
// SOAP, Shampoo, EShampoo, …) is a function of about ten lines that returns a Config to edit.
// SOAP() and the others are the arithmetic of their originals, for good; Improved switches on what
// we would choose. docs/options.md lists all options and what each preset sets.
//
//	opt, err := precond.New(precond.SOAP(), params, pool)
//	…
//	report, err := opt.Step(1)
//
// Tensors may have any order. A tensor is merged to fewer axes, cut into blocks and permuted as Shape
// says; each block has its own state. A step allocates nothing, refreshes of the basis included. All
// results are the same bits on every machine and for any number of workers.
//
// An Optimizer belongs to one goroutine. Different optimizers may share a Pool.
package precond
