package precond

import (
	"fmt"
	"math"
	"path"
	"strings"
)

// ConfigError says which field of a Config is wrong, and what would be right.
type ConfigError struct {
	Field string
	Value any
	Want  string
}

func (e *ConfigError) Error() string {
	return fmt.Sprintf("precond: Config.%s is %v, want %s", e.Field, e.Value, e.Want)
}

// validate returns the first thing that is wrong with c, nil if nothing is.
func (c *Config) validate() error {
	for _, check := range []func() error{
		c.checkNumbers, c.checkKinds, c.checkBasis, c.checkDiagonal, c.checkMoment, c.checkGraft, c.checkShape, c.checkLayers, c.checkFrame, c.checkRules, c.checkOrder,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// number is a field with its range.
type number struct {
	field  string
	value  float64
	lo, hi float64
	open   bool // hi is excluded
}

func (n number) check() error {
	if n.value >= n.lo && (n.value < n.hi || n.value == n.hi && !n.open) {
		return nil
	}
	want := fmt.Sprintf("%g … %g", n.lo, n.hi)
	switch {
	case math.IsInf(n.hi, 1) && n.lo == 0:
		want = "a finite number that is not negative"
	case n.open:
		want = fmt.Sprintf("at least %g and below %g", n.lo, n.hi)
	}
	return &ConfigError{n.field, n.value, want}
}

func (c *Config) checkNumbers() error {
	inf := math.Inf(1)
	for _, n := range []number{
		{"LR", c.LR, 0, inf, true},
		{"Decay.Rate", c.Decay.Rate, 0, inf, true},
		{"Factors.Beta", c.Factors.Beta, 0, 1, false},
		{"Factors.Ridge", c.Factors.Ridge, 0, inf, true},
		{"Factors.Init", c.Factors.Init, 0, inf, true},
		{"Basis.Tol", c.Basis.Tol, 0, 1, false},
		{"Diagonal.Beta", c.Diagonal.Beta, 0, 1, false},
		{"Diagonal.Init", c.Diagonal.Init, 0, inf, true},
		{"Diagonal.Eps", c.Diagonal.Eps, 0, inf, true},
		{"Diagonal.Scale", c.Diagonal.Scale, 0, inf, true},
		{"Diagonal.Damping", c.Diagonal.Damping, 0, inf, true},
		{"Diagonal.Clip", c.Diagonal.Clip, 0, inf, true},
		{"Moment.Beta", c.Moment.Beta, 0, 1, true},
		{"Moment.Ahead", c.Moment.Ahead, 0, 1, true},
		{"Moment.Heavy", c.Moment.Heavy, 0, 1, true},
		{"Moment.Dampen", c.Moment.Dampen, 0, 1, true},
		{"Graft.Beta", c.Graft.Beta, 0, 1, false},
		{"Graft.Eps", c.Graft.Eps, 0, inf, true},
		{"Limit.RMS", c.Limit.RMS, 0, inf, true},
		{"Limit.KL", c.Limit.KL, 0, inf, true},
	} {
		if err := n.check(); err != nil {
			return err
		}
	}
	if math.IsNaN(c.Diagonal.Power) { // its range depends on the diagonal
		return &ConfigError{"Diagonal.Power", c.Diagonal.Power, "0, or in [−8, 0)"}
	}
	return nil
}

func (c *Config) checkKinds() error {
	for _, k := range []struct {
		field string
		value uint8
		names []string
	}{
		{"Decay.Kind", uint8(c.Decay.Kind), decayKindNames[:]},
		{"Frame.Kind", uint8(c.Frame.Kind), frameKindNames[:]},
		{"Factors.Of", uint8(c.Factors.Of), factorsOfNames[:]},
		{"Factors.Share", uint8(c.Factors.Share), shareNames[:]},
		{"Basis.Kind", uint8(c.Basis.Kind), basisKindNames[:]},
		{"Basis.By", uint8(c.Basis.By), methodNames[:]},
		{"Basis.Carry", uint8(c.Basis.Carry), carryNames[:]},
		{"Diagonal.Of", uint8(c.Diagonal.Of), diagonalOfNames[:]},
		{"Diagonal.EpsAt", uint8(c.Diagonal.EpsAt), epsAtNames[:]},
		{"Graft.Of", uint8(c.Graft.Of), graftOfNames[:]},
		{"Shape.Large", uint8(c.Shape.Large), largeNames[:]},
		{"Shape.Merge", uint8(c.Shape.Merge), mergeNames[:]},
		{"NonFinite", uint8(c.NonFinite), nonFiniteNames[:]},
	} {
		if int(k.value) >= len(k.names) {
			return &ConfigError{k.field, k.value, "one of " + strings.Join(k.names, ", ")}
		}
	}
	if (c.Decay.Kind == Corrected || c.Decay.Kind == Independent) && c.LR == 0 {
		return &ConfigError{"LR", c.LR, "above 0: Decay.Kind divides by the first learning rate"}
	}
	return nil
}

func (c *Config) checkBasis() error {
	b, f := &c.Basis, &c.Factors
	if b.Kind == Axes {
		switch {
		case f.Of != FactorsNone:
			return &ConfigError{"Factors.Of", f.Of, "FactorsNone: Basis.Kind is Axes, so nothing uses factors"}
		case f.Trace:
			return &ConfigError{"Factors.Trace", true, "false without factors"}
		case *b != BasisRule{}:
			return &ConfigError{"Basis", fmt.Sprintf("%+v", *b), "no other field than Kind: Kind Axes has nothing to refresh"}
		}
		return nil
	}
	switch {
	case f.Init != 0 && (f.Of == FactorsNone || f.Debias):
		return &ConfigError{"Factors.Init", f.Init, "0 without factors or with Debias, which corrects for a start at 0"}
	case f.Share != 0 && f.Of != FactorsLayer:
		return &ConfigError{"Factors.Share", f.Share, "ShareMean where factors are not those of layers"}
	case b.Carry == Product && (b.By != Eigh || c.Diagonal.Of != DiagonalCurvature || c.Diagonal.Debias || b.Ascending):
		return &ConfigError{"Basis.Carry", b.Carry, "Product with By Eigh, descending, and DiagonalCurvature without Debias only"}
	case b.Start >= 0 && f.Of == FactorsNone:
		return &ConfigError{"Factors.Of", f.Of, "FactorsGradient: the basis is computed from factors (or Basis.Start < 0: it comes from SetBasis)"}
	case b.Start < 0 && f.Of != FactorsNone:
		return &ConfigError{"Basis.Start", b.Start, "at least 0, or no factors: nothing would use them"}
	case b.Start < 0 && b.Kind == Root:
		return &ConfigError{"Basis.Start", b.Start, "at least 0: roots come from factors"}
	case b.Start < 0 && (b.Every != 0 || b.Tol != 0 || b.Stagger || b.Budget != 0):
		return &ConfigError{"Basis.Every", b.Every, "0, with Tol and Budget 0 and no Stagger: a negative Start means that there is no refresh"}
	case b.Start == 0 && !c.First.Skip:
		return &ConfigError{"Basis.Start", b.Start, "at least 1: steps count from 1 without First.Skip"}
	case b.Every < 0:
		return &ConfigError{"Basis.Every", b.Every, "at least 0"}
	case b.Budget < 0 || b.Budget > 0 && b.Every != 0:
		return &ConfigError{"Basis.Budget", b.Budget, "at least 0, and 0 where Every is set: it is in its place"}
	case b.Iterations < 0 || b.Iterations > 0 && b.By != QRAlgorithm:
		return &ConfigError{"Basis.Iterations", b.Iterations, "at least 0, and 0 unless By is QRAlgorithm"}
	case b.Stagger && b.Every == 0 && b.Budget == 0:
		return &ConfigError{"Basis.Stagger", true, "false: Every is 0, so there is nothing to spread"}
	case b.Carry == Permute && b.By != PowerQR && b.By != QRAlgorithm || b.Carry == Scatter && b.By != PowerQR:
		return &ConfigError{"Basis.Carry", b.Carry, "Keep or Square: only PowerQR and QRAlgorithm sort columns, Scatter is for PowerQR"}
	case b.Carry == Square && (b.Kind == Root || c.Diagonal.Of == DiagonalEigenvalues):
		return &ConfigError{"Basis.Carry", b.Carry, "Keep where no diagonal is averaged"}
	case b.Ascending && (b.By == PowerQR || b.By == Refine || b.Kind == Root):
		return &ConfigError{"Basis.Ascending", true, "false: only eigenvectors by Eigh or QRAlgorithm can ascend (orthogonal iteration diverges from ascending order)"}
	case b.Kind == Eigen && b.By.root():
		return &ConfigError{"Basis.By", b.By, "Eigh, PowerQR, QRAlgorithm or Refine for Kind Eigen"}
	case b.Kind == Root && b.By.warm():
		return &ConfigError{"Basis.By", b.By, "Eigh, Newton or HigherOrder for Kind Root"}
	case b.Kind == Root && b.Tol != 0:
		return &ConfigError{"Basis.Tol", b.Tol, "0: roots have no basis to test"}
	case b.Kind == Root && f.Ridge != 0:
		return &ConfigError{"Factors.Ridge", f.Ridge, "0: for roots it is Diagonal.Eps with EpsAtFactor"}
	case b.Kind == Root && c.Diagonal.Of != DiagonalEigenvalues:
		return &ConfigError{"Diagonal.Of", c.Diagonal.Of, "DiagonalEigenvalues: Kind Root scales by roots of the eigenvalues"}
	case b.Kind == Eigen && c.Diagonal.Of == DiagonalNone:
		return &ConfigError{"Diagonal.Of", c.Diagonal.Of, "a diagonal: rotating there and back does nothing"}
	}
	return nil
}

func (c *Config) checkDiagonal() error {
	d := &c.Diagonal
	switch {
	case d.Split && (d.Of != DiagonalEigenvalues || d.Damping == 0 || d.Relative):
		return &ConfigError{"Diagonal.Split", true, "false without a Damping of DiagonalEigenvalues, or with Relative"}
	case d.Relative && (d.Damping == 0 || d.Of != DiagonalCurvature && d.Of != DiagonalEigenvalues):
		return &ConfigError{"Diagonal.Relative", true, "false without Damping of DiagonalCurvature or DiagonalEigenvalues"}
	}
	switch d.Of {
	case DiagonalNone:
		if *d != (Diagonal{}) {
			return &ConfigError{"Diagonal", fmt.Sprintf("%+v", *d), "no other field than Of: DiagonalNone uses none"}
		}
	case DiagonalGradient, DiagonalCurvature, DiagonalRankOne:
		switch {
		case d.Of == DiagonalRankOne && (c.Basis.Kind != Eigen || d.Max || d.Init != 0 || d.Relative || c.Basis.Carry == Product):
			return &ConfigError{"Diagonal.Of", d.Of, "DiagonalGradient where Basis.Kind is not Eigen, or with Max, Init or Relative"}
		case d.Eps == 0 && d.Damping == 0:
			return &ConfigError{"Diagonal.Eps", d.Eps, "above 0, or a Damping: a zero gradient would give 0/0"}
		case d.EpsAt == EpsAtFactor:
			return &ConfigError{"Diagonal.EpsAt", d.EpsAt, fmt.Sprintf("EpsAtRoot, EpsAtRawRoot or EpsAtValues for %v", d.Of)}
		case d.EpsAt == EpsAtRawRoot && !d.plain():
			return &ConfigError{"Diagonal.EpsAt", d.EpsAt, "EpsAtRoot or EpsAtValues where the power is not that of Adam, or with Scale, Damping or Clip"}
		case d.Power > 0 || d.Power < -8:
			return &ConfigError{"Diagonal.Power", d.Power, "0, or in [−8, 0)"}
		case d.Debias && d.Beta == 1:
			return &ConfigError{"Diagonal.Debias", true, "false: a plain sum (Beta 1) has no bias"}
		case d.Of == DiagonalCurvature && (d.Max || d.Init != 0):
			return &ConfigError{"Diagonal", fmt.Sprintf("%+v", *d), "Max and Init unset: curvature comes from Observe alone"}
		}
	case DiagonalEigenvalues:
		switch {
		case c.Basis.Kind == Axes:
			return &ConfigError{"Basis.Kind", c.Basis.Kind, "Eigen or Root: DiagonalEigenvalues takes the eigenvalues of factors"}
		case c.Basis.Start < 0:
			return &ConfigError{"Basis.Start", c.Basis.Start, "at least 0: DiagonalEigenvalues needs refreshes"}
		case c.Basis.Kind == Eigen && c.Basis.By != Eigh:
			return &ConfigError{"Basis.By", c.Basis.By, "Eigh: DiagonalEigenvalues needs eigenvalues"}
		case d.Eps == 0 && d.Damping == 0:
			return &ConfigError{"Diagonal.Eps", d.Eps, "above 0, or a Damping: a singular factor has no inverse root"}
		case d.Damping != 0 && (d.Eps != 0 || d.EpsAt != 0):
			return &ConfigError{"Diagonal.Eps", d.Eps, "0, and EpsAt unset, with Damping: for DiagonalEigenvalues it is one or the other"}
		case d.Damping != 0 && c.Basis.Kind != Eigen:
			return &ConfigError{"Diagonal.Damping", d.Damping, "0 for Kind Root, whose factors have an Eps each"}
		case d.Damping == 0 && d.EpsAt < EpsAtFactor:
			return &ConfigError{"Diagonal.EpsAt", d.EpsAt, "EpsAtFactor or EpsAtValues for DiagonalEigenvalues"}
		case c.Basis.By.root() && d.EpsAt != EpsAtFactor:
			return &ConfigError{"Diagonal.EpsAt", d.EpsAt, "EpsAtFactor: an iteration sees no eigenvalues"}
		case c.Factors.Ridge != 0:
			return &ConfigError{"Factors.Ridge", c.Factors.Ridge, "0: for DiagonalEigenvalues it is Eps with EpsAtFactor"}
		case d.Beta != 0 || d.Debias || d.Init != 0 || d.Max || d.Scale != 0 || d.Clip != 0:
			return &ConfigError{"Diagonal", fmt.Sprintf("%+v", *d), "Beta, Debias, Init, Max, Scale and Clip unset: DiagonalEigenvalues averages nothing"}
		}
		return checkPower("Diagonal.Power", d.Power, c.Basis.By)
	}
	return nil
}

// checkPower accepts what ratio can express.
func checkPower(field string, p float64, by Method) error {
	if p == 0 {
		return nil
	}
	num, _, ok := ratio(p)
	if !ok {
		return &ConfigError{field, p, "0, or −q/p in [−8, 0) with whole q and p up to 1024"}
	}
	if by == Newton && num != 1 {
		return &ConfigError{field, p, "−1/p: Newton's iteration knows no other roots; use Eigh or HigherOrder"}
	}
	return nil
}

// ratio writes −x as q/p in lowest terms.
func ratio(x float64) (q, p int, ok bool) {
	if !(x >= -8 && x < 0) {
		return 0, 0, false
	}
	for p = 1; p <= 1024; p++ {
		n := math.Round(-x * float64(p))
		if n >= 1 && n <= 1024 && math.Abs(n/float64(p)+x) <= 1e-12 {
			return int(n), p, true
		}
	}
	return 0, 0, false
}

func (c *Config) checkMoment() error {
	m := &c.Moment
	switch {
	case m.Beta == 0 && (m.Ahead != 0 || m.Debias):
		return &ConfigError{"Moment.Beta", m.Beta, "above 0 where Ahead or Debias is set"}
	case m.Heavy == 0 && (m.Dampen != 0 || m.Nesterov || m.Undamped):
		return &ConfigError{"Moment.Heavy", m.Heavy, "above 0 where Dampen, Nesterov or Undamped is set"}
	}
	return nil
}

func (c *Config) checkGraft() error {
	g := &c.Graft
	switch g.Of {
	case GraftSecondMoment:
		switch {
		case g.Eps == 0:
			return &ConfigError{"Graft.Eps", g.Eps, "above 0: a zero gradient would give 0/0"}
		case g.Debias && g.Beta == 1:
			return &ConfigError{"Graft.Debias", true, "false: a plain sum (Beta 1) has no bias"}
		}
	default:
		if g.Beta != 0 || g.Eps != 0 || g.Debias {
			return &ConfigError{"Graft", fmt.Sprintf("%+v", *g), "no other field than Of: only GraftSecondMoment has a second moment"}
		}
	}
	return nil
}

func (c *Config) checkShape() error {
	s := &c.Shape
	switch {
	case s.Block < 0:
		return &ConfigError{"Shape.Block", s.Block, "at least 0"}
	case s.MaxDim < 0:
		return &ConfigError{"Shape.MaxDim", s.MaxDim, "at least 0"}
	case s.Large != LargeAxis && s.MaxDim == 0:
		return &ConfigError{"Shape.Large", s.Large, "LargeAxis where MaxDim is 0: no axis is too long"}
	case s.MergeMax < 0:
		return &ConfigError{"Shape.MergeMax", s.MergeMax, "at least 0"}
	case s.Merge != MergeNone && s.MergeMax == 0:
		return &ConfigError{"Shape.MergeMax", s.MergeMax, "at least 1 where Merge is set"}
	case s.Merge == MergeNone && s.MergeMax != 0:
		return &ConfigError{"Shape.MergeMax", s.MergeMax, "0 where Merge is not set"}
	case s.ChannelsLast && s.Merge == MergeNone:
		return &ConfigError{"Shape.ChannelsLast", true, "false where Merge is not set: only merging depends on the order of the axes"}
	case s.MergeOrder < 0 || s.MergeOrder > maxOrder:
		return &ConfigError{"Shape.MergeOrder", s.MergeOrder, fmt.Sprintf("0 … %d", maxOrder)}
	case s.MergeOrder != 0 && s.Merge != MergeRight:
		return &ConfigError{"Shape.MergeOrder", s.MergeOrder, "0: only MergeRight stops at an order"}
	}
	for i, a := range s.Axes {
		field := fmt.Sprintf("Shape.Axes[%d]", i)
		switch {
		case a.Order < 1 || a.Order > maxOrder:
			return &ConfigError{field + ".Order", a.Order, fmt.Sprintf("1 … %d", maxOrder)}
		case a.Axis < -1 || a.Axis >= a.Order:
			return &ConfigError{field + ".Axis", a.Axis, fmt.Sprintf("-1 … %d for order %d", a.Order-1, a.Order)}
		case a.Power != 0 && (a.Off || c.Diagonal.Of != DiagonalEigenvalues):
			return &ConfigError{field + ".Power", a.Power, "0 unless Diagonal.Of is DiagonalEigenvalues and the axis is on"}
		}
		if err := checkPower(field+".Power", a.Power, c.Basis.By); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkRules() error {
	for i, r := range c.Rules {
		field := fmt.Sprintf("Rules[%d]", i)
		if _, err := path.Match(r.Name, ""); err != nil {
			return &ConfigError{field + ".Name", r.Name, "a pattern of path.Match"}
		}
		if r.MinOrder < 0 || r.MaxOrder < 0 || r.MinLen < 0 || r.MaxOrder > 0 && r.MaxOrder < r.MinOrder {
			return &ConfigError{field, fmt.Sprintf("%+v", r), "bounds that are not negative, MaxOrder 0 or at least MinOrder"}
		}
		if r.Stack < 0 || r.Split < 0 || r.SplitAxis < 0 || r.SplitAxis > 0 && r.Split == 0 {
			return &ConfigError{field + ".Stack", r.Stack, "at least 0, as Split and SplitAxis, and SplitAxis 0 without Split"}
		}
		if r.NoDecay && r.Decay != 0 {
			return &ConfigError{field + ".NoDecay", true, "false where Decay is set"}
		}
		for _, n := range []number{
			{field + ".LR", r.LR, 0, math.Inf(1), true},
			{field + ".Decay", r.Decay, 0, math.Inf(1), true},
		} {
			if err := n.check(); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkOrder makes sure that the stages can run one after the other: every part that is switched on
// has its stage, what a stage reads is there, and the basis does not move between rotating
// into it and back.
func (c *Config) checkOrder() error {
	var names []string
	var at [len(stageNames)]int // 1-based place
	for i, s := range c.Order {
		if s == 0 || int(s) >= len(stageNames) {
			return &ConfigError{fmt.Sprintf("Order[%d]", i), uint8(s), fmt.Sprintf("a Stage, 1 … %d", len(stageNames)-1)}
		}
		if at[s] != 0 {
			return &ConfigError{fmt.Sprintf("Order[%d]", i), s, "each stage at most once"}
		}
		at[s] = i + 1
		names = append(names, s.String())
	}
	bad := func(want string) error { return &ConfigError{"Order", strings.Join(names, " "), want} }

	need := [len(stageNames)]string{Update: "an optimizer changes parameters"}
	if c.Factors.Of != FactorsNone {
		need[Refresh] = "Factors.Of is set"
	}
	if c.Factors.Of == FactorsGradient {
		need[Statistics] = "Factors.Of is FactorsGradient"
	}
	if c.Basis.Kind == Eigen {
		need[Rotate], need[Precondition] = "Basis.Kind is Eigen", "Basis.Kind is Eigen"
	}
	if c.Moment.Beta != 0 {
		need[FirstMoment] = "Moment.Beta is set"
	}
	if c.Moment.Heavy != 0 {
		need[HeavyBall] = "Moment.Heavy is set"
	}
	if c.Diagonal.Of != DiagonalNone {
		need[Precondition] = "Diagonal.Of is set"
	}
	if c.Diagonal.Of == DiagonalGradient || c.Diagonal.Of == DiagonalRankOne {
		need[SecondMoment] = "Diagonal.Of is " + c.Diagonal.Of.String()
	}
	if c.Graft.Of != GraftNone {
		need[Grafting] = "Graft.Of is set"
	}
	if c.Decay.Rate != 0 {
		need[WeightDecay] = "Decay.Rate is set"
	}
	if c.Limit != (Limit{}) {
		need[Limiting] = "Limit is set"
	}
	for s, why := range need {
		if why != "" && at[s] == 0 {
			return bad(fmt.Sprintf("the stage %v in it: %s", Stage(s), why))
		}
	}
	for _, r := range []struct{ first, second Stage }{
		{Statistics, Refresh},
		{Rotate, SecondMoment}, {Rotate, Precondition}, {FirstMoment, Precondition}, {SecondMoment, Precondition},
		{FirstMoment, Grafting}, {Precondition, Grafting}, {FirstMoment, HeavyBall}, {Precondition, HeavyBall}, {Grafting, HeavyBall},
		{FirstMoment, Update}, {Precondition, Update}, {Grafting, Update}, {HeavyBall, Update},
		{FirstMoment, Limiting}, {Precondition, Limiting}, {Grafting, Limiting}, {Limiting, HeavyBall}, {Limiting, Update},
	} {
		if at[r.first] != 0 && at[r.second] != 0 && at[r.first] > at[r.second] {
			return bad(fmt.Sprintf("%v before %v, which uses its result", r.first, r.second))
		}
	}
	from := at[Rotate]
	if from == 0 {
		from = at[Precondition]
	}
	if r := at[Refresh]; from != 0 && r > from && r < at[Update] {
		return bad("Refresh before Rotate and Precondition or after Update: the basis must not move in between")
	}
	if d := at[WeightDecay]; d != 0 {
		switch {
		case c.Decay.Kind == L2 && d != 1:
			return bad("WeightDecay first: Decay.Kind L2 is a term of the gradient")
		case c.Decay.Kind != L2 && (d < at[Precondition] || d < at[FirstMoment] || d < at[Grafting] || d < at[Limiting]):
			return bad("WeightDecay after FirstMoment, Precondition, Grafting and Limiting, or Decay.Kind L2")
		}
	}
	if g := c.Graft.Of; (g == GraftGradient || g == GraftSecondMoment) && c.Basis.Kind == Eigen && at[FirstMoment] > at[Rotate] {
		return bad("FirstMoment before Rotate: Graft needs it in the original axes")
	}
	return nil
}
