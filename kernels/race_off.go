//go:build !race

package kernels

// Without the race detector there is nothing to tell it: see race_on.go.

func raceRead[T any](_ []T) {}

func raceWrite[T any](_ []T) {}

func raceReadMat[T any](_, _ int, _ []T, _ int) {}

func raceWriteMat[T any](_, _ int, _ []T, _ int) {}

func raceReadTri[T any](_ Uplo, _ int, _ []T, _ int) {}

func raceWriteTri[T any](_ Uplo, _ int, _ []T, _ int) {}

func raceElementwise[T Float](_ elementOp, _ int, _, _, _, _ *T) {}

func raceCalls(int) int { return 0 }
