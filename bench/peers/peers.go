// Package peers calls the best C libraries for dense linear algebra, loaded at run time where they are installed, without cgo: OpenBLAS with
// the LAPACK inside it, BLIS, libxsmm and Eigen. Without them programs build and run as well; Load says what is missing and which Debian package has it:
//
//	OpenBLAS  libopenblas0-pthread
//	BLIS      libblis4-pthread
//	libxsmm   libxsmm-dev, which has static libraries only, and gcc
//	Eigen     libeigen3-dev, headers only, and g++
//
// The last two are compiled on first use (shim.go), for this machine. FastKron, for products with Kronecker products alone, is in no package: it takes part where its file is given.
//
// Functions take row-major operands like those of package kernels and pass them on as column-major transposes, with the flags that this needs, as
// their users in other languages do. They return a Call with the arguments bound, which runs any number of times in a row: the way into C
// is paid once for a whole sample. Functions return nil for what a library lacks.
package peers

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// A Library is a loaded C library.
type Library struct {
	Name   string `json:"name"` // "OpenBLAS"
	Path   string `json:"path"`
	Detail string `json:"detail"` // version and the processor it runs kernels for

	handle     uintptr
	more       uintptr // a second file with functions of the library, or 0
	pattern    string  // of a function's name in the library: "eigen_%s_"
	setThreads string  // function of one integer by value
	mu         sync.Mutex
	symbols    map[string]uintptr
}

// symbol returns the address of the function that BLAS calls name, 0 without it.
func (l *Library) symbol(name string) uintptr {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.symbols[name]
	if !ok {
		full := fmt.Sprintf(l.pattern, name)
		if a = symbol(l.handle, full); a == 0 && l.more != 0 {
			a = symbol(l.more, full)
		}
		l.symbols[name] = a
	}
	return a
}

// SetThreads sets how many threads the library's next calls use, 1 after loading.
func (l *Library) SetThreads(n int) {
	if l.setThreads != "" {
		if f := symbol(l.handle, l.setThreads); f != 0 {
			callInt(f, uintptr(n))
		}
	}
}

// String names the library with its details.
func (l *Library) String() string { return l.Name + " " + l.Detail }

const nameList = "OpenBLAS, BLIS, libxsmm, Eigen"

const (
	gonum    = "gonum"
	FastKron = "FastKron" // for products with Kronecker products
)

// names are the libraries that distributions have, in the order in which Load returns them; with FastKron behind them they are known.
var (
	names = strings.Split(nameList, ", ")
	known = append(slices.Clone(names), FastKron)
)

// A Set is what Load found.
type Set struct {
	Libraries []*Library `json:"libraries"`
	Gonum     bool       `json:"gonum"`   // gonum is wanted, which is always here
	Missing   []string   `json:"missing"` // one line for each wanted library that is not here: why, and what to install
}

// Get returns the library of a name, nil without it.
func (s Set) Get(name string) *Library {
	for _, l := range s.Libraries {
		if strings.EqualFold(l.Name, name) {
			return l
		}
	}
	return nil
}

var (
	loadMu sync.Mutex
	loaded = map[string]*Library{}
	failed = map[string]string{}
)

// Load loads the wanted libraries: "all", "none", or names separated by commas, gonum's among them; name=PATH takes a library of one's own building.
// A library is loaded once per process. Before, the environment that steers it is put in order: variables that force kernels for
// another processor or a cache size are removed, threads are 1.
func Load(want string) (Set, error) {
	loadMu.Lock()
	defer loadMu.Unlock()
	var set Set
	paths := map[string]string{}
	switch want {
	case "none":
		return set, nil
	case "all", "":
		for _, n := range names {
			paths[n] = ""
		}
		set.Gonum = true
	default:
		for _, w := range strings.Split(want, ",") {
			name, path, _ := strings.Cut(strings.TrimSpace(w), "=")
			i := slices.IndexFunc(known, func(n string) bool { return strings.EqualFold(n, name) })
			if strings.EqualFold(name, gonum) {
				set.Gonum = true
				continue
			}
			if i < 0 {
				return set, fmt.Errorf("no peer %q: there are all, none, %s, %s, %s=PATH", name, nameList, gonum, FastKron)
			}
			paths[known[i]] = path
		}
	}
	for _, n := range known {
		path, ok := paths[n]
		if !ok {
			continue
		}
		if loaded[n] == nil && failed[n] == "" {
			l, err := load(n, path)
			if err != nil {
				failed[n] = err.Error()
			} else {
				loaded[n] = l
			}
		}
		if loaded[n] != nil {
			set.Libraries = append(set.Libraries, loaded[n])
		} else {
			set.Missing = append(set.Missing, n+": "+failed[n])
		}
	}
	return set, nil
}

func load(name, path string) (*Library, error) {
	if !supported {
		_, err := openLibrary("")
		return nil, err
	}
	for variable, value := range map[string]string{
		"OPENBLAS_CORETYPE": "", "OPENBLAS_L2_SIZE": "", "OPENBLAS_NUM_THREADS": "1", "GOTO_NUM_THREADS": "",
		"BLIS_ARCH_TYPE": "", "BLIS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LIBXSMM_TARGET": "",
	} {
		if err := setenv(variable, value); err != nil {
			return nil, err
		}
	}
	switch name {
	case "OpenBLAS":
		return loadOpenBLAS(path)
	case "BLIS":
		return loadBLIS(path)
	case "libxsmm":
		return loadXSMM(path)
	case FastKron:
		return loadFastKron(path)
	default:
		return loadEigen(path)
	}
}

