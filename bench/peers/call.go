package peers

import (
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

const (
	registerArgs = 6
	stackArgs    = 20
)

// A step is one call of a C function; a program is what loop_linux_amd64.s runs: rounds times all steps.
type step struct {
	fn     uintptr
	stack  uintptr // arguments on the stack
	args   [registerArgs + stackArgs]uintptr
	result uint64 // the first vector register after the call
}

type program struct {
	rounds, steps uintptr
	step          *step // the first
}

// A Call is a C function with its arguments, made once and run as often as wanted. Operands are Go slices that the Call keeps alive
// and whose memory it uses directly: what is in them when it runs is what counts.
type Call struct {
	p    program
	step []step
	keep []any    // what the C side points to
	info []*int32 // of LAPACK routines
	name string
}

// Run runs the call n times in a row. The way from Go into C and back (Overhead) is paid once, not n times.
func (c *Call) Run(n int) {
	if len(c.step) == 0 {
		return
	}
	c.p = program{uintptr(n), uintptr(len(c.step)), &c.step[0]}
	enter(&c.p)
	runtime.KeepAlive(c)
}

// Err is the error that a LAPACK routine reported in its last run.
func (c *Call) Err() error {
	for _, i := range c.info {
		if *i != 0 {
			return fmt.Errorf("%s: info = %d", c.name, *i)
		}
	}
	return nil
}

// Then returns a call that runs c and then d: the copy of a matrix and the routine that destroys it. It is nil if one of them is.
func (c *Call) Then(d *Call) *Call { return Sequence(c, d) }

// Sequence returns the call that runs all calls, in order; nil if one of them is nil.
func Sequence(calls ...*Call) *Call {
	e := new(Call)
	for _, c := range calls {
		if c == nil {
			return nil
		}
		e.step = append(e.step, c.step...)
		e.keep = append(e.keep, c.keep...)
		e.info = append(e.info, c.info...)
	}
	if len(calls) > 0 {
		e.name = calls[len(calls)-1].name
	}
	return e
}

// Result is what the last function of the call returned, for functions that return a floating-point number.
func Result[T kernels.Float](c *Call) T {
	return *(*T)(unsafe.Pointer(&c.step[len(c.step)-1].result))
}

// newCall binds the arguments of a function of Fortran's convention: everything by reference, the lengths of character arguments by value
// at the end. An int becomes an INTEGER of 32 bits, a byte a character; slices and *int32 are passed as they are. It returns nil if the library lacks the function.
func (l *Library) newCall(name string, args ...any) *Call {
	fn := l.symbol(name)
	if fn == 0 {
		return nil
	}
	c := &Call{step: make([]step, 1), name: l.Name + " " + name}
	s := &c.step[0]
	s.fn = fn
	var refs []unsafe.Pointer
	characters := 0
	for _, a := range args {
		var p unsafe.Pointer
		switch a := a.(type) {
		case int:
			v := int32(a)
			if int(v) != a {
				panic("peers: a size does not fit into 32 bits")
			}
			p = unsafe.Pointer(&v)
		case byte:
			v := a
			p = unsafe.Pointer(&v)
			characters++
		case float32:
			v := a
			p = unsafe.Pointer(&v)
		case float64:
			v := a
			p = unsafe.Pointer(&v)
		case []float32:
			p = unsafe.Pointer(unsafe.SliceData(a))
		case []float64:
			p = unsafe.Pointer(unsafe.SliceData(a))
		case []int32:
			p = unsafe.Pointer(unsafe.SliceData(a))
		case *int32:
			p = unsafe.Pointer(a)
			c.info = append(c.info, a)
		default:
			panic(fmt.Sprintf("peers: argument of type %T", a))
		}
		refs = append(refs, p)
		c.keep = append(c.keep, p)
	}
	if len(refs)+characters > len(s.args) {
		panic("peers: more arguments than a step holds")
	}
	for i, p := range refs {
		s.args[i] = uintptr(p)
	}
	for i := range characters {
		s.args[len(refs)+i] = 1
	}
	s.stack = uintptr(max(0, len(refs)+characters-registerArgs))
	return c
}

// Copy returns the call that copies src to dst with the C library's memcpy.
func Copy[T float32 | float64 | int32](dst, src []T) *Call {
	if len(dst) != len(src) {
		panic("peers: Copy needs slices of equal length")
	}
	h, err := libc()
	if err != nil {
		return nil
	}
	c := &Call{step: make([]step, 1), keep: []any{dst, src}, name: "memcpy"}
	s := &c.step[0]
	s.fn = symbol(h, "memcpy")
	s.args[0], s.args[1] = uintptr(unsafe.Pointer(unsafe.SliceData(dst))), uintptr(unsafe.Pointer(unsafe.SliceData(src)))
	s.args[2] = uintptr(len(src)) * unsafe.Sizeof(src[0])
	return c
}

// Overhead measures what a call costs besides the function: a Run, and each round of it in nanoseconds. Nothing subtracts it; the commands print it.
func Overhead() (run time.Duration, round float64) {
	if !supported {
		return 0, 0
	}
	c := &Call{step: make([]step, 1)}
	c.step[0].fn, c.step[0].stack = nothingAddress(), 9 // the arguments of a product
	best := func(runs, n int) time.Duration {
		least := time.Hour
		for range 20 {
			start := time.Now()
			for range runs {
				c.Run(n)
			}
			least = min(least, time.Since(start)/time.Duration(runs))
		}
		return least
	}
	const rounds = 10000
	run = best(1000, 1)
	return run, float64((best(1, rounds) - run).Nanoseconds()) / rounds
}
