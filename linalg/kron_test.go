package linalg

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestKron(t *testing.T) { both(t, testKron[float32], testKron[float64]) }

// kronCases are shapes of factors as stored: rows, columns, 1 for transposed, and −1 for an
// identity of order rows.
var kronCases = [][][3]int{
	{{3, 3, 0}},
	{{2, 5, 1}},
	{{4, 4, -1}},
	{{3, 3, 0}, {4, 4, 0}},
	{{5, 2, 0}, {3, 4, 1}},
	{{3, 3, -1}, {4, 5, 0}},
	{{4, 5, 1}, {3, 3, -1}},
	{{1, 6, 0}, {4, 1, 0}},
	{{2, 3, 0}, {3, 2, 1}, {4, 4, 0}},
	{{9, 2, 0}, {2, 9, 0}, {3, 3, -1}, {2, 2, 1}},
	{{17, 17, 0}, {33, 33, 1}},
	{{2, 2, 0}, {2, 2, 0}, {2, 3, 0}, {3, 2, 0}, {2, 2, 1}, {2, 2, 0}},
	{{0, 3, 0}, {2, 2, 0}},
	{{3, 0, 0}, {2, 2, 0}},
	{},
}

func kronFactors[T kernels.Float](r *random, shapes [][3]int) []Factor[T] {
	var fs []Factor[T]
	for _, s := range shapes {
		if s[2] == -1 {
			fs = append(fs, IdentityFactor[T](s[0]))
			continue
		}
		fs = append(fs, Factor[T]{A: randomMatrix[T](r, s[0], s[1], r.Intn(3)), Trans: s[2] == 1})
	}
	return fs
}

// kron64 forms the product.
func kron64[T kernels.Float](fs []Factor[T], trans bool) [][]float64 {
	k := eye64(1)
	for _, f := range fs {
		var b [][]float64
		if f.identity() {
			b = eye64(f.A.Rows)
		} else {
			b = dense64(f.A, f.Trans)
		}
		cols := 0
		if len(b) > 0 {
			cols = len(b[0])
		} else if f.Trans {
			cols = f.A.Rows
		} else {
			cols = f.A.Cols
		}
		var c [][]float64
		for i := range k {
			for p := range b {
				row := make([]float64, 0, len(k[i])*cols)
				for j := range k[i] {
					for q := 0; q < cols; q++ {
						row = append(row, k[i][j]*b[p][q])
					}
				}
				c = append(c, row)
			}
		}
		k = c
	}
	if trans {
		if len(k) == 0 {
			return nil
		}
		u := make([][]float64, len(k[0]))
		for i := range u {
			u[i] = make([]float64, len(k))
			for j := range k {
				u[i][j] = k[j][i]
			}
		}
		return u
	}
	return k
}

func nanSlice[T kernels.Float](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(math.NaN())
	}
	return x
}

func testKron[T kernels.Float](t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	for ci, shapes := range kronCases {
		for _, tr := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			r := newRandom(ci)
			fs := kronFactors[T](r, shapes)
			m, n := kronShape(tr, fs)
			if m == 0 && n == 0 {
				continue
			}
			label := fmt.Sprintf("case %d %c", ci, tr)
			k64 := kron64(fs, tr == kernels.Trans)
			tol := 40 * epsilon[T]()
			for _, cols := range []int{1, 4, 17} {
				x := randomMatrix[T](r, n, cols, 0)
				work := nanSlice[T](KronMulWork(tr, fs, cols))
				y := MatrixOf(m, cols, nanSlice[T](m*cols))
				KronMulLeft(p, y, tr, fs, x, work)
				want := mul64(k64, dense64(x, false), m, n, cols)
				if m > 0 && n > 0 {
					if d := diff64(dense64(y, false), want); !(d <= tol*math.Sqrt(float64(n))*(norm64(want)+1)) {
						t.Errorf("%s left %d: off by %g of %g", label, cols, d, norm64(want))
					}
				}
				// The rows of Xᵀ from the right by the transposed product: the same numbers.
				xt := randomMatrix[T](r, cols, n, ci%2*3)
				for i := 0; i < n; i++ {
					for j := 0; j < cols; j++ {
						xt.Set(j, i, x.At(i, j))
					}
				}
				work = nanSlice[T](KronMulWork(tr, fs, cols))
				yt := randomMatrix[T](r, cols, m, ci%2)
				KronMulRight(nil, yt, xt, flip(tr), fs, work)
				for i := 0; i < m; i++ {
					for j := 0; j < cols; j++ {
						if yt.At(j, i) != y.At(i, j) {
							t.Fatalf("%s: right and left differ at (%d,%d): %v %v", label, i, j, yt.At(j, i), y.At(i, j))
						}
					}
				}
				if cols == 1 {
					v := nanSlice[T](m)
					KronMul(nil, tr, fs, v, x.Data, nanSlice[T](KronMulWork(tr, fs, 1)))
					for i := range v {
						if v[i] != y.At(i, 0) {
							t.Fatalf("%s: vector differs at %d", label, i)
						}
					}
				}
			}
		}
	}
}

