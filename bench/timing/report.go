package timing

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// WriteJSON writes a report, indented.
func WriteJSON(w io.Writer, report any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}

// Ints is a flag of positive numbers separated by commas.
type Ints []int

func (x *Ints) String() string {
	var s []string
	for _, n := range *x {
		s = append(s, strconv.Itoa(n))
	}
	return strings.Join(s, ",")
}

// Set parses the flag.
func (x *Ints) Set(s string) error {
	*x = nil
	for _, f := range strings.Split(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(f))
		if err != nil || n < 1 {
			return strconv.ErrSyntax
		}
		*x = append(*x, n)
	}
	return nil
}
