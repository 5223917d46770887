package kernels

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// testedTiers are the tiers in which TestDigests ran.
var testedTiers = map[ISA]bool{}

// TestMain says which tiers the machine has and fails if one of them was not tested. EIGENBASIS_ISA must have had
// its effect; EIGENBASIS_REQUIRE may name tiers, separated by commas, that the machine is known to have: then a
// failure to detect them is found, too; EIGENBASIS_TIERLOG may name a file to which a line about the run is added; EIGENBASIS_PROCESSOR may be zen5 or intel, whose
// choices the run then makes.
func TestMain(m *testing.M) {
	if name := os.Getenv(EnvISA); name != "" && name != Active().String() {
		fmt.Fprintf(os.Stderr, "%s=%s, but the active tier is %v\n", EnvISA, name, Active())
		os.Exit(1)
	}
	if names := os.Getenv("EIGENBASIS_REQUIRE"); names != "" {
		for name := range strings.SplitSeq(names, ",") {
			if isa, err := parseISA(name); err != nil || !slices.Contains(Supported(), isa) {
				fmt.Fprintf(os.Stderr, "EIGENBASIS_REQUIRE names %s; this machine supports %s\n", name, supportedNames())
				os.Exit(1)
			}
		}
	}
	if name := os.Getenv("EIGENBASIS_PROCESSOR"); name != "" {
		if err := actAs(name); err != nil {
			fmt.Fprintf(os.Stderr, "EIGENBASIS_PROCESSOR: %v\n", err)
			os.Exit(1)
		}
	}
	flag.Parse()
	status := m.Run()
	if filter := flag.Lookup("test.run").Value.String(); status == 0 && filter == "" && flag.Lookup("test.list").Value.String() == "" {
		for _, isa := range Supported() {
			if !testedTiers[isa] {
				fmt.Fprintf(os.Stderr, "the machine has tier %v, but no test ran in it\n", isa)
				status = 1
			}
		}
		report := fmt.Sprintf("%s: tiers tested: %s; active: %v\n", runtime.GOARCH, supportedNames(), Active())
		fmt.Print(report)
		if path := os.Getenv("EIGENBASIS_TIERLOG"); path != "" && status == 0 {
			if err := appendFile(path, report); err != nil {
				fmt.Fprintln(os.Stderr, err)
				status = 1
			}
		}
	}
	os.Exit(status)
}

func appendFile(path, s string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(s)
	return errors.Join(err, f.Close())
}
