package main

import "github.com/seed-4885aa59/eigenbasis/bench/peers"

func init() {
	commands = append(commands, command{"peers", "list the C libraries to compare with, and compile what needs compiling", peers.Main})
}
