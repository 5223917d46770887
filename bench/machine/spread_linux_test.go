package machine

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// twoProcessors skips a test where two threads cannot run at once, and returns what the process may use.
func twoProcessors(t *testing.T) (all unix.CPUSet) {
	require.NoError(t, unix.SchedGetaffinity(0, &all))
	if all.Count() < 2 || runtime.GOMAXPROCS(0) < 2 {
		t.Skip("needs two processors")
	}
	return all
}

// TestSpread: threads are bound to processors meant for them, as many as there are workers or, where one comes late, fewer; and none afterwards.
func TestSpread(t *testing.T) {
	all := twoProcessors(t)
	p := kernels.NewPool(2)
	defer p.Close()
	bound := func() []int {
		var cpus []int
		threads, err := os.ReadDir("/proc/self/task")
		require.NoError(t, err)
		for _, e := range threads {
			id, err := strconv.Atoi(e.Name())
			require.NoError(t, err)
			var set unix.CPUSet
			if unix.SchedGetaffinity(id, &set) == nil && set.Count() == 1 {
				cpus = append(cpus, places(&set, 1, siblings)...)
			}
		}
		return cpus
	}
	for range 5 { // each some 30 ms on busy processors
		free := Spread(p)
		cpus := bound()
		free()
		require.NotEmpty(t, cpus, "the caller's is bound in any case")
		require.Subset(t, places(&all, 2, siblings), cpus)
		require.Empty(t, bound())
	}
}

// TestSpreadDo: workers that have come are on a processor each.
func TestSpreadDo(t *testing.T) {
	all := twoProcessors(t)
	s := &spread{cpus: places(&all, 2, siblings), workers: 2}
	got := make([]unix.CPUSet, 2)
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() {
			runtime.LockOSThread() // and not unlocked: the thread ends here
			s.Do(i)
			assert.NoError(t, unix.SchedGetaffinity(0, &got[i]))
		})
	}
	wait.Wait()
	for i, set := range got {
		assert.Equal(t, 1, set.Count())
		assert.True(t, set.IsSet(s.cpus[i]))
	}
	assert.NotEqual(t, s.cpus[0], s.cpus[1])
}

// TestPlaces: a processor of each core first, whatever the order of their numbers, and only those of the set.
func TestPlaces(t *testing.T) {
	pairs := func(cpu int) string { return strconv.Itoa(cpu / 2) }  // 2k and 2k+1 are a core
	halves := func(cpu int) string { return strconv.Itoa(cpu % 4) } // k and k+4
	each := strconv.Itoa
	for _, c := range []struct {
		set      string
		siblings func(int) string
		want     []int
	}{
		{"0 1 2 3 4 5 6 7", pairs, []int{0, 2, 4, 6}},
		{"0 1 2 3 4 5 6 7", pairs, []int{0, 2, 4, 6, 1, 3}},
		{"0 1 2 3 4 5 6 7", halves, []int{0, 1, 2}},
		{"0 1 2 3 4 5 6 7", halves, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"0 1 2 3 4 5 6 7", each, []int{0, 1, 2, 3, 4}},
		{"1 4 5 6 200", pairs, []int{1, 4, 6}},
		{"1 4 5 6 200", pairs, []int{1, 4, 6, 200, 5}},
		{"2 3", pairs, []int{2, 3}},
	} {
		var set unix.CPUSet
		for _, s := range strings.Fields(c.set) {
			cpu, err := strconv.Atoi(s)
			require.NoError(t, err)
			set.Set(cpu)
		}
		assert.Equal(t, c.want, places(&set, len(c.want), c.siblings))
	}
}
