package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestPivotedQR(t *testing.T) { both(t, testPivotedQR[float32], testPivotedQR[float64]) }

func testPivotedQR[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	sizes := [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 5}, {5, 1}, {2, 2}, {7, 3}, {8, 8}, {31, 32}, {33, 33}, {40, 70}, {65, 33}, {100, 37}, {90, 90}}
	for name := range qrFamilies {
		for _, sz := range sizes {
			m, n := sz[0], sz[1]
			if tooLarge(m * n) {
				continue
			}
			r := newRandom(m*1000 + n)
			a, s := familyMatrix[T](r, name, m, n)
			a = guarded(t, a, n%2 == 0)
			q := NewPivotedQR[T](m, n)
			must(t, q.Factorize(a))
			label := fmt.Sprintf("%s %d×%d", name, m, n)
			k := min(m, n)
			qm := guarded(t, randomMatrix[T](r, m, k, 2), n%2 == 1)
			q.QTo(qm)
			// Sums of equal terms round the same way at every step.
			orth, bad := 2*float64(k)*eps, 2*math.Sqrt(float64(max(m, n, 1)))*eps
			if name == "ones" {
				orth, bad = math.Sqrt(float64(k))*float64(m)*eps, float64(max(m, n))*eps
			}
			if o := orthogonality(qm); !(o <= orth) {
				t.Errorf("%s: ‖QᵀQ−I‖ = %.3g eps·k", label, o/eps/float64(k))
			}
			a64, r64 := unscaled64(a, s), unscaled64(q.R(), s)
			norm := norm64(a64)
			for i := range r64 {
				// The norm of what is left of each column is at most that of the chosen one.
				for j := i; j < n; j++ {
					below := 0.0
					for l := i; l <= min(j, k-1); l++ {
						below = math.Hypot(below, r64[l][j])
					}
					if below > r64[i][i]*(1+math.Sqrt(eps))+2*float64(m+n)*eps*norm {
						t.Errorf("%s: column %d has %g left in row %d, the pivot %g", label, j, below, i, r64[i][i])
					}
				}
				for j := range i {
					if r64[i][j] != 0 {
						t.Fatalf("%s: r[%d,%d] = %v below the diagonal", label, i, j, r64[i][j])
					}
				}
				if !(r64[i][i] >= 0) {
					t.Errorf("%s: r[%d,%d] = %v", label, i, i, r64[i][i])
				}
			}
			ap, seen := make([][]float64, m), make([]bool, n)
			for i := range ap {
				ap[i] = make([]float64, n)
				for j, from := range q.Perm() {
					ap[i][j] = a64[i][from]
					seen[from] = true
				}
			}
			for j := range seen {
				if m > 0 && !seen[j] {
					t.Fatalf("%s: Perm %v", label, q.Perm())
				}
			}
			bound := bad * norm
			if name == "tiny" {
				bound += float64(m*n) * eps // the elements themselves are subnormal
			}
			if d := diff64(mul64(dense64(qm, false), r64, m, k, n), ap); !(d <= bound) {
				t.Errorf("%s: ‖AP−QR‖ = %.3g, bound %.3g", label, d, bound)
			}
			want := map[string]int{"zero": 0, "identity": k, "negative": k, "ones": min(1, k), "rank1": min(1, k)}
			if rank, ok := want[name]; ok && (name != "rank1" || n > 1) && q.Rank(-1) != rank {
				t.Errorf("%s: rank %d", label, q.Rank(-1))
			}
		}
	}
}

// Matrices of a known rank whose singular values fall off a cliff.
func TestPivotedQRRank(t *testing.T) {
	for rank := range 12 {
		r := newRandom(rank)
		a := NewMatrix[float64](50, 40)
		if rank > 0 {
			MatMul(nil, a, randomMatrix[float64](r, 50, rank, 0), randomMatrix[float64](r, rank, 40, 0))
		}
		q := NewPivotedQR[float64](50, 40)
		must(t, q.Factorize(a))
		if got := q.Rank(-1); got != rank {
			t.Errorf("rank %d, want %d", got, rank)
		}
		// A basic solution has the least residual: orthogonal to the columns of A.
		b := randomMatrix[float64](r, 50, 3, 0)
		x, y := NewMatrix[float64](40, 3), b.Clone()
		if got := q.LeastSquares(x, y, -1); got != rank {
			t.Errorf("LeastSquares: rank %d, want %d", got, rank)
		}
		norm := FrobeniusNorm(nil, y.Slice(rank, 0, 50-rank, 3))
		MatMulAdd(nil, b, kernels.NoTrans, kernels.NoTrans, -1, a, x, 1)
		if got := FrobeniusNorm(nil, b); math.Abs(got-norm) > 1e-12*norm {
			t.Errorf("residual %g, told %g", got, norm)
		}
		g := NewMatrix[float64](40, 3)
		MatMulTN(nil, g, a, b)
		if got := FrobeniusNorm(nil, g); got > 1e-12*(1+FrobeniusNorm(nil, a)) {
			t.Errorf("rank %d: ‖Aᵀ(AX−B)‖ = %g", rank, got)
		}
		zeros := 0
		for i := range 40 {
			if x.At(i, 0) == 0 {
				zeros++
			}
		}
		if zeros != 40-rank {
			t.Errorf("rank %d: %d zeros in the basic solution", rank, zeros)
		}
	}
}

