package asmcheck

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the folder of the root module.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "kernels", "order.go"))
	return dir
}

// An instruction is a line of the listings that `go tool compile -S` and `go tool asm -S` print.
type instruction struct {
	file string // relative to the root module
	line int
	op   string // the mnemonic, in Go's spelling, with suffixes
	args string
	code []byte // the encoding; only for the assembler's listing
}

// parse splits a line of a listing, \t0x001c 00028 (FILE:LINE)\tOP\tARGS: millions of them, for which regular expressions are slow.
func parse(s string) (i instruction, pc int, ok bool) {
	s, ok = strings.CutPrefix(s, "\t0x")
	if !ok {
		return i, 0, false
	}
	offset, s, _ := strings.Cut(s, " ")
	_, s, _ = strings.Cut(s, " ")
	where, s, ok := strings.Cut(s, ")\t")
	colon := strings.LastIndexByte(where, ':')
	if !ok || !strings.HasPrefix(where, "(") || colon < 0 {
		return i, 0, false
	}
	at, err := strconv.ParseUint(offset, 16, 32)
	if err != nil {
		return i, 0, false
	}
	if i.line, err = strconv.Atoi(where[colon+1:]); err != nil {
		return i, 0, false
	}
	i.file = where[1:colon]
	i.op, i.args, _ = strings.Cut(s, "\t")
	return i, int(at), i.op != ""
}

// dumped matches a line of a function's bytes.
var dumped = regexp.MustCompile(`^\t0x([0-9a-f]+) ((?:[0-9a-f]{2} ){1,16})`)

// listing runs the go command with env in the root module and calls f for every instruction that it prints. A function's
// instructions come before its bytes, so f sees it when the next one begins.
func listing(t *testing.T, env []string, f func(instruction), args ...string) {
	t.Helper()
	dir := root(t)
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append(env, "CGO_ENABLED=0", "GOWORK=")...)
	cmd.Stdout = nil
	pipe, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())

	encodings := slices.Contains(args, "-asmflags=-S")
	var list []instruction
	var at []int
	var code []byte
	flush := func() {
		for i := range list {
			end := len(code)
			for _, a := range at[i:] {
				if a > at[i] {
					end = min(end, a)
					break
				}
			}
			if at[i] < end {
				list[i].code = code[at[i]:end]
			}
			f(list[i])
		}
		list, at, code = list[:0], at[:0], nil
	}
	var other bytes.Buffer
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		s := lines.Text()
		if i, pc, ok := parse(s); ok {
			if rel, ok := strings.CutPrefix(i.file, dir+string(filepath.Separator)); ok {
				i.file = filepath.ToSlash(rel)
			}
			list = append(list, i)
			at = append(at, pc)
		} else if strings.HasPrefix(s, "\t") {
			if !encodings || len(list) == 0 { // or the bytes of data
				continue
			}
			m := dumped.FindStringSubmatch(s)
			if m == nil {
				continue
			}
			b, err := hex.DecodeString(strings.ReplaceAll(m[2], " ", ""))
			require.NoError(t, err)
			code = append(code, b...)
		} else {
			flush()
			if !strings.HasPrefix(s, "# ") && !strings.Contains(s, " S") {
				other.WriteString(s + "\n")
			}
		}
	}
	flush()
	require.NoError(t, lines.Err())
	require.NoError(t, cmd.Wait(), other.String())
}
