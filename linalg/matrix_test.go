package linalg

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestMatrixViews(t *testing.T) {
	a := NewMatrix[float32](4, 5)
	for i := 0; i < 4; i++ {
		for j := 0; j < 5; j++ {
			a.Set(i, j, float32(10*i+j))
		}
	}
	b := a.Slice(1, 2, 2, 3)
	if b.At(0, 0) != 12 || b.At(1, 2) != 24 || len(b.Data) != 8 {
		t.Errorf("slice: %v", b)
	}
	b.Set(1, 1, -1)
	if a.At(2, 3) != -1 {
		t.Error("a slice is a view")
	}
	if r := b.Row(1); len(r) != 3 || cap(r) != 3 || r[0] != 22 {
		t.Errorf("row: %v", r)
	}
	if e := a.Slice(4, 5, 0, 0); e.Rows != 0 || len(e.Data) != 0 {
		t.Errorf("empty slice: %v", e)
	}
	c := b.Clone()
	if c.Stride != 3 || c.At(1, 1) != -1 {
		t.Errorf("clone: %v", c)
	}
	mustPanic(t, "slice", badView, func() { a.Slice(1, 0, 4, 1) })
	mustPanic(t, "slice", badView, func() { a.Slice(math.MaxInt, 0, 1, 1) })
	mustPanic(t, "row", badView, func() { a.Row(4) })
	mustPanic(t, "at", badView, func() { a.At(0, 5) })
	mustPanic(t, "dim", negDim, func() { NewMatrix[float32](-1, 2) })
	mustPanic(t, "stride", badStride, func() { Matrix[float32]{Rows: 2, Cols: 3, Stride: 2, Data: make([]float32, 9)}.Zero() })
	mustPanic(t, "data", shortData, func() { Matrix[float32]{Rows: 2, Cols: 3, Stride: 3, Data: make([]float32, 5)}.Zero() })
	mustPanic(t, "overflow", shortData, func() {
		Matrix[float32]{Rows: 5, Cols: 1, Stride: math.MaxInt/2 + 1, Data: make([]float32, 5)}.Zero()
	})
	mustPanic(t, "of", shortData, func() { MatrixOf(2, 3, make([]float32, 5)) })
}

func TestProducts(t *testing.T) { both(t, testProducts[float32], testProducts[float64]) }

