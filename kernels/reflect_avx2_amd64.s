// Reflections of the rows of a small matrix, AVX2 and FMA3, float64: see the header. Columns come in multiples of two vectors.

#include "textflag.h"
#include "ymm_amd64.h"
#include "reflect_amd64.h"

// func reflectAVX2(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)
TEXT ·reflectAVX2(SB), NOSPLIT, $0-64
	BEGIN
	REFLECT4
	REFLECT2
	VZEROUPPER
	RET
