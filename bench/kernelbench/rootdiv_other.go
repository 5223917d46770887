//go:build !amd64

package kernelbench

import "github.com/seed-4885aa59/eigenbasis/kernels"

func rootDivForms(kernels.ISA) int { return 0 }

func runRootDiv[T kernels.Float](kernels.ISA, int, int, int, []T) {}
