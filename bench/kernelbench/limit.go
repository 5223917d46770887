package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// AdamStream moves x, m, v and g as the Adam kernel of that tier does, three of them in place, without arithmetic: what
// bounds it in the memory at hand. It is nil where there is no such loop. The vectors hold the same multiple of
// 64 bytes each.
func AdamStream[T kernels.Float](isa kernels.ISA, x, m, v, g []T) func() {
	s := [4]unsafe.Pointer{unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(m)),
		unsafe.Pointer(unsafe.SliceData(v)), unsafe.Pointer(unsafe.SliceData(g))}
	p := streamProbe(isa, read4write3, len(x)*int(unsafe.Sizeof(x[0])), s, 1)
	if p.loop == nil {
		return nil
	}
	return func() { p.loop(1) }
}
