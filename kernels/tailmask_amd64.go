package kernels

// tailMask slides over the edge of a block of 256 bytes: the 256 bytes from tailMask[256−r] on are r bytes of
// ones and then zeros. The AVX2 kernels load their masks from it.
var tailMask = [64]int64{
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
}
