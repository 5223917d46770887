package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// storedTriangle returns an n×n triangular matrix with a diagonal away from zero and NaN where
// nothing may be read, and the dense op(A) it stands for.
func storedTriangle[T Float](r *gemmNoise, uplo Uplo, tr Transpose, diag Diag, n, lda int) (a, op []T) {
	a = gemmMatrix[T](r, n, n, lda)
	op = make([]T, n*n)
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			x := &a[i*lda+j]
			v := *x / T(n)
			switch {
			case uplo == Lower && j > i || uplo == Upper && j < i:
				*x, v = T(math.NaN()), 0
			case i == j && diag == Unit:
				*x, v = T(math.NaN()), 1
			case i == j:
				v = 2 + *x
				*x = v
			default:
				*x = v
			}
			if tr == Trans {
				op[j*n+i] = v
			} else {
				op[i*n+j] = v
			}
		}
	}
	return a, op
}

func testTriangular[T Float](t *testing.T) {
	eps := 0x1p-52
	if is32[T]() {
		eps = 0x1p-23
	}
	r := gemmNoise(4)
	for _, side := range []Side{Left, Right} {
		for _, uplo := range []Uplo{Lower, Upper} {
			for _, tr := range gemmFlags {
				for _, diag := range []Diag{Unit, NonUnit} {
					for _, n := range []int{0, 1, 2, 7, 8, 9, 16, 23, 40, 65} {
						order, other := n, 1+r.intn(40)
						m, cols := order, other
						if side == Right {
							m, cols = other, order
						}
						alpha := T([]float64{1, -0.5}[r.intn(2)])
						lda, ldb := order+1, cols+2
						a, op := storedTriangle[T](&r, uplo, tr, diag, order, lda)
						b := gemmMatrix[T](&r, m, cols, ldb)
						x := append([]T(nil), b...)
						what := fmt.Sprintf("%c%c%c%c m=%d n=%d", side, uplo, tr, diag, m, cols)
						// The product against sums in float64, then the solve against the product.
						Trmm(nil, side, uplo, tr, diag, m, cols, alpha, a, lda, x, ldb)
						for i := 0; i < m; i++ {
							for j := 0; j < cols; j++ {
								var s, scale float64
								for l := 0; l < order; l++ {
									var e float64
									if side == Left {
										e = float64(op[i*order+l]) * float64(b[l*ldb+j])
									} else {
										e = float64(b[i*ldb+l]) * float64(op[l*order+j])
									}
									s += e
									scale += math.Abs(e)
								}
								got := float64(x[i*ldb+j])
								if !(math.Abs(got-float64(alpha)*s) <= float64(order+4)*eps*scale) {
									t.Fatalf("Trmm %s: (%d,%d) is %v, want %v", what, i, j, got, float64(alpha)*s)
								}
							}
						}
						y := append([]T(nil), x...)
						Trsm(nil, side, uplo, tr, diag, m, cols, 1/alpha, a, lda, y, ldb)
						for i := range y {
							if !(math.Abs(float64(y[i]-b[i])) <= 64*float64(order+4)*eps) && b[i] == b[i] {
								t.Fatalf("Trsm %s: element %d is %v, want %v", what, i, y[i], b[i])
							}
						}
						for _, p := range gemmPools(t) {
							x2, y2 := append([]T(nil), b...), append([]T(nil), x...)
							Trmm(p, side, uplo, tr, diag, m, cols, alpha, a, lda, x2, ldb)
							gemmSame(t, x, x2, "Trmm "+what)
							Trsm(p, side, uplo, tr, diag, m, cols, 1/alpha, a, lda, y2, ldb)
							gemmSame(t, y, y2, "Trsm "+what)
						}
					}
				}
			}
		}
	}
}

// gemmPools returns Pools of every tier with 1 and 3 workers.
func gemmPools(t testing.TB) []*Pool {
	if len(allPools) == 0 {
		for _, isa := range Supported() {
			allPools = append(allPools, NewPool(1, WithISA(isa)), NewPool(3, WithISA(isa)))
		}
	}
	return allPools
}

var allPools []*Pool

func TestTrmmTrsm(t *testing.T) {
	t.Run("float32", testTriangular[float32])
	t.Run("float64", testTriangular[float64])
}

// TestTriangularSides: B·op(A) is the transpose of op(A)ᵀ·Bᵀ bit for bit, also where op(A) is halved and B is more than a strip.
func TestTriangularSides(t *testing.T) {
	t.Run("float32", testTriangularSides[float32])
	t.Run("float64", testTriangularSides[float64])
}