// TestKronUnequal: one long axis and one of four, as a layer of many inputs and few outputs has them, in every tier.
func TestKronUnequal(t *testing.T) { both(t, testKronUnequal[float32], testKronUnequal[float64]) }

func testKronUnequal[T kernels.Float](t *testing.T) {
	var pools []*kernels.Pool
	for _, isa := range kernels.Supported() {
		for _, workers := range []int{1, 3} {
			p := kernels.NewPool(workers, kernels.WithISA(isa))
			defer p.Close()
			pools = append(pools, p)
		}
	}
	r := newRandom(8)
	for _, shape := range [][2]int{{1024, 4}, {4, 1024}} {
		m, n := shape[0], shape[1]
		fs := kronFactors[T](r, [][3]int{{m, m, 0}, {n, n, 0}})
		x := randomMatrix[T](r, m, n, 0)
		for _, tr := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			trans := tr == kernels.Trans
			want := mul64(mul64(dense64(fs[0].A, trans), dense64(x, false), m, m, n), dense64(fs[1].A, !trans), m, n, n)
			first := nanSlice[T](m * n)
			KronMul(pools[0], tr, fs, first, x.Data, nanSlice[T](KronMulWork(tr, fs, 1)))
			if d := diff64(dense64(MatrixOf(m, n, first), false), want); !(d <= 40*epsilon[T]()*32*norm64(want)) {
				t.Errorf("%d×%d %c: off by %g of %g", m, n, tr, d, norm64(want))
			}
			for _, p := range pools[1:] {
				y := nanSlice[T](m * n)
				KronMul(p, tr, fs, y, x.Data, nanSlice[T](m*n)) // one tensor is enough
				bits.Same(t, first, y, "%d×%d %c, %v, %d workers", m, n, tr, p.ISA(), p.Workers())
			}
		}
	}
}

func TestKronProduct(t *testing.T) {
	r := newRandom(5)
	a, b := randomMatrix[float64](r, 3, 4, 1), randomMatrix[float64](r, 5, 2, 2)
	c := randomMatrix[float64](r, 15, 8, 3)
	KronProduct(nil, c, a, b)
	want := kron64([]Factor[float64]{{A: a}, {A: b}}, false)
	if diff64(dense64(c, false), want) != 0 {
		t.Error("not the product")
	}
}

func TestKronWork(t *testing.T) {
	// Small square factors need one tensor of work, one factor none. (Larger ones: see TestKronSlabs.)
	r := newRandom(6)
	q := []Factor[float32]{{A: randomMatrix[float32](r, 8, 8, 0)}, {A: randomMatrix[float32](r, 9, 9, 0)}, {A: randomMatrix[float32](r, 4, 4, 0)}}
	for n, want := range []int{0, 0, 72, 288} {
		if w := KronMulWork(kernels.Trans, q[:n], 1); w != want {
			t.Errorf("%d factors: work %d, want %d", n, w, want)
		}
	}
	x, y, w := randomVector[float32](r, 288), make([]float32, 288), make([]float32, 288)
	noAllocs(t, "KronMul", func() { KronMul(nil, kernels.Trans, q, y, x, w) })
}

