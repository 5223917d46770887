package asmcheck

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"iter"
	"maps"
	"math/bits"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A loop is an innermost loop of an arm64 function, as the assembler encoded it.
type loop struct {
	function string
	line     int // of its first instruction
	code     []byte
	vectors  int // instructions on vector registers
}

// backward returns how many instructions a branch of arm64 goes back, 0 for anything else.
func backward(word uint32) int {
	var off int32
	switch {
	case word>>24 == 0x54, word>>25&0x3F == 0x1A: // B.cond, CBZ and CBNZ
		off = int32(word<<8) >> 13
	case word>>25&0x3F == 0x1B: // TBZ and TBNZ
		off = int32(word<<13) >> 18
	case word>>26 == 5: // B
		off = int32(word<<6) >> 6
	}
	return int(max(0, -off))
}

// loopsOf finds the innermost loops of one function: a branch back to an instruction with no other branch back between.
func loopsOf(name string, list []instruction) []loop {
	type span struct{ lo, hi int }
	var spans []span
	for i, in := range list {
		if b := backward(binary.LittleEndian.Uint32(in.code)); b > 0 && b <= i {
			spans = append(spans, span{i - b, i})
		}
	}
	var loops []loop
	for _, s := range spans {
		if slices.ContainsFunc(spans, func(o span) bool { return o != s && o.lo >= s.lo && o.hi <= s.hi }) {
			continue
		}
		l := loop{function: name, line: list[s.lo].line}
		for _, in := range list[s.lo : s.hi+1] {
			l.code = append(l.code, in.code...)
			if in.op == "WORD" || vectorArg.MatchString(in.args) {
				l.vectors++
			}
		}
		loops = append(loops, l)
	}
	return loops
}

var (
	vectorArg  = regexp.MustCompile(`\b[VF]\d+\b`)
	cycles     = regexp.MustCompile(`Total Cycles:\s+(\d+)`)
	throughput = regexp.MustCompile(`Block RThroughput:\s+([\d.]+)`)
)

// An estimate is what llvm-mca says of a loop on one core: cycles of an iteration, and their bound by the ports and the width of the core.
type estimate struct{ cycles, bound float64 }

var (
	resource = regexp.MustCompile(`^\[[\d.]+\]\s+- \w*Unit([A-Z])\w*$`)
	usage    = regexp.MustCompile(`^\s*((?:(?:-|\d+\.\d+)\s+)+)\S`)
)

// portBounds returns the bounds of loops by ports, from llvm-mca's table of instructions. Its own throughput counts each group of ports by itself; but
// stores may take only two of three ports that loads take, or their data two of four that operations take. Whatever can only go to ports of a set takes
// at least its cycles divided by the number of these ports.
func portBounds(t *testing.T, table string) []float64 {
	t.Helper()
	var bounds []float64
	for region := range strings.SplitSeq(table, " Code Region\n") {
		var kinds []byte // of each port
		type group struct{ ports, cycles int }
		groups := map[byte][]group{}
		inTable := false
		for line := range strings.SplitSeq(region, "\n") {
			if m := resource.FindStringSubmatch(line); m != nil {
				k := m[1][0]
				if k == 'M' { // some integer instructions take these and those of S
					k = 'S'
				}
				kinds = append(kinds, k)
				continue
			}
			inTable = inTable || strings.HasPrefix(line, "Resource pressure by instruction")
			m := usage.FindStringSubmatch(line)
			if !inTable || m == nil {
				continue
			}
			fields := strings.Fields(m[1])
			require.GreaterOrEqual(t, len(fields), len(kinds), line)
			use := make([]float64, len(kinds))
			for i, f := range fields[:len(kinds)] {
				if f != "-" {
					v, err := strconv.ParseFloat(f, 64)
					require.NoError(t, err, line)
					use[i] = v
				}
			}
			// The cycles of each micro-operation are spread evenly over its ports: the ports with least are taken off until nothing is left.
			for i := range use {
				for use[i] > 0.02 {
					least, ports, n := use[i], 0, 0
					for j := range use {
						if kinds[j] == kinds[i] && use[j] > 0.02 {
							least = min(least, use[j])
							ports |= 1 << j
							n++
						}
					}
					for j := range use {
						if ports>>j&1 == 1 {
							use[j] -= least
						}
					}
					groups[kinds[i]] = append(groups[kinds[i]], group{ports, int(least*float64(n) + 0.5)})
				}
			}
		}
		if len(kinds) == 0 {
			continue
		}
		bound := 0.0
		for kind, list := range groups {
			all := 0
			for i, k := range kinds {
				if k == kind {
					all |= 1 << i
				}
			}
			for set := all; set > 0; set = (set - 1) & all {
				sum := 0
				for _, g := range list {
					if g.ports&^set == 0 {
						sum += g.cycles
					}
				}
				bound = max(bound, float64(sum)/float64(bits.OnesCount(uint(set))))
			}
		}
		bounds = append(bounds, bound)
	}
	return bounds
}

