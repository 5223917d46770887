package precond

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/oracle"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// first puts the L2 term in front of the stages.
func l2First(c Config) Config {
	c.Decay.Kind = L2
	c.Order = slices.DeleteFunc(slices.Clone(c.Order), func(s Stage) bool { return s == WeightDecay })
	c.Order = append([]Stage{WeightDecay}, c.Order...)
	return c
}

// fromFirstOrder translates the options of torch.optim.
func fromFirstOrder(t *testing.T, c *oracle.Case) Config {
	var f struct {
		Optimizer string
		Options   struct {
			LR          float64
			Betas       [2]float64
			Eps         float64
			WeightDecay float64 `json:"weight_decay"`
			AMSGrad     bool
			Init        float64 `json:"initial_accumulator_value"`
			Alpha       float64
			Momentum    float64
			Dampening   float64
			Nesterov    bool
		}
	}
	c.Decode(t, &f)
	o := f.Options
	var cfg Config
	switch f.Optimizer {
	case "Adam", "AdamW":
		cfg = AdamW()
		if f.Optimizer == "Adam" {
			cfg = Adam()
		}
		cfg.Moment.Beta, cfg.Diagonal.Beta = o.Betas[0], o.Betas[1]
		cfg.Diagonal.Max = o.AMSGrad
	case "Adagrad":
		cfg = Adagrad()
		cfg.Diagonal.Init = o.Init
	case "RMSprop":
		cfg = RMSProp()
		cfg.Diagonal.Beta, cfg.Moment.Heavy = o.Alpha, o.Momentum
	case "SGD":
		cfg = SGD()
		cfg.Moment.Heavy, cfg.Moment.Dampen, cfg.Moment.Nesterov = o.Momentum, o.Dampening, o.Nesterov
	default:
		t.Fatalf("unknown optimizer %s", f.Optimizer)
	}
	cfg.LR, cfg.Decay.Rate = o.LR, o.WeightDecay
	if cfg.Diagonal.Of != DiagonalNone {
		cfg.Diagonal.Eps = o.Eps
	}
	return cfg
}

// fromSOAP translates the options of nikhilvyas/SOAP.
func fromSOAP(t *testing.T, c *oracle.Case) Config {
	var f struct {
		Options struct {
			LR          float64
			Betas       [2]float64
			ShampooBeta float64 `json:"shampoo_beta"`
			Eps         float64
			WeightDecay float64 `json:"weight_decay"`
			Frequency   int     `json:"precondition_frequency"`
			MaxDim      int     `json:"max_precond_dim"`
			MergeDims   bool    `json:"merge_dims"`
			Vectors     bool    `json:"precondition_1d"`
			Normalize   bool    `json:"normalize_grads"`
			Format      string  `json:"data_format"`
			CorrectBias bool    `json:"correct_bias"`
		}
	}
	c.Decode(t, &f)
	o := f.Options
	cfg := SOAP()
	cfg.LR, cfg.Decay.Rate = o.LR, o.WeightDecay
	cfg.Moment.Beta, cfg.Diagonal.Beta = o.Betas[0], o.Betas[1]
	cfg.Factors.Beta = o.ShampooBeta
	if o.ShampooBeta < 0 {
		cfg.Factors.Beta = o.Betas[1]
	}
	cfg.Diagonal.Eps, cfg.Basis.Every = o.Eps, o.Frequency
	cfg.Shape.MaxDim, cfg.Shape.Vectors = o.MaxDim, o.Vectors
	if o.MergeDims {
		cfg.Shape.Merge, cfg.Shape.MergeMax = MergeLeft, o.MaxDim
		cfg.Shape.ChannelsLast = o.Format == "channels_last"
	}
	cfg.Moment.Debias, cfg.Diagonal.Debias = o.CorrectBias, o.CorrectBias
	if o.Normalize {
		cfg.Graft = Graft{Of: GraftUnit}
		i := slices.Index(cfg.Order, Update)
		cfg.Order = slices.Insert(slices.Clone(cfg.Order), i, Grafting)
	}
	return cfg
}

