// Command bench runs and measures eigenbasis: train a language model with every optimizer, time the kernels against the limits of the
// machine, and kernels and factorizations against the best C libraries in the same process.
package main

import (
	"fmt"
	"os"
)

// A command takes the arguments after its name and returns the exit status:
// 0, 1 for a failure, 2 for wrong usage.
type command struct {
	name, what string
	run        func(args []string) int
}

var commands []command

func main() {
	if len(os.Args) > 1 {
		for _, c := range commands {
			if c.name == os.Args[1] {
				os.Exit(c.run(os.Args[2:]))
			}
		}
		if arg := os.Args[1]; arg != "help" && arg != "-h" && arg != "-help" && arg != "--help" {
			fmt.Fprintf(os.Stderr, "bench: unknown command %q\n", arg)
		}
	}
	fmt.Fprintln(os.Stderr, "usage: go run ./bench COMMAND [flags]; COMMAND -h lists its flags")
	for _, c := range commands {
		fmt.Fprintf(os.Stderr, "  %-10s %s\n", c.name, c.what)
	}
	os.Exit(2)
}
