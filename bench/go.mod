module github.com/seed-4885aa59/eigenbasis/bench

go 1.25.0

replace github.com/seed-4885aa59/eigenbasis => ../
