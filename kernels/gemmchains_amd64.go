package kernels

import "unsafe"

// A chainCall is three chains for gemmChains…: rows in three places. The assembly knows its layout.
type chainCall struct {
	a      [3]unsafe.Pointer
	b      [3]unsafe.Pointer // elements beside each other
	sums   [3]unsafe.Pointer
	rest   [3]int // steps after the blocks
	blocks int    // of 64 bytes of a row, of eight steps where far is set
	ra     uintptr
	//lint:ignore U1000 of the assembly, which keeps there where it is in a and b after the blocks
	at  [6]uintptr
	far uintptr // of AVX-512 and float32: from row 8 to row 12, 0 for twelve rows

	times     int     // that this is done, rows and sums moving on
	down, out uintptr // by so many bytes
}

// threeChains: columns are products of three chains. On Zen 5 one chain waits for its FMA, at 27 of the 64 GFLOP/s that the third level would give float32. The Intel this
// was first measured on reads no faster than one chain computes, and keeps that.
var threeChains = zen5

// chainsNear is the size of A up to which three chains are faster: from memory more places at a time are slower than fewer (float32 of 64 MiB 25 against 33 GB/s). Lanes of rows
// (byLanes) have the same bound.
var chainsNear = halfThird(cacheSizes())

func halfThird(_, l3 int) int {
	if l3 <= 0 {
		return 8 << 20
	}
	return l3 / 2
}

// chainSums is the number of sums of a block of rows for one chunk: nine strips, so that whole blocks of one to three chunks fill calls of three chains.
const chainSums = chainStrips * 16

// chainStrips is how many strips a block has, chainTimes how many times one call repeats its three chains at most: A is half a MiB then.
const chainStrips, chainTimes = 9, 7

// chainStrip is how many rows, ra bytes apart, a chain of gemmChains… has. What it stores are 16 sums where these are 12.
func chainStrip[T Float](isa ISA, ra int) int {
	switch {
	case isa != AVX512 || !is32[T]():
		return 8
	case ra%2048 == 0:
		return 12
	}
	return 16
}

// chainsPay reports whether three chains take m rows of k elements, of size bytes, rows ra bytes apart: from a few strips on, near enough, and, where
// there is one chunk only, so that the places are other rows, not with rows that collide in the first level. On AVX2 64 rows of 16 elements are 6 to 10 % faster by one chain.
func chainsPay(isa ISA, m, k, size, ra int) bool {
	return threeChains && (isa == AVX512 || k >= 24) && m >= 48 && m <= chainsNear/size/k && (k > ChunkK || ra%4096 != 0)
}

// multiplyChains is multiplyColumn by three chains at a time, for columns that lie in one piece, and reports whether it took the product. What multiplyStaggered leaves is a strip and
// a part of a group.
// Sums are computed for blocks of rows and three chunks, and then applied in order. The last strip of a block overlaps the one before, with the same sums.
func multiplyChains[T Float](isa ISA, m, k int, alpha T, a []T, ra int, x []T, beta T, c []T) bool {
	size := int(unsafe.Sizeof(alpha))
	if !chainsPay(isa, m, k, size, ra*size) {
		return false
	}
	strip, chunk, first := chainStrip[T](isa, ra*size), ChunkLen(k), 0
	if staggers[T](isa, m, k, ra*size) {
		groups := m / staggerRows
		if m%staggerRows != 0 {
			groups = (m - strip) / staggerRows
		}
		multiplyStaggered(groups, k, alpha, a, ra, x, beta, c)
		if first = groups * staggerRows; first == m {
			return true
		}
	}
	var sums [3][chainSums]T
	var t chainCall
	t.ra = uintptr(ra * size)
	if strip == 16 {
		t.far = 4 * t.ra
	}
	for i, rows := first, 0; i < m; i += rows {
		rows = min(chainStrips*strip, m-i)
		if left := m - i - rows; left != 0 && left < strip {
			rows -= strip
		}
		bt := beta
		for l := 0; l < k; l += 3 * chunk {
			chunks := min(3, (k-l+chunk-1)/chunk)
			n, once := 0, 3/chunks*strip // rows of three chains; two chunks fill them every other time
			t.down, t.out = uintptr(once*ra*size), uintptr(once*size)
			for from := 0; from < rows; from += strip {
				r := min(from, rows-strip)
				for q := range chunks {
					at := l + q*chunk
					t.a[n], t.b[n], t.sums[n] = unsafe.Pointer(&a[(i+r)*ra+at]), unsafe.Pointer(&x[at]), unsafe.Pointer(&sums[q][r])
					t.rest[n] = min(chunk, k-at)
					if n++; n < 3 {
						continue
					}
					n, t.times = 0, 1
					if chunks != 2 {
						t.times = min(chainTimes, max(1, (rows-from-strip)/once+1))
						from += (t.times - 1) * once
					}
					t.run(isa, size)
				}
			}
			if n > 0 {
				t.times = 1
				// The last chain again for those that are missing.
				steps := t.rest[n-1]
				for ; n < 3; n++ {
					t.a[n], t.b[n], t.sums[n], t.rest[n] = t.a[n-1], t.b[n-1], t.sums[n-1], steps
				}
				t.run(isa, size)
			}
			for q := range chunks {
				updateVec(isa, alpha, sums[q][:rows], bt, c[i:i+rows])
				bt = 1
			}
		}
	}
	return true
}

// run computes three chains, whose steps are in rest. It is not inlined, so that the runtime can stop a long product between two calls.
//
//go:noinline
func (t *chainCall) run(isa ISA, size int) {
	block := 64 / size
	if t.far != 0 {
		block = 8
	}
	t.blocks = min(t.rest[0], t.rest[1], t.rest[2]) / block
	for c := range t.rest {
		t.rest[c] -= t.blocks * block
	}
	switch {
	case isa == AVX512 && size == 4:
		gemmChains32AVX512(t)
	case isa == AVX512:
		gemmChains64AVX512(t)
	case size == 4:
		gemmChains32AVX2(t)
	default:
		gemmChains64AVX2(t)
	}
}

//go:noescape
func gemmChains32AVX512(t *chainCall)

//go:noescape
func gemmChains64AVX512(t *chainCall)

//go:noescape
func gemmChains32AVX2(t *chainCall)

//go:noescape
func gemmChains64AVX2(t *chainCall)
