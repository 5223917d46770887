package main

import "github.com/seed-4885aa59/eigenbasis/bench/lanczosbench"

func init() {
	commands = append(commands, command{"lanczos", "check and time Lanczos with linear constraints on graphs against the dense solution", lanczosbench.Main})
}
