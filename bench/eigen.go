package main

import "github.com/seed-4885aa59/eigenbasis/bench/eigenbench"

func init() {
	commands = append(commands, command{"eigen", "time and check the symmetric eigen-solver against a product of this run and gonum", eigenbench.Main})
}
