package kernelbench

import (
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
)

// measure runs the rounds of a row: limit, kernel, limit, peers, limit, …
func measure(f family, r row, rounds int) Result {
	clock := timing.CPU
	if r.cores > 1 {
		clock = timing.Wall
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(r.cores))
		setThreads(r.cores)
		defer setThreads(1)
	}
	debug.FreeOSMemory() // what earlier rows leave would keep its small pages
	t := r.prepare()
	if t.close != nil {
		defer t.close()
	}
	// The probe on both sides of the kernel: the clock drifts.
	limit := timing.Contestant{Loop: t.limit.loop}
	all := []timing.Contestant{limit, {Loop: timing.Repeat(t.run)}, limit, {}, {}}
	if t.pool != nil {
		for i := range 3 {
			all[i].Prepare = func() func() { return machine.Spread(t.pool) }
		}
	}
	if t.one != nil {
		one := fmaOf(r)
		all[3], all[4] = timing.Contestant{Loop: timing.Repeat(t.one)}, timing.Contestant{Loop: one.loop}
	}
	const before = 5 // contestants before the peers
	for _, p := range t.peers {
		all = append(all, timing.Contestant{Loop: p.loop, Threads: r.cores > 1 && p.name != "gonum"})
	}
	times := timing.Interleave(clock, rounds, all...)

	own := times[1]
	s := timing.Median(own)
	res := Result{Family: f.name, Type: r.typ, Tier: r.tier, Name: r.name, Unit: f.unit, Cores: r.cores, Seconds: s, Intensity: r.intensity,
		Rate: r.work / s / 1e9, Best: r.work / slices.Min(own) / 1e9}
	if t.limit.loop != nil {
		var limits, parts []float64
		for i := range own {
			rate := t.limit.work / min(times[0][i], times[2][i]) / 1e9
			limits, parts = append(limits, rate), append(parts, r.work/own[i]/1e9/rate)
		}
		res.Limit, res.LimitName, res.Fraction = timing.Median(limits), t.limit.name, timing.Median(parts)
	}
	if t.one != nil {
		res.Scaling = timing.Median(times[3]) / s
		if one := fmaOf(r); one.loop != nil && res.Limit > 0 {
			res.FMAScaling = res.Limit / (one.work / timing.Median(times[4]) / 1e9)
		}
	}
	for i, p := range t.peers {
		if res.Peers == nil {
			res.Peers = map[string]float64{}
		}
		rate := r.work / timing.Median(times[before+i]) / 1e9
		res.Peers[p.name] = rate
		if ratio := res.Rate / rate; res.BestPeer == "" || ratio < res.Ratio {
			res.BestPeer, res.Ratio = p.name, ratio
		}
	}
	return res
}

// setThreads sets the threads of every library.
func setThreads(n int) {
	for _, l := range libraries.Libraries {
		l.SetThreads(n)
	}
}

// fmaOf is the probe of one core for a row's tier and type.
func fmaOf(r row) probe {
	for _, isa := range tiers() {
		if isa.String() == r.tier {
			if r.typ == "float32" {
				return fmaPeak[float32](isa)
			}
			return fmaPeak[float64](isa)
		}
	}
	return probe{}
}
