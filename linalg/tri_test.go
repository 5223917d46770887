package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestTriangular(t *testing.T) { both(t, testTriangular[float32], testTriangular[float64]) }

func testTriangular[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	for _, n := range []int{0, 1, 2, 7, 8, 9, 16, 17, 40, 65} {
		for _, uplo := range []kernels.Uplo{kernels.Upper, kernels.Lower} {
			for _, diag := range []kernels.Diag{kernels.NonUnit, kernels.Unit} {
				label := fmt.Sprintf("n=%d %c %c", n, uplo, diag)
				r := newRandom(n)
				// NaN in the other triangle, and on the diagonal if it is not read.
				a := randomMatrix[T](r, n, n, 2)
				full := eye64(n)
				for i := range n {
					for j := range n {
						switch {
						case i == j && diag == kernels.Unit, i < j && uplo == kernels.Lower, i > j && uplo == kernels.Upper:
							a.Set(i, j, T(math.NaN()))
							continue
						case i == j:
							a.Set(i, j, T(1+r.Float64()))
						default:
							a.Set(i, j, T(r.uniform()*2/float64(n)))
						}
						full[i][j] = float64(a.At(i, j))
					}
				}
				b := randomMatrix[T](r, n, 3, 1)
				x := guarded(t, b, n%2 == 0)
				if err := SolveTriangular(nil, kernels.Left, uplo, kernels.NoTrans, diag, 2, a, x); err != nil {
					t.Fatal(err)
				}
				half := unscaled64(x, 2)
				if d := diff64(mul64(full, half, n, n, 3), dense64(b, false)); !(d <= float64(n)*eps*norm64(full)*norm64(half)) {
					t.Errorf("%s: residual %g", label, d)
				}
				y := guarded(t, randomMatrix[T](r, 3, n, 1), n%2 == 1)
				y64 := dense64(y, false)
				if err := SolveTriangular(nil, kernels.Right, uplo, kernels.NoTrans, diag, 1, a, y); err != nil {
					t.Fatal(err)
				}
				if d := diff64(mul64(dense64(y, false), full, 3, n, n), y64); !(d <= float64(n)*eps*norm64(full)*norm64(dense64(y, false))) {
					t.Errorf("%s: right: residual %g", label, d)
				}
				inv := guarded(t, a, n%2 == 0)
				if err := InvertTriangular(nil, uplo, diag, inv); err != nil {
					t.Fatal(err)
				}
				inv64 := eye64(n)
				for i := range n {
					for j := range n {
						v := float64(inv.At(i, j))
						if full[i][j] == 0 || i == j && diag == kernels.Unit {
							if v == v {
								t.Fatalf("%s: element (%d, %d) was written", label, i, j)
							}
							continue
						}
						inv64[i][j] = v
					}
				}
				if d := diff64(mul64(full, inv64, n, n, n), eye64(n)); !(d <= 2*float64(n)*eps*norm64(full)*norm64(inv64)) {
					t.Errorf("%s: ‖A·A⁻¹−I‖ = %g", label, d)
				}
			}
		}
	}
}

func TestTriangularErrors(t *testing.T) {
	a, b := NewMatrix[float32](9, 9), NewMatrix[float32](9, 2)
	a.Identity()
	a.Set(4, 4, 0)
	b.Set(0, 0, 7)
	var sing *SingularError
	if err := SolveTriangular(nil, kernels.Left, kernels.Upper, kernels.NoTrans, kernels.NonUnit, 1, a, b); !errors.As(err, &sing) || sing.Pivot != 4 || b.At(0, 0) != 7 {
		t.Errorf("solve: %v", err)
	}
	a.Set(0, 0, 3)
	if err := InvertTriangular(nil, kernels.Lower, kernels.NonUnit, a); !errors.As(err, &sing) || sing.Pivot != 4 || a.At(0, 0) != 3 {
		t.Errorf("invert: %v", err)
	}
	mustPanic(t, "shape", badShape, func() { _ = SolveTriangular(nil, kernels.Right, kernels.Upper, kernels.NoTrans, kernels.Unit, 1, a, b) })
	mustPanic(t, "square", notSquare, func() { _ = InvertTriangular(nil, kernels.Upper, kernels.Unit, b) })
	mustPanic(t, "uplo", badUplo, func() { _ = InvertTriangular(nil, 'X', kernels.Unit, a) })
	mustPanic(t, "diag", badDiag, func() { _ = InvertTriangular(nil, kernels.Upper, 'X', a) })
	noAllocs(t, "InvertTriangular", func() { _ = InvertTriangular(nil, kernels.Upper, kernels.Unit, a) })
}

func TestCholeskyInverse(t *testing.T) {
	both(t, testCholeskyInverse[float32], testCholeskyInverse[float64])
}

func testCholeskyInverse[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 5, 8, 9, 16, 33, 70} {
		r := newRandom(n)
		a := spd[T](r, n, 0.5, 1)
		c := NewCholesky[T](n)
		must(t, c.Factorize(a))
		x := guarded(t, randomMatrix[T](r, n, n, 1), n%2 == 0)
		c.InverseTo(x)
		a64, x64 := symmetric64(a, 1), dense64(x, false)
		if d := diff64(mul64(a64, x64, n, n, n), eye64(n)); !(d <= float64(n)*epsilon[T]()*norm64(a64)*norm64(x64)) {
			t.Errorf("n=%d: ‖A·A⁻¹−I‖ = %g", n, d)
		}
		for i := range n {
			for j := range i {
				if x.At(i, j) != x.At(j, i) {
					t.Fatalf("n=%d: not symmetric", n)
				}
			}
		}
		noAllocs(t, "InverseTo", func() { c.InverseTo(x) })
	}
}
