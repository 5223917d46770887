package kernelbench

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// without are kernels that need no row of their own: what they do is another's row.
var without = map[string]string{
	"SumSquares": "nrm2",
	"Finite":     "maxabs",
}

// TestEveryKernelHasARow: every exported function of package kernels that takes a Pool is called by this package.
func TestEveryKernelHasARow(t *testing.T) {
	parse := func(dir string) map[string]*ast.Package {
		t.Helper()
		pkgs, err := parser.ParseDir(token.NewFileSet(), dir, func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
		require.NoError(t, err)
		return pkgs
	}
	called := map[string]bool{}
	for _, pkg := range parse(".") {
		ast.Inspect(pkg, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "kernels" {
					called[s.Sel.Name] = true
				}
			}
			return true
		})
	}
	kernels := 0
	for _, pkg := range parse("../../kernels") {
		for _, file := range pkg.Files {
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || f.Recv != nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 {
					continue
				}
				if p, ok := f.Type.Params.List[0].Type.(*ast.StarExpr); !ok || p.X.(*ast.Ident).Name != "Pool" {
					continue
				}
				kernels++
				if _, ok := without[f.Name.Name]; !ok && !called[f.Name.Name] {
					t.Errorf("kernels.%s has no row", f.Name.Name)
				}
			}
		}
	}
	require.Greater(t, kernels, 50)
}
