package kernels

import (
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// Strips of columns on AVX-512, against the portable twin: last strips of whole blocks, of blocks and a part, of a part alone, NaN beyond the triangle and between rows.
func testSymvStrips[T Float](t *testing.T, p *Pool) {
	defer func(row, far int) { symvStripRow, symvFarAVX512 = row, far }(symvStripRow, symvFarAVX512)
	symvStripRow, symvFarAVX512 = 11<<10, 0
	size := int(unsafe.Sizeof(T(0)))
	least, most := symvStripRow/size, 1384/size
	require.True(t, symvStripped512[T](least))
	require.False(t, symvStripped512[T](least-1))
	src, twin := rnd.New(3), NewPool(1, WithISA(Portable))
	ba, bx, by := guard.New[T](t, (least+most)*(least+most+3)), guard.New[T](t, least+most+1), guard.New[T](t, least+most+1)
	for k, d := range []int{0, 1024/size + 5, 1280 / size, most} {
		if testing.Short() && k%2 == 0 {
			continue
		}
		n := least + d
		lda := n + 3*(k%2)
		for _, uplo := range []Uplo{Lower, Upper} {
			a0, x0, y0 := vecTriangle(src, rnd.Normal[T], uplo, n, lda), rnd.Normal(src, make([]T, n)), rnd.Normal(src, make([]T, n))
			a, x, y := ba.EndCopy(a0), bx.EndCopy(x0), by.EndCopy(y0)
			if k%2 == 1 {
				a, x, y = ba.StartCopy(a0), bx.AtCopy(x0, 1), by.StartCopy(y0)
			}
			Symv(twin, uplo, n, 1.5, a0, lda, x0, 0.5, y0)
			Symv(p, uplo, n, 1.5, a, lda, x, 0.5, y)
			bits.Same(t, y0, y, "%c n = %d, lda %d", uplo, n, lda)
			requireNoAllocs(t, func() { Symv(p, uplo, n, 1.5, a, lda, x, 0, y) })
		}
	}
}

func TestSymvStrips(t *testing.T) {
	p := tierPool(t, AVX512)
	t.Run("float32", func(t *testing.T) { testSymvStrips[float32](t, p) })
	t.Run("float64", func(t *testing.T) { testSymvStrips[float64](t, p) })
}
