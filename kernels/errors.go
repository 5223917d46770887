package kernels

import "unsafe"

// Panic strings. A panic means a mistake of the calling program; it is raised
// before anything is written.
const (
	badTranspose = "kernels: bad Transpose"
	badUplo      = "kernels: bad Uplo"
	badSide      = "kernels: bad Side"
	badDiag      = "kernels: bad Diag"
	negDim       = "kernels: negative dimension"
	badLanes     = "kernels: bad number of lanes"
	badLdA       = "kernels: bad leading dimension of A"
	badLdB       = "kernels: bad leading dimension of B"
	badLdC       = "kernels: bad leading dimension of C"
	badLdV       = "kernels: bad leading dimension of v"
	badLdZ       = "kernels: bad leading dimension of z"
	badLdX       = "kernels: bad leading dimension of x"
	badLdR       = "kernels: bad leading dimension of the rotations"
	shortS       = "kernels: insufficient length of s"
	shortA       = "kernels: insufficient length of a"
	shortB       = "kernels: insufficient length of b"
	shortC       = "kernels: insufficient length of c"
	shortX       = "kernels: insufficient length of x"
	shortY       = "kernels: insufficient length of y"
	shortD       = "kernels: insufficient length of d"
	shortE       = "kernels: insufficient length of e"
	shortV       = "kernels: insufficient length of v"
	shortW       = "kernels: insufficient length of w"
	shortTau     = "kernels: insufficient length of tau"
	shortZ       = "kernels: insufficient length of z"
	shortStart   = "kernels: insufficient length of start"
	badStart     = "kernels: start does not ascend within col and val"
	badLen       = "kernels: lengths differ"
	overlap      = "kernels: an output overlaps an input"
	badOrder     = "kernels: order out of range"
	badWorkers   = "kernels: negative number of workers"
)

// short reports whether a slice of length n cannot hold rows×cols elements with
// leading dimension ld. The form cannot overflow. rows, cols ≥ 0; ld ≥ cols was
// checked by the caller.
func short(n, rows, cols, ld int) bool {
	if rows == 0 || cols == 0 {
		return false
	}
	return n < cols || (rows > 1 && ld > (n-cols)/(rows-1))
}

// span is the number of elements that a rows×cols matrix with leading dimension ld
// reaches over; short was false.
func span(rows, cols, ld int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*ld + cols
}

// overlaps reports whether the first n elements of x and the first m elements of y
// share memory. It is deliberately coarse for matrices: two interleaved views
// with ld > cols count as overlapping only through their spans, so disjoint
// column blocks of one matrix must be told apart by overlaps2.
func overlaps[T Float](x []T, n int, y []T, m int) bool {
	if n == 0 || m == 0 {
		return false
	}
	var z T
	s := unsafe.Sizeof(z)
	a := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	b := uintptr(unsafe.Pointer(unsafe.SliceData(y)))
	return a < b+uintptr(m)*s && b < a+uintptr(n)*s
}

// overlaps2 reports whether two matrix views share an element. Views with equal
// leading dimensions (blocks of one matrix) are told apart exactly; views with
// different leading dimensions by their spans.
func overlaps2[T Float](x []T, rx, cx, ldx int, y []T, ry, cy, ldy int) bool {
	nx, ny := span(rx, cx, ldx), span(ry, cy, ldy)
	if !overlaps(x, nx, y, ny) {
		return false
	}
	if ldx != ldy || rx == 1 && ry == 1 {
		return true
	}
	var z T
	s := int64(unsafe.Sizeof(z))
	d := int64(uintptr(unsafe.Pointer(unsafe.SliceData(y)))) - int64(uintptr(unsafe.Pointer(unsafe.SliceData(x))))
	if d%s != 0 {
		return true
	}
	// In units of elements, y starts at row q, column r of x's grid (0 ≤ r < ld).
	d /= s
	ld := int64(ldx)
	q, r := d/ld, d%ld
	if r < 0 {
		q, r = q-1, r+ld
	}
	hit := func(q, r int64) bool {
		return r < int64(cx) && r+int64(cy) > 0 && q < int64(rx) && q+int64(ry) > 0
	}
	// The columns of y may wrap round the end of x's grid rows.
	return hit(q, r) || hit(q+1, r-ld)
}

func is32[T Float]() bool {
	var z T
	return unsafe.Sizeof(z) == 4
}
