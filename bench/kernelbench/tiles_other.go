//go:build !amd64

package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

const columnProbes = 0

func tileProbes(kernels.ISA, int) int { return 0 }

func readColumns(kernels.ISA, int, int, unsafe.Pointer, int) {}

func tileRun(kernels.ISA, int, int, int, unsafe.Pointer, unsafe.Pointer) func() { return nil }
