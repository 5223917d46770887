// Package asmcheck holds tests of what the compiler and the assembler produced, which nothing else looks at:
//
//   - instructions written as numbers (WORD, BYTE) are decoded and compared with the name under which they are
//     used (TestEncodings);
//   - a file for a tier uses only instructions of that tier (TestTiers);
//   - no multiplication and addition are fused where the source does not say so (TestFused), the other half of the
//     numeric contract on architectures whose compilers fuse;
//   - numeric code calls only those functions of package math that give the same bits everywhere (TestMath).
//
// It is a module of its own since decoding needs golang.org/x/arch. Run it with
//
//	cd internal/asmcheck && GOWORK=off go test ./...
package asmcheck
