package kernels

import (
	"os"
	"strconv"
	"strings"
)

// systemCaches reads the sizes from sysfs: user programs on arm64 cannot ask the processor.
func systemCaches() (l2, l3 int) { return readCaches("/sys/devices/system/cpu/cpu0/cache") }

// readCaches reads level and size of the caches that dir has as index0, index1, …
func readCaches(dir string) (l2, l3 int) {
	for i := range 5 {
		index := dir + "/index" + strconv.Itoa(i)
		level, err := os.ReadFile(index + "/level")
		if err != nil {
			break
		}
		size, err := os.ReadFile(index + "/size")
		if err != nil {
			continue
		}
		text := strings.TrimSpace(string(size))
		unit := 1
		switch {
		case strings.HasSuffix(text, "K"):
			unit, text = 1<<10, text[:len(text)-1]
		case strings.HasSuffix(text, "M"):
			unit, text = 1<<20, text[:len(text)-1]
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			continue
		}
		switch strings.TrimSpace(string(level)) {
		case "2":
			l2 = n * unit
		case "3":
			l3 = n * unit
		}
	}
	return l2, l3
}
