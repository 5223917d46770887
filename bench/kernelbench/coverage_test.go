package kernelbench

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
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
	fset := token.NewFileSet()
	parse := func(dir string) []*ast.File {
		t.Helper()
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		var files []*ast.File
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				f, err := parser.ParseFile(fset, name, nil, 0)
				require.NoError(t, err)
				files = append(files, f)
			}
		}
		return files
	}
	called := map[string]bool{}
	for _, file := range parse(".") {
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "kernels" {
					called[s.Sel.Name] = true
				}
			}
			return true
		})
	}
	kernels := 0
	for _, file := range parse("../../kernels") {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 {
				continue
			}
			p, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
			if !ok {
				continue
			}
			if name, ok := p.X.(*ast.Ident); !ok || name.Name != "Pool" {
				continue
			}
			kernels++
			if _, ok := without[f.Name.Name]; !ok && !called[f.Name.Name] {
				t.Errorf("kernels.%s has no row", f.Name.Name)
			}
		}
	}
	require.Greater(t, kernels, 50)
}
