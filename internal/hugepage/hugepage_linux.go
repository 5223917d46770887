package hugepage

import "golang.org/x/sys/unix"

// advise asks for huge pages from one address to another; by numbers, as both may lie outside of what the caller has pointers to.
func advise(from, to uintptr) {
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_HUGEPAGE)
}
