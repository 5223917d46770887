// Package kernelbench is the command "kernels" of bench: every kernel over sizes, types and tiers, as
// a rate and as a fraction of what this machine allows, measured in the same rounds.
package kernelbench

// A family is one kind of kernel: a section of the table.
type family struct {
	name string // first part of a row's name, and what -filter selects by
	unit string // of the rate: "GFLOP/s" or "GB/s"
	// rows lists the family's rows; quick asks for a short choice of sizes.
	rows func(quick bool) []row
}

// A row is one line of the table.
type row struct {
	typ  string  // float32, float64
	tier string  // of kernels.ISA, or what else distinguishes the row
	name string  // shape: "NN 1024"
	work float64 // operations or bytes of one call, in units (not 1e9)
	wall bool    // several cores: measured by the time of day
	// prepare makes the operands and returns what is timed. It is called once, before the rounds of the row,
	// and its result dropped after them.
	prepare func() timed
}

// timed is what the rounds of a row run, in turn.
type timed struct {
	run   func()
	limit probe  // the bound of the row, measured in the same rounds; run nil: none
	peers []peer // other libraries on the same work
}

// A probe is a loop whose rate bounds a kernel.
type probe struct {
	name string
	work float64
	run  func()
}

// A peer is another library doing the same work.
type peer struct {
	name string
	run  func()
}

var families []family

// register adds a family; call it from init.
func register(f family) { families = append(families, f) }
