package kernels

import "unsafe"

// Convert writes dst_i = D(src_i): float32 to float64 exactly, float64 to float32 rounded to nearest even, equal types
// copied.
//
// The lengths must be equal. dst and src must not share memory.
func Convert[D, S Float](p *Pool, dst []D, src []S) {
	if len(dst) != len(src) {
		panic(badLen)
	}
	if len(dst) == 0 {
		return
	}
	d, s := uintptr(unsafe.Pointer(&dst[0])), uintptr(unsafe.Pointer(&src[0]))
	n := uintptr(len(dst))
	if d < s+n*unsafe.Sizeof(src[0]) && s < d+n*unsafe.Sizeof(dst[0]) {
		panic(overlap)
	}
	for i, v := range src {
		dst[i] = D(v)
	}
}
