package machine

import (
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"golang.org/x/sys/unix"
)

// Spread binds the threads that work for p, the caller's among them, to a core each, and returns a function that frees all threads of the process again. Some systems
// leave two busy threads of a process on one core for seconds while another is idle (virtual machines whose kernel packs them), and what is
// measured then is that. It does nothing where the process may not use as many cores as p has workers.
func Spread(p *kernels.Pool) (free func()) {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil || p.Workers() == 1 || set.Count() < p.Workers() {
		return func() {}
	}
	s := &spread{workers: int32(p.Workers())}
	for c := 0; len(s.cores) < p.Workers(); c++ {
		if set.IsSet(c) {
			s.cores = append(s.cores, c)
		}
	}
	p.Run(len(s.cores), s)
	return func() {
		threads, _ := os.ReadDir("/proc/self/task")
		for _, t := range threads {
			if id, err := strconv.Atoi(t.Name()); err == nil {
				_ = unix.SchedSetaffinity(id, &set) // a thread that has ended needs none
			}
		}
	}
}

type spread struct {
	cores   []int
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
	one.Set(s.cores[i])
	_ = unix.SchedSetaffinity(0, &one) // without it the row is as the system places it
}
