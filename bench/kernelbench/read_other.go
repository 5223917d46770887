//go:build !amd64

package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

const readProbes = 0

func runRead(kernels.ISA, int, int, unsafe.Pointer) {}

func readRows(kernels.ISA, int, int, unsafe.Pointer, int) {}

// hasLanes says that runLanes and runIntegers exist.
const hasLanes = false

func runLanes(kernels.ISA, int, int) {}

func runIntegers(kernels.ISA, int) {}
