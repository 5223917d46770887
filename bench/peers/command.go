package peers

import (
	"flag"
	"fmt"
	"io"
	"os"
)

// Main is the command "peers" of bench: which libraries are here, and what a call costs.
func Main(args []string) int {
	fs := flag.NewFlagSet("peers", flag.ContinueOnError)
	want := fs.String("peers", "all", Usage)
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	set, err := Load(*want)
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		return 2
	}
	set.Print(os.Stdout)
	return 0
}

// Usage describes the flag that commands pass on to Load.
const Usage = "libraries to compare with: all, none, or names of " + nameList + ", " + gonum + " separated by commas; name=PATH takes another file, " + FastKron + "=PATH one of its own building"

// Print writes a line for each library and for each that is missing, and what a call costs.
func (s Set) Print(w io.Writer) {
	for _, l := range s.Libraries {
		fmt.Fprintf(w, "peer %s\n", l)
	}
	for _, m := range s.Missing {
		fmt.Fprintf(w, "peer missing: %s\n", m)
	}
	if len(s.Libraries) > 0 {
		run, round := Overhead()
		fmt.Fprintf(w, "a sample of a peer enters C once, for %v; each call in it costs %.1f ns besides the function; nothing is subtracted\n", run, round)
	}
}
