package peers

import (
	"os"
	"unsafe"

	"github.com/ebitengine/purego"
)

// supported says that shared libraries can be called here.
const supported = true

func loopAddress() uintptr
func nothingAddress() uintptr

var loopFn = loopAddress()

// enter runs a program: see loop_linux_amd64.s.
func enter(p *program) { purego.SyscallN(loopFn, uintptr(unsafe.Pointer(p))) }

// openLibrary loads a shared library with its symbols to itself: OpenBLAS, BLIS and others export the same names.
func openLibrary(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func closeLibrary(handle uintptr) error { return purego.Dlclose(handle) }

// symbol returns the address of a function, 0 without it.
func symbol(handle uintptr, name string) uintptr {
	a, err := purego.Dlsym(handle, name)
	if err != nil {
		return 0
	}
	return a
}

// callInt calls a C function of integers that returns an integer.
func callInt(fn uintptr, args ...uintptr) int {
	r, _, _ := purego.SyscallN(fn, args...)
	return int(int32(r))
}

// callString calls a C function of integers that returns a C string.
func callString(fn uintptr, args ...uintptr) string {
	r, _, _ := purego.SyscallN(fn, args...)
	if r == 0 {
		return ""
	}
	var b []byte
	p := *(*unsafe.Pointer)(unsafe.Pointer(&r)) // C memory, not Go's
	for ; *(*byte)(p) != 0; p = unsafe.Add(p, 1) {
		b = append(b, *(*byte)(p))
	}
	return string(b)
}

// libc is the C library of the process.
func libc() (uintptr, error) { return purego.Dlopen("libc.so.6", purego.RTLD_NOW) }

// setenv changes the environment of Go and of C: libraries read it with getenv while they are loaded. An empty value removes the variable.
func setenv(name, value string) error {
	c, err := libc()
	if err != nil {
		return err
	}
	n := append([]byte(name), 0)
	if value == "" {
		callInt(symbol(c, "unsetenv"), uintptr(unsafe.Pointer(&n[0])))
		return os.Unsetenv(name)
	}
	v := append([]byte(value), 0)
	callInt(symbol(c, "setenv"), uintptr(unsafe.Pointer(&n[0])), uintptr(unsafe.Pointer(&v[0])), 1)
	return os.Setenv(name, value)
}
