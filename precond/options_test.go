package precond

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var updateOptions = flag.Bool("update-options", false, "write docs/options.md")

// TestOptions: docs/options.md lists every option with what it means and every preset with what it sets, as the code has them.
//
//	go test ./precond -run TestOptions -update-options
func TestOptions(t *testing.T) {
	got := optionsTable(t)
	const path = "../docs/options.md"
	if *updateOptions {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	is, was := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(is), len(was)) {
		require.Equal(t, was[i], is[i], "line %d of docs/options.md is not what the code says; write it anew with -update-options", i+1)
	}
	require.Len(t, was, len(is))
}

// documented are the presets of the table, in order.
var documented = []struct {
	call   string
	config func() Config
}{
	{"SGD()", SGD}, {"Adagrad()", Adagrad}, {"RMSProp()", RMSProp}, {"Adam()", Adam}, {"AdamW()", AdamW}, {"SOAP()", SOAP},
	{"OneSided(SOAP())", func() Config { return OneSided(SOAP()) }}, {"Factorized(SOAP())", func() Config { return Factorized(SOAP()) }},
	{"Shampoo()", Shampoo}, {"ShampooSquared()", ShampooSquared}, {"EShampoo()", EShampoo}, {"Adafactor()", Adafactor},
	{"Sophia()", Sophia}, {"GaussNewton(−1)", func() Config { return GaussNewton(-1) }}, {"GaussNewton(−½)", func() Config { return GaussNewton(-0.5) }},
	{"KFAC(layers...)", func() Config { return KFAC() }}, {"EKFAC(layers...)", func() Config { return EKFAC() }},
	{"EGOP(Adagrad())", func() Config { return EGOP(Adagrad()) }}, {"Improved(EShampoo())", func() Config { return Improved(EShampoo()) }},
}

// optionsTable writes the table from the comments of the source and the values that the presets return.
func optionsTable(t *testing.T) string {
	fset := token.NewFileSet()
	structs, consts := map[string]*ast.GenDecl{}, map[string]*ast.GenDecl{}
	var functions []string
	for _, file := range []string{"config.go", "layer.go", "presets.go"} {
		f, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if file == "presets.go" && d.Name.IsExported() && !strings.HasPrefix(d.Name.Name, "Graft") {
					functions = append(functions, d.Name.Name)
				}
			case *ast.GenDecl:
				switch s := d.Specs[0].(type) {
				case *ast.TypeSpec:
					structs[s.Name.Name] = d
				case *ast.ValueSpec:
					if s.Type != nil {
						consts[fmt.Sprint(s.Type)] = d
					}
				}
			}
		}
	}
	for _, f := range functions { // a preset that the table forgets
		found := false
		for _, p := range documented {
			found = found || strings.Contains(p.call, f+"(")
		}
		require.True(t, found, "%s is not in the table", f)
	}
	var s strings.Builder
	s.WriteString(`# Options

What each field of ` + "`precond.Config`" + ` means and what each preset sets. A field that a preset does not name is zero there: 0, false, the first
constant of its type. This page is written by ` + "`go test ./precond -run TestOptions -update-options`" + ` and compared with the code by the same test.

## Fields

| option | type | meaning |
|---|---|---|
`)
	kinds := map[string]bool{}
	var order []string
	var fields func(prefix, name string)
	fields = func(prefix, name string) {
		spec := structs[name].Specs[0].(*ast.TypeSpec)
		body, ok := spec.Type.(*ast.StructType)
		require.True(t, ok, name)
		for _, f := range body.Fields.List {
			typ := source(t, fset, f.Type)
			meaning := comment(f.Doc, f.Comment)
			elem := strings.TrimPrefix(typ, "[]")
			d := structs[elem]
			if d != nil && meaning == "" {
				meaning = comment(d.Doc, nil)
			}
			for _, n := range f.Names {
				if meaning == "" {
					t.Errorf("%s.%s has no comment", name, n.Name)
				}
				fmt.Fprintf(&s, "| %s%s | %s | %s |\n", prefix, n.Name, typ, meaning)
				if d == nil {
					continue
				}
				if _, ok := d.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType); ok {
					at := "."
					if typ != elem {
						at = "[i]."
					}
					fields(prefix+n.Name+at, elem)
				} else if !kinds[elem] {
					kinds[elem] = true
					order = append(order, elem)
				}
			}
		}
	}
	fields("", "Config")
	s.WriteString("\n## Constants\n")
	for _, name := range order {
		fmt.Fprintf(&s, "\n%s\n\n| %s | meaning |\n|---|---|\n", comment(structs[name].Doc, nil), name)
		require.Contains(t, consts, name)
		for _, spec := range consts[name].Specs {
			v := spec.(*ast.ValueSpec)
			meaning := comment(v.Doc, v.Comment)
			if meaning == "" {
				meaning = "none"
			}
			fmt.Fprintf(&s, "| %s | %s |\n", v.Names[0].Name, meaning)
		}
	}
	s.WriteString("\n## Presets\n\n| preset | fields that are not zero |\n|---|---|\n")
	for _, p := range documented {
		var set []string
		nonZero("", reflect.ValueOf(p.config()), &set)
		fmt.Fprintf(&s, "| %s | %s |\n", p.call, strings.Join(set, ", "))
	}
	return s.String()
}

// comment is the text of a comment in one line of a table.
func comment(groups ...*ast.CommentGroup) string {
	var s []string
	for _, g := range groups {
		if g != nil {
			s = append(s, strings.Fields(g.Text())...)
		}
	}
	return strings.ReplaceAll(strings.Join(s, " "), "|", "\\|")
}

func source(t *testing.T, fset *token.FileSet, x ast.Expr) string {
	var s strings.Builder
	require.NoError(t, printer.Fprint(&s, fset, x))
	return s.String()
}

// nonZero lists the fields of a struct that are not zero.
func nonZero(prefix string, v reflect.Value, out *[]string) {
	for i := range v.NumField() {
		f, name := v.Field(i), prefix+v.Type().Field(i).Name
		switch {
		case f.IsZero() || name == "Name":
		case f.Kind() == reflect.Struct:
			nonZero(name+".", f, out)
		default:
			*out = append(*out, fmt.Sprintf("%s %v", name, f.Interface()))
		}
	}
}
