package kernels

import (
	"fmt"
	"slices"
	"testing"
)

// TestOverlap: of any two operands, one of which is written, a shared element panics before anything is written, unless the documentation allows one to
// be exactly the other; neighbours do not, and give what operands far from each other give.
func TestOverlap(t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		for _, row := range kernelRows(5) {
			far := newOperandMemory(&row)
			for a := range row.ops {
				for b := range row.ops {
					if a != b {
						testOverlap(t, p, &row, far, a, b)
					}
				}
			}
		}
	})
}

// testOverlap puts operand b around operand a.
func testOverlap(t *testing.T, p *Pool, row *operandRow, far *operandMemory, a, b int) {
	t.Helper()
	what := fmt.Sprintf("%v: %s: %s and %s", p.ISA(), row.name, row.ops[a].name, row.ops[b].name)
	near := newOperandMemory(row)
	na, nb := row.ops[a].span(), row.ops[b].span()
	place := func(d int) {
		near.at[a] = len(near.all) - na - nb - max(na, nb)
		near.at[b] = near.at[a] + d
		near.fill(a, a)
	}
	written := row.ops[a].out || row.ops[b].out
	allowed := slices.Contains(row.ops[a].inPlace, row.ops[b].name) || slices.Contains(row.ops[b].inPlace, row.ops[a].name)
	for _, d := range []int{1 - nb, 0, na - 1} {
		place(d)
		switch call := func() { row.call(p, near.views()) }; {
		case !written:
			call()
		case d == 0 && allowed:
			near.fill(a, b)
			far.fill(a, b)
			requireSameResults(t, row, true, far.results(p, far.views()), near.results(p, near.views()), what+" at one place")
		default:
			near.requireRefusal(t, call, overlap, "%s, %d apart", what, d)
		}
	}
	far.fill(a, a)
	want := far.results(p, far.views())
	for _, d := range []int{-nb, na} {
		place(d)
		requireSameResults(t, row, false, want, near.results(p, near.views()), fmt.Sprintf("%s, %d apart", what, d))
	}
	if row.blocks && row.ops[a].cols > 0 {
		testOverlapBlocks(t, p, row, want, a, b, what)
	}
}

// testOverlapBlocks puts operand b beside operand a, as columns of one matrix.
func testOverlapBlocks(t *testing.T, p *Pool, row *operandRow, want [][]float64, a, b int, what string) {
	t.Helper()
	wide := operandRow{name: row.name, ops: slices.Clone(row.ops), call: row.call}
	x, y := &wide.ops[a], &wide.ops[b]
	x.ld = x.cols + y.cols
	y.ld = x.ld
	near := newOperandMemory(&wide)
	for _, rows := range []int{0, 2} { // b begins some rows further down
		near.at[a] = len(near.all) - 2*max(x.span(), y.span()) - 2*x.ld
		near.at[b] = near.at[a] + x.cols + rows*x.ld
		near.fill(a, a)
		requireSameResults(t, row, false, want, near.results(p, near.views()), fmt.Sprintf("%s as columns of a matrix, %d rows below", what, rows))
		if x.rows > rows && x.uplo|y.uplo == 0 && (x.out || y.out) {
			near.at[b]--
			near.requireRefusal(t, func() { row.call(p, near.views()) }, overlap, "%s, a column shared", what)
		}
	}
}

// requireSameResults compares what operands hold, or those that are written.
func requireSameResults(t *testing.T, row *operandRow, written bool, want, got [][]float64, what string) {
	t.Helper()
	for i := range want {
		if written && !row.ops[i].out {
			continue
		}
		gemmSame(t, want[i], got[i], what+": "+row.ops[i].name)
	}
}
