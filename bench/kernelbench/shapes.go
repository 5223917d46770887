package kernelbench

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func init() {
	register(family{name: "shapes", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, shapeRows[float32](isa, quick)...)
			rows = append(rows, shapeRows[float64](isa, quick)...)
		}
		return rows
	}})
}

// shapeRows times what Shampoo and SOAP do with a gradient G of m×n: the moving averages of G·Gᵀ and Gᵀ·G, one triangle each, and QᵀGQ, the way
// into the basis, by two products.
func shapeRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	list := [][2]int{{256, 1024}, {512, 512}, {512, 2048}, {768, 768}, {768, 3072}, {1024, 256}, {2048, 1024}, {3072, 768}, {3072, 2048}}
	if quick {
		list = list[:2]
	}
	var rows []row
	for _, s := range list {
		m, n := s[0], s[1]
		for _, t := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			name, order, k := "GGᵀ", m, n
			if t == kernels.Trans {
				name, order, k = "GᵀG", n, m
			}
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("%s %d×%d", name, m, n),
				work: float64(order) * float64(order) * float64(k),
				prepare: func() timed {
					p := kernels.NewPool(1, kernels.WithISA(isa))
					g, c := operand[T](m*n), hugepage.Make[T](order*order)
					return timed{limit: fmaPeak[T](isa), run: func() {
						kernels.Syrk(p, kernels.Lower, t, order, k, 0.05, g, n, 0.95, c, order)
					}, peers: append(libraryPeers(isa, func(l *peers.Library) *peers.Call {
						return peers.Syrk(l, kernels.Lower, t, order, k, 0.05, g, n, 0.95, c, order)
					}), gonumPeer(isa, gonumSyrk(kernels.Lower, t, order, k, 0.05, g, n, 0.95, c, order))...)}
				}})
		}
		rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("QᵀGQ %d×%d", m, n),
			work: 2 * float64(m) * float64(n) * float64(m+n),
			prepare: func() timed {
				p := kernels.NewPool(1, kernels.WithISA(isa))
				left, g, right := operand[T](m*m), operand[T](m*n), operand[T](n*n)
				h, c := hugepage.Make[T](m*n), hugepage.Make[T](m*n)
				first := gonumGemm(kernels.Trans, kernels.NoTrans, m, n, m, left, m, g, n, h, n)
				second := gonumGemm(kernels.NoTrans, kernels.NoTrans, m, n, n, h, n, right, n, c, n)
				return timed{limit: fmaPeak[T](isa), run: func() {
					kernels.Gemm(p, kernels.Trans, kernels.NoTrans, m, n, m, alpha, left, m, g, n, beta, h, n)
					kernels.Gemm(p, kernels.NoTrans, kernels.NoTrans, m, n, n, alpha, h, n, right, n, beta, c, n)
				}, peers: append(libraryPeers(isa, func(l *peers.Library) *peers.Call {
					a := gemmPeer(l, kernels.Trans, kernels.NoTrans, m, n, m, left, m, g, n, h, n)
					b := gemmPeer(l, kernels.NoTrans, kernels.NoTrans, m, n, n, h, n, right, n, c, n)
					if a == nil || b == nil {
						return nil
					}
					return peers.Sequence(a, b)
				}), gonumPeer(isa, func() { first(); second() })...)}
			}})
	}
	return rows
}
