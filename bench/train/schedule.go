package train

// A schedule is the learning rate over a number of steps: linear warm-up over a twentieth
// (30 of 600), constant, linear decay to 0 over the last 30 %.
type schedule struct{ warm, decay, end int }

// newSchedule returns the schedule of a run whose trunk has trunk steps and which ends at
// end ≤ trunk. Warm-up belongs to the trunk, so runs that end at different steps share
// everything before their decay.
func newSchedule(trunk, end int) schedule {
	return schedule{warm: max(1, trunk/20), decay: end - end*3/10, end: end}
}

// at returns the factor of the peak rate at step t, counted from 0.
func (s schedule) at(t int) float64 {
	f := 1.0
	if t < s.warm {
		f = float64(t+1) / float64(s.warm)
	}
	if t >= s.decay {
		f = min(f, float64(s.end-t)/float64(s.end-s.decay))
	}
	return f
}

// A branch leaves the trunk where its decay begins and ends at a part of the trunk's steps.
func branchEnds(trunk int) []int {
	var ends []int
	for _, e := range []int{trunk / 2, trunk * 3 / 4} {
		s := newSchedule(trunk, e)
		// It must fork in the constant part, before the trunk decays.
		if s.decay > s.warm && s.decay < newSchedule(trunk, trunk).decay && s.decay < e {
			ends = append(ends, e)
		}
	}
	return ends
}