func mustPanic(t *testing.T, what, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if v := recover(); v != want {
			t.Errorf("%s: panic %v, want %q", what, v, want)
		}
	}()
	f()
}

func TestKronPanics(t *testing.T) {
	r := newRandom(7)
	fs := []Factor[float64]{{A: randomMatrix[float64](r, 3, 3, 0)}, {A: randomMatrix[float64](r, 4, 4, 0)}}
	x, y, w := make([]float64, 12), make([]float64, 12), make([]float64, 12)
	mustPanic(t, "length", badLen, func() { KronMul(nil, kernels.NoTrans, fs, y[:11], x, w) })
	mustPanic(t, "work", shortWork, func() { KronMul(nil, kernels.NoTrans, fs, y, x, w[:11]) })
	mustPanic(t, "alias", overlap, func() { KronMul(nil, kernels.NoTrans, fs, x, x, w) })
	mustPanic(t, "work alias", overlap, func() { KronMul(nil, kernels.NoTrans, fs, y, x, y) })
	mustPanic(t, "flag", badTrans, func() { KronMul(nil, 'C', fs, y, x, w) })
	z := NewMatrix[float64](12, 4).Slice(0, 0, 12, 3)
	mustPanic(t, "gap", notCompact, func() {
		KronMulLeft(nil, NewMatrix[float64](12, 3), kernels.NoTrans, fs, z, make([]float64, 36))
	})
}

// TestKronPair: two factors without columns have a way of their own, with the bits of the plan and the same need of work.
func TestKronPair(t *testing.T) { both(t, testKronPair[float32], testKronPair[float64]) }

func testKronPair[T kernels.Float](t *testing.T) {
	r := newRandom(23)
	p := kernels.NewPool(1)
	for _, shapes := range [][][3]int{
		{{32, 32, 0}, {32, 32, 0}}, {{64, 64, 1}, {64, 64, 0}}, {{5, 40, 0}, {7, 9, 1}}, {{9, 7, 0}, {40, 5, 0}}, {{1, 6, 0}, {4, 1, 0}}, {{6, 1, 0}, {1, 4, 1}},
	} {
		for _, trans := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			fs := kronFactors[T](r, shapes)
			m, n := kronShape(trans, fs)
			x := randomMatrix[T](r, n, 1, 0).Data
			work := make([]T, KronMulWork(trans, fs, 1))
			got, want := make([]T, m), make([]T, m)
			var k kronPlan[T]
			k.init(trans, fs, 1, 1)
			k.run(p, want, x, work)
			KronMul(p, trans, fs, got, x, work)
			if msg := bits.Diff(want, got); msg != "" {
				t.Errorf("%v %c: %s", shapes, trans, msg)
			}
			mustPanic(t, "work", shortWork, func() { KronMul(p, trans, fs, got, x, work[:len(work)-1]) })
		}
	}
}

// Slabs are a matter of caches: a serial call, which uses them, gives the bits of one with workers, which does not.
func TestKronSingly(t *testing.T) { both(t, testKronSingly[float32], testKronSingly[float64]) }

