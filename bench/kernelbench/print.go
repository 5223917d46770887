package kernelbench

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func head(out io.Writer, rep Report) {
	fmt.Fprintf(out, "%s, %s, %s/%s, tiers %v, medians of %d rounds in %s on one core, in %s on several\n", rep.CPU, rep.Go, runtime.GOOS, runtime.GOARCH, kernels.Supported(), rep.Rounds, timing.CPU.Source(), timing.Wall.Source())
	if c := rep.Clock; c.GHz == 0 {
		fmt.Fprintln(out, "no FMA probe for this architecture: rates only")
	} else {
		fmt.Fprintln(out, c)
	}
	rep.Peers.Print(out)
	fmt.Fprintln(out, "operands of 2 MiB and more, everybody's, lie in huge pages where the system grants them, as matrices of linalg do")
}

func line(out io.Writer, r Result) {
	part := "     -"
	if r.Limit > 0 {
		part = fmt.Sprintf("%5.1f%%", 100*r.Fraction)
	}
	fmt.Fprintf(out, "%-8s %-8s %-9s %-18s %9.2f %9.2f %9.2f %s  ", "", r.Type, r.Tier, r.Name, r.Rate, r.Best, r.Limit, part)
	if r.BestPeer != "" {
		fmt.Fprintf(out, "×%.2f %s %.2f", r.Ratio, r.BestPeer, r.Peers[r.BestPeer])
		names := slices.Sorted(maps.Keys(r.Peers))
		slices.SortStableFunc(names, func(a, b string) int {
			if r.Peers[a] > r.Peers[b] {
				return -1
			}
			return 1
		})
		for _, n := range names[1:] {
			fmt.Fprintf(out, ", %s %.2f", n, r.Peers[n])
		}
	}
	if r.Scaling > 0 {
		fmt.Fprintf(out, "; %s", machine.Scaling(r.Scaling, r.FMAScaling, r.Cores))
	}
	fmt.Fprintln(out)
}

// tie is the difference that a busy machine makes by itself.
const tie = 0.03

// summary counts the comparisons and lists those that were lost, the worst first.
func summary(out io.Writer, rep Report) {
	var won, even int
	var lost []Result
	for _, r := range rep.Results {
		switch {
		case r.BestPeer == "":
		case r.Ratio >= 1+tie:
			won++
		case r.Ratio > 1-tie:
			even++
		default:
			lost = append(lost, r)
		}
	}
	if won+even+len(lost) == 0 {
		return
	}
	fmt.Fprintf(out, "against the best peer of each row: faster in %d, within %.0f %% in %d, slower in %d\n", won, 100*tie, even, len(lost))
	slices.SortFunc(lost, func(a, b Result) int {
		if a.Ratio < b.Ratio {
			return -1
		}
		return 1
	})
	for _, r := range lost {
		fmt.Fprintf(out, "  ×%.2f %s/%s/%s/%s: %.2f, %s %.2f %s\n", r.Ratio, r.Family, r.Type, r.Tier, r.Name, r.Rate, r.BestPeer, r.Peers[r.BestPeer], r.Unit)
	}
}
