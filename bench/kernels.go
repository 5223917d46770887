package main

import "github.com/seed-4885aa59/eigenbasis/bench/kernelbench"

func init() {
	commands = append(commands, command{"kernels", "time the kernels against the limits of this machine and other libraries", kernelbench.Main})
}
