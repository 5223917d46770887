package kernels

import (
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// digestRows is the fixed list. A row is added in one line; the names are those of the exported kernels, followed by
// what the row is about.
func digestRows[T Float]() []digestRow[T] {
	var rows []digestRow[T]
	add := func(f func(p *Pool, r *digestInput[T]) [][]T, name string, args ...any) {
		rows = append(rows, digestRow[T]{name: fmt.Sprintf(name, args...), run: f})
	}
	// large marks rows that are left out with -short: enough work to be cut for workers.
	large := func(f func(p *Pool, r *digestInput[T]) [][]T, name string, args ...any) {
		add(f, name, args...)
		rows[len(rows)-1].large = true
	}
	productRows(add, large)
	triangleRows(add, large)
	vectorRows(add, large)
	matrixVectorRows(add, large)
	elementwiseRows(add, large)
	sparseRows(add, large)
	return rows
}

type addRow[T Float] func(f func(p *Pool, r *digestInput[T]) [][]T, name string, args ...any)

func out[T Float](x ...[]T) [][]T { return x }

// The α, β of products: plain, general, −1 and accumulate, read nothing of A and B.
var digestScalars = [][2]float64{{1, 0}, {-0.7, 0.3}, {-1, 1}, {0, 0.4}}

func productRows[T Float](add, large addRow[T]) {
	gemm := func(add addRow[T], tA, tB Transpose, m, n, k int, alpha, beta T, odd bool) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			ra, ca, rb, cb := m, k, k, n
			if tA == Trans {
				ra, ca = k, m
			}
			if tB == Trans {
				rb, cb = n, k
			}
			a, b, c := r.mat(ra, ca, ca+3), r.mat(rb, cb, cb+1), r.mat(m, n, n+2)
			if odd {
				a, b, c = r.odd(len(a)), r.odd(len(b)), r.odd(len(c))
			}
			Gemm(p, tA, tB, m, n, k, alpha, a, ca+3, b, cb+1, beta, c, n+2)
			return out(c)
		}, "Gemm/%c%c/%dx%dx%d/%g,%g,%t", tA, tB, m, n, k, alpha, beta, odd)
	}
	syrk := func(add addRow[T], uplo Uplo, t Transpose, n, k int, alpha, beta T) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			ra, ca := n, k
			if t == Trans {
				ra, ca = k, n
			}
			a, c := r.mat(ra, ca, ca+2), r.mat(n, n, n+1)
			Syrk(p, uplo, t, n, k, alpha, a, ca+2, beta, c, n+1)
			return out(c)
		}, "Syrk/%c%c/%dx%d/%g,%g", uplo, t, n, k, alpha, beta)
	}
	syr2k := func(add addRow[T], uplo Uplo, t Transpose, n, k int, alpha, beta T) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			ra, ca := n, k
			if t == Trans {
				ra, ca = k, n
			}
			a, b, c := r.mat(ra, ca, ca+2), r.mat(ra, ca, ca+1), r.mat(n, n, n+1)
			Syr2k(p, uplo, t, n, k, alpha, a, ca+2, b, ca+1, beta, c, n+1)
			return out(c)
		}, "Syr2k/%c%c/%dx%d/%g,%g", uplo, t, n, k, alpha, beta)
		if n*k > 1000 {
			return
		}
		add(func(p *Pool, r *digestInput[T]) [][]T {
			ra, ca := n, k
			if t == Trans {
				ra, ca = k, n
			}
			a, b, c := r.mat(ra, ca, ca+2), r.mat(k, n, n+1), r.mat(n, n, n+1)
			Gemmt(p, uplo, t, NoTrans, n, k, alpha, a, ca+2, b, n+1, beta, c, n+1)
			return out(c)
		}, "Gemmt/%c%cN/%dx%d/%g,%g", uplo, t, n, k, alpha, beta)
	}
	for _, tA := range []Transpose{NoTrans, Trans} {
		for _, tB := range []Transpose{NoTrans, Trans} {
			for _, s := range digestScalars {
				gemm(add, tA, tB, 5, 7, 9, T(s[0]), T(s[1]), false)
				gemm(add, tA, tB, 17, 35, 21, T(s[0]), T(s[1]), false)
				gemm(add, tA, tB, 5, 3, 2*ChunkK+1, T(s[0]), T(s[1]), false)
			}
			gemm(add, tA, tB, 1, 1, 1, 1, 0, false)
			gemm(add, tA, tB, 8, 8, 8, 1, 0, false)
			gemm(add, tA, tB, 64, 1, 64, 1, 0, false)
			gemm(add, tA, tB, 1, 64, 64, 1, 0, false)
			gemm(add, tA, tB, 13, 33, ChunkK+5, 2, 0.25, true)
			gemm(large, tA, tB, 170, 195, 150, -0.7, 0.3, false)
			gemm(large, tA, tB, 71, 70, 3*ChunkK+7, -0.7, 0.3, false)
		}
	}
	for _, k := range []int{0, ChunkK - 2, ChunkK - 1, ChunkK, ChunkK + 1, ChunkK + 2, 2*ChunkK - 2, 2*ChunkK - 1, 2 * ChunkK, 2*ChunkK + 2, 4*ChunkK + 1} {
		gemm(add, NoTrans, NoTrans, 6, 5, k, -0.7, 0.3, false)
		gemm(add, Trans, NoTrans, 3, 18, k, 1.5, 1, false)
		syrk(add, Lower, NoTrans, 7, k, -0.7, 0.3)
	}
	for _, uplo := range []Uplo{Lower, Upper} {
		for _, t := range []Transpose{NoTrans, Trans} {
			for _, n := range []int{1, 4, 19, 33} {
				syrk(add, uplo, t, n, 13, 0.05, 0.95)
				syr2k(add, uplo, t, n, 11, -1, 1)
			}
			syrk(large, uplo, t, 250, 130, 0.05, 0.95)
			syrk(large, uplo, t, 110, ChunkK+300, 1, 0)
			syr2k(large, uplo, t, 110, 400, -0.7, 0.3)
		}
	}
	for _, batch := range []int{0, 1, 2, 7} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, b, c := r.vec(batch*40), r.vec(batch*50), r.vec(batch*40)
			GemmBatch(p, NoTrans, Trans, 5, 6, 7, 1.5, a, 7, 40, b, 8, 50, 0.5, c, 6, 40, batch)
			return out(c)
		}, "GemmBatch/%d", batch)
	}
	large(func(p *Pool, r *digestInput[T]) [][]T {
		a, b, c := r.vec(150*1024), r.vec(150*1024), r.vec(150*1024)
		GemmBatch(p, Trans, NoTrans, 32, 31, 30, 1, a, 32, 1024, b, 32, 1024, 0, c, 32, 1024, 150)
		return out(c)
	}, "GemmBatch/large")
}

