package main

import "github.com/seed-4885aa59/eigenbasis/bench/stepbench"

func init() {
	commands = append(commands, command{"step", "time a step and a refresh of every optimizer, or print what they will cost", stepbench.Main})
}
