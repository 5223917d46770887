package asmcheck

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	code []byte // the encoding; only for the assembler's listing of amd64
}

var listed = regexp.MustCompile(`^\t0x([0-9a-f]+) \d+ \((.+):(\d+)\)\t([A-Z][A-Z0-9.]*)\t?(.*)$`)
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
		if m := listed.FindStringSubmatch(s); m != nil {
			pc, err := strconv.ParseInt(m[1], 16, 64)
			require.NoError(t, err)
			line, err := strconv.Atoi(m[3])
			require.NoError(t, err)
			if rel, err := filepath.Rel(dir, m[2]); err == nil && !strings.HasPrefix(rel, "..") {
				m[2] = filepath.ToSlash(rel)
			}
			list = append(list, instruction{file: m[2], line: line, op: m[4], args: m[5]})
			at = append(at, int(pc))
		} else if m := dumped.FindStringSubmatch(s); m != nil {
			b, err := hex.DecodeString(strings.ReplaceAll(m[2], " ", ""))
			require.NoError(t, err)
			code = append(code, b...)
		} else if !strings.HasPrefix(s, "\t") {
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
