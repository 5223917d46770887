package kernels

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
)

// ISA is a tier of instructions. All tiers give the same bits.
type ISA uint8

// The tiers. AVX2 means AVX2, FMA3, BMI1 and BMI2; AVX512 means F, BW, DQ, VL and CD with the
// operating system saving the ZMM state; NEON is the arm64 baseline.
const (
	Portable ISA = iota
	NEON
	AVX2
	AVX512
)

var isaNames = [...]string{Portable: "portable", NEON: "neon", AVX2: "avx2", AVX512: "avx512"}

// String returns the name that EIGENBASIS_ISA takes.
func (i ISA) String() string {
	if int(i) < len(isaNames) {
		return isaNames[i]
	}
	return fmt.Sprintf("ISA(%d)", uint8(i))
}

// supported lists the tiers of this machine, Portable first and the best one last.
var supported = detect()

// active is the tier used where no Pool says otherwise; an ISA.
var active atomic.Uint32

// EnvISA is the environment variable that overrides the choice of tier at start-up.
const EnvISA = "EIGENBASIS_ISA"

func init() {
	active.Store(uint32(supported[len(supported)-1]))
	if name := os.Getenv(EnvISA); name != "" {
		isa, err := parseISA(name)
		if err == nil {
			err = Use(isa)
		}
		if err != nil {
			panic(fmt.Sprintf("kernels: %s=%q: %v", EnvISA, name, err))
		}
	}
}

func parseISA(name string) (ISA, error) {
	for i, s := range isaNames {
		if s == name {
			return ISA(i), nil
		}
	}
	return 0, fmt.Errorf("unknown tier; this machine supports %s", supportedNames())
}

func supportedNames() string {
	var s []string
	for _, i := range supported {
		s = append(s, i.String())
	}
	return strings.Join(s, ", ")
}

// Active returns the tier that calls with a nil Pool, and Pools made without WithISA, use.
// It is the best one of the machine unless EIGENBASIS_ISA (portable, avx2, avx512,
// neon) or Use chose another. An unknown or unsupported value of EIGENBASIS_ISA panics
// when the program starts.
func Active() ISA { return ISA(active.Load()) }

// Supported returns the tiers of this machine in ascending order, Portable first.
func Supported() []ISA { return append([]ISA(nil), supported...) }

// Use makes isa the active tier. It is meant for tests and benchmarks; the results of all
// kernels are the same bits in every tier. It returns an error, and changes nothing,
// if the machine does not support isa.
func Use(isa ISA) error {
	for _, s := range supported {
		if s == isa {
			active.Store(uint32(isa))
			return nil
		}
	}
	return fmt.Errorf("tier %v is not supported here; this machine supports %s", isa, supportedNames())
}