func testProducts[T kernels.Float](t *testing.T) {
	r := newRandom(21)
	for _, sz := range [][3]int{{0, 2, 3}, {2, 0, 3}, {1, 1, 1}, {3, 5, 4}, {17, 9, 33}, {40, 50, 60}} {
		m, k, n := sz[0], sz[1], sz[2]
		for tr := 0; tr < 4; tr++ {
			ta, tb := kernels.NoTrans, kernels.NoTrans
			a, b := randomMatrix[T](r, m, k, 2), randomMatrix[T](r, k, n, 1)
			if tr&1 != 0 {
				ta, a = kernels.Trans, randomMatrix[T](r, k, m, 2)
			}
			if tr&2 != 0 {
				tb, b = kernels.Trans, randomMatrix[T](r, n, k, 1)
			}
			a, b = guarded(t, a, false), guarded(t, b, true)
			c := guarded(t, randomMatrix[T](r, m, n, 3), false)
			old := dense64(c, false)
			want := mul64(dense64(a, tr&1 != 0), dense64(b, tr&2 != 0), m, k, n)
			MatMulAdd(nil, c, ta, tb, 2, a, b, -0.5)
			for i := range want {
				for j := range want[i] {
					if d := math.Abs(float64(c.At(i, j)) - 2*want[i][j] + 0.5*old[i][j]); !(d <= epsilon[T]()*float64(2*k+2)) {
						t.Fatalf("%v flags %d: (%d,%d) off by %g", sz, tr, i, j, d)
					}
				}
			}
			d, e := NewMatrix[T](m, n), NewMatrix[T](m, n)
			MatMulAdd(nil, d, ta, tb, 1, a, b, 0)
			[]func(*kernels.Pool, Matrix[T], Matrix[T], Matrix[T]){MatMul[T], MatMulTN[T], MatMulNT[T], MatMulTT[T]}[tr](nil, e, a, b)
			bits.Same(t, d.Data, e.Data, "named product %d", tr)
			f := nanSlice[T](max(m, 0))
			if n == 1 || m*k == 0 {
				continue
			}
			x := randomVector[T](r, k)
			MatVec(nil, f, ta, 1, a, x, 0)
			for i := range f {
				var s float64
				for l, row := 0, dense64(a, tr&1 != 0)[i]; l < k; l++ {
					s += row[l] * float64(x[l])
				}
				if math.Abs(float64(f[i])-s) > epsilon[T]()*float64(k) {
					t.Fatalf("MatVec %d: off by %g", i, float64(f[i])-s)
				}
			}
		}
		// Gram of either side, exactly symmetric and equal to the product.
		for _, tr := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			a := randomMatrix[T](r, m, k, 2)
			g, want := NewMatrix[T](shape0(tr, a), shape0(tr, a)), NewMatrix[T](shape0(tr, a), shape0(tr, a))
			for i := range g.Data {
				g.Data[i] = T(math.NaN())
			}
			Gram(nil, g, tr, 0.5, a, 0)
			MatMulAdd(nil, want, tr, flip(tr), 0.5, a, a, 0)
			bits.Same(t, want.Data, g.Data, "Gram %v %c", sz, tr)
		}
	}
	a := NewMatrix[T](3, 3)
	mustPanic(t, "shape", badShape, func() { MatMul(nil, a, a, NewMatrix[T](2, 3)) })
	mustPanic(t, "flag", badTrans, func() { MatMulAdd(nil, a, 'X', 'N', 1, a, a, 0) })
	mustPanic(t, "alias", "kernels: an output overlaps an input", func() { MatMul(nil, a, a, NewMatrix[T](3, 3)) })
}

func shape0[T kernels.Float](t kernels.Transpose, a Matrix[T]) int { m, _ := shapeOf(t, a); return m }

func TestMirror(t *testing.T) { both(t, testMirror[float32], testMirror[float64]) }

func testMirror[T kernels.Float](t *testing.T) {
	r := newRandom(22)
	for _, n := range []int{0, 1, 2, 63, 64, 65, 130} {
		for _, uplo := range []kernels.Uplo{kernels.Lower, kernels.Upper} {
			a := guarded(t, randomMatrix[T](r, n, n, 3), n%2 == 0)
			keep := a.Clone()
			for i := 0; i < n; i++ {
				for j := 0; j < n; j++ {
					if i != j && (j > i) == (uplo == kernels.Lower) {
						a.Set(i, j, T(math.NaN()))
					}
				}
			}
			Mirror(nil, uplo, a)
			for i := 0; i < n; i++ {
				for j := 0; j < n; j++ {
					lo, hi := max(i, j), min(i, j)
					want := keep.At(lo, hi)
					if uplo == kernels.Upper {
						want = keep.At(hi, lo)
					}
					if a.At(i, j) != want {
						t.Fatalf("n=%d %c: (%d,%d)", n, uplo, i, j)
					}
				}
			}
		}
	}
}

func TestNormAndFinite(t *testing.T) {
	a := NewMatrix[float64](3, 5).Slice(0, 0, 3, 2)
	a.Set(0, 0, 3e200)
	a.Set(2, 1, 4e200)
	if v := FrobeniusNorm(nil, a); math.Abs(v-5e200) > 1e186 {
		t.Error(v)
	}
	if !Finite(nil, a) {
		t.Error("finite")
	}
	a.Set(1, 1, math.Inf(-1))
	if v := FrobeniusNorm(nil, a); !math.IsInf(v, 1) || Finite(nil, a) {
		t.Error(v)
	}
	a.Set(1, 0, math.NaN())
	if v := FrobeniusNorm(nil, a); v == v || Finite(nil, a.Clone()) {
		t.Error(v)
	}
	if v := FrobeniusNorm(nil, NewMatrix[float64](0, 3)); v != 0 {
		t.Error(v)
	}
}