func testTriangularSides[T Float](t *testing.T) {
	r := gemmNoise(6)
	const order, other, pageLd = 270, 333, 1024
	defer func(was bool) { copiesColumns = was }(copiesColumns)
	copiesColumns = true
	for _, uplo := range []Uplo{Lower, Upper} {
		for _, tr := range gemmFlags {
			a, _ := storedTriangle[T](&r, uplo, tr, NonUnit, order, order)
			b := gemmMatrix[T](&r, other, order, order)
			bt := make([]T, len(b))
			Omatcopy(nil, Trans, order, other, 1, b, order, bt, other)
			flipped := Trans
			if tr == Trans {
				flipped = NoTrans
			}
			for _, p := range gemmPools(t) {
				if testing.Short() && p.Workers() == 1 {
					continue // as TestTrmmTrsm and TestDigests have it
				}
				for _, f := range []func(*Pool, Side, Uplo, Transpose, Diag, int, int, T, []T, int, []T, int){Trmm[T], Trsm[T]} {
					x, y := append([]T(nil), b...), append([]T(nil), bt...)
					f(p, Right, uplo, tr, NonUnit, other, order, 0.5, a, order, x, order)
					f(p, Left, uplo, flipped, NonUnit, order, other, 0.5, a, order, y, other)
					want := make([]T, len(b))
					Omatcopy(nil, Trans, other, order, 1, y, other, want, order)
					gemmSame(t, want, x, fmt.Sprintf("%v %c%c", p.ISA(), uplo, tr))

					// Rows a multiple of the page size apart.
					far := gemmMatrix[T](&r, other, order, pageLd)
					for i := range other {
						copy(far[i*pageLd:i*pageLd+order], b[i*order:])
					}
					f(p, Right, uplo, tr, NonUnit, other, order, 0.5, a, order, far, pageLd)
					for i := range other {
						gemmSame(t, x[i*order:(i+1)*order], far[i*pageLd:i*pageLd+order], fmt.Sprintf("%v %c%c, far, row %d", p.ISA(), uplo, tr, i))
					}
					far = gemmMatrix[T](&r, order, other, pageLd)
					for i := range order {
						copy(far[i*pageLd:i*pageLd+other], bt[i*other:])
					}
					f(p, Left, uplo, flipped, NonUnit, order, other, 0.5, a, order, far, pageLd)
					for i := range order {
						gemmSame(t, y[i*other:(i+1)*other], far[i*pageLd:i*pageLd+other], fmt.Sprintf("%v %c%c, row %d", p.ISA(), uplo, tr, i))
					}
				}
			}
		}
	}
}

func testSymm[T Float](t *testing.T) {
	r := gemmNoise(5)
	for _, side := range []Side{Left, Right} {
		for _, uplo := range []Uplo{Lower, Upper} {
			for _, n := range []int{0, 1, 5, 16, 33, 70, 400} {
				order, other := n, 1+r.intn(20)
				m, cols := order, other
				if side == Right {
					m, cols = other, order
				}
				s := gemmScalarCases[r.intn(len(gemmScalarCases))]
				lda, ldb, ldc := order+1, cols+2, cols+3
				a := gemmMatrix[T](&r, order, order, lda)
				full := make([]T, order*order)
				for i := 0; i < order; i++ {
					for j := 0; j < order; j++ {
						if uplo == Lower && j > i || uplo == Upper && j < i {
							a[i*lda+j] = T(math.NaN())
							continue
						}
						full[i*order+j], full[j*order+i] = a[i*lda+j], a[i*lda+j]
					}
				}
				b, c := gemmMatrix[T](&r, m, cols, ldb), gemmMatrix[T](&r, m, cols, ldc)
				want := append([]T(nil), c...)
				if side == Left {
					chainGemm(NoTrans, NoTrans, m, cols, order, T(s.alpha), full, order, b, ldb, T(s.beta), want, ldc)
				} else {
					chainGemm(NoTrans, NoTrans, m, cols, order, T(s.alpha), b, ldb, full, order, T(s.beta), want, ldc)
				}
				for _, p := range gemmPools(t) {
					got := append([]T(nil), c...)
					Symm(p, side, uplo, m, cols, T(s.alpha), a, lda, b, ldb, T(s.beta), got, ldc)
					gemmSame(t, want, got, fmt.Sprintf("%c%c m=%d n=%d %v", side, uplo, m, cols, s))
				}
			}
		}
	}
}

func TestSymm(t *testing.T) {
	t.Run("float32", testSymm[float32])
	t.Run("float64", testSymm[float64])
}

func TestTriangularRejects(t *testing.T) {
	x, y, z := make([]float64, 16), make([]float64, 16), make([]float64, 16)
	N := NoTrans
	for _, c := range []struct {
		want string
		f    func()
	}{
		{badSide, func() { Trmm(nil, 'X', Lower, N, Unit, 2, 2, 1, x, 2, y, 2) }},
		{badUplo, func() { Trmm(nil, Left, 'X', N, Unit, 2, 2, 1, x, 2, y, 2) }},
		{badTranspose, func() { Trmm(nil, Left, Lower, 'X', Unit, 2, 2, 1, x, 2, y, 2) }},
		{badDiag, func() { Trmm(nil, Left, Lower, N, 'X', 2, 2, 1, x, 2, y, 2) }},
		{negDim, func() { Trsm(nil, Left, Lower, N, Unit, -1, 2, 1, x, 2, y, 2) }},
		{badLdA, func() { Trsm(nil, Right, Lower, N, Unit, 2, 3, 1, x, 2, y, 3) }},
		{badLdB, func() { Trsm(nil, Left, Lower, N, Unit, 2, 3, 1, x, 2, y, 2) }},
		{shortA, func() { Trsm(nil, Left, Lower, N, Unit, 2, 2, 1, x[:3], 2, y, 2) }},
		{shortB, func() { Trsm(nil, Left, Lower, N, Unit, 2, 2, 1, x, 2, y[:3], 2) }},
		{overlap, func() { Trsm(nil, Left, Lower, N, Unit, 2, 2, 1, x, 2, x, 2) }},
		{badSide, func() { Symm(nil, 'X', Lower, 2, 2, 1, x, 2, y, 2, 0, z, 2) }},
		{badLdC, func() { Symm(nil, Left, Lower, 2, 2, 1, x, 2, y, 2, 0, z, 1) }},
		{shortC, func() { Symm(nil, Left, Lower, 2, 2, 1, x, 2, y, 2, 0, z[:3], 2) }},
		{overlap, func() { Symm(nil, Left, Lower, 2, 2, 1, x, 2, y, 2, 0, y, 2) }},
	} {
		require.PanicsWithValue(t, c.want, c.f)
	}
}
