// Package digest keeps committed digests of results: the numeric contract as a file. Every tier, every number of
// workers and every architecture must arrive at the same ones.
package digest

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update-digests", false, "write the digests of this run instead of comparing with the committed ones")

// A Table is a file of named digests. It belongs to one test.
type Table struct {
	t     testing.TB
	path  string
	file  file
	seen  map[string]string // name → where it was seen first
	short bool
}

type file struct {
	OrderVersion int               `json:"order_version"` // kernels.OrderVersion of the results
	Digests      map[string]string `json:"digests"`
}

// Open reads the table at path, for results of the arithmetic numbered version. part says that this run covers only a
// part of the names.
func Open(t testing.TB, path string, version int, part bool) *Table {
	t.Helper()
	d := &Table{t: t, path: path, seen: map[string]string{}, short: part}
	if *update {
		if part {
			t.Fatal("digest: -update-digests needs the whole run, without -short")
		}
		d.file = file{version, map[string]string{}}
	} else {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("digest: %s is missing; go test -run %s -update-digests writes it", path, t.Name())
		}
		if err == nil {
			err = json.Unmarshal(b, &d.file)
		}
		if err != nil {
			t.Fatalf("digest: %s: %v", path, err)
		}
		if d.file.OrderVersion != version {
			t.Fatalf("digest: %s is of arithmetic %d, this is %d", path, d.file.OrderVersion, version)
		}
	}
	return d
}

// Check compares the digest of a result with the one of its name. where says how the result was made (tier,
// workers); it appears in the message.
func (d *Table) Check(name, where, sum string) {
	d.t.Helper()
	want, ok := d.file.Digests[name]
	first, again := d.seen[name]
	switch {
	case *update && !ok:
		d.file.Digests[name] = sum
	case !ok:
		d.t.Errorf("digest: %s has no %s; add it with -update-digests", d.path, name)
	case want != sum && *update:
		d.t.Errorf("digest: %s: %s gives %s, %s gave %s", name, where, sum, first, want)
	case want != sum:
		d.t.Errorf("digest: %s: %s gives %s, want %s", name, where, sum, want)
	}
	if !again {
		d.seen[name] = where
	}
}

// Close ends the run. Names of the table that were not checked are an error, unless the run covers only a part. With
// -update-digests the table is written anew instead. It does nothing if the test failed, and is not to be
// deferred: after a panic nothing must be written.
func (d *Table) Close() {
	d.t.Helper()
	if d.t.Failed() {
		return
	}
	if !*update {
		if d.short {
			return
		}
		for name := range d.file.Digests {
			if _, ok := d.seen[name]; !ok {
				d.t.Errorf("digest: %s lists %s, which nothing computes any more", d.path, name)
			}
		}
		return
	}
	b, err := json.MarshalIndent(d.file, "", " ") // keys in order
	if err == nil {
		err = os.MkdirAll(filepath.Dir(d.path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(d.path, slices.Concat(b, []byte("\n")), 0o644)
	}
	if err != nil {
		d.t.Errorf("digest: %v", err)
	}
}
