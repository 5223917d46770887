package kernels

// Only tests call these (root_avx512_amd64.s).

//go:noescape
func rootFrom32AVX512(root, lastG, lastH, v, y *[16]float32)

//go:noescape
func rootFrom64AVX512(root, lastG, lastH, v, y *[8]float64)