// testKronSingly: large rows one after the other on one core have the bits of all rows together on two.
func testKronSingly[T kernels.Float](t *testing.T) {
	r := newRandom(3)
	two := kernels.NewPool(2)
	defer two.Close()
	for _, shapes := range [][][3]int{{{40, 40, 0}, {40, 40, 1}, {41, 41, 0}}, {{30, 40, 0}, {40, 40, 1}, {60, 45, 0}}} {
		fs := kronFactors[T](r, shapes)
		m, n := kronShape(kernels.NoTrans, fs)
		if one, both, pair := singly(nil, fs, m), singly(two, fs, m), singly(nil, fs[:2], m); !one || both || pair {
			t.Fatal(shapes, one, both, pair)
		}
		x := randomMatrix[T](r, 3, m, 0)
		work := make([]T, KronMulWork(kernels.Trans, fs, 3))
		got, want := MatrixOf(3, n, nanSlice[T](3*n)), MatrixOf(3, n, nanSlice[T](3*n))
		KronMulRight(nil, got, x, kernels.NoTrans, fs, work)
		KronMulRight(two, want, x, kernels.NoTrans, fs, work)
		bits.Same(t, want.Data, got.Data, "%v", shapes)
		// Work that meets a later row, of rows that follow each other or not.
		for _, gap := range []int{0, 1} {
			ld := m + gap
			buf, dst := make([]T, 3*ld+len(work)), nanSlice[T](3*n)
			copy(buf, x.Data)
			before := append([]T(nil), buf...)
			meets := Matrix[T]{Rows: 3, Cols: m, Stride: ld, Data: buf[:3*ld]}
			mustPanic(t, "work in x", overlap, func() {
				KronMulRight(nil, MatrixOf(3, n, dst), meets, kernels.NoTrans, fs, buf[2*ld:])
			})
			bits.Same(t, before, buf, "x")
			bits.Same(t, nanSlice[T](3*n), dst, "dst")
		}
	}
}

func TestKronSlabs(t *testing.T) { both(t, testKronSlabs[float32], testKronSlabs[float64]) }

