package machine

import (
	"os"
	"strconv"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestSpread: as many threads as workers are bound to a core of their own, and none afterwards.
func TestSpread(t *testing.T) {
	var all unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &all))
	if all.Count() < 2 {
		t.Skip("needs two cores")
	}
	p := kernels.NewPool(2)
	defer p.Close()
	bound := func() map[int]bool {
		cores := map[int]bool{}
		threads, err := os.ReadDir("/proc/self/task")
		require.NoError(t, err)
		for _, e := range threads {
			id, _ := strconv.Atoi(e.Name())
			var set unix.CPUSet
			if unix.SchedGetaffinity(id, &set) != nil || set.Count() > 1 {
				continue
			}
			for c := range 1024 {
				if set.IsSet(c) {
					cores[c] = true
				}
			}
		}
		return cores
	}
	most := 0
	for range 100 { // on a busy machine the second worker may come too late
		free := Spread(p)
		most = max(most, len(bound()))
		free()
		require.Empty(t, bound())
		if most == 2 {
			return
		}
	}
	t.Fatalf("threads bound to %d cores, want 2", most)
}