func triangleRows[T Float](add, large addRow[T]) {
	for _, n := range []int{1, 2, 7, 8, 15, 16} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			// Diagonally dominant, so positive definite; and once with a pivot that is not.
			a := r.tri(n, n+3)
			for i := 0; i < n; i++ {
				a[i*(n+3)+i] += 4 * T(n)
			}
			b := slices.Clone(a)
			b[n/2*(n+3)+n/2] = -1
			return out(a, b, []T{T(CholeskyTile(p, n, a, n+3)), T(CholeskyTile(p, n, b, n+3))})
		}, "CholeskyTile/%d", n)
	}
	for _, side := range []Side{Left, Right} {
		for _, uplo := range []Uplo{Lower, Upper} {
			symm := func(add addRow[T], m, n int) {
				add(func(p *Pool, r *digestInput[T]) [][]T {
					order := m
					if side == Right {
						order = n
					}
					a, b, c := r.mat(order, order, order+1), r.mat(m, n, n+3), r.mat(m, n, n+2)
					Symm(p, side, uplo, m, n, -0.7, a, order+1, b, n+3, 0.3, c, n+2)
					return out(c)
				}, "Symm/%c%c/%dx%d", side, uplo, m, n)
			}
			symm(add, 3, 5)
			symm(add, 21, 10)
			symm(large, 130, 210)
			for _, t := range []Transpose{NoTrans, Trans} {
				for _, diag := range []Diag{NonUnit, Unit} {
					tri := func(add addRow[T], m, n int) {
						add(func(p *Pool, r *digestInput[T]) [][]T {
							order := m
							if side == Right {
								order = n
							}
							a, b := r.tri(order, order+1), r.mat(m, n, n+1)
							c := slices.Clone(b)
							Trmm(p, side, uplo, t, diag, m, n, 0.5, a, order+1, b, n+1)
							Trsm(p, side, uplo, t, diag, m, n, -1.5, a, order+1, c, n+1)
							return out(b, c)
						}, "Trmm,Trsm/%c%c%c%c/%dx%d", side, uplo, t, diag, m, n)
					}
					for _, n := range []int{1, 7, 8, 9, 10, 25} {
						tri(add, n, n+2)
					}
					tri(large, 80, 170)
				}
			}
		}
	}
}

