//go:build !amd64

package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// hasStreams says that streamRun exists.
const hasStreams = false

func streamProbes(kernels.ISA) int { return 0 }

func streamRun(kernels.ISA, mix, int, int, [4]unsafe.Pointer) func() { return nil }

func streamRow(kernels.ISA, mix, int, int, unsafe.Pointer, unsafe.Pointer) {}
