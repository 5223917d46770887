package machine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"golang.org/x/sys/unix"
)

// Spread binds the threads that work for p, the caller's among them, to a core each of those that the caller may use, and returns a function that lets all threads
// of the process use them again. Some systems leave two busy threads of a process on one core for seconds while another is idle (virtual machines whose kernel
// packs them), and what is measured then is that. It does nothing where the process may not use as many processors as p has workers. It may
// take some 20 ms: it belongs outside of what is timed.
func Spread(p *kernels.Pool) (free func()) {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil || p.Workers() == 1 || set.Count() < p.Workers() {
		return func() {}
	}
	s := &spread{cpus: places(&set, p.Workers(), siblings), workers: int32(p.Workers())}
	p.Run(len(s.cpus), s)
	return func() { release(&set) }
}

// places are n processors of the set, which has as many: one of each core as far as there are cores, then others of the same cores. What siblings
// says is the same for processors of one core.
func places(set *unix.CPUSet, n int, siblings func(cpu int) string) []int {
	var first, others []int
	seen := map[string]bool{}
	for cpu, left := 0, set.Count(); left > 0 && len(first) < n; cpu++ {
		if !set.IsSet(cpu) {
			continue
		}
		left--
		if core := siblings(cpu); seen[core] {
			others = append(others, cpu)
		} else {
			seen[core] = true
			first = append(first, cpu)
		}
	}
	return append(first, others...)[:n]
}

// siblings lists the processors of the core of one; where the system does not say, it is a core of its own.
func siblings(cpu int) string {
	list, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu))
	if err != nil {
		return strconv.Itoa(cpu)
	}
	return string(list)
}

// release lets every thread of the process use the set. A thread starts on the processors of the one that starts it, which may be bound still when the threads are
// listed: it lists them until there is no new one.
func release(set *unix.CPUSet) {
	done := map[string]bool{}
	for more := true; more; {
		more = false
		threads, _ := os.ReadDir("/proc/self/task")
		for _, t := range threads {
			if id, err := strconv.Atoi(t.Name()); err == nil && !done[t.Name()] {
				_ = unix.SchedSetaffinity(id, set) // a thread that has ended needs none
				done[t.Name()], more = true, true
			}
		}
	}
}

type spread struct {
	cpus    []int
	workers int32
	began   atomic.Int32
}

// Do binds the thread that takes index i, once every worker has one: else a worker that comes late would find none left. One that does not come at all is not waited for.
func (s *spread) Do(i int) {
	s.began.Add(1)
	for start := time.Now(); s.began.Load() < s.workers && time.Since(start) < 20*time.Millisecond; {
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var one unix.CPUSet
	one.Set(s.cpus[i])
	_ = unix.SchedSetaffinity(0, &one) // without it the row is as the system places it
}
