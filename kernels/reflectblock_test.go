package kernels

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/guard"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

func TestReflectBlock(t *testing.T) {
	for _, isa := range Supported() {
		t.Run(isa.String(), func(t *testing.T) {
			testReflectBlock[float32](t, isa)
			testReflectBlock[float64](t, isa)
		})
	}
}

func testReflectBlock[T Float](t *testing.T, isa ISA) {
	const b = ReflectGroup
	p := NewPool(1, WithISA(isa))
	defer p.Close()
	whole := reflectBlockRows
	reflectBlockRows = 30
	defer func() { reflectBlockRows = whole }()
	r := rnd.New(1)
	unit := ReflectColumns[T]()
	buffer, vectors, triangle := guard.New[T](t, 70*(3*unit+5)), guard.New[T](t, 70*(b+3)+b*75), guard.New[T](t, b*b)
	random := func(n int) []T {
		x := make([]T, n)
		for i := range x {
			x[i] = T(r.Float64() - 0.5)
		}
		return x
	}
	sizes := []int{23, 29, 30, 31, 32, 59, 60, 61, 64, 70} // around calls of 30 rows
	for rows := 0; rows <= 2*b+3; rows++ {
		sizes = append(sizes, rows)
	}
	for _, rows := range sizes {
		for pad := range 3 {
			cols := (rows/4 + pad) % 4 * unit
			ldc := cols + 1 + 2*pad
			rsv, csv := b+pad, 1
			if pad == 1 {
				rsv, csv = 1, rows+2
			}
			v := make([]T, max(0, (rows-1)*rsv+(b-1)*csv+1))
			for i := range v {
				v[i] = T(math.NaN())
			}
			for i := range rows {
				for j := range b {
					v[i*rsv+j*csv] = T(r.Float64() - 0.5)
				}
			}
			tri := (*[b * b]T)(random(b * b))
			c := random(max(0, (rows-1)*ldc+cols))
			naive := make([]float64, len(c))
			for i := range c {
				if i%ldc >= cols {
					c[i] = T(math.NaN())
				}
				naive[i] = float64(c[i])
			}
			for j := range cols {
				var s [b]float64
				for i := range s {
					for l := range rows {
						s[i] += float64(v[l*rsv+i*csv]) * naive[l*ldc+j]
					}
				}
				for i := range s {
					var y float64
					for l := i; l < b; l++ {
						y += float64(tri[i*b+l]) * s[l]
					}
					for l := range rows {
						naive[l*ldc+j] -= float64(v[l*rsv+i*csv]) * y
					}
				}
			}
			for i := range b {
				for j := range i {
					tri[i*b+j] = T(math.NaN())
				}
			}
			if pad == 1 && rows > 0 && cols > 0 {
				c[0], c[cols-1] = T(math.Inf(1)), T(math.NaN())
			}
			want := append([]T{}, c...)
			reflectBlockPortable(rows, cols, v, rsv, csv, tri, want, ldc)
			for _, at := range []func(*guard.Buffer[T], []T) []T{(*guard.Buffer[T]).EndCopy, (*guard.Buffer[T]).StartCopy} {
				got := at(buffer, c)
				ReflectBlock(p, rows, cols, at(vectors, v), rsv, csv, (*[b * b]T)(at(triangle, tri[:])), got, ldc)
				bits.Same(t, want, got, "%d×%d, ldc = %d", rows, cols, ldc)
			}
			for i, x := range naive {
				if i%ldc < cols && pad != 1 && !(math.Abs(x-float64(want[i])) <= 1000*float64(epsOf[T]())) {
					t.Fatalf("%d×%d: element %d is %v, want %v", rows, cols, i, want[i], x)
				}
			}
		}
	}
	tri := (*[b * b]T)(random(b * b))
	c, v := random(31*unit), random(31*b)
	require.Zero(t, testing.AllocsPerRun(5, func() { ReflectBlock(p, 9, unit, v, b, 1, tri, c, unit) }))
	require.Zero(t, testing.AllocsPerRun(5, func() { ReflectBlock(p, 31, unit, v, b, 1, tri, c, unit) }))
	c, v = c[:9*unit], v[:9*b]
	x := random(4000)
	for name, f := range map[string]func(){
		negDim:  func() { ReflectBlock(p, -1, unit, v, b, 1, tri, c, unit) },
		badLen:  func() { ReflectBlock(p, 9, unit/2, v, b, 1, tri, c, unit) },
		badLdV:  func() { ReflectBlock(p, 9, unit, v, b, 0, tri, c, unit) },
		badLdC:  func() { ReflectBlock(p, 9, unit, v, b, 1, tri, c, unit-1) },
		shortV:  func() { ReflectBlock(p, 9, unit, v[1:], b, 1, tri, c, unit) },
		shortC:  func() { ReflectBlock(p, 9, unit, v, b, 1, tri, c[1:], unit) },
		overlap: func() { ReflectBlock(p, 9, unit, x[9*unit-1:], b, 1, tri, x, unit) },
	} {
		require.PanicsWithValue(t, name, f)
	}
}

func BenchmarkReflectBlock(b *testing.B) {
	b.Run("float32", benchReflectBlock[float32])
	b.Run("float64", benchReflectBlock[float64])
}

// On a slab of six panels in the second level, with vectors beside each other and one after the other.
func benchReflectBlock[T Float](b *testing.B) {
	unit := ReflectColumns[T]()
	const rows = 700
	ldc, ldv := 6*unit+24*unit/8%16, 1032
	c, v := make([]T, 1024*ldc), make([]T, rows*ldv)
	tri := new([ReflectGroup * ReflectGroup]T)
	for i := range v {
		v[i] = 1
	}
	for _, s := range [][2]int{{ldv, 1}, {1, ldv}} {
		b.Run("", func(b *testing.B) {
			for b.Loop() {
				ReflectBlock(nil, rows, 6*unit, v, s[0], s[1], tri, c, ldc)
			}
			flops := float64(4 * ReflectGroup * rows * 6 * unit)
			b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func epsOf[T Float]() T {
	if is32[T]() {
		return 0x1p-23
	}
	return T(math.Ldexp(1, -52))
}