// Of two instructions that share ports: four loads and four stores of a register take three ports, two of them the stores.
func TestPortBounds(t *testing.T) {
	const table = `
[0] Code Region

Resources:
[0]   - XUnitL2
[1.0] - XUnitL01
[1.1] - XUnitL01
[2]   - XUnitV0

Resource pressure by instruction:
[0]    [1.0]  [1.1]  [2]    Instructions:
1.33   1.33   1.33    -     four loads
 -     2.00   2.00    -     four stores
0.33   0.33   0.33   2.00   a load with an operation of two cycles
`
	require.Equal(t, []float64{3}, portBounds(t, table))
	require.Equal(t, []float64{2}, portBounds(t, strings.Replace(table, "2.00   2.00    - ", "0.50   0.50    - ", 1)))
}

// run returns what a program makes of its input.
func run(t *testing.T, in string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(in)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s: %s", name, errs.String())
	return out.String()
}

// disassembled returns the instructions of each loop as text.
func disassembled(t *testing.T, loops []loop) [][]string {
	t.Helper()
	var code strings.Builder
	for _, l := range loops {
		for _, b := range l.code {
			fmt.Fprintf(&code, "0x%02x ", b)
		}
	}
	var lines []string // one for each instruction
	for line := range strings.SplitSeq(run(t, code.String(), "llvm-mc-19", "--disassemble", "-triple=aarch64", "-mattr=+neon"), "\n") {
		if line = strings.TrimSpace(line); line != "" && line[0] != '.' {
			lines = append(lines, line)
		}
	}
	var parts [][]string
	for _, l := range loops {
		n := len(l.code) / 4
		parts = append(parts, lines[:n])
		lines = lines[n:]
	}
	require.Empty(t, lines)
	return parts
}

// mca runs llvm-mca once for all loops.
func mca(t *testing.T, cpu string, loops []loop, iterations int) []estimate {
	t.Helper()
	var text strings.Builder
	for _, l := range disassembled(t, loops) {
		fmt.Fprintf(&text, "# LLVM-MCA-BEGIN\n%s\n# LLVM-MCA-END\n", strings.Join(l, "\n"))
	}
	out := run(t, text.String(), "llvm-mca-19", "-mtriple=aarch64", "-mcpu="+cpu, "-iterations="+strconv.Itoa(iterations), "-instruction-info=false", "-resource-pressure=false")
	number := func(re *regexp.Regexp) []float64 {
		var list []float64
		for _, m := range re.FindAllStringSubmatch(out, -1) {
			v, err := strconv.ParseFloat(m[1], 64)
			require.NoError(t, err)
			list = append(list, v)
		}
		require.Len(t, list, len(loops))
		return list
	}
	c, b := number(cycles), number(throughput)
	ports := portBounds(t, run(t, text.String(), "llvm-mca-19", "-mtriple=aarch64", "-mcpu="+cpu, "-instruction-tables", "-instruction-info=false"))
	require.Len(t, ports, len(loops))
	e := make([]estimate, len(loops))
	for i := range e {
		e[i] = estimate{c[i] / float64(iterations), max(b[i], ports[i])}
	}
	return e
}

var mcaCores = [...]string{"neoverse-n1", "neoverse-v1", "neoverse-v2"}