func testKronSlabs[T kernels.Float](t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	for ci, shapes := range [][][3]int{
		{{40, 40, 0}, {41, 41, 1}, {45, 45, 0}},
		{{9, 9, 0}, {8, 8, 0}, {10, 10, 1}, {11, 11, 0}, {12, 12, 0}},
		{{30, 33, 0}, {20, 31, 0}, {37, 29, 1}, {7, 7, -1}},
		{{50, 50, -1}, {31, 35, 0}, {40, 43, 1}},
		{{16, 16, 0}, {16, 16, -1}, {16, 16, 1}, {16, 17, 0}, {3, 3, 0}},
	} {
		r := newRandom(ci)
		fs := kronFactors[T](r, shapes)
		for _, tr := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			for _, cols := range []int{1, 5} {
				if testing.Short() && (ci > 0 || cols > 1) {
					continue // portable products are slow, most of all without a fused instruction
				}
				m, n := kronShape(tr, fs)
				x, work := randomVector[T](r, n*cols), nanSlice[T](KronMulWork(tr, fs, cols))
				serial, pooled := nanSlice[T](m*cols), nanSlice[T](m*cols)
				KronMulLeft(nil, MatrixOf(m, cols, serial), tr, fs, MatrixOf(n, cols, x), work)
				KronMulLeft(p, MatrixOf(m, cols, pooled), tr, fs, MatrixOf(n, cols, x), work)
				bits.Same(t, pooled, serial, "case %d %c %d columns", ci, tr, cols)
				if cols == 1 && !testing.Short() {
					noAllocs(t, "KronMul", func() { KronMul(nil, tr, fs, serial, x, work) })
				}
			}
		}
	}
	// Blocks of three passes in the order of blocks, of two in place, none for a pass of too many terms, and of three past the source.
	defer func(n int) { kronLarge = n }(kronLarge)
	for _, stream := range []int{0, math.MaxInt} {
		kronLarge = stream
		for ci, shapes := range [][][3]int{
			{{5, 5, 0}, {6, 6, 1}, {7, 7, 0}, {8, 8, 0}, {8, 8, 1}, {16, 16, 0}, {16, 16, 0}},
			{{3, 3, 0}, {16, 16, 1}, {70, 70, 0}, {64, 64, 1}},
			{{3, 3, 0}, {17, 17, 1}, {70, 70, 0}, {64, 64, 1}},
			{{3, 3, 0}, {16, 16, 1}, {9, 9, 0}, {5, 5, 0}, {7, 7, 0}, {15, 15, -1}},
		} {
			if testing.Short() && (ci > 0 || kernels.Active() == kernels.Portable) {
				continue // portable products are slow
			}
			r := newRandom(ci)
			fs := kronFactors[T](r, shapes)
			_, n := kronShape(kernels.NoTrans, fs)
			x, work := randomVector[T](r, n), nanSlice[T](KronMulWork(kernels.NoTrans, fs, 1))
			serial, pooled := nanSlice[T](n), nanSlice[T](n)
			KronMul(nil, kernels.NoTrans, fs, serial, x, work)
			KronMul(p, kernels.NoTrans, fs, pooled, x, work)
			bits.Same(t, pooled, serial, "blocks, case %d, %d", ci, stream)
			noAllocs(t, "KronMul", func() { KronMul(nil, kernels.NoTrans, fs, serial, x, work) })

			var k kronPlan[T]
			k.init(kernels.NoTrans, fs, 1, 1)
			// The memory asked for is enough for the blocks of every tier.
			_, _, room := k.work(n)
			for rest := k; rest.pos < rest.passes; rest.next() {
				for _, terms := range []int{kronTerms, kronTerms512} {
					assert.LessOrEqual(t, rest.block(terms).work(), room, "case %d, pass %d, %d terms", ci, rest.pos, terms)
				}
			}
			k.room, k.terms = n, kronTerms
			first := k.step(n, kronStep{})
			k.skip(first.passes)
			second := k.step(n, first)
			switch ci {
			case 0:
				assert.True(t, first.slabs)
				assert.Equal(t, stream == 0, second.tiled)
				assert.Equal(t, stream != 0, second.inPlace)
				assert.Equal(t, 3, second.passes)
			case 1:
				assert.True(t, first.slabs && second.inPlace)
				assert.Equal(t, 2, second.passes)
			case 2:
				assert.True(t, first.slabs && !second.inPlace)
				k.terms = kronTerms512
				assert.Equal(t, 2, k.step(n, first).passes)
			}
		}
	}
	// Several tensors in front, columns behind, blocks first, and blocks without the memory for them: the same bits, and the source stays.
	kronLarge = 0
	for ci, s := range []struct {
		shapes        [][3]int
		before, after int
	}{
		{[][3]int{{5, 5, 0}, {6, 6, 1}, {7, 7, 0}, {8, 8, 0}, {8, 8, 1}, {16, 16, 0}, {16, 16, 0}}, 2, 1},
		{[][3]int{{5, 5, 0}, {6, 6, 1}}, 1, 30000},
		{[][3]int{{5, 5, 1}, {6, 6, 0}}, 2, 20000},
		{[][3]int{{3, 3, 0}, {3, 3, 0}, {256, 256, 0}, {64, 64, 1}}, 1, 1},
	} {
		if testing.Short() && ci != 1 {
			continue
		}
		r := newRandom(ci)
		fs := kronFactors[T](r, s.shapes)
		m, _ := kronShape(kernels.NoTrans, fs)
		n := m * s.before * s.after
		x := randomVector[T](r, n)
		source := append([]T(nil), x...)
		var k kronPlan[T]
		k.init(kernels.NoTrans, fs, s.before, s.after)
		w0, w1, w2 := k.work(n)
		assert.True(t, w0 == n && w1 == 0 && w2 > 0, "%d: work %d, %d, %d", ci, w0, w1, w2)
		serial, pooled := nanSlice[T](n), nanSlice[T](n)
		kronMul(p, kernels.NoTrans, fs, m, m, s.before, s.after, pooled, x, nanSlice[T](w0))
		for _, work := range []int{w0, w0 + w2/2, w0 + w2} {
			kronMul(nil, kernels.NoTrans, fs, m, m, s.before, s.after, serial, x, nanSlice[T](work))
			bits.Same(t, pooled, serial, "case %d before %d, after %d, work %d", ci, s.before, s.after, work)
			bits.Same(t, source, x, "source of case %d", ci)
		}
		mustPanic(t, "work", shortWork, func() { kronMul(nil, kernels.NoTrans, fs, m, m, s.before, s.after, serial, x, make([]T, w0-1)) })
	}
	// So that the comparison means something:
	fs := kronFactors[T](newRandom(1), [][3]int{{40, 40, 0}, {41, 41, 1}, {45, 45, 0}})
	var k kronPlan[T]
	k.init(kernels.NoTrans, fs, 1, 1)
	if g := k.group(40 * 41 * 45); g != 2 {
		t.Errorf("%d passes in a group, want 2", g)
	}
}
