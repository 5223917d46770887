package precond

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// presets are all presets, and their improved forms.
var presets = map[string]func() Config{
	"SGD": SGD, "Adagrad": Adagrad, "RMSProp": RMSProp, "Adam": Adam, "AdamW": AdamW, "SOAP": SOAP, "Shampoo": Shampoo, "EShampoo": EShampoo,
	"Sophia": Sophia, "GaussNewton": func() Config { return clipped(GaussNewton(-1)) }, "GaussNewton half": func() Config { return clipped(GaussNewton(-0.5)) },
	"KFAC": func() Config { return KFAC(Layer{Weight: "p0"}) }, "EKFAC": func() Config { return EKFAC(Layer{Weight: "p0"}) },
	"ShampooSquared": ShampooSquared, "Adafactor": Adafactor, "OneSided SOAP": func() Config { return OneSided(SOAP()) }, "Factorized SOAP": func() Config { return Factorized(SOAP()) },
	"Improved SOAP":     func() Config { return Improved(SOAP()) },
	"Improved Shampoo":  func() Config { return Improved(Shampoo()) },
	"Improved EShampoo": func() Config { return Improved(EShampoo()) },
}

func kfac() Config { return KFAC(Layer{Weight: "w"}) }

// clipped can step before anything is observed.
func clipped(c Config) Config {
	c.Diagonal.Clip = 10
	return c
}

func TestPresetsAreValid(t *testing.T) {
	for name, f := range presets {
		c := f()
		require.NoError(t, c.validate(), name)
	}
}

func TestConfigErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		field string
		from  func() Config
		edit  func(*Config)
	}{
		{"LR", AdamW, func(c *Config) { c.LR = -1 }},
		{"LR", AdamW, func(c *Config) { c.LR = nan }},
		{"LR", AdamW, func(c *Config) { c.LR = inf }},
		{"LR", AdamW, func(c *Config) { c.LR, c.Decay.Kind = 0, Corrected }},
		{"Decay.Rate", AdamW, func(c *Config) { c.Decay.Rate = -0.1 }},
		{"Decay.Kind", AdamW, func(c *Config) { c.Decay.Kind = 9 }},
		{"Factors.Of", SOAP, func(c *Config) { c.Factors.Of = 7 }},
		{"Factors.Of", SOAP, func(c *Config) { c.Factors.Of = FactorsNone }},
		{"Factors.Of", AdamW, func(c *Config) { c.Factors.Of = FactorsGradient }},
		{"Factors.Beta", SOAP, func(c *Config) { c.Factors.Beta = 1.5 }},
		{"Factors.Ridge", EShampoo, func(c *Config) { c.Factors.Ridge = -1 }},
		{"Factors.Ridge", Shampoo, func(c *Config) { c.Factors.Ridge = 1e-3 }},
		{"Basis.Kind", SOAP, func(c *Config) { c.Basis.Kind = 5 }},
		{"Basis.Tol", SOAP, func(c *Config) { c.Basis.Tol = 1.1 }},
		{"Basis.Tol", Shampoo, func(c *Config) { c.Basis.Tol = 0.1 }},
		{"Basis.Start", EShampoo, func(c *Config) { c.Basis.Start = 0 }},
		{"Basis.Start", EShampoo, func(c *Config) { c.Basis.Start = -1 }},
		{"Basis.Every", SOAP, func(c *Config) { c.Basis.Every = -1 }},
		{"Basis.Stagger", SOAP, func(c *Config) { c.Basis.Every, c.Basis.Stagger = 0, true }},
		{"Basis.Carry", EShampoo, func(c *Config) { c.Basis.Carry = Permute }},
		{"Basis.Ascending", SOAP, func(c *Config) { c.Basis.Ascending = true }},
		{"Basis.By", SOAP, func(c *Config) { c.Basis.By, c.Basis.Carry = Newton, Keep }},
		{"Basis.By", Shampoo, func(c *Config) { c.Basis.By = PowerQR }},
		{"Basis", AdamW, func(c *Config) { c.Basis.Every = 3 }},
		{"Diagonal.Of", SOAP, func(c *Config) { c.Diagonal = Diagonal{} }},
		{"Diagonal.Of", Shampoo, func(c *Config) { c.Diagonal = AdamW().Diagonal }},
		{"Diagonal.Eps", AdamW, func(c *Config) { c.Diagonal.Eps = 0 }},
		{"Diagonal.Eps", Shampoo, func(c *Config) { c.Diagonal.Eps = 0 }},
		{"Diagonal.EpsAt", AdamW, func(c *Config) { c.Diagonal.EpsAt = EpsAtFactor }},
		{"Diagonal.EpsAt", Shampoo, func(c *Config) { c.Diagonal.EpsAt = EpsAtRoot }},
		{"Diagonal.EpsAt", Shampoo, func(c *Config) { c.Basis.By, c.Diagonal.EpsAt = Newton, EpsAtValues }},
		{"Diagonal.Beta", AdamW, func(c *Config) { c.Diagonal.Beta = 2 }},
		{"Diagonal.Debias", AdamW, func(c *Config) { c.Diagonal.Beta = 1 }},
		{"Diagonal.Init", Adagrad, func(c *Config) { c.Diagonal.Init = -1 }},
		{"Diagonal.Power", AdamW, func(c *Config) { c.Diagonal.Power = 0.25 }},
		{"Diagonal.Power", Sophia, func(c *Config) { c.Diagonal.Power = -9 }},
		{"Diagonal.Scale", Sophia, func(c *Config) { c.Diagonal.Scale = -1 }},
		{"Diagonal.Damping", Sophia, func(c *Config) { c.Diagonal.Damping = inf }},
		{"Diagonal.Clip", Sophia, func(c *Config) { c.Diagonal.Clip = nan }},
		{"Diagonal.Eps", Sophia, func(c *Config) { c.Diagonal.Eps = 0 }},
		{"Diagonal.EpsAt", Sophia, func(c *Config) { c.Diagonal.EpsAt = EpsAtRawRoot }},
		{"Diagonal", Sophia, func(c *Config) { c.Diagonal.Max = true }},
		{"Diagonal.Eps", Shampoo, func(c *Config) { c.Diagonal.Damping = 1 }},
		{"Diagonal", Shampoo, func(c *Config) { c.Diagonal.Clip = 1 }},
		{"Diagonal.Power", Shampoo, func(c *Config) { c.Diagonal.Power = 0.25 }},
		{"Diagonal.Power", Shampoo, func(c *Config) { c.Diagonal.Power = -math.Pi / 10 }},
		{"Diagonal.Power", Shampoo, func(c *Config) { c.Basis.By, c.Diagonal.Power = Newton, -0.75 }},
		{"Diagonal", SGD, func(c *Config) { c.Diagonal.Max = true }},
		{"Diagonal", Shampoo, func(c *Config) { c.Diagonal.Beta = 0.9 }},
		{"Moment.Beta", AdamW, func(c *Config) { c.Moment.Beta = 1 }},
		{"Moment.Beta", AdamW, func(c *Config) { c.Moment.Beta = 0 }},
		{"Moment.Ahead", AdamW, func(c *Config) { c.Moment.Ahead = 1 }},
		{"Moment.Heavy", SGD, func(c *Config) { c.Moment.Heavy = 1 }},
		{"Moment.Heavy", SGD, func(c *Config) { c.Moment.Heavy, c.Moment.Nesterov = 0, true }},
		{"Moment.Dampen", SGD, func(c *Config) { c.Moment.Dampen = -1 }},
		{"Graft.Of", Shampoo, func(c *Config) { c.Graft = Graft{Of: 9} }},
		{"Graft.Eps", Shampoo, func(c *Config) { c.Graft.Eps = 0 }},
		{"Graft.Beta", Shampoo, func(c *Config) { c.Graft.Beta = nan }},
		{"Graft.Debias", Shampoo, func(c *Config) { c.Graft.Beta = 1 }},
		{"Graft", Shampoo, func(c *Config) { c.Graft = Graft{Of: GraftGradient, Eps: 1} }},
		{"Shape.Merge", Shampoo, func(c *Config) { c.Shape.Merge = 8 }},
		{"Shape.MergeMax", Shampoo, func(c *Config) { c.Shape.Merge = MergeLeft }},
		{"Shape.MergeMax", Shampoo, func(c *Config) { c.Shape.MergeMax = 4 }},
		{"Shape.ChannelsLast", Shampoo, func(c *Config) { c.Shape.ChannelsLast = true }},
		{"Shape.MergeOrder", Shampoo, func(c *Config) { c.Shape.Merge, c.Shape.MergeMax, c.Shape.MergeOrder = MergeLeft, 4, 2 }},
		{"Shape.Block", Shampoo, func(c *Config) { c.Shape.Block = -1 }},
		{"Shape.MaxDim", SOAP, func(c *Config) { c.Shape.MaxDim = -1 }},
		{"Shape.Axes[0].Order", SOAP, func(c *Config) { c.Shape.Axes = []AxisRule{{Order: 0}} }},
		{"Shape.Axes[0].Axis", SOAP, func(c *Config) { c.Shape.Axes = []AxisRule{{Order: 2, Axis: 2}} }},
		{"Shape.Axes[0].Power", SOAP, func(c *Config) { c.Shape.Axes = []AxisRule{{Order: 2, Power: -0.5}} }},
		{"Basis.Budget", SOAP, func(c *Config) { c.Basis.Budget = 1e6 }},
		{"Basis.Budget", SOAP, func(c *Config) { c.Basis.Every, c.Basis.Budget = 0, -1 }},
		{"Basis.Iterations", SOAP, func(c *Config) { c.Basis.Iterations = 2 }},
		{"Basis.Carry", SOAP, func(c *Config) { c.Basis.By, c.Basis.Carry = QRAlgorithm, Scatter }},
		{"Basis.Carry", Shampoo, func(c *Config) { c.Basis.Carry = Square }},
		{"Basis.By", Shampoo, func(c *Config) { c.Basis.By = Refine }},
		{"Factors.Trace", AdamW, func(c *Config) { c.Factors.Trace = true }},
		{"Diagonal.Of", AdamW, func(c *Config) { c.Diagonal.Of = DiagonalRankOne }},
		{"Layers", SOAP, func(c *Config) { c.Layers = []Layer{{Weight: "w"}} }},
		{"Layers", func() Config { return KFAC() }, func(c *Config) {}},
		{"Shape", kfac, func(c *Config) { c.Shape.Block = 3 }},
		{"Factors.Init", kfac, func(c *Config) { c.Factors.Debias = true }},
		{"Factors.Init", kfac, func(c *Config) { c.Factors.Init = -1 }},
		{"Factors.Share", kfac, func(c *Config) { c.Factors.Share = 7 }},
		{"Factors.Share", SOAP, func(c *Config) { c.Factors.Share = ShareRows }},
		{"Basis.Carry", kfac, func(c *Config) { c.Basis.Carry = Product }},
		{"Diagonal.Eps", kfac, func(c *Config) { c.Diagonal.Eps = 1 }},
		{"Diagonal.Damping", kfac, func(c *Config) { c.Basis.Kind = Root }},
		{"Diagonal.Split", AdamW, func(c *Config) { c.Diagonal.Split = true }},
		{"Diagonal.Relative", AdamW, func(c *Config) { c.Diagonal.Relative = true }},
		{"Limit.RMS", SOAP, func(c *Config) { c.Limit.RMS = -1 }},
		{"Limit.KL", SOAP, func(c *Config) { c.Limit.KL = inf }},
		{"Order", SOAP, func(c *Config) { c.Limit.RMS = 1 }},
		{"Shape.Large", SOAP, func(c *Config) { c.Shape.Large = 9 }},
		{"Shape.Large", SOAP, func(c *Config) { c.Shape.MaxDim, c.Shape.Large = 0, LargeBlock }},
		{"Rules[0].Stack", SOAP, func(c *Config) { c.Rules = []Rule{{SplitAxis: 1}} }},
		{"NonFinite", AdamW, func(c *Config) { c.NonFinite = 4 }},
		{"Rules[0].Name", AdamW, func(c *Config) { c.Rules = []Rule{{Name: "[", LR: 1}} }},
		{"Rules[0].LR", AdamW, func(c *Config) { c.Rules = []Rule{{LR: inf}} }},
		{"Rules[0].NoDecay", AdamW, func(c *Config) { c.Rules = []Rule{{NoDecay: true, Decay: 1}} }},
		{"Rules[0]", AdamW, func(c *Config) { c.Rules = []Rule{{MinOrder: 3, MaxOrder: 2}} }},
		{"Order", AdamW, func(c *Config) { c.Order = nil }},
		{"Order[0]", AdamW, func(c *Config) { c.Order = []Stage{0} }},
		{"Order[0]", AdamW, func(c *Config) { c.Order = []Stage{200} }},
		{"Order[5]", AdamW, func(c *Config) { c.Order = append(c.Order, Update) }},
	} {
		cfg := c.from()
		c.edit(&cfg)
		_, err := New[float32](cfg, nil, nil)
		var e *ConfigError
		require.ErrorAs(t, err, &e, c.field)
		require.Equal(t, c.field, e.Field, err)
		require.Contains(t, err.Error(), "want ")
	}
}

