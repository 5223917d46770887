package machine

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// A Watch records how steady the machine is while a command runs.
type Watch struct {
	start time.Time
	own   float64
	ticks []cpuTicks
	loop  timing.Loop
	flops float64
	rates []float64
}

// Noise is what a Watch saw: reasons to doubt small differences.
type Noise struct {
	// The FMA peak of the widest vectors, 1e9 float32 operations a second, over the run.
	PeakLow    float64 `json:"peak_low"`
	PeakMedian float64 `json:"peak_median"`
	PeakHigh   float64 `json:"peak_high"`
	// Cores that other processes used on average: of those that this process may run on, and of all.
	Foreign    float64 `json:"foreign_cores_here"`
	ForeignAll float64 `json:"foreign_cores"`
	Stolen     float64 `json:"stolen_cores"` // taken by the hypervisor
	Known      bool    `json:"foreign_known"`
}

// NewWatch starts watching.
func NewWatch() *Watch {
	w := &Watch{start: time.Now(), own: timing.CPU.Seconds(), ticks: readTicks()}
	for _, isa := range kernels.Supported() {
		if l, f := FMA(isa, 32); l != nil && f > w.flops {
			w.loop, w.flops = l, f
		}
	}
	return w
}

// Probe takes one sample of the peak, a millisecond; call it between rows.
func (w *Watch) Probe() {
	if w.loop == nil {
		return
	}
	if len(w.rates) == 0 {
		w.loop(500) // the clock rises
	}
	const calls = 80
	w.rates = append(w.rates, w.flops/timing.CPU.Sample(w.loop, calls)/1e9)
}

// Noise returns what was seen since NewWatch.
func (w *Watch) Noise() Noise {
	n := Noise{PeakLow: timing.Quantile(w.rates, 0), PeakMedian: timing.Median(w.rates), PeakHigh: timing.Quantile(w.rates, 1)}
	now := readTicks()
	wall := time.Since(w.start).Seconds()
	if len(now) == 0 || len(now) != len(w.ticks) || wall <= 0 {
		return n
	}
	n.Known = true
	own := (timing.CPU.Seconds() - w.own) / wall
	for i, t := range now {
		busy := float64(t.busy-w.ticks[i].busy) / ticksPerSecond / wall
		n.ForeignAll += busy
		if t.here {
			n.Foreign += busy
		}
		n.Stolen += float64(t.stolen-w.ticks[i].stolen) / ticksPerSecond / wall
	}
	n.Foreign = max(0, n.Foreign-own)
	n.ForeignAll = max(0, n.ForeignAll-own)
	return n
}

// String is a line for the end of a table.
func (n Noise) String() string {
	var s []string
	if n.PeakMedian > 0 {
		s = append(s, fmt.Sprintf("FMA peak over the run %.0f GFLOP/s (float32), from %+.1f %% to %+.1f %%", n.PeakMedian, 100*(n.PeakLow/n.PeakMedian-1), 100*(n.PeakHigh/n.PeakMedian-1)))
	}
	if n.Known {
		s = append(s, fmt.Sprintf("other processes used %.2f cores of those of this process (%.2f of the machine), the hypervisor took %.2f", n.Foreign, n.ForeignAll, n.Stolen))
	}
	if s == nil {
		return "noise: unknown on this system"
	}
	return "noise: " + strings.Join(s, "; ")
}

// ticksPerSecond is the unit of /proc/stat, USER_HZ, which Linux fixes for programs.
const ticksPerSecond = 100

// cpuTicks are the counters of one CPU.
type cpuTicks struct {
	busy, stolen int64
	here         bool // this process may run on it
}
