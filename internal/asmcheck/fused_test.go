package asmcheck

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// numeric are the packages in which every rounding is specified. Tests are compiled along with them, since generic functions
// become code only where they are used.
var numeric = []string{"./internal/elem", "./kernels", "./linalg", "./precond", "./bench/nn"}

// fusedOp matches the fused multiply-add instructions of all architectures: FMADDD, FNMSUBS (arm64, riscv64, ppc64le, s390x),
// VFMADD231SD (amd64), WFMADB (s390x).
var fusedOp = regexp.MustCompile(`^(V?FN?M(ADD|SUB)(132|213|231)?[SDP]?[SD]?|WFN?M[AS][SD]B)$`)

// TestFused compiles for architectures whose compilers fuse x*y + z, as the language allows, and
// fails on a fused instruction whose source line does not call math.FMA: elem.FMA(x, y, z) where fusing is
// meant, T(x*y) + z where it is not.
func TestFused(t *testing.T) {
	for _, env := range [][]string{{"GOARCH=arm64"}, {"GOARCH=riscv64"}, {"GOARCH=ppc64le"}, {"GOARCH=s390x"}, {"GOARCH=amd64", "GOAMD64=v3"}} {
		t.Run(strings.Join(env, ","), func(t *testing.T) {
			src := sources{}
			reported := map[string]bool{}
			fused := 0
			// go list -export compiles as go test does, each package once, and links nothing.
			listing(t, env, func(i instruction) {
				if !strings.HasSuffix(i.file, ".go") || filepath.IsAbs(i.file) || strings.HasSuffix(i.file, "_test.go") || !fusedOp.MatchString(i.op) {
					return
				}
				fused++
				path := filepath.Join(root(t), i.file)
				text := src.line(t, path, i.line)
				at := i.file + ":" + strconv.Itoa(i.line)
				if (!strings.Contains(text, "math.FMA(") || src.bare(t, path, i.line)) && !reported[at] {
					reported[at] = true
					t.Errorf("%s: %s: fused where the source does not call math.FMA; write T(x*y) + z:\n\t%s", at, i.op, strings.TrimSpace(text))
				}
			}, append([]string{"list", "-test", "-export", "-gcflags=-S"}, numeric...)...)
			require.Positive(t, fused, "not even math.FMA was found: the listing was not understood")
		})
	}
}

// sources caches files.
type sources map[string]*source

type source struct {
	lines []string
	bare  map[int]bool // lines with a sum of a product
}

func (s sources) file(t *testing.T, path string) *source {
	t.Helper()
	if s[path] == nil {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, b, parser.SkipObjectResolution)
		require.NoError(t, err)
		bare := map[int]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			switch e := n.(type) {
			case *ast.IndexExpr, *ast.SliceExpr:
				return false // integers
			case *ast.BinaryExpr:
				if (e.Op == token.ADD || e.Op == token.SUB) && (product(e.X) || product(e.Y)) {
					bare[fset.Position(e.OpPos).Line] = true
				}
			}
			return true
		})
		s[path] = &source{strings.Split(string(b), "\n"), bare}
	}
	return s[path]
}

func product(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return product(e.X)
	case *ast.UnaryExpr:
		return product(e.X)
	case *ast.BinaryExpr:
		return e.Op == token.MUL
	}
	return false
}

func (s sources) line(t *testing.T, path string, n int) string {
	t.Helper()
	f := s.file(t, path)
	require.LessOrEqual(t, n, len(f.lines))
	return f.lines[n-1]
}

// bare reports whether a line adds a product as it stands, so that a fused instruction in it may be that
// one and not its math.FMA.
func (s sources) bare(t *testing.T, path string, n int) bool {
	t.Helper()
	return s.file(t, path).bare[n]
}

// exact are the functions of package math whose results are exact or correctly rounded, hence the same
// on every architecture. Exp, Log, Pow, Sin and Cos come from internal/elem.
var exact = map[string]bool{
	"Sqrt": true, "FMA": true, "Abs": true, "Frexp": true, "Ldexp": true, "Float32bits": true, "Float32frombits": true,
	"Float64bits": true, "Float64frombits": true, "Inf": true, "NaN": true, "IsInf": true, "IsNaN": true, "Signbit": true,
	"Copysign": true, "Floor": true, "Ceil": true, "Trunc": true, "Round": true, "RoundToEven": true, "Max": true, "Min": true,
	"Mod": true, "Nextafter": true, "Nextafter32": true, "Ilogb": true, "Logb": true,
}

// TestMath fails on calls of other functions of package math in numeric code.
func TestMath(t *testing.T) {
	for _, pkg := range numeric {
		paths, err := filepath.Glob(filepath.Join(root(t), pkg, "*.go"))
		require.NoError(t, err)
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && x.Name == "math" && !exact[sel.Sel.Name] {
						t.Errorf("%v: math.%s differs between architectures; use internal/elem", fset.Position(call.Pos()), sel.Sel.Name)
					}
				}
				return true
			})
		}
	}
}
