package kernels

import (
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The kernels for matrices in some caches of one processor, on matrices small enough to test and on any machine: rows one after the other, without and with fetches
// ahead, short rows eight at a time, and rows and columns by two loops in turns.
func testGemvNear[T Float](t *testing.T, p *Pool) {
	isa := p.ISA()
	if isa == Portable {
		return
	}
	was, wasZen := oneStream, zen5
	defer func() { oneStream, zen5 = was, wasZen }()
	oneStream, zen5 = true, true // for gemvNTurns and gemvNTogether
	src := rnd.New(4)
	b := [3]*guard.Buffer[T]{guard.New[T](t, 14*(23*lanes[T]()+3)), guard.New[T](t, 23*lanes[T]()), guard.New[T](t, 23*lanes[T]())}
	l := lanes[T]()
	shapes := append(gemvShapes[T](), [][2]int{{1, 8 * l}, {4, 12 * l}, {9, 12*l + 1}, {13, 22*l + 7}, {7, 9*l - 3}}...) // and several panels
	for k, s := range shapes {
		m, n := s[0], s[1]
		if m == 0 || n == 0 || m > 13 || n > 7*l && k < len(shapes)-5 {
			continue
		}
		fill := vecFills[T]()[k%4]
		lda := n + []int{0, 3}[k%2]
		place := func(i int, x []T) []T {
			if k%3 == 0 {
				return b[i].StartCopy(x)
			}
			return b[i].EndCopy(x)
		}
		a := place(0, vecMatrix(src, fill, m, n, lda))
		for _, ab := range [][2]T{{1, 0}, {-1.3, 0.6}} {
			alpha, beta := ab[0], ab[1]
			{
				x, y := place(1, fill(src, make([]T, n))), place(2, fill(src, make([]T, m)))
				want := contractGemv(NoTrans, m, n, alpha, a, lda, x, beta, y)
				before := slices.Clone(y)
				for order := rowsTogether; order <= rowsStreamed; order++ {
					copy(y, before)
					gemvNPiece(isa, order, m, n, alpha, a, lda, x, beta, y)
					bits.Same(t, want, y, "%d×%d lda %d alpha %v beta %v order %d", m, n, lda, alpha, beta, order)
				}
				for i := range want {
					want[i] = lanesOf(n, func(acc T, j int) T { return acc + a[i*lda+j] })
				}
				for order := rowsTogether; order <= rowsStreamed; order++ {
					clear(y)
					rowSumPiece(isa, order, m, n, a, lda, y)
					bits.Same(t, want, y, "sums of rows, %d×%d lda %d order %d", m, n, lda, order)
				}
			}
			for turns := 1; turns <= 2; turns++ {
				x, y := place(1, fill(src, make([]T, m))), place(2, fill(src, make([]T, n)))
				want := contractGemv(Trans, m, n, alpha, a, lda, x, beta, y)
				gemvTAtOnce(isa, turns, m, n, alpha, a, lda, x, beta, y)
				bits.Same(t, want, y, "columns, %d×%d lda %d alpha %v beta %v", m, n, lda, alpha, beta)
				before := slices.Clone(y)
				for j := range want {
					for i := range m {
						want[j] = elem.FMA(a[i*lda+j], x[i], want[j])
					}
				}
				gemvTRowPiece(isa, m, n, a, lda, x, y)
				bits.Same(t, want, y, "sums of columns row by row, %d×%d lda %d", m, n, lda)
				copy(y, before)
				gemvTPiece(isa, turns, m, n, a, lda, x, y)
				bits.Same(t, want, y, "sums of columns, %d×%d lda %d", m, n, lda)
			}
		}
	}
}

func TestGemvNear(t *testing.T) { vecTiers(t, testGemvNear[float32], testGemvNear[float64]) }