// digestLengths are vector lengths around lanes, vectors and segments.
var digestLengths = []int{
	0, 1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 127, 129, 1000,
	Segment - 2, Segment - 1, Segment, Segment + 1, Segment + 2, 2*Segment + 1, 3*Segment - 1,
}

func vectorRows[T Float](add, large addRow[T]) {
	reduce := func(add addRow[T], n int) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			x, y := r.vec(n), r.vec(n)
			return out([]T{Dot(p, x, y), Sum(p, x), SumSquares(p, x), Nrm2(p, x), MaxAbs(p, x), truth[T](Finite(p, x))})
		}, "Dot,Sum,SumSquares,Nrm2,MaxAbs,Finite/%d", n)
	}
	for _, n := range digestLengths {
		reduce(add, n)
	}
	reduce(large, 40*Segment+11)
	for _, n := range []int{5, 100, Segment + 3} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			x, y := r.odd(n), r.odd(n)
			return out([]T{Dot(p, x, y), Sum(p, x), SumSquares(p, x), Nrm2(p, x), MaxAbs(p, x), truth[T](Finite(p, x))})
		}, "Dot,Sum,SumSquares,Nrm2,MaxAbs,Finite/odd/%d", n)
		for _, e := range []int{-130, -55, 55, 110} {
			add(func(p *Pool, r *digestInput[T]) [][]T {
				x := r.vec(n)
				f := T(1)
				for range max(e, -e) {
					if e < 0 {
						f /= 2
					} else {
						f *= 2
					}
				}
				Scal(p, f, x)
				return out([]T{Nrm2(p, x)}, x)
			}, "Nrm2,Scal/scaled/%d/%d", e, n)
		}
	}
	axpy := func(add addRow[T], n int) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			x, y, z := r.vec(n), r.odd(n), make([]T, n)
			Axpy(p, -0.7, x, y)
			Hadamard(p, x, y, z)
			Scal(p, 3, x)
			return out(x, y, z)
		}, "Axpy,Hadamard,Scal/%d", n)
		add(func(p *Pool, r *digestInput[T]) [][]T {
			x, y, z := r.vec(n), r.odd(n), make([]T, n)
			Axpby(p, -0.7, x, 0.3, y, z)
			return out(z)
		}, "Axpby/%d", n)
		add(func(p *Pool, r *digestInput[T]) [][]T {
			s, d := make([]float32, n), make([]float64, n)
			for i, v := range r.odd(n) {
				s[i], d[i] = float32(v), float64(v)
			}
			x, y := make([]T, n), make([]T, n)
			Convert(p, x, s)
			Convert(p, y, d)
			return out(x, y)
		}, "Convert/%d", n)
		add(func(p *Pool, r *digestInput[T]) [][]T {
			x, y := make([]float32, n), make([]T, 2*n)
			for i, v := range r.odd(n) {
				x[i] = float32(v)
			}
			h := make([]BFloat16, n)
			for k := range 2 {
				if k == 0 {
					ToBFloat16(p, h, x)
				} else {
					ToBFloat16Stochastic(p, 7, uint64(n), h, x)
				}
				z := make([]float32, n)
				FromBFloat16(p, z, h)
				Convert(p, y[k*n:(k+1)*n], z)
			}
			return out(y)
		}, "ToBFloat16,ToBFloat16Stochastic,FromBFloat16/%d", n)
	}
	for _, n := range digestLengths[:18] {
		axpy(add, n)
	}
	axpy(large, 300001)
	if is32[T]() {
		// The rows of float64 are below, with Reflect.
		for _, n := range []int{2, 3, 16, 17, 50} {
			add(func(p *Pool, r *digestInput[T]) [][]T {
				m := roundUp(n, TridiagGroup[T]())
				a, v, w, y := make([]T, n*m), make([]T, m), make([]T, m), make([]T, m)
				for i := range n {
					copy(a[i*m:], r.vec(n))
				}
				copy(v, r.vec(n))
				copy(w, r.vec(n))
				d, e, tau := TridiagColumn(p, n, n/3, a, m, v, w, y)
				return out([]T{d, e, tau}, a, y[(n/3+1)&^15:])
			}, "TridiagColumn/%d", n)
		}
		return
	}
	for round := range 4 {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			var b SecularBlock
			for l := range SecularLanes {
				b.Split[l] = float64(l)
				b.Right[l] = b.Split[l] + math.Ldexp(1+r.Float64(), -round)
				b.Origin[l], b.Tau[l] = b.Split[l], (b.Right[l]-b.Split[l])/2
				b.WLeft[l], b.WRight[l] = r.Float64(), r.Float64()
				b.Psi[l], b.Phi[l], b.D1[l], b.D2[l] = -3*r.Float64(), 2*r.Float64(), 40*r.Float64(), r.Float64()-0.5
			}
			SecularGuess(p, 0.3, &b)
			var all []T
			keep := func(lists ...[SecularLanes]float64) {
				for _, x := range lists {
					for _, v := range x {
						all = append(all, T(v))
					}
				}
			}
			keep(b.Origin, b.Tau)
			for l := range SecularLanes {
				h := math.Copysign((b.Right[l]-b.Split[l])/2, b.Tau[l])
				b.Lo[l], b.Hi[l], b.Before[l] = min(h, 0), max(h, 0), math.Inf(1)
			}
			for range 3 {
				found := SecularStep(p, 0.3, 0x1p-52, 0x1p-6, 0xffff>>round, &b)
				keep(b.Tau, b.Lo, b.Hi, b.Before)
				all = append(all, T(found))
			}
			return out(all)
		}, "SecularGuess,SecularStep/%d", round)
	}
	for _, n := range []int{0, 1, 3, 8, 15, 16, 17, 33, 100, 1000} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			m := (n + SecularGroup - 1) / SecularGroup * SecularGroup
			d, w, o, tau := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
			for i := range d {
				d[i], o[i] = SecularPad, SecularPad
			}
			for i, v := range r.pos(n) {
				d[i], w[i], tau[i] = float64(2*i)+float64(v), r.Float64(), 0.5*r.Float64()
				o[i] = d[i]
			}
			var b SecularBlock
			for l := range SecularLanes {
				if i := min(n/3+l, n-1); i >= 0 {
					b.Origin[l], b.Tau[l], b.Split[l] = o[i], tau[i], d[i]
				}
			}
			SecularSums(p, d, w, n/3, n/3+SecularLanes, &b)
			y, x := make([]float64, m), make([]float64, 4*m)
			SecularProducts(p, d, d, o, tau, y)
			if n > 4 {
				SecularVectors(p, d, w, o[:4], tau[:4], x, m)
			}
			var all []T
			for _, s := range [][]float64{b.Psi[:], b.Phi[:], b.D1[:], b.D2[:], y[:n], x} {
				for _, v := range s {
					all = append(all, T(v))
				}
			}
			return out(all)
		}, "SecularSums,SecularProducts,SecularVectors/%d", n)
	}
	for _, n := range []int{0, 1, 2, 3, 8, 13} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			d, e, z := make([]float64, 4*n), make([]float64, 4*n), make([]float64, 4*n*n)
			for i := range d {
				d[i], e[i] = r.Float64(), r.Float64()-0.5
			}
			for i := range z {
				z[i] = r.Float64()
			}
			TridiagQR(p, TridiagLanes, n, n, d, e, z, 0x1p-56, 100)
			var all []T
			for _, s := range [][]float64{d, z} {
				for _, v := range s {
					all = append(all, T(v))
				}
			}
			return out(all)
		}, "TridiagQR/%d", n)
	}
	for _, n := range []int{0, 1, 2, 3, 8, 13, 21} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			const w = SymLanes
			a := make([]float64, w*n*n)
			for i := range a {
				a[i] = r.Float64() - 0.5
			}
			d, e, tau, z := make([]float64, w*n), make([]float64, w*n), make([]float64, w*n), make([]float64, w*n*n)
			LanesReduce(p, n, a, d, e, tau, make([]float64, 3*w*n))
			LanesBasis(p, n, a, tau, z)
			var all []T
			list := func(x []float64) {
				for _, v := range x {
					all = append(all, T(v))
				}
			}
			list(d)
			list(e)
			list(z)
			TridiagQR(p, w, n, n, d, e, z, 0x1p-56, 100)
			list(d)
			list(z)
			return out(all)
		}, "LanesReduce,LanesBasis,TridiagQR/%d", n)
	}
	for _, n := range []int{0, 1, 2, 3, 8, 13, 21} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			const w = SymLanes
			a := make([]float64, w*n*n)
			for i := range a {
				a[i] = r.Float64() - 0.5
			}
			d, tau, z := make([]float64, w*n), make([]float64, w*n), make([]float64, w*n*n)
			LanesLQ(p, n, a, d, tau, z)
			var all []T
			for _, x := range [][]float64{a, d, tau, z} {
				for _, v := range x {
					all = append(all, T(v))
				}
			}
			return out(all)
		}, "LanesLQ/%d", n)
	}
	for _, n := range []int{2, 3, 8, 17, 33} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			m := (n + 7) &^ 7
			a, v, w, y := make([]float64, n*m), make([]float64, m), make([]float64, m), make([]float64, m)
			for i := range n {
				v[i], w[i] = r.Float64(), r.Float64()
				for l := range n {
					a[i*m+l] = r.Float64() - 0.5
				}
			}
			var all []T
			d, e, tau := TridiagColumn(p, n, n/3, a, m, v, w, y)
			z := make([]float64, n*m)
			for i := range z {
				z[i] = r.Float64()
			}
			Reflect(p, n, m, a, m, v[:n-1], z, m)
			for _, s := range [][]float64{{d, e, tau}, a, y[(n/3+1)&^7:], z} {
				for _, v := range s {
					all = append(all, T(v))
				}
			}
			return out(all)
		}, "TridiagColumn,Reflect/%d", n)
	}
	for _, n := range []int{1, 20, BandWidth + 1, 50, 2 * BandWidth} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			const lda = 3*BandWidth - 1
			a, v, tau := chaseInput(r.Source, n, lda)
			var u [BandWidth]float64
			var all []T
			gamma := BandChase(p, a, lda, v, tau, &u, new(BandWork))
			for _, s := range [][]float64{{tau, gamma}, v[:], u[:], a} {
				for _, v := range s {
					all = append(all, T(v))
				}
			}
			return out(all)
		}, "BandChase/%d", n)
	}
}

