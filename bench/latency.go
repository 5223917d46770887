package main

import "github.com/seed-4885aa59/eigenbasis/bench/latency"

func init() {
	commands = append(commands, command{"latency", "measure how long garbage collection waits for kernels and factorizations", latency.Main})
}
