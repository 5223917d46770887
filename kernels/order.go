package kernels

// The numeric contract: the same bits everywhere.
//
// Every result is bit-for-bit the same for portable Go, AVX2, AVX-512 and NEON, for any
// number of workers, on any machine.
//
// Products (chain order). The contracted index of length k is cut into q = ⌈k/ChunkK⌉ chunks
// of length L = ⌈⌈k/q⌉/8⌉·8. In a chunk acc starts at +0 and acc = fma(a, b, acc), index
// ascending. First chunk: c = α·acc if β = 0 (C is not read), else c = fma(α, acc, β·c) with
// β·c rounded; later chunks: c = fma(α, acc, c). α = 0 or k = 0: A and B are not read and
// c = β·c (β = 0: +0).
//
// Reductions (lane order). A vector is cut into segments of Segment elements. In a segment,
// element i goes to lane i mod Lanes by acc = fma(x, y, acc). Lanes start at +0; a lane
// with no element left keeps its value. Lanes combine by halves (i += i+Lanes/2, … i+1);
// segment sums are added in ascending order.
//
// Elementwise: correctly rounded +, −, ×, ÷, √ and FMA only.
//
// Every constant that can move a rounding stands in this file. Changing one is a
// breaking release: raise OrderVersion, which checkpoints record. (The orders from which linalg's SymEig takes another method
// stand beside it.)

// OrderVersion numbers the arithmetic. Results are comparable bit for bit between
// releases with the same number. It counts from the first release: until then it stays 1 while
// the arithmetic changes, and checkpoints of different commits may differ.
const OrderVersion = 1

const (
	// ChunkK is the longest chunk of the contracted index of a product.
	ChunkK = 384
	// chunkUnit rounds chunk lengths up.
	chunkUnit = 8

	// Segment is the number of elements of one segment of a reduction.
	Segment = 16384
	// Lanes32 and Lanes64 are the accumulators of a reduction: 256 bytes of each type.
	Lanes32 = 64
	Lanes64 = 32

	// Trmm and Trsm halve the triangle at multiples of triangleLeaf down to triangleBlock, which they take in leaves of triangleLeaf.
	triangleBlock = 128
	triangleLeaf  = 16

	// Symv cuts its rows into panels of equal area; each fills its own vector. Below symvSmall there is one.
	symvSmall, symvSmallPanels = 256, 2
	symvMid, symvMidPanels     = 768, 8
	symvLarge, symvLargePanels = 4096, 16
	// symvCutUnit is what the first row of a panel is a multiple of.
	symvCutUnit = 8

	// spmvLanes are the accumulators of a row of a sparse matrix.
	spmvLanes = 4

	// Nrm2 scales by a power of two only if max|x| lies outside [2^-e, 2^e].
	nrm2Exp32 = 50
	nrm2Exp64 = 400

	// Stochastic rounding to BFloat16 hashes a word for two of bfloat16Block elements (bfloat16Random). The multipliers are those of
	// lowbias32 (C. Wellons, hash-prospector).
	bfloat16Block = 32
	bfloat16Mul1  = 0x7FEB352D
	bfloat16Mul2  = 0x846CA68B
)

// The block sizes of the factorizations in package linalg.
const (
	// QRLeaf columns of a panel of QR are reduced one by one; see QRBlock.
	QRLeaf = 8
	// PivotBlock columns of a QR factorization with pivoting are reduced before the others are updated.
	PivotBlock = 32
	// TridiagBlock columns are reduced to tridiagonal form together.
	TridiagBlock = 16
	// BandWidth is the half-bandwidth between the two stages of a reduction to tridiagonal form, and the length of the reflections of the
	// second.
	BandWidth = 32
	// ReflectGroup reflections act as one in ReflectBlock.
	ReflectGroup = 8
	// EchelonBlock pivots of the canonical basis of a null space are found before the rest is updated.
	EchelonBlock = 32
	// ComplementBlock axes at most are decided on together when that basis is made of the vectors outside of the null space.
	ComplementBlock = 64
	// TridiagLeaf is the order up to which divide and conquer leaves a tridiagonal matrix to QR.
	TridiagLeaf = 8
	// TridiagValuesLeaf is the most that it is without vectors.
	TridiagValuesLeaf = 32
	// TridiagLanes is the number of leaves with vectors that are solved side by side, of which there are few, SymLanes of leaves without vectors
	// and of the matrices of a batch.
	TridiagLanes, SymLanes = 4, 8
	// SecularGroup is what the lengths of the lists of a secular equation are multiples of, and SecularPad the pole
	// that fills them.
	SecularGroup = 8
	SecularPad   = 0x1p40
	// Cholesky takes CholeskyBlock rows together, in their diagonal block half as many, and so on to CholeskyLast; in blocks of those CholeskyLeaf.
	CholeskyBlock = 1024
	CholeskyLast  = 256
	CholeskyLeaf  = 16
	// InverseLeaf is the order at which the inverse of a triangle stops halving; it cuts at multiples of it.
	InverseLeaf = 8
	// LULeaf columns of LU are eliminated one by one.
	LULeaf = 8
	// TriStrip is the number of rows that a product of two triangles takes at a time.
	TriStrip = 64
)

// QRBlock returns the number of columns that form one block reflection of a factorization with k columns: 32, 64 from k = 384,
// 128 from k = 896 and 256 from k = 3072 on.
func QRBlock(k int) int {
	switch {
	case k >= 3072:
		return 256
	case k >= 896:
		return 128
	case k >= 384:
		return 64
	}
	return 32
}

// ChunkLen returns the length L of the chunks into which a contracted index of
// length k is cut; the last chunk may be shorter.
func ChunkLen(k int) int {
	if k <= 0 {
		return chunkUnit
	}
	q := (k + ChunkK - 1) / ChunkK
	l := (k + q - 1) / q
	return (l + chunkUnit - 1) / chunkUnit * chunkUnit
}

func lanes[T Float]() int {
	if is32[T]() {
		return Lanes32
	}
	return Lanes64
}

// TridiagGroup is the number of columns that TridiagColumn takes as one: 64 bytes. They are the lanes of its sums.
func TridiagGroup[T Float]() int {
	if is32[T]() {
		return 16
	}
	return 8
}
