package kernels

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/digest"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/stretchr/testify/require"
)

// The digests of results over a fixed list of inputs (digestrows_test.go) are committed in testdata/digests.json and
// asserted in every tier of the machine, with one, two and three workers. CI repeats it on arm64, 386 and s390x. With
// -short the large rows are left out, which emulation needs. To add a kernel: add rows, then
//
//	go test ./kernels -run TestDigests -update-digests
//
// A digest that changes otherwise breaks the numeric contract (order.go).
func TestDigests(t *testing.T) {
	d := digest.Open(t, "testdata/digests.json", OrderVersion, testing.Short())
	var pools []*Pool
	for _, isa := range Supported() {
		for workers := 1; workers <= 3; workers++ {
			p := NewPool(workers, WithISA(isa))
			defer p.Close()
			pools = append(pools, p)
		}
	}
	digestAll[float32](d, pools, "float32")
	digestAll[float64](d, pools, "float64")
	for _, p := range pools {
		testedTiers[p.ISA()] = true
	}
	d.Close()
}

func digestAll[T Float](d *digest.Table, pools []*Pool, typ string) {
	for _, row := range digestRows[T]() {
		if row.large && testing.Short() {
			continue
		}
		name := row.name + "/" + typ
		h := fnv.New64a()
		h.Write([]byte(name))
		var sum bits.Digester[T]
		for _, p := range pools {
			where := fmt.Sprintf("%v with %d workers", p.ISA(), p.Workers())
			d.Check(name, where, sum.Digest(row.run(p, &digestInput[T]{rnd.New(h.Sum64())})...))
		}
	}
}

// A digestRow computes something from inputs that depend on its name alone and returns everything that was
// written, gaps between rows included.
type digestRow[T Float] struct {
	name  string
	large bool
	run   func(p *Pool, r *digestInput[T]) [][]T
}

type digestInput[T Float] struct{ *rnd.Source }

// vec returns n uniform values in [-1, 1).
func (r *digestInput[T]) vec(n int) []T { return rnd.Uniform(r.Source, make([]T, n)) }

// pos returns n values in (0, 1], for second moments.
func (r *digestInput[T]) pos(n int) []T {
	x := r.vec(n)
	for i, v := range x {
		x[i] = (1 - v) / 2
	}
	return x
}

// odd returns n values with NaN, Inf, signed zeros and subnormal numbers among them.
func (r *digestInput[T]) odd(n int) []T { return rnd.Special(r.Source, make([]T, n)) }

// mat returns a matrix with uniform values and NaN between the rows.
func (r *digestInput[T]) mat(rows, cols, ld int) []T {
	a := make([]T, span(rows, cols, ld))
	nan := T(0)
	nan /= nan
	for i := range a {
		a[i] = nan
	}
	for i := 0; i < rows && cols > 0; i++ {
		rnd.Uniform(r.Source, a[i*ld:i*ld+cols])
	}
	return a
}

// tri returns a matrix as mat does whose diagonal is moved away from zero.
func (r *digestInput[T]) tri(n, ld int) []T {
	a := r.mat(n, n, ld)
	for i := 0; i < n; i++ {
		if d := &a[i*ld+i]; *d < 0 {
			*d -= 2
		} else {
			*d += 2
		}
	}
	return a
}

// TestDigestsCoverEveryKernel finds exported functions that take a Pool and appear in no row.
func TestDigestsCoverEveryKernel(t *testing.T) {
	covered := map[string]bool{}
	for _, row := range digestRows[float64]() { // all of float32, and what exists for float64 only
		names, _, _ := strings.Cut(row.name, "/")
		for name := range strings.SplitSeq(names, ",") {
			covered[name] = true
		}
	}
	for name := range exportedKernels(t) {
		if !covered[name] {
			t.Errorf("no digest of %s: add a row to digestrows_test.go and run\n\tgo test ./kernels -run TestDigests -update-digests", name)
		}
	}
}

// exportedKernels are the exported functions that take a Pool, by name.
func exportedKernels(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	kernels := map[string]*ast.FuncDecl{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || len(fn.Type.Params.List) == 0 {
				continue
			}
			star, ok := fn.Type.Params.List[0].Type.(*ast.StarExpr)
			if !ok {
				continue
			}
			if id, ok := star.X.(*ast.Ident); ok && id.Name == "Pool" {
				kernels[fn.Name.Name] = fn
			}
		}
	}
	require.NotEmpty(t, kernels)
	return kernels
}
