package fuzz

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// FuzzSymEig asks that the eigen-solver ends, refuses exactly what is not finite, and keeps its bounds on whatever
// else: dense and tridiagonal matrices, graded, of low rank, with splits, with the fuzzer's own bits.
func FuzzSymEig(f *testing.F) {
	f.Add(uint64(1), byte(5), byte(0), []byte(nil))
	f.Add(uint64(2), byte(40), byte(1), []byte("rank"))
	f.Add(uint64(3), byte(33), byte(2), []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x7f})
	f.Add(uint64(4), byte(66), byte(3), []byte{1, 0, 0, 0, 0, 0, 0, 0})
	f.Add(uint64(5), byte(17), byte(4), []byte{0, 0, 0, 0, 0, 0, 0xe0, 0x3c})
	f.Fuzz(func(t *testing.T, seed uint64, n, kind byte, data []byte) {
		symEig[float32](t, seed, int(n)%80, kind, data)
		symEig[float64](t, seed, int(n)%80, kind, data)
	})
}

// The kinds of matrices.
const (
	denseKind = iota
	lowRank
	wide
	tridiagonalKind
	graded
	kinds
)

func symEig[T kernels.Float](t *testing.T, seed uint64, n int, kind byte, data []byte) {
	r := rnd.New(seed)
	a := linalg.NewMatrix[T](n, n)
	switch kind % kinds {
	case denseKind:
		rnd.Uniform(r, a.Data)
	case lowRank:
		if n > 0 {
			g := linalg.NewMatrix[T](n, 1+r.Intn(n))
			rnd.Uniform(r, g.Data)
			linalg.Gram(nil, a, kernels.NoTrans, 1, g, 0)
		}
	case wide:
		rnd.Wide(r, a.Data)
	case tridiagonalKind:
		for i := range n {
			a.Set(i, i, T(r.Normal()))
			if i > 0 && r.Intn(4) > 0 {
				a.Set(i, i-1, T(r.Normal()))
			}
		}
	case graded:
		for i := range n {
			for j := range n {
				a.Set(i, j, T(math.Ldexp(r.Normal(), -(i+j)/2)))
			}
		}
	}
	// The fuzzer's own numbers, here and there.
	for i := 0; i+8 <= len(data) && n > 0; i += 8 {
		v := math.Float64frombits(binary.LittleEndian.Uint64(data[i:]))
		a.Set(r.Intn(n), r.Intn(n), T(v))
	}
	big, finite := 0.0, true
	for i := range n {
		for j := range i + 1 {
			v := float64(a.At(i, j))
			finite = finite && v-v == 0
			big = max(big, math.Abs(v))
		}
	}
	s := linalg.NewSymEig[T](n)
	err := s.Factorize(a)
	var bad *linalg.NotFiniteError
	if errors.As(err, &bad) == finite {
		t.Fatalf("finite: %v, error: %v", finite, err)
	}
	if err != nil {
		// What is left is an eigenvalue beyond the largest number.
		most := math.MaxFloat64
		if T(1)+T(0x1p-30) == 1 {
			most = math.MaxFloat32
		}
		if finite && big < most/float64(n) {
			t.Fatal(err)
		}
		return
	}
	checkEigen(t, a, big, s)
}

func checkEigen[T kernels.Float](t *testing.T, a linalg.Matrix[T], big float64, s *linalg.SymEig[T]) {
	n := a.Rows
	eps, smallest := 0x1p-52, 0x1p-1022
	if T(1)+T(0x1p-30) == 1 {
		eps, smallest = 0x1p-23, 0x1p-126
	}
	_, e := math.Frexp(big)
	x, q, c := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	for i := range n {
		for j := range n {
			x.Set(i, j, math.Ldexp(float64(a.At(max(i, j), min(i, j))), -e))
			q.Set(i, j, float64(s.Vectors().At(i, j)))
		}
		if i > 0 && s.Values()[i] > s.Values()[i-1] {
			t.Fatalf("values ascend: %v", s.Values())
		}
	}
	linalg.MatMul(nil, c, x, q)
	for i := range n {
		for j := range n {
			c.Set(i, j, c.At(i, j)-q.At(i, j)*math.Ldexp(float64(s.Values()[j]), -e))
		}
	}
	limit := float64(n) * eps
	if r := linalg.FrobeniusNorm(nil, c); r > 1.5*limit*linalg.FrobeniusNorm(nil, x) && big > smallest {
		t.Fatalf("residual %v n·eps‖A‖", r/limit/linalg.FrobeniusNorm(nil, x))
	}
	linalg.MatMulTN(nil, c, q, q)
	for i := range n {
		c.Set(i, i, c.At(i, i)-1)
	}
	if o := linalg.FrobeniusNorm(nil, c); o > 1.5*limit {
		t.Fatalf("orthogonality %v n·eps", o/limit)
	}
}
