package digest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorder runs a test of its own and catches what it reports.
type recorder struct {
	testing.TB
	errors int
	fatal  bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.errors++ }
func (r *recorder) Failed() bool          { return r.errors > 0 }
func (r *recorder) Fatal(...any)          { r.fatal = true; panic(r) }
func (r *recorder) Fatalf(string, ...any) { r.Fatal() }

func run(t *testing.T, f func(r *recorder) *Table) (r *recorder) {
	r = &recorder{TB: t}
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
	}()
	f(r).Close()
	return
}

func TestTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "testdata", "d.json")
	set := func(on bool) { *update = on }
	defer set(*update)

	set(false)
	require.True(t, run(t, func(r *recorder) *Table { return Open(r, path, 1, false) }).fatal, "no file")

	set(true)
	require.True(t, run(t, func(r *recorder) *Table { return Open(r, path, 1, true) }).fatal, "part of a table is not written")
	require.Equal(t, 1, run(t, func(r *recorder) *Table {
		d := Open(r, path, 1, false)
		d.Check("a", "here", "1")
		d.Check("a", "there", "2")
		return d
	}).errors, "two results of one name")
	require.NoFileExists(t, path)
	require.Zero(t, run(t, func(r *recorder) *Table {
		d := Open(r, path, 1, false)
		d.Check("b", "here", "2")
		d.Check("a", "here", "1")
		d.Check("a", "there", "1")
		return d
	}).errors)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "{\n \"order_version\": 1,\n \"digests\": {\n  \"a\": \"1\",\n  \"b\": \"2\"\n }\n}\n", string(b))

	set(false)
	require.True(t, run(t, func(r *recorder) *Table { return Open(r, path, 2, false) }).fatal, "other arithmetic")
	require.Zero(t, run(t, func(r *recorder) *Table {
		d := Open(r, path, 1, false)
		d.Check("a", "here", "1")
		d.Check("b", "here", "2")
		return d
	}).errors)
	require.Equal(t, 3, run(t, func(r *recorder) *Table {
		d := Open(r, path, 1, false)
		d.Check("a", "here", "1")
		d.Check("a", "there", "2")
		d.Check("a", "elsewhere", "3")
		d.Check("c", "here", "1")
		return d
	}).errors)
	require.Equal(t, 1, run(t, func(r *recorder) *Table { d := Open(r, path, 1, false); d.Check("a", "here", "1"); return d }).errors, "b is stale")
	require.Zero(t, run(t, func(r *recorder) *Table { d := Open(r, path, 1, true); d.Check("a", "here", "1"); return d }).errors)
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o644))
	require.True(t, run(t, func(r *recorder) *Table { return Open(r, path, 1, true) }).fatal, "broken")
}
