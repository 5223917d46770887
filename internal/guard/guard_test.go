package guard

import (
	"runtime/debug"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/stretchr/testify/require"
)

// faults reports whether f touches a forbidden page.
func faults(f func()) (hit bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { hit = recover() != nil }()
	f()
	return
}

// neighbour returns the address of element i of a slice that need not have it. It goes through uintptr since
// unsafe.Add would be rejected under checkptr.
func neighbour[T elem.Float](x []T, i int) *T {
	p := uintptr(unsafe.Pointer(unsafe.SliceData(x[:cap(x)]))) + uintptr(i)*unsafe.Sizeof(*new(T))
	return *(**T)(unsafe.Pointer(&p))
}

var sink float64

func testGuard[T elem.Float](t *testing.T) {
	b := New[T](t, 3000)
	for _, n := range []int{1, 2, 7, 64, 1000, 3000} {
		end, size := b.End(n), n
		require.Len(t, end, n)
		require.Equal(t, n, cap(end))
		for i := range end {
			require.True(t, end[i] != end[i], "filled with NaN")
			end[i] = 1
		}
		if Pages {
			require.True(t, faults(func() { sink += float64(*neighbour(end, size)) }), "read behind the end")
			require.True(t, faults(func() { *neighbour(end, size) = 1 }), "write behind the end")
		}
		start := b.Start(n)
		if Pages {
			require.True(t, faults(func() { sink += float64(*neighbour(start, -1)) }), "read before the start")
		}
		for off := range 17 {
			x := b.AtCopy([]T{1, 2, 3}, off)
			require.Equal(t, []T{1, 2, 3}, x)
		}
	}
	require.Empty(t, b.End(0))
	require.Empty(t, b.Start(0))
	require.Equal(t, []T{4, 5}, b.EndCopy([]T{4, 5}))
	require.Equal(t, []T{6}, b.StartCopy([]T{6}))
	require.Len(t, End[T](t, 5), 5)
	require.Len(t, Start[T](t, 5), 5)
}

func TestGuard(t *testing.T) {
	t.Run("float32", testGuard[float32])
	t.Run("float64", testGuard[float64])
}

// recorder catches what a Buffer reports.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.errors++ }

func TestStrayWritesAreFound(t *testing.T) {
	r := &recorder{TB: t}
	b := New[float32](r, 100)
	x := b.At(10, 20)
	x[0], x[9] = 1, 1
	b.Check()
	require.Zero(t, r.errors)
	*neighbour(x, 10) = 1
	b.Check()
	require.Equal(t, 1, r.errors)
	*neighbour(x, -1) = 1
	b.End(3)
	require.Equal(t, 2, r.errors)
	b.Check()
	require.Equal(t, 2, r.errors)
}
