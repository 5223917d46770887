package kernels

import "unsafe"

// staggerRows is the number of rows of a group of gemmStagger32AVX512, staggerGroups how many groups of three chunks a call takes, and staggerPairs the elements of b of half a chunk.
const (
	staggerRows   = 8
	staggerGroups = gemvPiece / (staggerRows * 3 * ChunkK * 4)
	staggerPairs  = ChunkK / 2
)

// A staggerCall is three chunks of rows for gemmStagger32AVX512. The assembly knows its layout.
type staggerCall struct {
	x, y   [3]unsafe.Pointer // the first group that begins its chunks, and the one that goes on in their second halves
	sums   [3]unsafe.Pointer // of the groups y
	b      unsafe.Pointer    // [3][staggerPairs][2]: elements of both halves
	masks  unsafe.Pointer    // [][3]: lanes of a block of eight steps
	blocks int
	groups int
	ra     uintptr
	//lint:ignore U1000 of the assembly, which keeps there where it is in x, y and sums
	at  [9]uintptr
	acc [3][16]float32 // x and y alternate; the first half of the group that is y in the next call, as y
}

// staggerBuffer is the memory of a product besides its sums.
type staggerBuffer[T Float] struct {
	b     [3][staggerPairs][2]T
	masks [ChunkK / 16][3]uint16
	skip  [staggerRows]T
}

// staggers reports whether multiplyStaggered takes a product of m rows, ra bytes apart, that multiplyChains takes: chunks by threes, whose steps are eights, of rows that collide in the first level, and
// enough groups for the one that has nothing beside it.
func staggers[T Float](isa ISA, m, k, ra int) bool {
	chunk := ChunkLen(k)
	chunks := (k + chunk - 1) / chunk
	return isa == AVX512 && is32[T]() && m >= 64 && m <= arenaPackA/(3*4) && ra%4096 == 0 && k%8 == 0 && chunks%3 == 0 && k-(chunks-1)*chunk >= (chunk+15)/16*8
}

// multiplyStaggered computes c = alpha·A·x + beta·c for whole groups of rows.
func multiplyStaggered[T Float](groups, k int, alpha T, a []T, ra int, x []T, beta T, c []T) {
	chunk := ChunkLen(k)
	rows := groups * staggerRows
	ar := takeArena()
	buf := (*staggerBuffer[T])(ar.packB())
	sums := unsafe.Slice((*T)(ar.packA()), 3*rows)
	var t staggerCall
	t.b, t.masks, t.ra = unsafe.Pointer(&buf.b), unsafe.Pointer(&buf.masks), uintptr(ra)*4
	t.blocks = (chunk + 15) / 16
	half := t.blocks * 8
	for l := 0; l < k; l += 3 * chunk {
		var second [3]int // where y begins: its blocks end with the chunk, and what x has had of them is masked
		for q := range 3 {
			from := l + q*chunk
			second[q] = from + min(chunk, k-from) - half
			for i := range half {
				buf.b[q][i] = [2]T{x[from+i], x[second[q]+i]}
			}
			for i := range t.blocks {
				buf.masks[i][q] = 0x5555
				if second[q]+8*i >= from+half {
					buf.masks[i][q] = 0xffff
				}
			}
		}
		t.acc = [3][16]float32{}
		// Group g begins while group g−1 goes on; the first and the last have themselves beside them.
		for g := 0; g <= groups; {
			n, gx, gy := 1, min(g, groups-1), max(g-1, 0)
			if g > 0 && g < groups {
				n = min(groups-g, staggerGroups)
			}
			for q := range 3 {
				t.x[q], t.y[q] = unsafe.Pointer(&a[gx*staggerRows*ra+l+q*chunk]), unsafe.Pointer(&a[gy*staggerRows*ra+second[q]])
				if t.sums[q] = unsafe.Pointer(&buf.skip); g > 0 {
					t.sums[q] = unsafe.Pointer(&sums[q*rows+gy*staggerRows])
				}
			}
			t.groups = n
			t.run()
			g += n
		}
		for q := range 3 {
			for i := 0; i < rows; i += vecPiece {
				e := min(rows, i+vecPiece)
				updateVec(AVX512, alpha, sums[q*rows+i:q*rows+e], beta, c[i:e])
			}
			beta = 1
		}
	}
	giveArena(ar)
}

// run is not inlined, so that the runtime can stop a long product between two calls.
//
//go:noinline
func (t *staggerCall) run() { gemmStagger32AVX512(t) }

//go:noescape
func gemmStagger32AVX512(t *staggerCall)
