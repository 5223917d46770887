module github.com/seed-4885aa59/eigenbasis/internal/asmcheck

go 1.25.0

require (
	github.com/stretchr/testify v1.12.1
	golang.org/x/arch v0.28.0
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect
