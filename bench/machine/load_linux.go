package machine

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// readTicks reads the counters of every CPU; nothing if the system hides them.
func readTicks() []cpuTicks {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return nil
	}
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	return parseTicks(string(text), set.IsSet)
}

// Available returns the bytes of memory that a process can still take without swapping, by the system and by its control group; 0 where that is
// unknown.
func Available() int64 {
	least := int64(0)
	text, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemAvailable:" {
			if kib, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				least = kib << 10
			}
		}
	}
	number := func(path string) (int64, bool) {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, false
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		return n, err == nil // "max" is no number
	}
	most, limited := number("/sys/fs/cgroup/memory.max")
	used, known := number("/sys/fs/cgroup/memory.current")
	if limited && known && (least == 0 || most-used < least) {
		least = max(1, most-used)
	}
	return least
}

// parseTicks reads lines "cpuN user nice system idle iowait irq softirq steal guest guest_nice"; guests are in user and nice.
func parseTicks(text string, here func(int) bool) []cpuTicks {
	var all []cpuTicks
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 9 || !strings.HasPrefix(f[0], "cpu") || f[0] == "cpu" {
			continue
		}
		id, err := strconv.Atoi(f[0][3:])
		if err != nil {
			return nil
		}
		var v [9]int64
		for i := 1; i < 9; i++ {
			if v[i], err = strconv.ParseInt(f[i], 10, 64); err != nil {
				return nil
			}
		}
		all = append(all, cpuTicks{busy: v[1] + v[2] + v[3] + v[6] + v[7], stolen: v[8], here: here(id)})
	}
	return all
}
