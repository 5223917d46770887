//go:build race

package kernels

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A raceCase is a kernel with memory that another goroutine touches, one element.
type raceCase struct {
	name   string
	kernel func()
	x      *float64
	write  bool // the other goroutine writes
	free   bool // the kernel does not do what would be a conflict
}

// raceCases has for every operand of every kernel the first element and the last, which the kernel reads or writes, and one within its span that is nobody's.
func raceCases() (cases []raceCase) {
	for _, row := range kernelRows(5) {
		for i, o := range row.ops {
			add := func(what string, at int, write, free bool) {
				m := newOperandMemory(&row) // of its own, so that no report hides another
				m.fill(0, 0)
				v := m.views()
				cases = append(cases, raceCase{fmt.Sprintf("%s: %s of %s", row.name, what, o.name), func() { row.call(nil, v) }, &v[i].x[at], write, free})
			}
			elements := o.offsets()
			for _, at := range []int{elements[o.unused], elements[len(elements)-1]} {
				if o.out {
					add(fmt.Sprintf("reading %d", at), at, false, false)
				} else {
					add(fmt.Sprintf("writing %d", at), at, true, false)
					add(fmt.Sprintf("reading %d", at), at, false, true)
				}
			}
			if o.unused > 0 {
				add("an unused element", elements[o.unused-1], true, true)
			}
			for at := range o.span() {
				if !slices.Contains(elements, at) {
					add("a gap", at, true, true)
					break
				}
			}
		}
	}
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
	cmd.Env = append(os.Environ(), "EIGENBASIS_RACE_CHILD=1", "GORACE=halt_on_error=0 suppress_equal_stacks=0 suppress_equal_addresses=0")
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "the detector saw nothing:\n%s", out)
	for _, c := range raceCases() {
		_, part, ok := strings.Cut(string(out), "<"+c.name+">")
		require.True(t, ok, "%s did not run:\n%s", c.name, out)
		part, _, _ = strings.Cut(part, "</>")
		assert.Equal(t, !c.free, strings.Contains(part, "WARNING: DATA RACE"), "%s:\n%s", c.name, part)
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
				*c.x = 1
			} else {
				raceSink = *c.x
			}
		}()
		wg.Wait()
		fmt.Fprintln(os.Stderr, "</>")
	}
}

var raceSink float64
