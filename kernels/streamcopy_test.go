package kernels

import (
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

func TestStreamCopyTiers(t *testing.T) { vecTiers(t, testStreamCopy[float32], testStreamCopy[float64]) }

func testStreamCopy[T Float](t *testing.T, p *Pool) {
	src := rnd.New(9)
	b := newMatBuffers[T](t)
	line := streamLine / int(unsafe.Sizeof(T(0)))
	n0 := []int{0, 1, line - 1, line, line + 1, 2 * line, 3*line + 5, 8 * line}
	for k, m := range []int{0, 1, 2, 3, 7} {
		for _, n := range n0 {
			for _, gap := range []int{0, 1, line} { // rows of B at cache lines with the first and last where n is whole lines
				for at := range 2 {
					lda, ldb := max(1, n)+at, max(1, n)+gap
					a0, c0 := vecMatrix(src, vecFills[T]()[k%4], m, n, lda), vecMatrix(src, vecFills[T]()[0], m, n, ldb)
					want := append([]T(nil), c0...)
					for i := 0; i < m && n > 0; i++ {
						copy(want[i*ldb:i*ldb+n], a0[i*lda:i*lda+n])
					}
					a, c := b.put(0, at, a0), b.put(1, at, c0)
					StreamCopy(p, m, n, a, lda, c, ldb)
					bits.Same(t, want, c, "%d×%d ld %d, %d at %d", m, n, lda, ldb, at)
				}
			}
		}
	}
	// Rows longer than what one call copies, and many of them; rows of B at cache lines.
	for _, s := range [][2]int{{2, 2*streamPiece/int(unsafe.Sizeof(T(0))) + 3*line + 1}, {1100, 4 * line}} {
		m, n := s[0], s[1]
		ldb := (n + line) / line * line
		whole := make([]T, m*ldb+line)
		for uintptr(unsafe.Pointer(&whole[0]))%streamLine != 0 {
			whole = whole[1:]
		}
		a := rnd.Normal(src, make([]T, m*n))
		StreamCopy(p, m, n, a, n, whole, ldb)
		for i := range m {
			bits.Same(t, a[i*n:(i+1)*n], whole[i*ldb:i*ldb+n], "row %d of %d×%d", i, m, n)
			for _, v := range whole[i*ldb+n : (i+1)*ldb] {
				if v != 0 {
					t.Fatalf("%d×%d: wrote behind row %d", m, n, i)
				}
			}
		}
		if got := testing.AllocsPerRun(3, func() { StreamCopy(p, m, n, a, n, whole, ldb) }); got != 0 {
			t.Errorf("%v allocations", got)
		}
	}
}

func TestStreamCopyPanics(t *testing.T) {
	v, w := make([]float32, 12), make([]float32, 12)
	for _, c := range []struct {
		want string
		call func()
	}{
		{negDim, func() { StreamCopy(nil, -1, 2, v, 2, w, 2) }},
		{badLdA, func() { StreamCopy(nil, 2, 3, v, 2, w, 3) }},
		{badLdB, func() { StreamCopy(nil, 2, 3, v, 3, w, 2) }},
		{shortA, func() { StreamCopy(nil, 5, 3, v, 3, w, 3) }},
		{shortA, func() { StreamCopy(nil, 2, 3, v, math.MaxInt, w, 3) }},
		{shortB, func() { StreamCopy(nil, 4, 3, v, 3, w[:11], 3) }},
		{overlap, func() { StreamCopy(nil, 2, 3, v, 3, v[5:], 3) }},
	} {
		assert.PanicsWithValue(t, c.want, c.call)
		assert.Equal(t, make([]float32, 12), w)
	}
}
