package timing

import "golang.org/x/sys/unix"

const (
	wallTime    = unix.CLOCK_MONOTONIC
	processTime = unix.CLOCK_PROCESS_CPUTIME_ID
	threadTime  = unix.CLOCK_THREAD_CPUTIME_ID
)

// seconds reads a clock of the system: the time of day, for rows that use several cores, or the CPU time of the process, which
// leaves out what other processes took of the core, so that a busy machine disturbs less, or of the thread.
func seconds(clock int32) float64 {
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return float64(t.Sec) + float64(t.Nsec)/1e9
}

const cpuSource = "CPU time of the process"
