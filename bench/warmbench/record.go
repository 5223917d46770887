package warmbench

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/train"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// side is the axis of a parameter along which its gradients are contracted into a Gram matrix.
type side struct {
	name, param string
	t           kernels.Transpose // NoTrans: G·Gᵀ, Trans: Gᵀ·G
}

// sides are those of the table.
var sides = []side{
	{"attention out, 128", "block0.out", kernels.NoTrans},
	{"embedding, 256", "embed.token", kernels.NoTrans},
	{"MLP down, 512", "block0.down", kernels.Trans},
}

// gradients are those of the parameters of the table, step by step.
type gradients struct {
	shape map[string][]int
	steps map[string][][]float32
}

// record trains the model and keeps gradients.
func record(p *kernels.Pool, steps int) (*gradients, error) {
	const context, sequences = 128, 8
	config := nn.TransformerConfig{Width: 128, Layers: 1, Heads: 4, MLP: 512, Context: context}
	m := nn.NewLM[float32](config)
	m.Init(1)
	text := train.Shipped(1 << 16).Train
	cfg := precond.AdamW()
	cfg.LR = 3e-3
	opt, err := precond.New(cfg, m.Params(), p)
	if err != nil {
		return nil, err
	}
	g := &gradients{map[string][]int{}, map[string][][]float32{}}
	r := rnd.New(7)
	b := nn.Batch{In: make([]byte, context*sequences), Target: make([]byte, context*sequences)}
	for step := range steps {
		for i := 0; i < len(b.In); i += context {
			at := r.Intn(len(text) - context - 1)
			copy(b.In[i:i+context], text[at:])
			copy(b.Target[i:i+context], text[at+1:])
		}
		m.Gradient(p, b)
		for _, x := range m.Params() {
			if slices.ContainsFunc(sides, func(s side) bool { return s.param == x.Name }) {
				g.shape[x.Name] = x.Shape
				g.steps[x.Name] = append(g.steps[x.Name], slices.Clone(x.Grad))
			}
		}
		opt.SetLR(cfg.LR * math.Min(1, float64(step+1)/20))
		if _, err := opt.Step(math.Min(1, 1/math.Sqrt(opt.GradSumSquares()))); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// average is the state of a moving average of Gram matrices, corrected for its start.
type average struct {
	beta, bias float64
	a, out     linalg.Matrix[float32]
}

func (v *average) add(p *kernels.Pool, t kernels.Transpose, g linalg.Matrix[float32]) {
	linalg.Gram(p, v.a, t, float32(1-v.beta), g, float32(v.beta))
	v.bias = v.beta*v.bias + 1 - v.beta
}

func (v *average) corrected() linalg.Matrix[float32] {
	for i, x := range v.a.Data {
		v.out.Data[i] = x / float32(v.bias)
	}
	return v.out
}
