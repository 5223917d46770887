package kernels

import (
	"math"
	"unsafe"
)

// BFloat16 is a storage type: the upper half of a float32, with its range and eight significant bits. States of optimizers halve in it;
// no kernel computes with it.
type BFloat16 uint16

// bfloat16NaN is what every NaN becomes.
const bfloat16NaN = BFloat16(0x7FC0)

// Float32 returns the value, exactly.
func (b BFloat16) Float32() float32 { return math.Float32frombits(uint32(b) << 16) }

// ToBFloat16 writes dst_i = src_i rounded to nearest even. Values beyond the largest BFloat16 round to ±Inf as IEEE says;
// every NaN becomes 0x7FC0.
//
// The lengths must be equal. dst and src must not share memory.
func ToBFloat16(p *Pool, dst []BFloat16, src []float32) {
	bfloat16Check(dst, src)
	raceRead(src)
	raceWrite(dst)
	bfloat16Run(p.ISA(), opBFloat16Nearest, bfloat16Keys{}, dst, src)
}

// ToBFloat16Stochastic writes dst_i = src_i rounded up or down in magnitude, up with a probability equal to the part of the distance (in 2⁻¹⁶),
// so that the expectation of dst_i is src_i and small updates are not lost. Values that a BFloat16 holds, ±Inf
// among them, are kept; every NaN becomes 0x7FC0.
//
// The random numbers are a function of seed, counter and i alone (bfloat16Random): a step of an optimizer passes its number as counter and
// gets the same bits wherever and however it runs. i counts up to 2³³ elements before numbers repeat.
//
// The lengths must be equal. dst and src must not share memory.
func ToBFloat16Stochastic(p *Pool, seed, counter uint64, dst []BFloat16, src []float32) {
	bfloat16Check(dst, src)
	raceRead(src)
	raceWrite(dst)
	bfloat16Run(p.ISA(), opBFloat16Stochastic, newBFloat16Keys(seed, counter), dst, src)
}

// FromBFloat16 writes dst_i = src_i, exactly. The lengths must be equal. dst and src must not share memory.
func FromBFloat16(p *Pool, dst []float32, src []BFloat16) {
	bfloat16Check(src, dst)
	raceRead(src)
	raceWrite(dst)
	bfloat16Run(p.ISA(), opBFloat16Widen, bfloat16Keys{}, src, dst)
}

func bfloat16Check(half []BFloat16, full []float32) {
	if len(half) != len(full) {
		panic(badLen)
	}
	if len(half) == 0 {
		return
	}
	h, f := uintptr(unsafe.Pointer(&half[0])), uintptr(unsafe.Pointer(&full[0]))
	if n := uintptr(len(half)); h < f+4*n && f < h+2*n {
		panic(overlap)
	}
}

type bfloat16Op uint8

const (
	opBFloat16Nearest bfloat16Op = iota
	opBFloat16Stochastic
	opBFloat16Widen
)

// bfloat16Keys are the two words that a seed and a counter choose; first moves on with the elements.
type bfloat16Keys struct{ first, second uint32 }

// newBFloat16Keys mixes as splitmix64 does (Steele, Lea and Flood 2014).
func newBFloat16Keys(seed, counter uint64) bfloat16Keys {
	z := seed + (counter+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	z ^= z >> 31
	return bfloat16Keys{uint32(z), uint32(z >> 32)}
}

// bfloat16Random is the 16 random bits of element i. Word w of the generator serves two elements of a block of bfloat16Block: w = 16·(i/32) + i mod 16,
// its lower half if i mod 32 < 16 and its upper half otherwise. The word is a hash of first + w with the second key
// in its middle: two rounds of xor-shift and multiplication, all that every vector unit has.
func bfloat16Random(k bfloat16Keys, i int) uint32 {
	h := k.first + uint32(i/bfloat16Block*(bfloat16Block/2)+i%(bfloat16Block/2))
	h ^= h >> 16
	h *= bfloat16Mul1
	h ^= h >> 15
	h += k.second
	h *= bfloat16Mul2
	h ^= h >> 16
	if i%bfloat16Block < bfloat16Block/2 {
		return h & 0xFFFF
	}
	return h >> 16
}

// bfloat16Piece is the number of elements of one assembly call, a multiple of bfloat16Block.
const bfloat16Piece = 16384

// bfloat16Run performs op piece by piece.
func bfloat16Run(isa ISA, op bfloat16Op, k bfloat16Keys, half []BFloat16, full []float32) {
	for len(half) > bfloat16Piece {
		bfloat16Call(isa, op, k, half[:bfloat16Piece], full[:bfloat16Piece])
		half, full = half[bfloat16Piece:], full[bfloat16Piece:]
		k.first += bfloat16Piece / 2
	}
	bfloat16Call(isa, op, k, half, full)
}

// bfloat16Call is one piece: whole blocks in assembly, the rest as one more block in a buffer. It is not inlined, so that the runtime can stop
// a long conversion between two pieces.
//
//go:noinline
func bfloat16Call(isa ISA, op bfloat16Op, k bfloat16Keys, half []BFloat16, full []float32) {
	if isa == Portable {
		bfloat16Portable(op, k, half, full)
		return
	}
	if blocks := len(half) / bfloat16Block; blocks > 0 {
		bfloat16SIMD(isa, op, k, blocks, &half[0], &full[0])
		half, full = half[blocks*bfloat16Block:], full[blocks*bfloat16Block:]
		k.first += uint32(blocks * bfloat16Block / 2)
	}
	if len(half) == 0 {
		return
	}
	var h [bfloat16Block]BFloat16
	var f [bfloat16Block]float32
	copy(h[:], half)
	copy(f[:], full)
	bfloat16SIMD(isa, op, k, 1, &h[0], &f[0])
	if op == opBFloat16Widen {
		copy(full, f[:])
	} else {
		copy(half, h[:])
	}
}

// bfloat16Portable is the twin of the assembly.
func bfloat16Portable(op bfloat16Op, k bfloat16Keys, half []BFloat16, full []float32) {
	full = full[:len(half)]
	switch op {
	case opBFloat16Widen:
		for i, h := range half {
			full[i] = h.Float32()
		}
		return
	case opBFloat16Nearest:
		for i, v := range full {
			u := math.Float32bits(v)
			half[i] = BFloat16((u + 0x7FFF + u>>16&1) >> 16)
		}
	case opBFloat16Stochastic:
		for i, v := range full {
			half[i] = BFloat16((math.Float32bits(v) + bfloat16Random(k, i)) >> 16)
		}
	}
	for i, v := range full {
		if v != v {
			half[i] = bfloat16NaN
		}
	}
}
