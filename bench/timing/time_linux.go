package timing

import "golang.org/x/sys/unix"

// seconds reads the CPU time of the process, or the time of day for rows that use several cores. CPU time
// leaves out what other processes took of the core, so that a busy machine disturbs less.
func seconds(wall bool) float64 {
	clock := int32(unix.CLOCK_PROCESS_CPUTIME_ID)
	if wall {
		clock = unix.CLOCK_MONOTONIC
	}
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return float64(t.Sec) + float64(t.Nsec)/1e9
}

const cpuSource = "CPU time of the process"
