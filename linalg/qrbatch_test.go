package linalg

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestQRBatch(t *testing.T) { both(t, testQRBatch[float32], testQRBatch[float64]) }

func testQRBatch[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 20, 32, 33} {
		alone := func(a Matrix[T]) Matrix[T] {
			one := NewQRBatch[T](n, 1)
			must(t, one.Factorize([]Matrix[T]{a}))
			return one.QT(0).Clone()
		}
		all, want := make([]Matrix[T], 19), make([]Matrix[T], 19)
		for i := range all {
			// With and without a gap between the rows, which holds NaN.
			all[i] = guarded(t, randomMatrix[T](newRandom(i), n, n, i%2*3), i%4 < 2)
			want[i] = alone(all[i])
		}
		other := randomMatrix[T](newRandom(99), n, n, 0)
		wantOther := alone(other)
		for _, batch := range []int{0, 1, 7, 19} {
			for workers := 1; workers <= 3; workers++ {
				if slow() && (workers == 2 || n > 5 && batch == 7) {
					continue
				}
				p := kernels.NewPool(workers)
				s := NewQRBatch[T](n, batch, WithPool(p))
				a := slices.Clone(all[:batch])
				must(t, s.Factorize(a))
				for i := range a {
					bits.Same(t, want[i].Data, s.QT(i).Data, "matrix %d", i)
				}
				if n > 0 && batch > 2 {
					// One bad matrix: its result stays, the others are new.
					old := s.QT(2).Clone()
					a[2] = a[2].Clone()
					a[2].Set(0, n-1, T(math.NaN()))
					a[1] = other
					var bad *NotFiniteError
					if err := s.Factorize(a); !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), "matrix 2 ") {
						t.Errorf("NaN: %v", err)
					}
					bits.Same(t, old.Data, s.QT(2).Data, "after an error")
					bits.Same(t, wantOther.Data, s.QT(1).Data, "beside an error")
					a[2] = a[0]
				}
				if workers == 1 && !(slow() && n > 5 && batch > 1) {
					noAllocs(t, "QRBatch", func() {
						if s.Factorize(a) != nil {
							t.Fatal("failed")
						}
					})
				}
				p.Close()
			}
		}
	}
}

func TestQRBatchFamilies(t *testing.T) {
	both(t, testQRBatchFamilies[float32], testQRBatchFamilies[float64])
}

// The families of QR side by side, at every order of the lanes and in every tier: R = QᵀA is upper triangular with r_jj ≥ 0.
func testQRBatchFamilies[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	for n := 2; n <= lanesOrder; n++ {
		var names []string
		var a []Matrix[T]
		var scale []float64
		r := newRandom(n)
		for _, name := range slices.Sorted(maps.Keys(qrFamilies)) {
			m, s := familyMatrix[T](r, name, n, n)
			names, a, scale = append(names, name), append(a, m), append(scale, s)
		}
		var want *QRBatch[T]
		for _, isa := range kernels.Supported() {
			p := kernels.NewPool(1, kernels.WithISA(isa))
			s := NewQRBatch[T](n, len(a), WithPool(p))
			must(t, s.Factorize(a))
			if want == nil {
				want = s
				for i, name := range names {
					label := fmt.Sprintf("%s, n = %d", name, n)
					q := s.QT(i)
					if o := orthogonality(q); !(o <= float64(n+5)*eps) {
						t.Errorf("%s: ‖QᵀQ−I‖ = %.3g eps", label, o/eps)
					}
					a64 := unscaled64(a[i], scale[i])
					rm := mul64(dense64(q, false), a64, n, n, n)
					limit := float64(n+2) * eps * norm64(a64)
					if name == "tiny" {
						limit += float64(n*n) * eps // the elements themselves are subnormal
					}
					for j := range n {
						if !(rm[j][j] >= -limit) {
							t.Errorf("%s: r[%d, %d] = %v", label, j, j, rm[j][j])
						}
						for k := range j {
							if !(math.Abs(rm[j][k]) <= limit) {
								t.Errorf("%s: r[%d, %d] = %v below the diagonal, limit %v", label, j, k, rm[j][k], limit)
							}
						}
					}
				}
			}
			bits.Same(t, want.rows, s.rows, "n = %d, %v", n, isa)
			p.Close()
		}
	}
}

func TestQRBatchMisuse(t *testing.T) {
	s := NewQRBatch[float32](3, 2)
	m := NewMatrix[float32](3, 3)
	for name, f := range map[string]func(){
		negDim:     func() { NewQRBatch[float32](-1, 2) },
		badLen:     func() { _ = s.Factorize([]Matrix[float32]{m}) },
		badShape:   func() { _ = s.Factorize([]Matrix[float32]{m, NewMatrix[float32](3, 4)}) },
		badView:    func() { s.QT(2) },
		unfactored: func() { s.QT(1) },
	} {
		mustPanic(t, name, name, f)
	}
}