// mcaLimit is how far above its bound a main loop may be.
const mcaLimit = 1.03

// mcaAbove are the loops that are not within mcaLimit, with what they reach: none may get worse.
var mcaAbove = map[string][len(mcaCores)]float64{
	"adam32NEON":                {1.07, 1.09, 1.04},
	"rms32NEON":                 {1.14, 1.03, 1.03},
	"adamDirection32NEON":       {1.07, 1.03, 1.06},
	"adam64NEON":                {1.11, 1.03, 1.03},
	"rms64NEON":                 {1.07, 1.03, 1.03},
	"adamDirection64NEON":       {1.07, 1.03, 1.03},
	"adamFinite32NEON":          {1.03, 1.03, 1.06},
	"rmsFinite32NEON":           {1.08, 1.03, 1.07},
	"adamFinite64NEON":          {1.03, 1.04, 1.03},
	"rmsFinite64NEON":           {1.08, 1.09, 1.03},
	"bandChaseNEON":             {1.05, 1.04, 1.03},
	"divide32NEON":              {1.03, 1.03, 1.05},
	"divideRoot32NEON":          {1.07, 1.04, 1.03},
	"rotateWave32VecNEON":       {1.03, 1.03, 1.05},
	"rotateWave32OneNEON":       {1.03, 1.03, 1.05},
	"rotateWave64VecNEON":       {1.03, 1.03, 1.05},
	"rotateWave64OneNEON":       {1.03, 1.03, 1.05},
	"preconditionSquares32NEON": {1.07, 1.03, 1.03},
	"secularSumsNEON":           {1.05, 1.07, 1.03},
	"secularGuessNEON":          {1.43, 1.53, 1.19},
	"secularStepNEON":           {1.13, 1.31, 1.03},
}

// rotationChain is what two rotations of one register cannot do side by side: a product and, added to it, another.
var rotationChain = func() loop {
	var l loop
	for _, word := range []uint32{
		0x4FC09000 | 31<<16 | 0<<5 | 1, // fmul v1.2d, v0.2d, v31.d[0]
		0x4FC01000 | 31<<16 | 2<<5 | 1, // fmla v1.2d, v2.2d, v31.d[0]
		0x4FC09000 | 31<<16 | 1<<5,
		0x4FC01000 | 31<<16 | 2<<5,
	} {
		l.code = binary.LittleEndian.AppendUint32(l.code, word)
	}
	return l
}()

// mcaLoops says how many instructions the main loop of a function has where that is not the one with most vector instructions. Few poles lie between
// those below and those above all roots of a call; the loops over these two kinds are alike.
var mcaLoops = map[string]int{"secularSumsNEON": 86}

// mcaRotations are the rotations of an iteration that wait for each other: their chain is a bound like the ports.
var mcaRotations = map[string]int{
	"rotateSweep32NEON": 2, "rotateSweep32VecNEON": 2, "rotateSweep32OneNEON": 2, "rotateWave32VecNEON": 6, "rotateWave32OneNEON": 6,
	"rotateSweep64NEON": 2, "rotateSweep64VecNEON": 2, "rotateSweep64OneNEON": 2, "rotateWave64VecNEON": 6, "rotateWave64OneNEON": 6,
}

