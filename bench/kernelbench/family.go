// Package kernelbench is the command "kernels" of bench: every kernel over sizes, types and tiers, as
// a rate and as a fraction of what this machine allows, measured in the same rounds.
package kernelbench

import (
	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// A family is one kind of kernel: a section of the table.
type family struct {
	name string // first part of a row's name, and what -filter selects by
	unit string // of the rate: "GFLOP/s", "GB/s", "Gelem/s" or "Gterm/s"
	// rows lists the family's rows; quick asks for a short choice of sizes.
	rows func(quick bool) []row
}

// A row is one line of the table.
type row struct {
	typ  string  // float32, float64
	tier string  // of kernels.ISA, or what else distinguishes the row
	name string  // shape: "NN 1024"
	work float64 // operations or bytes of one call, in units (not 1e9)
	// intensity is the floating-point operations for each byte that has to move, for the roofline; 0 leaves the row out.
	intensity float64
	cores     int // more than one: measured by the time of day
	// prepare makes the operands and returns what is timed. It is called once, before the rounds of the row,
	// and its result dropped after them.
	prepare func() timed
}

// timed is what the rounds of a row run, in turn.
type timed struct {
	run   func()
	one   func()        // the same with one worker, for rows of several cores
	pool  *kernels.Pool // of rows of several cores
	close func()        // after the row, if not nil
	limit probe         // the bound of the row, measured in the same rounds; a nil loop: none
	peers []peer        // others on the same work; nil loops are left out
}

// A probe is a loop whose rate bounds a kernel.
type probe struct {
	name string
	work float64
	loop timing.Loop
}

// A peer is another library doing the same work.
type peer struct {
	name string
	loop timing.Loop
}

// libraries are the C libraries of the run.
var libraries peers.Set

// libraryPeers asks each library for the call that does the work of a row. Only rows of the best tier have peers: those choose their own.
func libraryPeers(isa kernels.ISA, call func(l *peers.Library) *peers.Call) []peer {
	var p []peer
	if isa != tiers()[0] {
		return nil
	}
	for _, l := range libraries.Libraries {
		if c := call(l); c != nil {
			p = append(p, peer{l.Name, c.Run})
		}
	}
	return p
}

// gonumPeer is the row's work by gonum, nil if it does not do it.
func gonumPeer(isa kernels.ISA, f func()) []peer {
	if f == nil || !libraries.Gonum || isa != tiers()[0] {
		return nil
	}
	return []peer{{"gonum", timing.Repeat(f)}}
}

// fmaPeak is the probe that bounds products on one core.
func fmaPeak[T kernels.Float](isa kernels.ISA) probe {
	loop, flops := machine.FMA(isa, bitsOf[T]())
	return probe{name: "FMA", work: flops, loop: loop}
}

func bitsOf[T kernels.Float]() float64 {
	if typeName[T]() == "float32" {
		return 32
	}
	return 64
}

func typeName[T kernels.Float]() string {
	var z T
	switch any(z).(type) {
	case float32:
		return "float32"
	}
	return "float64"
}

var families []family

// register adds a family; call it from init.
func register(f family) { families = append(families, f) }
