package main

import "github.com/seed-4885aa59/eigenbasis/bench/warmbench"

func init() {
	commands = append(commands, command{"warm", "keep, refine or solve: warm refreshes of eigenbases against cold solves, on gradients of a training run", warmbench.Main})
}
