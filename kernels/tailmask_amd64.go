package kernels

// tailMask slides over the edges of a block of 256 bytes. The 256 bytes from tailMask[256−r] on (in bytes) are r bytes
// of ones, then zeros; those from tailMask[512−r] on are r bytes of zeros, then ones. The AVX2 kernels load their
// masks from it.
//
//lint:ignore U1000 read by assembly
var tailMask = [96]int64{
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
}
