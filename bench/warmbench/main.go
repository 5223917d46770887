// Package warmbench compares the policies of linalg.SymEig.Update with a cold solve at every refresh, on the moving
// averages of Gram matrices that an optimizer keeps: those of the gradients of a language model while it trains.
package warmbench

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Main runs the command and returns the exit status.
func Main(args []string) int {
	fs := flag.NewFlagSet("warm", flag.ContinueOnError)
	steps := fs.Int("steps", 200, "training steps")
	every := fs.Int("every", 10, "steps between refreshes")
	workers := fs.Int("workers", 1, "workers of the pool")
	quick := fs.Bool("quick", false, "60 steps")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if fs.NArg() > 0 || *steps < 1 || *every < 1 || *workers < 1 {
		fmt.Fprintln(os.Stderr, "warm: -steps, -every and -workers must be at least 1, and there are no arguments")
		return 2
	}
	if *quick {
		*steps = 60
	}
	pool := kernels.NewPool(*workers)
	defer pool.Close()
	fmt.Printf("eigenbases of β-averaged Gram matrices of gradients, float32, tier %v, %d workers; %d steps of AdamW, a refresh every %d\n", pool.ISA(), *workers, *steps, *every)
	fmt.Println("criterion ‖B−diag B‖/‖B‖, B = QᵀAQ, of what each refresh left: mean and largest; n³ operations and ms for all refreshes after the first;")
	fmt.Println("ratio: of the time to that of a cold solve at every refresh, in the same interleaved run")
	g, err := record(pool, *steps)
	if err != nil {
		fmt.Fprintln(os.Stderr, "warm:", err)
		return 1
	}
	if err := g.table(pool, *every); err != nil {
		fmt.Fprintln(os.Stderr, "warm:", err)
		return 1
	}
	return 0
}