// fromShampoo translates the options of Distributed Shampoo.
func fromShampoo(t *testing.T, c *oracle.Case) Config {
	var f struct {
		Options struct {
			LR          float64
			Betas       [2]float64
			Beta3       float64
			Epsilon     float64
			WeightDecay float64 `json:"weight_decay"`
			DecayType   string  `json:"weight_decay_type"`
			MaxDim      int     `json:"max_preconditioner_dim"`
			Frequency   int     `json:"precondition_frequency"`
			Start       int     `json:"start_preconditioning_step"`
			Bias        bool    `json:"use_bias_correction"`
			Momentum    *struct {
				Momentum, Dampening float64
				Nesterov            bool `json:"use_nesterov"`
			}
			Grafting *struct {
				Type           string
				Beta2, Epsilon float64
			}
			Target         any `json:"target_parameter_dimensionality"`
			Preconditioner struct {
				Type, Method string
				Before       bool `json:"perturb_before"`
				Tolerance    float64
				Override     map[string]json.RawMessage `json:"inverse_exponent_override"`
				Ignored      map[string][]int           `json:"ignored_basis_change_dims"`
			}
		}
	}
	c.Decode(t, &f)
	o := f.Options
	cfg := Shampoo()
	corrected := o.Preconditioner.Type == "eigenvalue_corrected"
	if corrected {
		cfg = EShampoo()
		cfg.Factors.Ridge, cfg.Basis.Tol = o.Epsilon, o.Preconditioner.Tolerance
		cfg.Diagonal.Beta, cfg.Diagonal.Debias = o.Betas[1], o.Bias && o.Betas[1] < 1
	}
	cfg.LR = o.LR
	cfg.Decay.Rate = o.WeightDecay
	switch o.DecayType {
	case "decoupled":
	case "corrected":
		cfg.Decay.Kind = Corrected
	case "independent":
		cfg.Decay.Kind = Independent
	case "l2":
		cfg = l2First(cfg)
	default:
		t.Fatalf("unknown decay %s", o.DecayType)
	}
	cfg.Factors.Beta, cfg.Factors.Debias = o.Betas[1], o.Bias && o.Betas[1] < 1
	cfg.Moment = Moment{Beta: o.Betas[0], Debias: o.Bias && o.Betas[0] > 0}
	if o.Beta3 >= 0 && o.Beta3 != o.Betas[0] {
		cfg.Moment.Ahead = o.Beta3
	}
	if m := o.Momentum; m != nil {
		cfg.Moment.Heavy, cfg.Moment.Dampen, cfg.Moment.Nesterov = m.Momentum, m.Dampening, m.Nesterov
	}
	cfg.Diagonal.Eps = o.Epsilon
	cfg.Basis.Every, cfg.Basis.Start = o.Frequency, o.Start
	if o.Start < 0 {
		cfg.Basis.Start = o.Frequency
	}
	cfg.Graft = Graft{}
	if g := o.Grafting; g != nil {
		cfg.Graft = map[string]Graft{
			"sgd": GraftSGD(), "adagrad": GraftAdagrad(g.Epsilon), "rmsprop": GraftRMSProp(g.Beta2, g.Epsilon), "adam": GraftAdam(g.Beta2, g.Epsilon),
		}[g.Type]
	}
	cfg.Shape.Block = o.MaxDim
	if n, ok := o.Target.(float64); ok {
		cfg.Shape.Merge, cfg.Shape.MergeMax, cfg.Shape.MergeOrder = MergeRight, o.MaxDim, int(n)
	}
	if !corrected {
		switch o.Preconditioner.Method {
		case "eigen":
			if !o.Preconditioner.Before {
				cfg.Diagonal.EpsAt = EpsAtValues
			}
		case "coupled_newton":
			cfg.Basis.By = Newton
		default:
			t.Fatalf("unknown method %s", o.Preconditioner.Method)
		}
		if o.Preconditioner.Type == "eigendecomposed" {
			cfg.Basis.Kind = Eigen
			cfg.Order = slices.Insert(slices.Clone(cfg.Order), slices.Index(cfg.Order, Precondition), Rotate)
		}
	}
	for order, raw := range o.Preconditioner.Override {
		var p float64
		if json.Unmarshal(raw, &p) == nil {
			cfg.Shape.Axes = append(cfg.Shape.Axes, AxisRule{Order: int(order[0] - '0'), Axis: -1, Power: -p, Off: p == 0})
			continue
		}
		var per map[string]float64
		require.NoError(t, json.Unmarshal(raw, &per))
		for k, p := range per {
			cfg.Shape.Axes = append(cfg.Shape.Axes, AxisRule{Order: int(order[0] - '0'), Axis: int(k[0] - '0'), Power: -p, Off: p == 0})
		}
	}
	for order, axes := range o.Preconditioner.Ignored {
		for _, k := range axes {
			cfg.Shape.Axes = append(cfg.Shape.Axes, AxisRule{Order: int(order[0] - '0'), Axis: k, Off: true})
		}
	}
	return cfg
}

