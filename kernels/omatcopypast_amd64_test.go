package kernels

import (
	"math"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// A transposition past the caches, of matrices small enough to test: whole tiles, tiles moved back, one worker and three.
func testTransposePast[T Float](t *testing.T, p *Pool) {
	if p.ISA() == Portable {
		return
	}
	defer func(n int) { transposeStream = n }(transposeStream)
	transposeStream = 0
	src := rnd.New(6)
	line := streamLine / int(unsafe.Sizeof(T(0)))
	for k, s := range [][2]int{{line, line}, {line, 2*line + 3}, {8 * line, 9 * line}, {5*line + 1, 4*line - 1}, {12*line + 5, 7 * line}, {600, 33 * line}} {
		m, n := s[0], s[1]
		lda, ldb := n+k, (m+2*line-1)/line*line // B of n rows, with a gap
		in := vecMatrix(src, rnd.Normal[T], m, n, lda)
		a, b := guard.New[T](t, len(in)+1), guard.New[T](t, n*ldb)
		x, y := a.EndCopy(in), b.Start(n*ldb)
		if k%2 == 1 {
			x, y = a.StartCopy(in), b.End(n*ldb)
		}
		for w := 1; w <= 3; w += 2 {
			for i := range y {
				y[i] = T(math.NaN())
			}
			q := NewPool(w, WithISA(p.ISA()))
			Omatcopy(q, Trans, n, m, 2, x, lda, y, ldb)
			q.Close()
			for j := range n {
				for i := range ldb {
					v := y[j*ldb+i]
					if i < m && v != 2*in[i*lda+j] || i >= m && v == v {
						t.Fatalf("%d×%d, %d workers: row %d, column %d is %v", n, m, w, j, i, v)
					}
				}
			}
		}
		a.Check()
		b.Check()
	}
}

func TestTransposePast(t *testing.T) {
	vecTiers(t, testTransposePast[float32], testTransposePast[float64])
}

// A copy past the caches, of matrices small enough to test: with and without gaps, B at and beside cache lines, one worker and three.
func testCopyPast[T Float](t *testing.T, p *Pool) {
	if p.ISA() == Portable {
		return
	}
	defer func(n int) { copyStream = n }(copyStream)
	copyStream = 0
	src := rnd.New(7)
	line := streamLine / int(unsafe.Sizeof(T(0)))
	for k, s := range [][3]int{{1, 3, 0}, {5, line, 0}, {7, 2*line + 3, 0}, {9, 2*line + 3, line - 3}, {700, 25 * line, line}, {300, 61*line + 1, 2}, {30, shortRow + 2*line + 3, line - 3}, {40, shortRow + 3*line, line}} {
		m, n, gap := s[0], s[1], s[2]
		lda, ldb := n+k%2*gap, n+gap
		in := vecMatrix(src, rnd.Normal[T], m, n, lda)
		a, b := guard.New[T](t, len(in)), guard.New[T](t, (m-1)*ldb+n)
		x, y := a.EndCopy(in), b.Start((m-1)*ldb+n)
		if k%2 == 1 {
			x, y = a.StartCopy(in), b.End((m-1)*ldb+n)
		}
		for _, alpha := range []T{1, -2} {
			for w := 1; w <= 3; w += 2 {
				for i := range y {
					y[i] = T(math.NaN())
				}
				q := NewPool(w, WithISA(p.ISA()))
				Omatcopy(q, NoTrans, m, n, alpha, x, lda, y, ldb)
				q.Close()
				for i, v := range y {
					if j := i % ldb; j < n && v != alpha*in[i/ldb*lda+j] || j >= n && v == v {
						t.Fatalf("%d×%d, %d workers, alpha %v: row %d, column %d is %v", m, n, w, alpha, i/ldb, j, v)
					}
				}
			}
		}
		a.Check()
		b.Check()
	}
}

func TestCopyPast(t *testing.T) { vecTiers(t, testCopyPast[float32], testCopyPast[float64]) }