// TestNEONLoops is the static estimate of the NEON kernels: the main loop of every function, the innermost one with most vector
// instructions or the one of mcaLoops, on three cores. With -v it prints the table of docs/kernels.md; docs/neon-loops.txt has the loops themselves.
func TestNEONLoops(t *testing.T) {
	for _, tool := range []string{"llvm-mc-19", "llvm-mca-19"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: apt-get install llvm-19", tool)
		}
	}
	var mains []loop
	var name string
	var list []instruction
	flush := func() {
		var best loop
		loops := loopsOf(name, list)
		if length, ok := mcaLoops[name]; ok {
			i := slices.IndexFunc(loops, func(l loop) bool { return len(l.code) == 4*length })
			require.GreaterOrEqual(t, i, 0, "%s has no innermost loop of %d instructions: correct mcaLoops", name, length)
			loops = loops[i : i+1]
		}
		for _, l := range loops {
			if l.vectors > best.vectors {
				best = l
			}
		}
		if best.vectors > 0 {
			mains = append(mains, best)
		}
		list = nil
	}
	listing(t, []string{"GOARCH=arm64"}, func(i instruction) {
		if !strings.HasSuffix(i.file, "_neon_arm64.s") && !strings.HasSuffix(i.file, "_arm64.h") {
			return
		}
		if i.op == "TEXT" {
			flush()
			name, _, _ = strings.Cut(i.args, "(")
			name = name[strings.LastIndexAny(name, ".·")+1:]
			return
		}
		if !pseudo[i.op] && len(i.code) == 4 {
			list = append(list, i)
		}
	}, "build", "-asmflags=-S", "./kernels")
	flush()
	require.NotEmpty(t, mains)
	met := map[string]bool{}
	for _, l := range mains {
		met[l.function] = true
	}
	for _, keys := range []iter.Seq[string]{maps.Keys(mcaLoops), maps.Keys(mcaRotations), maps.Keys(mcaAbove)} {
		for key := range keys {
			require.True(t, met[key], "there is no function %s", key)
		}
	}
	// Filling and draining the pipes takes some 15 cycles, which is 7 % of 200 iterations of one cycle.
	const short = 20 * 4
	var parts [2][]loop
	for _, l := range mains {
		part := 0
		if len(l.code) <= short {
			part = 1
		}
		parts[part] = append(parts[part], l)
	}
	parts[1] = append(parts[1], rotationChain)
	var each [len(mcaCores)][]estimate
	for k, cpu := range mcaCores {
		long, brief := mca(t, cpu, parts[0], 200), mca(t, cpu, parts[1], 1000)
		chain := brief[len(brief)-1].cycles / 2
		for _, l := range mains {
			from := &long
			if len(l.code) <= short {
				from = &brief
			}
			e := (*from)[0]
			*from = (*from)[1:]
			e.bound = max(e.bound, chain*float64(mcaRotations[l.function]))
			each[k] = append(each[k], e)
		}
	}
	code := disassembled(t, mains)
	text := listingHead
	for i, l := range mains {
		row := fmt.Sprintf("| %s | %d |", l.function, len(l.code)/4)
		for k, cpu := range mcaCores {
			e := each[k][i]
			row += fmt.Sprintf(" %.1f / %.1f = %.2f |", e.cycles, e.bound, e.cycles/e.bound)
			limit, known := mcaAbove[l.function]
			if !known {
				limit = [len(mcaCores)]float64{mcaLimit, mcaLimit, mcaLimit}
			}
			if e.cycles/e.bound > limit[k]+0.005 {
				t.Errorf("%s on %s: %.2f cycles, %.2f of its bound, more than %.2f", l.function, cpu, e.cycles, e.cycles/e.bound, limit[k])
			}
		}
		t.Log(row)
		text += fmt.Sprintf("\n%s: cycles of an iteration / their bound", l.function)
		for k, cpu := range mcaCores {
			text += fmt.Sprintf(", %s %.1f / %.1f", cpu, each[k][i].cycles, each[k][i].bound)
		}
		text += "\n\t" + strings.Join(code[i], "\n\t") + "\n"
	}
	if *writeListing {
		require.NoError(t, os.WriteFile(listingFile, []byte(text), 0o666))
	}
	have, err := os.ReadFile(listingFile)
	require.NoError(t, err)
	if figures.ReplaceAllString(string(have), "") != figures.ReplaceAllString(text, "") {
		t.Errorf("%s has other loops than the assembly: go test -run NEONLoops ./... -args -write", listingFile)
	}
}

// figures are what another llvm-mca of the same version may see differently.
var figures = regexp.MustCompile(`: cycles of an iteration.*`)

var writeListing = flag.Bool("write", false, "write the listings of NEON loops")

const (
	listingFile = "../../docs/neon-loops.txt"
	listingHead = `The main loop of each NEON kernel as llvm-mc 19 prints what Go's assembler encoded, with llvm-mca 19's cycles on three cores: a static estimate
(see kernels.md). Written by internal/asmcheck: go test -run NEONLoops ./... -args -write.
`
)
