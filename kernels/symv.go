package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Symv computes y = alpha·A·x + beta·y for a symmetric n×n matrix A of which only the triangle named by uplo is read, each
// element once.
//
// x and y have at least n elements; y must overlap neither x nor A. y is not read if beta is 0. If alpha is 0,
// neither A nor x is read and y = beta·y.
//
// Numeric order. The rows are cut into P(n) panels of equal area (symvCuts: 1 below n = 512, 8 to 4095, 16 above).
// A panel starts with v = +0 and takes its rows i in ascending order:
//
//	s   = Σ a_ij·x_j over the stored part of row i, diagonal included, in lane order, where the lane and the
//	      segment of an element are those of its column index j (not of its place in the row)
//	v_i = v_i + s
//	v_j = fma(a_ij, x_i, v_j) for every stored j ≠ i
//
// The panels' vectors are added in ascending order, each over the indices that it reaches (Lower: j below its last row;
// Upper: j from its first row on); the first is taken as it is, +0 where it does not reach. With t the sum,
// y = alpha·t if beta is 0, else fma(alpha, t, beta·y) with beta·y rounded.
func Symv[T Float](p *Pool, uplo Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if uplo != Upper && uplo != Lower {
		panic(badUplo)
	}
	if n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	if n == 0 {
		return
	}
	switch {
	case short(len(a), n, n, lda):
		panic(shortA)
	case len(x) < n:
		panic(shortX)
	case len(y) < n:
		panic(shortY)
	}
	if overlaps(y, n, x, n) || overlaps(y, n, a, span(n, n, lda)) {
		panic(overlap)
	}
	x, y = x[:n], y[:n]
	if alpha == 0 {
		scaleBeta(beta, y)
		return
	}
	w := symvLists[T]().take()
	if w == nil {
		w = new(symvWork[T])
	}
	w.sum, w.v = grow(w.sum, n), grow(w.v, n)
	var cuts [symvLargePanels + 1]int
	panels := symvCuts(uplo, n, &cuts)
	clear(w.sum)
	for k := 0; k < panels; k++ {
		r0, r1 := cuts[k], cuts[k+1]
		v := w.sum
		if k > 0 {
			v = w.v
			clear(v)
		}
		symvPanelPortable(uplo, r0, r1, n, a, lda, x, v)
		if k > 0 {
			lo, hi := 0, r1
			if uplo == Upper {
				lo, hi = r0, n
			}
			for j := lo; j < hi; j++ {
				w.sum[j] += v[j]
			}
		}
	}
	for i, s := range w.sum {
		y[i] = update(alpha, s, beta, y[i])
	}
	symvLists[T]().give(w)
}

// symvPanels is P(n).
func symvPanels(n int) int {
	switch {
	case n < symvSmall:
		return symvSmallPanels
	case n < symvLarge:
		return symvMidPanels
	}
	return symvLargePanels
}

// symvCuts writes the P+1 ascending row indices that cut a triangle into panels and returns P. For Lower, cut k is the
// largest multiple of 8 not above the smallest r with r(r+1)·P ≥ k·n(n+1), rows 0 … r−1 being the ones before it;
// Upper is its mirror image, n − cut(P−k).
func symvCuts(uplo Uplo, n int, cuts *[symvLargePanels + 1]int) int {
	panels := symvPanels(n)
	area := uint64(n) * uint64(n+1)
	cuts[0], cuts[panels] = 0, n
	for k := 1; k < panels; k++ {
		lo, hi := 0, n
		for lo < hi {
			r := (lo + hi) / 2
			if uint64(r)*uint64(r+1)*uint64(panels) >= uint64(k)*area {
				hi = r
			} else {
				lo = r + 1
			}
		}
		cuts[k] = lo &^ 7
	}
	if uplo == Upper {
		for i, j := 0, panels; i <= j; i, j = i+1, j-1 {
			cuts[i], cuts[j] = n-cuts[j], n-cuts[i]
		}
	}
	return panels
}

// symvPanelPortable adds rows r0 … r1−1 to v.
func symvPanelPortable[T Float](uplo Uplo, r0, r1, n int, a []T, lda int, x, v []T) {
	for i := r0; i < r1; i++ {
		lo, hi := 0, i+1
		if uplo == Upper {
			lo, hi = i, n
		}
		v[i] += symvDot(lo, hi, a[i*lda:], x)
		for j := lo; j < hi; j++ {
			if j != i {
				v[j] = elem.FMA(a[i*lda+j], x[i], v[j])
			}
		}
	}
}

// symvDot is Σ row_j·x_j over lo ≤ j < hi, lo < hi, with lanes and segments counted from column 0.
func symvDot[T Float](lo, hi int, row, x []T) T {
	var total T
	l := lanes[T]()
	for j := lo; j < hi; {
		var acc [Lanes32]T
		end := min(hi, (j/Segment+1)*Segment)
		first := j == lo
		for ; j < end; j++ {
			k := j & (l - 1)
			acc[k] = elem.FMA(row[j], x[j], acc[k])
		}
		s := fold(acc[:l])
		if first {
			total = s
		} else {
			total += s
		}
	}
	return total
}

// symvWork is the workspace of one call: the sum of the panels' vectors and the vector of the current panel.
type symvWork[T Float] struct {
	sum, v []T
}

var (
	symvWork32 freeList[symvWork[float32]]
	symvWork64 freeList[symvWork[float64]]
)

func symvLists[T Float]() *freeList[symvWork[T]] {
	if is32[T]() {
		return (*freeList[symvWork[T]])(unsafe.Pointer(&symvWork32))
	}
	return (*freeList[symvWork[T]])(unsafe.Pointer(&symvWork64))
}

// grow returns a slice of length n, s itself if its capacity allows. The contents are not kept.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