func truth[T Float](b bool) T {
	if b {
		return 1
	}
	return 0
}

func matrixVectorRows[T Float](add, large addRow[T]) {
	for _, rows := range []int{1, 8, 401} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			cols := 2 * ReflectColumns[T]()
			v, c, t := r.mat(rows, ReflectGroup, ReflectGroup+1), r.mat(rows, cols, cols+3), r.vec(ReflectGroup*ReflectGroup)
			ReflectBlock(p, rows, cols, v, ReflectGroup+1, 1, (*[ReflectGroup * ReflectGroup]T)(t), c, cols+3)
			return out(c)
		}, "ReflectBlock/%d", rows)
	}
	gemv := func(add addRow[T], t Transpose, m, n int) {
		for _, s := range digestScalars {
			add(func(p *Pool, r *digestInput[T]) [][]T {
				a, x, y := r.mat(m, n, n+1), r.vec(max(m, n)), r.vec(max(m, n))
				Gemv(p, t, m, n, T(s[0]), a, n+1, x, T(s[1]), y)
				return out(y)
			}, "Gemv/%c/%dx%d/%g,%g", t, m, n, s[0], s[1])
		}
	}
	symv := func(add addRow[T], uplo Uplo, n int) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, x, y := r.mat(n, n, n+1), r.vec(n), r.vec(n)
			Symv(p, uplo, n, -0.7, a, n+1, x, 0.3, y)
			return out(y)
		}, "Symv/%c/%d", uplo, n)
	}
	for _, t := range []Transpose{NoTrans, Trans} {
		for _, d := range [][2]int{{1, 1}, {3, 5}, {8, 33}, {33, 8}, {5, 130}, {70, 67}} {
			gemv(add, t, d[0], d[1])
		}
		gemv(add, t, 2, Segment+1)
		gemv(large, t, 700, 900)
	}
	for _, uplo := range []Uplo{Lower, Upper} {
		for _, n := range []int{1, 2, 9, 33, 65} {
			symv(add, uplo, n)
		}
		for _, n := range []int{symvSmall - 2, symvSmall - 1, symvSmall, symvSmall + 1, symvSmall + 2, symvMid - 2, symvMid - 1, symvMid, symvMid + 1, symvMid + 2} {
			symv(add, uplo, n)
		}
		symv(large, uplo, 1300)
		for _, n := range []int{1, 7, 34} {
			add(func(p *Pool, r *digestInput[T]) [][]T {
				a, x, y := r.mat(n, n, n+2), r.vec(n), r.vec(n)
				Syr2(p, uplo, n, -1, x, y, a, n+2)
				return out(a)
			}, "Syr2/%c/%d", uplo, n)
		}
		large(func(p *Pool, r *digestInput[T]) [][]T {
			a, x, y := r.mat(800, 800, 803), r.vec(800), r.vec(800)
			Syr2(p, uplo, 800, -1, x, y, a, 803)
			return out(a)
		}, "Syr2/%c/800", uplo)
	}
	matrix := func(add addRow[T], m, n int) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, x, y := r.mat(m, n, n+1), r.vec(m), r.vec(n)
			Ger(p, m, n, -0.7, x, y, a, n+1)
			RowScale(p, m, n, x, a, n+1)
			ColScale(p, m, n, y, a, n+1)
			s, t := make([]T, m), make([]T, n)
			RowSum(p, m, n, a, n+1, s)
			ColSum(p, m, n, a, n+1, t)
			b, c := r.mat(m, n, n+2), r.mat(n, m, m+1)
			Omatcopy(p, NoTrans, m, n, -2, a, n+1, b, n+2)
			Omatcopy(p, Trans, n, m, 1, a, n+1, c, m+1)
			return out(a, s, t, b, c)
		}, "Ger,RowScale,ColScale,RowSum,ColSum,Omatcopy/%dx%d", m, n)
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, b := r.mat(m, n, n+1), r.mat(m, n, n+3)
			StreamCopy(p, m, n, a, n+1, b, n+3)
			return out(b)
		}, "StreamCopy/%dx%d", m, n)
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, ldb := r.mat(m, n, n), (n+31)&^15
			b := make([]T, m*ldb+15)
			for uintptr(unsafe.Pointer(&b[0]))%streamLine != 0 {
				b = b[1:]
			}
			b = b[:m*ldb]
			StreamCopy(p, m, n, a, n, b, ldb)
			return out(b)
		}, "StreamCopy/lines/%dx%d", m, n)
	}
	for _, d := range [][2]int{{1, 1}, {3, 5}, {16, 16}, {8, 33}, {33, 8}, {65, 70}} {
		matrix(add, d[0], d[1])
	}
	matrix(large, 610, 707)
	for _, d := range [][4]int{{1, 1, 1, 1}, {2, 3, 4, 5}, {5, 1, 3, 17}} {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, b, c := r.mat(d[0], d[1], d[1]+1), r.mat(d[2], d[3], d[3]+2), r.mat(d[0]*d[2], d[1]*d[3], d[1]*d[3]+1)
			Kron(p, d[0], d[1], a, d[1]+1, d[2], d[3], b, d[3]+2, c, d[1]*d[3]+1)
			return out(c)
		}, "Kron/%v", d)
	}
	rotate := func(add addRow[T], m, n, k int) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			c, s, a := r.vec(k*m), r.vec(k*m), r.mat(m, n, n+1)
			Rotate(p, m, n, k, c, s, m, a, n+1)
			return out(a)
		}, "Rotate/%dx%dx%d", m, n, k)
	}
	for _, d := range [][3]int{{1, 3, 2}, {2, 1, 1}, {3, 5, 4}, {5, 16, 3}, {9, 17, 5}, {17, 33, 8}, {34, 70, 11}} {
		rotate(add, d[0], d[1], d[2])
	}
	rotate(large, 150, 400, 34)
	add(func(p *Pool, r *digestInput[T]) [][]T {
		c, s, a := r.odd(5*12), r.odd(5*12), r.odd(12*40)
		Rotate(p, 12, 40, 5, c, s, 12, a, 40)
		return out(a)
	}, "Rotate/odd")
}

