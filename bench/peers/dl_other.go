//go:build !(linux && amd64)

package peers

import (
	"errors"
	"runtime"
)

// supported says that shared libraries can be called here: the way into C is written for linux/amd64 only.
const supported = false

var errUnsupported = errors.New("C libraries are called on linux/amd64 only, not on " + runtime.GOOS + "/" + runtime.GOARCH)

func enter(*program) { panic("peers: no C libraries here") }

func openLibrary(string) (uintptr, error) { return 0, errUnsupported }

func closeLibrary(uintptr) error { return errUnsupported }

func symbol(uintptr, string) uintptr { return 0 }

func callInt(uintptr, ...uintptr) int { panic("peers: no C libraries here") }

func callString(uintptr, ...uintptr) string { panic("peers: no C libraries here") }

func libc() (uintptr, error) { return 0, errUnsupported }

func setenv(string, string) error { return errUnsupported }

func nothingAddress() uintptr { return 0 }