// openFirst opens the first of several paths that can be opened.
func openFirst(debian, own string, paths ...string) (*Library, error) {
	if own != "" {
		paths = []string{own}
	}
	for _, p := range paths {
		if h, err := openLibrary(p); err == nil {
			return &Library{Path: p, handle: h, symbols: map[string]uintptr{}}, nil
		} else if own != "" {
			return nil, err
		}
	}
	return nil, fmt.Errorf("not found: apt-get install %s", debian)
}

// reopened closes a library that has chosen kernels and opens it with a variable that names others.
func reopened(l *Library, debian, own, variable, value string, paths ...string) (*Library, error) {
	if err := closeLibrary(l.handle); err != nil {
		return nil, err
	}
	if err := setenv(variable, value); err != nil {
		return nil, err
	}
	return openFirst(debian, own, paths...)
}

// loadOpenBLAS loads OpenBLAS and, if it does not recognise the processor, loads it again with the kernels for what the processor has: OpenBLAS 0.3.21 takes Intel's of later years for a Prescott.
func loadOpenBLAS(own string) (*Library, error) {
	const dir, debian = "/usr/lib/x86_64-linux-gnu/openblas-", "libopenblas0-pthread"
	paths := []string{dir + "pthread/libopenblas.so.0", "libopenblas.so.0", dir + "openmp/libopenblas.so.0", "libopenblas.so"}
	l, err := openFirst(debian, own, paths...)
	if err != nil {
		return nil, err
	}
	core := func(l *Library) string {
		if name := symbol(l.handle, "openblas_get_corename"); name != 0 {
			return callString(name)
		}
		return ""
	}
	config, by := symbol(l.handle, "openblas_get_config"), core(l)
	if config == 0 || by == "" {
		return nil, errors.New(l.Path + " is no OpenBLAS")
	}
	version, chosen := firstMatch(`[0-9]+\.[0-9]+\.[0-9]+(\.dev)?`, callString(config)), by
	if better := openBLASCore(by); better != "" {
		if l, err = reopened(l, debian, own, "OPENBLAS_CORETYPE", better, paths...); err != nil {
			return nil, err
		}
		chosen = core(l) + " (by itself " + by + ")"
	}
	l.Name, l.pattern, l.setThreads = "OpenBLAS", "%s_", "openblas_set_num_threads"
	l.Detail = version + ", " + chosen + " kernels"
	return l, nil
}

// openBLASCore names the kernels to ask for where OpenBLAS has chosen those of the core by, if they are older than the processor's instructions.
func openBLASCore(by string) string {
	switch old := by == "Prescott" || by == "Core2" || by == "Nehalem" || by == "Unknown"; {
	case old && hasTier(kernels.AVX512):
		return "SkylakeX"
	case old && hasTier(kernels.AVX2):
		return "Haswell"
	}
	return ""
}

// loadBLIS loads BLIS and, if it does not recognise a processor with AVX-512 and would run kernels in plain C or for AVX2, loads it again with those for
// AVX-512: BLIS 0.9 knows AMD's processors up to Zen 3 and tells Intel's apart by brand strings that virtual machines hide.
func loadBLIS(own string) (*Library, error) {
	const dir, debian = "/usr/lib/x86_64-linux-gnu/blis-", "libblis4-pthread"
	paths := []string{dir + "pthread/libblis.so.4", "libblis.so.4", dir + "openmp/libblis.so.4", dir + "serial/libblis.so.4", "libblis.so"}
	// arch initializes the library, which chooses the kernels, and names them.
	arch := func(l *Library) string {
		start, id := symbol(l.handle, "bli_init"), symbol(l.handle, "bli_arch_query_id")
		if start == 0 || id == 0 {
			return ""
		}
		callInt(start)
		return callString(symbol(l.handle, "bli_arch_string"), uintptr(callInt(id)))
	}
	l, err := openFirst(debian, own, paths...)
	if err != nil {
		return nil, err
	}
	core := arch(l)
	if core == "" {
		return nil, errors.New(l.Path + " is no BLIS")
	}
	// Only Debian's build is known to have these kernels; BLIS aborts the process without.
	if by := core; (by == "generic" || by == "haswell") && hasTier(kernels.AVX512) && own == "" {
		id := 0
		for name := symbol(l.handle, "bli_arch_string"); callString(name, uintptr(id)) != "skx"; {
			if id++; id > 8 {
				return nil, errors.New("kernels are " + by + ", and there are none for AVX-512")
			}
		}
		if l, err = reopened(l, debian, own, "BLIS_ARCH_TYPE", strconv.Itoa(id), paths...); err != nil {
			return nil, err
		}
		core = arch(l) + " (by itself " + by + ")"
	}
	l.Name, l.pattern, l.setThreads = "BLIS", "%s_", "bli_thread_set_num_threads"
	l.Detail = callString(symbol(l.handle, "bli_info_get_version_str")) + ", " + core + " kernels"
	return l, nil
}

// firstMatch returns what of s the expression matches, or s.
func firstMatch(expression, s string) string {
	if m := regexp.MustCompile(expression).FindString(s); m != "" {
		return m
	}
	return s
}

// exists says that a file is there.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
