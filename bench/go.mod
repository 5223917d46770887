module github.com/seed-4885aa59/eigenbasis/bench

go 1.25.0

replace github.com/seed-4885aa59/eigenbasis => ../

require (
	github.com/klauspost/cpuid/v2 v2.4.2
	github.com/seed-4885aa59/eigenbasis v0.0.0-00010101000000-000000000000
	github.com/stretchr/testify v1.12.1
	gonum.org/v1/gonum v0.17.0
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
