//go:build race

package kernels

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A raceCase is a kernel with the memory that it reads or writes: another goroutine touches element at of it.
type raceCase struct {
	name   string
	kernel func()
	x      []float32
	at     int
	write  bool // the other goroutine writes: the kernel only reads x
	free   bool // the element is not the kernel's: no conflict
}

func raceCases() []raceCase {
	const n, ld = 40, 43
	m := func() []float32 { return make([]float32, n*ld) }
	var cases []raceCase
	add := func(name string, x []float32, at int, write bool, kernel func()) {
		cases = append(cases, raceCase{name: name, kernel: kernel, x: x, at: at, write: write})
	}
	// Each case has operands of its own, so that no report hides another.
	a, b, c, x, y := m(), m(), m(), m(), m()
	add("Gemm C", c, 5*ld+7, false, func() { Gemm(nil, NoTrans, Trans, n, n, n, 1, a, ld, b, ld, 0, c, ld) })
	add("Gemm A", a, 39*ld+39, true, func() { Gemm(nil, NoTrans, Trans, n, n, n, 1, a, ld, b, ld, 0, c, ld) })
	d, e := m(), m()
	cases = append(cases, raceCase{name: "Gemm gap", x: e, at: ld - 1, write: true, free: true,
		kernel: func() { Gemm(nil, NoTrans, NoTrans, n, n, n, 1, d, ld, d, ld, 0, e, ld) }})
	f := m()
	add("Syrk", f, 3*ld+1, false, func() { Syrk(nil, Lower, NoTrans, n, n, 1, d, ld, 0, f, ld) })
	g := m()
	cases = append(cases, raceCase{name: "Syrk other triangle", x: g, at: 3*ld + 9, write: true, free: true,
		kernel: func() { Syrk(nil, Lower, NoTrans, n, n, 1, d, ld, 0, g, ld) }})
	tri := m()
	add("Gemmt", tri, 3*ld+1, false, func() { Gemmt(nil, Lower, NoTrans, Trans, n, n, 1, d, ld, d, ld, 0, tri, ld) })
	blockC, blockV := m(), m()
	add("ReflectBlock C", blockC, 3*48+5, false, func() { ReflectBlock(nil, 20, 48, d, 1, 30, new([ReflectGroup * ReflectGroup]float32), blockC, 48) })
	add("ReflectBlock V", blockV, 2*30+19, true, func() { ReflectBlock(nil, 20, 48, blockV, 1, 30, new([ReflectGroup * ReflectGroup]float32), m(), 48) })
	col := m()
	add("TridiagColumn", col, 9*32+20, false, func() { TridiagColumn(nil, 32, 3, col, 32, d, d, m()) })
	h := m()
	add("Dot", h, n, true, func() { Dot(nil, h, d) })
	add("Axpy", x, n, false, func() { Axpy(nil, 2, d, x) })
	add("Gemv x", y, 3, true, func() { Gemv(nil, NoTrans, n, n, 1, d, ld, y, 0, make([]float32, n)) })
	i, j := m(), m()
	add("Symv", i, 2*ld+1, true, func() { Symv(nil, Lower, n, 1, i, ld, d, 0, j) })
	k := m()
	add("Syr2", k, 2*ld+1, false, func() { Syr2(nil, Lower, n, 1, d, h, k, ld) })
	l := m()
	add("Omatcopy", l, 2*ld+1, false, func() { Omatcopy(nil, Trans, n, n, 1, d, ld, l, ld) })
	past := m()
	add("StreamCopy", past, 2*ld+1, false, func() { StreamCopy(nil, n, n, d, ld, past, ld) })
	o := m()
	add("Adam v", o, 17, false, func() { Adam(nil, AdamCoef[float32]{}, m(), m(), m(), o) })
	q := m()
	add("Adam g", q, 17, true, func() { Adam(nil, AdamCoef[float32]{}, m(), q, nil, m()) })
	r := m()
	add("Softmax", r, 17, false, func() { Softmax(nil, n, n, r, ld, r, ld) })
	s := m()
	add("Rotate", s, 17, false, func() { Rotate(nil, n, n, 1, m(), m(), n, s, ld) })
	t := m()
	add("Trsm", t, 17, false, func() { Trsm(nil, Left, Lower, NoTrans, Unit, n, n, 1, d, ld, t, ld) })
	u := m()
	add("Convert", u, 17, true, func() { Convert(nil, make([]float64, len(u)), u) })
	v := m()
	add("ToBFloat16", v, 17, true, func() { ToBFloat16(nil, make([]BFloat16, len(v)), v) })
	return cases
}

// TestRaceReports: what assembly reads and writes conflicts with another goroutine, and nothing else does. The reports
// end a process with an error, so it is a process of its own.
func TestRaceReports(t *testing.T) {
	if os.Getenv("EIGENBASIS_RACE_CHILD") != "" {
		raceChild()
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestRaceReports$", "-test.count=1")
	cmd.Env = append(os.Environ(), "EIGENBASIS_RACE_CHILD=1", "GORACE=halt_on_error=0")
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "the detector saw nothing:\n%s", out)
	for _, c := range raceCases() {
		_, part, ok := strings.Cut(string(out), "<"+c.name+">")
		require.True(t, ok, "%s did not run:\n%s", c.name, out)
		part, _, _ = strings.Cut(part, "</>")
		require.Equal(t, !c.free, strings.Contains(part, "WARNING: DATA RACE"), "%s:\n%s", c.name, part)
	}
}

// raceChild runs every case: the kernel, then the other goroutine's access, which the detector must take for concurrent, since nothing
// orders them but time.
func raceChild() {
	for _, c := range raceCases() {
		fmt.Fprintf(os.Stderr, "<%s>\n", c.name)
		var wg sync.WaitGroup
		wg.Add(2)
		go func() { defer wg.Done(); c.kernel() }()
		go func() {
			defer wg.Done()
			if c.write {
				c.x[c.at] = 1
			} else {
				raceSink = c.x[c.at]
			}
		}()
		wg.Wait()
		fmt.Fprintln(os.Stderr, "</>")
	}
}

var raceSink float32
