package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

type warm[T kernels.Float] struct{}

func newWarm[T kernels.Float](n int, o options) warm[T] { return warm[T]{} }
func warmBytes[T kernels.Float](n int) int64            { return 0 }
