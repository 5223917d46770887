package kernelbench

import (
	"fmt"
	"runtime"

	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func init() {
	register(family{name: "workers", unit: "GFLOP/s", rows: func(quick bool) []row {
		var rows []row
		for _, isa := range tiers() {
			rows = append(rows, workerRows[float32](isa, quick)...)
			rows = append(rows, workerRows[float64](isa, quick)...)
		}
		return rows
	}})
}

// workerRows times products on every core against one worker, against libraries with as many threads, which the system places, and the FMA peak of all cores at once.
func workerRows[T kernels.Float](isa kernels.ISA, quick bool) []row {
	cores := runtime.NumCPU()
	if cores == 1 {
		return nil
	}
	list := []int{64, 128, 192, 256, 512, 1024, 2048}
	if quick {
		list = []int{64, 256, 1024}
	}
	var rows []row
	for _, op := range []string{"NN", "syrk"} {
		for _, n := range list {
			work := 2 * float64(n) * float64(n) * float64(n)
			if op == "syrk" {
				work /= 2
			}
			rows = append(rows, row{typ: typeName[T](), tier: isa.String(), name: fmt.Sprintf("%s %d, %d cores", op, n, cores), cores: cores, work: work,
				prepare: func() timed {
					p, one := kernels.NewPool(cores, kernels.WithISA(isa)), kernels.NewPool(1, kernels.WithISA(isa))
					a, b, c := operand[T](n*n), operand[T](n*n), hugepage.Make[T](n*n)
					run := func(p *kernels.Pool) func() {
						if op == "syrk" {
							return func() { kernels.Syrk(p, kernels.Lower, kernels.NoTrans, n, n, alpha, a, n, beta, c, n) }
						}
						return func() { kernels.Gemm(p, kernels.NoTrans, kernels.NoTrans, n, n, n, alpha, a, n, b, n, beta, c, n) }
					}
					t := timed{run: run(p), one: run(one), pool: p, close: p.Close}
					t.limit.name = "FMA of all cores"
					t.limit.loop, t.limit.work = machine.CoresFMA(p, bitsOf[T]())
					t.peers = libraryPeers(isa, func(l *peers.Library) *peers.Call {
						if op == "syrk" {
							return peers.Syrk(l, kernels.Lower, kernels.NoTrans, n, n, alpha, a, n, beta, c, n)
						}
						return gemmPeer(l, kernels.NoTrans, kernels.NoTrans, n, n, n, a, n, b, n, c, n)
					})
					return t
				}})
		}
	}
	return rows
}
