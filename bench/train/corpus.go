package train

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Corpus is the text to learn, in two parts that share no package directory.
type Corpus struct {
	Source     string // where it comes from, in words
	Train      []byte
	Validation []byte
	SHA256     string // of the names and contents of its files, in order
}

const (
	maxSource = 256 << 10 // longer files of a Go tree are tables

	// A directory is for validation if the first byte of the hash of its name is below this:
	// about one in ten.
	validationBelow = 26
)

// shipped is the Go source of this repository's kernels and linalg as it was when the command was
// written. It stays as it is: digests depend on it.
//
//go:embed text/eigenbasis.txt
var shipped []byte

// LoadCorpus reads the corpus: the file or folder at text if it is not empty, otherwise the
// sources of the Go standard library, otherwise the text shipped with the command. Both parts
// have at least need bytes.
func LoadCorpus(text string, need int) (*Corpus, error) {
	if text != "" {
		return userText(text, need)
	}
	if root, version, ok := goroot(); ok {
		files, err := goSources(filepath.Join(root, "src"))
		if err == nil && len(files) > 100 {
			c := split(files, need)
			c.Source = "standard library of " + version
			return c, nil
		}
	}
	return Shipped(need), nil
}

// Shipped returns the text that comes with the command.
func Shipped(need int) *Corpus {
	c := split([]file{{"eigenbasis.txt", shipped}}, need)
	c.Source = "text shipped with the command (no Go source tree found)"
	return c
}

// goroot asks the go command for the root of its tree and its version.
func goroot() (root, version string, ok bool) {
	out, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return "", "", false
	}
	lines := strings.Split(strings.ReplaceAll(string(out), "\r", ""), "\n")
	if len(lines) < 2 || lines[0] == "" {
		return "", "", false
	}
	return lines[0], lines[1], true
}

type file struct {
	name string // relative, with slashes
	data []byte
}

// goSources returns the Go files below src without commands, vendored packages, test data,
// generated files and files above 256 KiB, ordered by name.
func goSources(src string) ([]file, error) {
	var files []file
	err := walk(src, func(name string) bool {
		base := path.Base(name)
		return name != "cmd" && base != "vendor" && base != "testdata"
	}, func(name string, size int64) bool {
		return strings.HasSuffix(name, ".go") && size <= maxSource
	}, func(f file) {
		if !generated(f.data) {
			files = append(files, f)
		}
	})
	return files, err
}

// generated reports whether a Go file carries the standard mark of generated code, a line
// before the package clause.
func generated(src []byte) bool {
	s := bufio.NewScanner(bytes.NewReader(src))
	for s.Scan() {
		l := s.Text()
		if strings.HasPrefix(l, "// Code generated ") && strings.HasSuffix(l, " DO NOT EDIT.") {
			return true
		}
		if strings.HasPrefix(l, "package ") {
			return false
		}
	}
	return false
}

// userText returns the file, or the text files of the folder, at name.
func userText(name string, need int) (*Corpus, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the text: %w; pass a readable file or folder to -text", err)
	}
	var files []file
	if info.IsDir() {
		err = walk(name, func(n string) bool {
			return !strings.HasPrefix(path.Base(n), ".")
		}, func(n string, _ int64) bool {
			return !strings.HasPrefix(path.Base(n), ".")
		}, func(f file) {
			if isText(f.data) {
				files = append(files, f)
			}
		})
	} else {
		var b []byte
		b, err = os.ReadFile(name)
		files = []file{{path.Base(filepath.ToSlash(name)), b}}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the text: %w; pass a readable file or folder to -text", err)
	}
	size := 0
	for _, f := range files {
		size += len(f.data)
	}
	if size < 20*need {
		return nil, fmt.Errorf("the text at %s has %d bytes, too few to train and validate on; pass at least %d to -text", name, size, 20*need)
	}
	c := split(files, need)
	c.Source = name
	return c, nil
}

// isText reports whether b looks like text: UTF-8 at its start and no NUL.
func isText(b []byte) bool {
	head := b[:min(len(b), 4096)]
	for i := 0; i < utf8.UTFMax && len(head) > 0 && !utf8.Valid(head); i++ {
		head = head[:len(head)-1] // a character cut in two
	}
	return len(head) > 0 && utf8.Valid(head) && bytes.IndexByte(b, 0) < 0
}

// walk reads the regular files below root in the order of their names.
func walk(root string, enter func(dir string) bool, want func(name string, size int64) bool, found func(file)) error {
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p == root {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if d.IsDir() {
			if !enter(name) {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !want(name, info.Size()) {
			return nil
		}
		if err != nil {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		found(file{name, b})
		return nil
	})
}

// split assigns each directory to training or validation by a hash of its name. Where that leaves
// a part with fewer than need bytes (a single file, few folders), the last tenth of the whole
// validates.
func split(files []file, need int) *Corpus {
	slices.SortStableFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	c := &Corpus{}
	h := sha256.New()
	var all []byte
	for _, f := range files {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(f.data)))
		h.Write([]byte(f.name))
		h.Write([]byte{0})
		h.Write(n[:])
		h.Write(f.data)
		if dir := sha256.Sum256([]byte(path.Dir(f.name))); dir[0] < validationBelow {
			c.Validation = append(c.Validation, f.data...)
		} else {
			c.Train = append(c.Train, f.data...)
		}
	}
	if len(c.Validation) < need || len(c.Train) < need {
		for _, f := range files {
			all = append(all, f.data...)
		}
		cut := len(all) - len(all)/10
		c.Train, c.Validation = all[:cut], all[cut:]
	}
	c.SHA256 = hex.EncodeToString(h.Sum(nil))
	return c
}
