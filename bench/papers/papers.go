// Package papers is the command that reproduces the papers behind the library.
package papers

import (
	"github.com/seed-4885aa59/eigenbasis/bench/papers/influence"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
)

// all are the reproductions, in the order in which they run.
var all = []*paper.Paper{
	influence.Paper,
}

// Main runs those that args name.
func Main(args []string) int { return paper.Main(all, args) }
