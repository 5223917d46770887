package kernels

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadCaches(t *testing.T) {
	type cache struct{ level, size string } // an empty size: no such file
	for name, c := range map[string]struct {
		caches []cache
		l2, l3 int
	}{
		"a server":          {[]cache{{"1\n", "64K\n"}, {"1\n", "64K\n"}, {"2\n", "1024K\n"}, {"3\n", "32768K\n"}}, 1 << 20, 32 << 20},
		"no third level":    {[]cache{{"1\n", "32K\n"}, {"1\n", "48K\n"}, {"2\n", "512K\n"}}, 512 << 10, 0},
		"megabytes, bytes":  {[]cache{{"2\n", "2M\n"}, {"3\n", "6291456\n"}}, 2 << 20, 6 << 20},
		"no newline":        {[]cache{{"2", "256K"}}, 256 << 10, 0},
		"a size is missing": {[]cache{{"1\n", "64K\n"}, {"2\n", ""}, {"3\n", "8M\n"}}, 0, 8 << 20},
		"no numbers":        {[]cache{{"2\n", "big\n"}, {"3\n", "K\n"}, {"x\n", "64K\n"}}, 0, 0},
		"the first of few":  {[]cache{{"1\n", "64K\n"}, {"1\n", "64K\n"}, {"2\n", "1M\n"}, {"3\n", "4M\n"}, {"4\n", "64M\n"}, {"2\n", "7M\n"}}, 1 << 20, 4 << 20},
		"nothing":           {},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for i, c := range c.caches {
				index := filepath.Join(dir, "index"+strconv.Itoa(i))
				require.NoError(t, os.Mkdir(index, 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(index, "level"), []byte(c.level), 0o644))
				if c.size != "" {
					require.NoError(t, os.WriteFile(filepath.Join(index, "size"), []byte(c.size), 0o644))
				}
			}
			l2, l3 := readCaches(dir)
			require.Equal(t, c.l2, l2)
			require.Equal(t, c.l3, l3)
		})
	}
	l2, l3 := readCaches(filepath.Join(t.TempDir(), "absent"))
	require.Zero(t, l2+l3)
}
