package kernelbench

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func init() {
	register(family{name: "convert", unit: "GB/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(append(rows, convertRows[float32, float64](isa, quick)...), convertRows[float64, float32](isa, quick)...)
		}
		return rows
	}})
}

// convertRows are conversions from S to D; the limit moves as many bytes, half of them to, from one vector to another.
func convertRows[D, S kernels.Float](isa kernels.ISA, quick bool) []row {
	var rows []row
	for _, l := range levels(quick) {
		n := l.bytes / 12 / 128 * 128
		bytes := float64(12 * n)
		rows = append(rows, row{typ: typeName[D](), tier: isa.String(), name: "from " + typeName[S]() + " " + l.name, work: bytes, prepare: func() timed {
			p := kernels.NewPool(1, kernels.WithISA(isa))
			x, y := operand[S](n), hugepage.Make[D](n)
			from, to := operand[float32](3*n/2), hugepage.Make[float32](3*n/2)
			return timed{run: func() { kernels.Convert(p, y, x) },
				limit: streamProbe(isa, read1to1, 6*n, [4]unsafe.Pointer{unsafe.Pointer(&to[0]), unsafe.Pointer(&from[0])}, bytes)}
		}})
	}
	return rows
}