// fromSophia translates the options of Sophia-G.
func fromSophia(t *testing.T, c *oracle.Case) Config {
	var f struct {
		Options struct {
			LR          float64
			Betas       [2]float64
			Rho         float64
			WeightDecay float64 `json:"weight_decay"`
		}
	}
	c.Decode(t, &f)
	cfg := Sophia()
	cfg.LR, cfg.Decay.Rate = f.Options.LR, f.Options.WeightDecay
	cfg.Moment.Beta, cfg.Diagonal.Beta, cfg.Diagonal.Scale = f.Options.Betas[0], f.Options.Betas[1], f.Options.Rho
	return cfg
}

// curvature gives Observe what update_hessian was given. The diagonal then holds the batch size times that of the original.
func curvature[T kernels.Float](t *testing.T, c *oracle.Case, opt *Optimizer[T], call int) {
	var f struct{ Options struct{ BS float64 } }
	c.Decode(t, &f)
	for i, p := range opt.params {
		if _, ok := c.Find("hessian_grad", call, i); ok {
			g := linalg.MatrixOf(1, len(p.Value), oracle.Values[T](t, c, "hessian_grad", call, i))
			require.NoError(t, opt.Observe(i, g, g, f.Options.BS))
		}
		if _, ok := c.Find("hessian", call, i); ok {
			h := slices.Clone(opt.blocks[i].v)
			kernels.Scal(nil, T(1/f.Options.BS), h)
			bar, _ := c.Bar("state_relative")
			require.LessOrEqual(t, oracle.Relative(h, oracle.Values[T](t, c, "hessian", call, i)), bar)
		}
	}
}

// TestOracle runs every recorded trajectory.
func TestOracle(t *testing.T) {
	for kind, config := range map[string]func(*testing.T, *oracle.Case) Config{
		"first_order": fromFirstOrder, "soap": fromSOAP, "shampoo": fromShampoo, "eigenvalue_corrected_shampoo": fromShampoo,
		"sophia": fromSophia,
	} {
		t.Run(kind, func(t *testing.T) {
			for _, c := range oracle.Cases(t, kind) {
				t.Run(c.Name, func(t *testing.T) {
					if c.Dtype == "float64" {
						trajectory[float64](t, c, config(t, c))
					} else {
						trajectory[float32](t, c, config(t, c))
					}
				})
			}
		})
	}
}

func trajectory[T kernels.Float](t *testing.T, c *oracle.Case, cfg Config) {
	var params []*Param[T]
	var start [][]T
	for i, shape := range c.ParamShapes {
		p := oracle.Values[T](t, c, "p", 0, i)
		start = append(start, p)
		params = append(params, &Param[T]{Name: string(rune('a' + i)), Shape: shape, Value: slices.Clone(p)})
	}
	opt, err := New(cfg, params, nil)
	require.NoError(t, err)
	worst, worstState := 0.0, 0.0
	bar, ok := c.Bar("p_displacement")
	require.True(t, ok)
	lr, schedule := cfg.LR, adagradDecay(t, c)
	for call := 1; call <= c.Calls; call++ {
		for _, change := range c.OptionChanges {
			if raw, ok := change.Set["lr"]; ok && change.BeforeCall == call {
				require.NoError(t, json.Unmarshal(raw, &lr))
			}
		}
		opt.SetLR(lr / (1 + float64(call-1)*schedule))
		for i, p := range params {
			p.Grad = oracle.Values[T](t, c, "grad", call, i)
		}
		r, err := opt.Step(1)
		require.NoError(t, err)
		require.Zero(t, r.Failed)
		if slices.Contains(c.RecordedP, call) {
			for i, p := range params {
				ref := oracle.Values[T](t, c, "p", call, i)
				if c.Kind == "soap" && call == 1 {
					require.Equal(t, ref, p.Value, "the first call moves nothing")
					continue
				}
				e := oracle.Displacement(p.Value, ref, start[i])
				require.LessOrEqual(t, e, bar, "call %d, parameter %d", call, i)
				worst = max(worst, e/bar)
			}
		}
		if c.Kind == "sophia" {
			curvature(t, c, opt, call)
		}
		worstState = max(worstState, states(t, c, opt, call))
		if slices.Contains(c.InjectBasisAfter, call) {
			inject(t, c, opt, call)
		}
	}
	t.Logf("worst error: %.2f of the bar, state %.2f", worst, worstState)
}

