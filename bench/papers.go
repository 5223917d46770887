package main

import "github.com/seed-4885aa59/eigenbasis/bench/papers"

func init() {
	commands = append(commands, command{"papers", "reproduce what the papers behind the library claim", papers.Main})
}
