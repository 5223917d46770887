// Package fuzz holds the fuzz targets of the library; their corpus lies in testdata/fuzz and runs with go test.
//
// The targets of kernels compare every tier of the machine with the portable twin, bit by bit, on operands that end or
// begin at a forbidden page: odd shapes, leading dimensions, alignments and contents. FuzzConfig asks that
// precond.New never panics and never accepts what Step cannot do, FuzzStep that no gradient whatever poisons the state, FuzzCheckpoint
// that a damaged file changes nothing. A longer run of one target:
//
//	go test ./fuzz -run '^$' -fuzz '^FuzzGemm$' -fuzztime 10m
package fuzz
