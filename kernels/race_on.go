//go:build race

package kernels

import (
	"runtime"
	"unsafe"
)

// The race detector sees only Go. Under the race build tag every kernel tells it, before it starts, what its assembly will read and write, in the
// goroutine of the caller; what workers do lies between the call and its return.

func raceRead[T any](x []T) {
	if len(x) > 0 {
		runtime.RaceReadRange(unsafe.Pointer(&x[0]), len(x)*int(unsafe.Sizeof(x[0])))
	}
}

func raceWrite[T any](x []T) {
	if len(x) > 0 {
		runtime.RaceWriteRange(unsafe.Pointer(&x[0]), len(x)*int(unsafe.Sizeof(x[0])))
	}
}

// raceReadMat and raceWriteMat are an m×n matrix; the gaps between its rows belong to others.
func raceReadMat[T any](m, n int, a []T, lda int) {
	for i := 0; i < m && n > 0; i++ {
		raceRead(a[i*lda : i*lda+n])
	}
}

func raceWriteMat[T any](m, n int, a []T, lda int) {
	for i := 0; i < m && n > 0; i++ {
		raceWrite(a[i*lda : i*lda+n])
	}
}

// raceReadTri and raceWriteTri are a triangle with its diagonal.
func raceReadTri[T any](uplo Uplo, n int, a []T, lda int) {
	for i := range n {
		lo, hi := region{uplo: uplo}.columns(i, i+1, n)
		raceRead(a[i*lda+lo : i*lda+hi])
	}
}

func raceWriteTri[T any](uplo Uplo, n int, a []T, lda int) {
	for i := range n {
		lo, hi := region{uplo: uplo}.columns(i, i+1, n)
		raceWrite(a[i*lda+lo : i*lda+hi])
	}
}

// raceCalls is how many of n calls of a batch, or rows of other lengths, are told: all.
func raceCalls(n int) int { return n }

// raceElementwise is what each elementwise operation writes and reads of its vectors.
func raceElementwise[T Float](op elementOp, n int, a, b, c, d *T) {
	raceWrite(vector(a, n)) // read, too, or write only
	raceRead(vector(b, n))
	switch op {
	case opAdam, opRMS, opAdamDirection, opRMSDirection:
		raceWrite(vector(c, n)) // m and v
		raceWrite(vector(d, n))
	default:
		raceRead(vector(c, n))
		raceRead(vector(d, n))
	}
}
