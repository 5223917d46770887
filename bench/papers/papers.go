// Package papers is the command that reproduces the papers behind the library.
package papers

import (
	"github.com/seed-4885aa59/eigenbasis/bench/papers/diffusion"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/egop"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/gaussnewton"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/influence"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/lanczos"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/purifying"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/soap"
)

// all are the reproductions, in the order in which they run.
var all = []*paper.Paper{
	soap.Paper,
	purifying.Paper,
	gaussnewton.Paper,
	influence.Paper,
	egop.Paper,
	diffusion.Paper,
	lanczos.Paper,
}

// Main runs those that args name.
func Main(args []string) int { return paper.Main(all, args) }
