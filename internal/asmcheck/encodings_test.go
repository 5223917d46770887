package asmcheck

import (
	"encoding/binary"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/arch/arm64/arm64asm"
)

// In an assembly file or header: a macro that is one encoded instruction, and any use of a number as an instruction.
var (
	macro = regexp.MustCompile(`^#define\s+(\w+)\(([\w, ]*)\)\s+WORD\s+\$\((.+)\)\s*$`)
	coded = regexp.MustCompile(`\b(WORD|BYTE|LONG|QUAD)\s+\$`)
	named = regexp.MustCompile(`^([A-Z]+)(4S|2S|2D)([0-3])?$`)
)

// forms gives what a macro must decode to where its name alone does not say it: $x is the number of argument x.
var forms = map[string]string{
	"LDRQ": "LDR Q$t, [X$n,X$m]", "LDRD": "LDR D$t, [X$n,X$m]", "LDRS": "LDR S$t, [X$n,X$m]",
	"FCVTL": "FCVTL V$d.2D, V$n.2S", "FCVTL2": "FCVTL2 V$d.2D, V$n.4S",
	"FCVTN": "FCVTN V$d.2S, V$n.2D", "FCVTN2": "FCVTN2 V$d.4S, V$n.2D",
	"UMINV4S": "UMINV S$d, V$n.4S",
	"MOVV":    "MOV V$d.16B, V$n.16B", "UMOVW": "MOV W$t, V$n.S[0]", "AND255": "AND X$d, X$n, #0xff",
	"USHR4S1": "USHR V$d.4S, V$n.4S, #1", "USHR2D1": "USHR V$d.2D, V$n.2D, #1",
	"SHL4S23": "SHL V$d.4S, V$n.4S, #23", "SHL2D52": "SHL V$d.2D, V$n.2D, #52",
	"STRQ": "STR Q$t, [X$n,X$m]", "STRD": "STR D$t, [X$n,X$m]", "STRS": "STR S$t, [X$n,X$m]",
}

// form is what the macro must decode to: name, arrangement and lane make NAME Vd.T, Vn.T[, Vm.T or Vm.S[lane]].
func form(name string, params []string) (string, bool) {
	if f, ok := forms[name]; ok {
		return f, true
	}
	m := named.FindStringSubmatch(name)
	if m == nil || len(params) < 2 || len(params) > 3 {
		return "", false
	}
	op, t, lane := m[1], m[2], m[3]
	f := op + " V$d." + t + ", V$n." + t
	switch {
	case len(params) == 2 && lane == "":
		return f, true
	case len(params) == 3 && lane == "":
		return f + ", V$m." + t, true
	case len(params) == 3:
		return f + ", V$m." + t[1:] + "[" + lane + "]", true
	}
	return "", false
}

// TestEncodings decodes every instruction that an arm64 file spells as a number, for register numbers that reach every
// bit of their fields. Numbers are allowed only in macros, so that each has a name to be compared with.
func TestEncodings(t *testing.T) {
	checked := 0
	for _, pattern := range []string{"*.h", "*.s"} {
		files, err := filepath.Glob(filepath.Join(root(t), "kernels", pattern))
		require.NoError(t, err)
		for _, path := range files {
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			for n, line := range strings.Split(string(b), "\n") {
				line, _, _ = strings.Cut(line, "//")
				at := fmt.Sprintf("%s:%d", filepath.Base(path), n+1)
				m := macro.FindStringSubmatch(line)
				if m == nil {
					if coded.MatchString(line) {
						t.Errorf("%s: an instruction as a number outside a macro NAME(args) WORD $(…): it has no name to check", at)
					}
					continue
				}
				var params []string
				for p := range strings.SplitSeq(m[2], ",") {
					params = append(params, strings.TrimSpace(p))
				}
				want, ok := form(m[1], params)
				if !ok {
					t.Errorf("%s: no form is known for macro %s(%s): add it to forms", at, m[1], m[2])
					continue
				}
				checkMacro(t, at+": "+m[1], params, m[3], want)
				checked++
			}
		}
	}
	require.Positive(t, checked)
	t.Logf("%d macros", checked)
}

func checkMacro(t *testing.T, at string, params []string, expr, want string) {
	t.Helper()
	for _, base := range []int{0, 1, 10, 21, 30} { // not 31: it can mean SP or zero
		e, w := expr, want
		for i, p := range params {
			r := (base + 11*i) % 31
			e = regexp.MustCompile(`\b`+p+`\b`).ReplaceAllString(e, fmt.Sprint(r))
			w = strings.ReplaceAll(w, "$"+p, fmt.Sprint(r))
		}
		v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, e)
		require.NoError(t, err, "%s: %s", at, e)
		word, exact := constant.Uint64Val(v.Value)
		require.True(t, exact && word>>32 == 0, "%s: %s is no 32-bit word", at, e)
		code := binary.LittleEndian.AppendUint32(nil, uint32(word))
		inst, err := arm64asm.Decode(code)
		if err != nil {
			t.Errorf("%s: %08x: %v", at, word, err)
			return
		}
		if got := inst.String(); got != w {
			t.Errorf("%s: %08x is %s, want %s", at, word, got, w)
			return
		}
	}
}

func TestForm(t *testing.T) {
	for _, c := range [][3]string{
		{"FADD4S", "m n d", "FADD V$d.4S, V$n.4S, V$m.4S"},
		{"FMLA2D1", "m n d", "FMLA V$d.2D, V$n.2D, V$m.D[1]"},
		{"FSQRT2D", "n d", "FSQRT V$d.2D, V$n.2D"},
		{"STRQ", "m n t", "STR Q$t, [X$n,X$m]"},
		{"NOTHING", "n d", ""},
		{"FADD4S", "d", ""},
	} {
		got, ok := form(c[0], strings.Fields(c[1]))
		require.Equal(t, c[2], got)
		require.Equal(t, c[2] != "", ok)
	}
}
