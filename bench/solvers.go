package main

import "github.com/seed-4885aa59/eigenbasis/bench/solverbench"

func init() {
	for _, p := range solverbench.Problems {
		commands = append(commands, command{p.Name, p.What, p.Main})
	}
}