// adagradDecay is the decay of the learning rate that torch.optim.Adagrad has built in.
func adagradDecay(t *testing.T, c *oracle.Case) float64 {
	var f struct {
		Options struct {
			Decay float64 `json:"lr_decay"`
		}
	}
	c.Decode(t, &f)
	return f.Options.Decay
}

// inject replaces our bases by the recorded ones.
func inject[T kernels.Float](t *testing.T, c *oracle.Case, opt *Optimizer[T], call int) {
	for i := range opt.blocks {
		for k := range opt.blocks[i].axes {
			a := &opt.blocks[i].axes[k]
			name := "Q" + string(rune('0'+k))
			if _, ok := c.Find(name, call, i); a.on && ok {
				q := oracle.Values[T](t, c, name, call, i)
				require.NoError(t, opt.SetBasis(i, k, linalg.MatrixOf(a.d, a.d, q)))
			}
		}
		if slices.Contains(c.InjectVAfter, call) {
			v := oracle.Values[T](t, c, "v", call, i)
			require.NoError(t, opt.SetTensor(opt.blocks[i].name+"/v", view(v, opt.blocks[i].dims...)))
		}
	}
}

// states compares the recorded state and returns the worst error in units of its bar.
func states[T kernels.Float](t *testing.T, c *oracle.Case, opt *Optimizer[T], call int) (worst float64) {
	check := func(bar, name string, param int, got []T) {
		limit, ok := c.Bar(bar)
		if _, found := c.Find(name, call, param); !ok || !found || got == nil {
			return
		}
		e := oracle.Relative(got, oracle.Values[T](t, c, name, call, param))
		require.LessOrEqual(t, e, limit, "call %d: %s", call, name)
		worst = max(worst, e/limit)
	}
	for i := range opt.blocks {
		b := &opt.blocks[i]
		if c.Kind == "first_order" || c.Kind == "sophia" {
			check("state_relative", "exp_avg", i, b.m)
			check("state_relative", "exp_avg_sq", i, b.v)
			check("state_relative", "max_exp_avg_sq", i, b.top)
			check("state_relative", "sum", i, b.v)
			check("state_relative", "square_avg", i, b.v)
			check("state_relative", "momentum_buffer", i, b.heavy)
			continue
		}
		prefix, param := "", i
		if c.Kind != "soap" {
			prefix, param = "block"+string(rune('0'+i))+".", b.param
			check("filtered_relative", prefix+"filtered", param, b.m)
			check("V_relative", prefix+"V", param, b.graft)
			check("E_relative", prefix+"E", param, b.v)
		} else {
			v := b.v
			if b.off != nil { // recorded in the parameter's order of axes
				v = make([]T, len(b.v))
				b.move(v, b.v, true)
			}
			check("v_relative", "v", param, v)
		}
		for k := range b.axes {
			a := &b.axes[k]
			if !a.on {
				continue
			}
			full := linalg.NewMatrix[T](a.d, a.d)
			linalg.Copy(full, a.c)
			linalg.Mirror(nil, kernels.Lower, full)
			digit := string(rune('0' + k))
			check("C_relative", prefix+"C"+digit, param, full.Data)
			if strings.HasPrefix(c.Name, "shampoo") {
				check("invroot_relative", prefix+"invroot"+digit, param, a.q.Data)
				if a.values != nil {
					up := slices.Clone(a.values)
					slices.Reverse(up)
					check("lambda_relative", prefix+"lambda"+digit, param, up)
				}
			}
		}
	}
	return worst
}
