package linalg

import (
	"errors"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// laplacian returns the graph Laplacian D − A of n nodes with unit edges, each given once.
func laplacian[T kernels.Float](t testing.TB, n int, edges [][2]int) *CSR[T] {
	var es []Entry[T]
	for _, e := range edges {
		es = append(es, Entry[T]{e[0], e[1], -1}, Entry[T]{e[1], e[0], -1}, Entry[T]{e[0], e[0], 1}, Entry[T]{e[1], e[1], 1})
	}
	a, err := NewCSR(n, n, es)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func gridEdges(rows, cols int) [][2]int {
	var es [][2]int
	for i := range rows {
		for j := range cols {
			v := i*cols + j
			if j+1 < cols {
				es = append(es, [2]int{v, v + 1})
			}
			if i+1 < rows {
				es = append(es, [2]int{v, v + cols})
			}
		}
	}
	return es
}

func TestCSR(t *testing.T) { both(t, testCSR[float32], testCSR[float64]) }

func testCSR[T kernels.Float](t *testing.T) {
	r := newRandom(1)
	for _, d := range [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {5, 4}, {20, 33}} {
		m, n := d[0], d[1]
		want := NewMatrix[T](m, n)
		var es []Entry[T]
		for range m * n {
			// Small integers: their sums are exact in any order.
			e := Entry[T]{r.Intn(m), r.Intn(n), T(r.Intn(9) - 4)}
			es = append(es, e)
			want.Set(e.Row, e.Col, want.At(e.Row, e.Col)+e.Val)
		}
		a, err := NewCSR(m, n, es)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Check(); err != nil {
			t.Errorf("%v: %v", d, err)
		}
		got := NewMatrix[T](m, n)
		a.Dense(got)
		if s := bits.Diff(want.Data, got.Data); s != "" {
			t.Errorf("%v: Dense: %s", d, s)
		}
		for i := range m {
			for j := range n {
				if a.At(i, j) != want.At(i, j) {
					t.Errorf("%v: element (%d, %d) is %v", d, i, j, a.At(i, j))
				}
			}
		}
		x := NewMatrix[T](n, 3)
		for i := range x.Data {
			x.Data[i] = T(r.Intn(9) - 4)
		}
		y, z := NewMatrix[T](m, 3), NewMatrix[T](m, 3)
		a.MulMat(nil, y, x)
		MatMul(nil, z, want, x)
		if s := bits.Diff(z.Data, y.Data); s != "" {
			t.Errorf("%v: MulMat: %s", d, s)
		}
		v, w := make([]T, n), make([]T, m)
		for j := range v {
			v[j] = x.At(j, 1)
		}
		a.MulVec(nil, w, v)
		for i := range w {
			if w[i] != y.At(i, 1) {
				t.Errorf("%v: MulVec: row %d is %v, want %v", d, i, w[i], y.At(i, 1))
			}
		}
	}
	// Duplicates are summed in the order of the slice.
	a, err := NewCSR(1, 1, []Entry[T]{{0, 0, 1}, {0, 0, T(1 / epsilon[T]() * 4)}, {0, 0, -T(1 / epsilon[T]() * 4)}})
	if err != nil || a.At(0, 0) != 0 || len(a.Val) != 1 {
		t.Errorf("duplicates: %v, %v", a, err)
	}
	if a := laplacian[T](t, 6, gridEdges(2, 3)); !a.IsSymmetric() || a.At(1, 1) != 3 {
		t.Errorf("Laplacian: %v", a)
	}
	a.Val[0] = 7
	if !a.IsSymmetric() {
		t.Error("1×1 is symmetric")
	}
	if a, _ := NewCSR(2, 2, []Entry[T]{{0, 1, 1}}); a.IsSymmetric() {
		t.Error("a triangle is not symmetric")
	}
}

func TestCSRErrors(t *testing.T) {
	var bad *SparseError
	for _, e := range []Entry[float64]{{-1, 0, 1}, {3, 0, 1}, {0, -1, 1}, {0, 2, 1}} {
		if _, err := NewCSR(3, 2, []Entry[float64]{{0, 0, 1}, e}); !errors.As(err, &bad) || bad.Index != 1 {
			t.Errorf("%v: %v", e, err)
		}
	}
	good := func() *CSR[float64] {
		return &CSR[float64]{Rows: 2, Cols: 3, Start: []int{0, 2, 3}, Col: []int32{0, 2, 1}, Val: []float64{1, 2, 3}}
	}
	if err := good().Check(); err != nil {
		t.Error(err)
	}
	for i, spoil := range []func(a *CSR[float64]){
		func(a *CSR[float64]) { a.Start = a.Start[1:] },
		func(a *CSR[float64]) { a.Col = a.Col[1:] },
		func(a *CSR[float64]) { a.Start[1] = 4 },
		func(a *CSR[float64]) { a.Start[1], a.Start[2] = 3, 2 },
		func(a *CSR[float64]) { a.Start[0] = -1 },
		func(a *CSR[float64]) { a.Col[1] = 0 },
		func(a *CSR[float64]) { a.Col[1] = 3 },
		func(a *CSR[float64]) { a.Col[2] = -1 },
	} {
		a := good()
		spoil(a)
		if err := a.Check(); !errors.As(err, &bad) {
			t.Errorf("fault %d: %v", i, err)
		}
	}
}
