package main

import "github.com/seed-4885aa59/eigenbasis/bench/train"

func init() {
	commands = append(commands, command{"train", "train a language model with AdamW, Shampoo, SOAP and EShampoo and compare them", train.Run})
}