// TestOrderErrors gives orders that make no sense and a part of the reason.
func TestOrderErrors(t *testing.T) {
	for _, c := range []struct {
		from   func() Config
		order  []Stage
		reason string
	}{
		{AdamW, []Stage{FirstMoment, SecondMoment, Precondition, WeightDecay}, "Update in it"},
		{AdamW, []Stage{FirstMoment, SecondMoment, Precondition, Update}, "WeightDecay in it"},
		{AdamW, []Stage{SecondMoment, Precondition, Update, WeightDecay}, "FirstMoment in it"},
		{AdamW, []Stage{FirstMoment, Precondition, SecondMoment, Update, WeightDecay}, "SecondMoment before Precondition"},
		{AdamW, []Stage{FirstMoment, SecondMoment, Update, Precondition, WeightDecay}, "Precondition before Update"},
		{AdamW, []Stage{FirstMoment, WeightDecay, SecondMoment, Precondition, Update}, "WeightDecay after"},
		{Adam, []Stage{FirstMoment, WeightDecay, SecondMoment, Precondition, Update}, ""},
		{SGD, []Stage{Update, HeavyBall, WeightDecay}, "HeavyBall before Update"},
		{SOAP, []Stage{Rotate, FirstMoment, SecondMoment, Precondition, Update, WeightDecay, Refresh, Statistics}, "Statistics before Refresh"},
		{SOAP, []Stage{Rotate, FirstMoment, SecondMoment, Statistics, Refresh, Precondition, Update, WeightDecay}, "must not move in between"},
		{SOAP, []Stage{Rotate, FirstMoment, SecondMoment, Precondition, Statistics, Refresh, Update, WeightDecay}, "must not move in between"},
		{SOAP, []Stage{FirstMoment, SecondMoment, Rotate, Precondition, Update, WeightDecay, Statistics, Refresh}, "Rotate before SecondMoment"},
		{SOAP, []Stage{FirstMoment, SecondMoment, Precondition, Update, WeightDecay, Statistics, Refresh}, "Rotate in it"},
		{SOAP, []Stage{Rotate, FirstMoment, SecondMoment, Precondition, Update, WeightDecay, Statistics}, "Refresh in it"},
		{kfac, []Stage{Refresh, Rotate, Limiting, Precondition, WeightDecay, HeavyBall, Update}, "Precondition before Limiting"},
		{kfac, []Stage{Refresh, Rotate, Precondition, WeightDecay, Limiting, HeavyBall, Update}, ""},
		{kfac, []Stage{Refresh, Rotate, Precondition, HeavyBall, Limiting, Update}, "Limiting before HeavyBall"},
		{Shampoo, []Stage{Statistics, Refresh, FirstMoment, Grafting, Precondition, WeightDecay, HeavyBall, Update}, "Precondition before Grafting"},
		{Shampoo, []Stage{Statistics, Refresh, Precondition, FirstMoment, Grafting, WeightDecay, HeavyBall, Update}, "FirstMoment before Precondition"},
		{func() Config { c := EShampoo(); c.Graft = GraftAdam(0.9, 1e-8); return c },
			[]Stage{Statistics, Refresh, Rotate, FirstMoment, SecondMoment, Precondition, Grafting, WeightDecay, HeavyBall, Update}, "original axes"},
		// Legal ones that no preset has.
		{SOAP, []Stage{Statistics, Refresh, Rotate, FirstMoment, SecondMoment, Precondition, WeightDecay, Update}, "-"},
		{SOAP, []Stage{FirstMoment, Rotate, SecondMoment, Statistics, Precondition, Update, WeightDecay, Refresh}, "-"},
		{AdamW, []Stage{Statistics, Refresh, Rotate, SecondMoment, FirstMoment, Precondition, Grafting, HeavyBall, Update, WeightDecay}, "-"},
	} {
		cfg := c.from()
		cfg.Order = c.order
		_, err := New[float32](cfg, nil, nil)
		if c.reason == "-" {
			require.NoError(t, err)
			continue
		}
		var e *ConfigError
		require.ErrorAs(t, err, &e, "%v", c.order)
		require.True(t, strings.Contains(err.Error(), c.reason), "%v", err)
	}
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		x    float64
		q, p int
		ok   bool
	}{
		{-0.25, 1, 4, true}, {-1.0 / 6, 1, 6, true}, {-0.125, 1, 8, true}, {-0.75, 3, 4, true}, {-1, 1, 1, true}, {-8, 8, 1, true},
		{-1.0 / 64, 1, 64, true}, {-1.0 / 1024, 1, 1024, true},
		{0, 0, 0, false}, {0.5, 0, 0, false}, {-9, 0, 0, false}, {math.NaN(), 0, 0, false}, {-math.Pi / 10, 0, 0, false},
	} {
		q, p, ok := ratio(c.x)
		require.Equal(t, c.ok, ok, c.x)
		if ok {
			require.Equal(t, [2]int{c.q, c.p}, [2]int{q, p})
		}
	}
}