func elementwiseRows[T Float](add, large addRow[T]) {
	coefs := map[string]AdamCoef[T]{
		"adamw": {Scale: 1, Beta1: 0.9, Weight1: 0.1, Beta2: 0.95, Weight2: 0.05, Eps: 1e-8, Step: 3e-3, Decay: 0.999},
		"l2":    {Scale: 0.25, L2: 0.01, Beta1: 0.9, Weight1: 0.1, Beta2: 0.99, Weight2: 0.01, Eps: 1e-3, Step: 0.1, Decay: 1},
		"sum":   {Scale: 3, Beta2: 1, Weight2: 1, Eps: 1e-10, Step: 0.05, Decay: 1},
	}
	adam := func(add addRow[T], n int, odd bool) {
		for _, name := range []string{"adamw", "l2", "sum"} {
			for _, momentum := range []bool{true, false} {
				add(func(p *Pool, r *digestInput[T]) [][]T {
					x, g, m, v := r.vec(n), r.vec(n), r.vec(n), r.pos(n)
					if odd {
						x, g, m, v = r.odd(n), r.odd(n), r.odd(n), r.odd(n)
					}
					u, m2, v2 := make([]T, n), slices.Clone(m), slices.Clone(v)
					if !momentum {
						m, m2 = nil, nil
					}
					Adam(p, coefs[name], x, g, m, v)
					AdamDirection(p, coefs[name], u, g, m2, v2)
					return out(x, m, v, u, m2, v2)
				}, "Adam,AdamDirection/%s/%t/%d/%t", name, momentum, n, odd)
				add(func(p *Pool, r *digestInput[T]) [][]T {
					x, g, m, v := r.vec(n), r.vec(n), r.vec(n), r.pos(n)
					if odd {
						x, g, m, v = r.odd(n), r.odd(n), r.odd(n), r.odd(n)
					}
					if !momentum {
						m = nil
					}
					for i := n / 3; i < n; i += 1 + n/2 {
						g[i] = T(math.NaN())
					}
					AdamFinite(p, coefs[name], x, g, m, v)
					return out(x, m, v)
				}, "AdamFinite/%s/%t/%d/%t", name, momentum, n, odd)
			}
		}
		add(func(p *Pool, r *digestInput[T]) [][]T {
			g, v, u := r.vec(n), r.pos(n), make([]T, n)
			if odd {
				g, v = r.odd(n), r.odd(n)
			}
			s := PreconditionSumSquares(p, 0.7, 1e-8, g, v)
			Precondition(p, 0.7, 1e-8, g, v, u)
			SecondMoment(p, 0.95, 0.05, 0.5, g, v)
			return out(u, v, []T{s})
		}, "SecondMoment,Precondition,PreconditionSumSquares/%d/%t", n, odd)
	}
	for _, n := range []int{0, 1, 5, 8, 15, 16, 17, 33, 64, 100} {
		adam(add, n, n%2 == 1)
		for _, root := range []bool{false, true} {
			add(func(p *Pool, r *digestInput[T]) [][]T {
				m, d, u := r.vec(n), r.vec(n), make([]T, n)
				if n%2 == 1 {
					m, d = r.odd(n), r.odd(n)
				}
				Divide(p, DivideCoef[T]{Scale: 0.7, Gain: 1.3, Damping: 0.1, Root: root, Eps: 1e-8, Clip: 3}, m, d, u)
				Divide(p, DivideCoef[T]{Scale: 1, Gain: 1, Root: root, Eps: 1e-8}, m, d, m)
				return out(u, m)
			}, "Divide/%d/%t", n, root)
		}
	}
	adam(add, Segment+1, false)
	adam(large, 300001, false)
	exp := func(add addRow[T], n int, width T) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			x, y := r.vec(n), make([]T, n)
			Scal(p, width, x)
			Exp(p, x, y)
			return out(y)
		}, "Exp/%g/%d", width, n)
	}
	for _, w := range []T{1e-6, 1, 20, 110, 800} {
		for _, n := range []int{1, 15, 33, 1000} {
			exp(add, n, w)
		}
		exp(large, 200003, w)
	}
	add(func(p *Pool, r *digestInput[T]) [][]T {
		x := r.odd(1003)
		Exp(p, x, x)
		return out(x)
	}, "Exp/odd")
	softmax := func(add addRow[T], m, n int, odd bool) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			a, b, s := r.mat(m, n, n+1), r.mat(m, n, n+2), make([]T, m)
			if odd {
				a = r.odd(len(a))
			} else {
				Scal(p, 10, a)
			}
			Softmax(p, m, n, a, n+1, b, n+2)
			LogSumExp(p, m, n, a, n+1, s)
			return out(b, s)
		}, "Softmax,LogSumExp/%dx%d/%t", m, n, odd)
	}
	for _, n := range []int{1, 2, 15, 16, 17, 63, 64, 65, 130} {
		softmax(add, 3, n, false)
		softmax(add, 9, n, true)
	}
	softmax(add, 2, Segment+2, false)
	softmax(large, 500, 300, false)
}

func sparseRows[T Float](add, large addRow[T]) {
	sparse := func(add addRow[T], m, n, k int) {
		add(func(p *Pool, r *digestInput[T]) [][]T {
			// Rows of 0 to 12 elements, ascending columns.
			start, col := []int{0}, []int32(nil)
			for i := range m {
				for j := i * 7 % 5; j < n && len(col)-start[i] < i*5%13; j += 1 + i%3 {
					col = append(col, int32(j))
				}
				start = append(start, len(col))
			}
			val, x, b := r.vec(len(col)), r.vec(n), r.mat(n, k, k+1)
			y, c := make([]T, m), make([]T, m*(k+2))
			Spmv(p, m, n, start, col, val, x, y)
			Spmm(p, m, n, k, start, col, val, b, k+1, c, k+2)
			return out(y, c)
		}, "Spmv,Spmm/%dx%dx%d", m, n, k)
	}
	for _, d := range [][3]int{{0, 3, 2}, {1, 1, 1}, {5, 9, 3}, {40, 31, 17}} {
		sparse(add, d[0], d[1], d[2])
	}
	sparse(large, 9000, 40, 5)
}
