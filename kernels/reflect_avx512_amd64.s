// Reflections of the rows of a small matrix, AVX-512, float64: see the header. Columns come in multiples of one vector.

#include "textflag.h"
#include "zmm_amd64.h"
#include "reflect_amd64.h"

// func reflectAVX512(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)
TEXT ·reflectAVX512(SB), NOSPLIT, $0-64
	BEGIN
	REFLECT4
	REFLECT2
	REFLECT1
	VZEROUPPER
	RET