func TestPivotedQRErrors(t *testing.T) {
	r := newRandom(1)
	a := randomMatrix[float32](r, 50, 44, 1)
	q := NewPivotedQR[float32](50, 44)
	mustPanic(t, "too early", unfactored, func() { q.Perm() })
	must(t, q.Factorize(a))
	before := q.R().Clone()
	b := a.Clone()
	b.Set(3, 2, float32(math.Inf(1)))
	var nf *NotFiniteError
	if err := q.Factorize(b); !errors.As(err, &nf) || nf.Row != 3 || nf.Col != 2 {
		t.Errorf("infinity: %v", err)
	}
	if diff64(dense64(before, false), dense64(q.R(), false)) != 0 {
		t.Error("a failed Factorize changed R")
	}
	x, y, qm := NewMatrix[float32](44, 2), NewMatrix[float32](50, 2), NewMatrix[float32](50, 44)
	mustPanic(t, "overlap", overlap, func() { q.LeastSquares(y.Slice(0, 0, 44, 2), y, 0) })
	mustPanic(t, "shape", badShape, func() { q.LeastSquares(x, x, 0) })
	noAllocs(t, "PivotedQR", func() {
		_ = q.Factorize(a)
		q.QTo(qm)
		q.LeastSquares(x, y, -1)
	})
}

func TestLeastSquares(t *testing.T) { both(t, testLeastSquares[float32], testLeastSquares[float64]) }

func testLeastSquares[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	for _, sz := range [][2]int{{0, 0}, {4, 0}, {1, 1}, {5, 1}, {9, 9}, {20, 7}, {64, 33}, {100, 40}} {
		m, n := sz[0], sz[1]
		r := newRandom(m)
		a := guarded(t, randomMatrix[T](r, m, n, 1), true)
		q := NewQR[T](m, n)
		must(t, q.Factorize(a))
		b := randomMatrix[T](r, m, 3, 1)
		x, y := guarded(t, randomMatrix[T](r, n, 3, 2), false), guarded(t, b, true)
		must(t, q.LeastSquares(x, y))
		label := fmt.Sprintf("%d×%d", m, n)
		a64, b64 := dense64(a, false), dense64(b, false)
		ax := mul64(a64, dense64(x, false), m, n, 3)
		res := diff64(ax, b64)
		for i := range ax {
			for j := range ax[i] {
				ax[i][j] -= b64[i][j]
			}
		}
		// The residual is orthogonal to the columns of A, to within the backward error.
		size := norm64(a64) * (norm64(b64) + norm64(a64)*norm64(dense64(x, false)))
		if d := norm64(mul64(dense64(a, true), ax, n, m, 3)); !(d <= 2*math.Sqrt(float64(m))*eps*size) {
			t.Errorf("%s: ‖Aᵀ(AX−B)‖ = %.3g eps", label, d/eps/size)
		}
		if d := math.Abs(norm64(dense64(y.Slice(n, 0, m-n, 3), false)) - res); !(d <= 2*float64(m)*eps*(norm64(b64)+1)) {
			t.Errorf("%s: residual %g, in B %g less", label, res, d)
		}
		// Aᵀ·X = C: the solution of least norm lies in the range of A.
		c := randomMatrix[T](r, n, 2, 1)
		z := guarded(t, randomMatrix[T](r, m, 2, 1), true)
		must(t, q.LeastNorm(z, c))
		z64 := dense64(z, false)
		if d := diff64(mul64(dense64(a, true), z64, n, m, 2), dense64(c, false)); !(d <= 2*math.Sqrt(float64(m))*eps*norm64(a64)*norm64(z64)) {
			t.Errorf("%s: ‖AᵀX−C‖ = %g", label, d)
		}
		tail := z.Clone()
		q.MulQT(tail)
		if d := norm64(dense64(tail.Slice(n, 0, m-n, 2), false)); !(d <= 2*float64(m)*eps*norm64(z64)) {
			t.Errorf("%s: %g of the solution is outside the range of A", label, d)
		}
		if m > 0 {
			noAllocs(t, "least squares", func() { _, _ = q.LeastSquares(x, y), q.LeastNorm(z, c) })
		}
	}
	q := NewQR[T](4, 3)
	a := NewMatrix[T](4, 3)
	a.Identity()
	a.Set(1, 1, 0)
	must(t, q.Factorize(a))
	x, b := NewMatrix[T](3, 1), NewMatrix[T](4, 1)
	b.Set(0, 0, 5)
	var sing *SingularError
	if err := q.LeastSquares(x, b); !errors.As(err, &sing) || sing.Pivot != 1 || b.At(0, 0) != 5 {
		t.Errorf("singular: %v", err)
	}
	if err := q.LeastNorm(b, x); !errors.As(err, &sing) || sing.Pivot != 1 || b.At(0, 0) != 5 {
		t.Errorf("singular: %v", err)
	}
	mustPanic(t, "wide", notTall, func() {
		w := NewQR[T](2, 3)
		must(t, w.Factorize(NewMatrix[T](2, 3)))
		_ = w.LeastSquares(x, b)
	})
}
