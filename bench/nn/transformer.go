package nn

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TransformerConfig is the shape of a byte-level decoder-only language model.
type TransformerConfig struct {
	Width   int `json:"width"`   // of the residual stream
	Layers  int `json:"layers"`  // blocks of attention and MLP
	Heads   int `json:"heads"`   // divides Width
	MLP     int `json:"mlp"`     // hidden width
	Context int `json:"context"` // tokens per sequence
}

// Vocabulary is the number of tokens: the values of a byte.
const Vocabulary = 256

// transformer is one instance of the model, with buffers for some sequences:
//
//	x = token + position
//	x = x + W_o·attention(W_qkv·norm(x))      per block
//	x = x + W_down·relu²(W_up·norm(x))
//	logits = W_head·norm(x)
type transformer[T kernels.Float] struct {
	embedding *Embedding[T]
	body      Sequential[T]
	loss      *CrossEntropy[T]
}

func newTransformer[T kernels.Float](s *Store[T], c TransformerConfig, sequences int) *transformer[T] {
	rows, d := sequences*c.Context, c.Width
	t := &transformer[T]{
		embedding: NewEmbedding(s, "embed", Vocabulary, d, c.Context, rows),
		loss:      NewCrossEntropy[T](rows, Vocabulary),
	}
	for i := range c.Layers {
		name := func(part string) string { return fmt.Sprintf("block%d.%s", i, part) }
		t.body = append(t.body,
			NewResidual[T](Sequential[T]{
				NewRMSNorm(s, name("norm1"), rows, d),
				newStacked(s, []string{name("query"), name("key"), name("value")}, d, d, rows),
				NewAttention[T](c.Heads, d/c.Heads, c.Context, rows),
				NewLinear(s, name("out"), d, d, rows, false),
			}, rows, d),
			NewResidual[T](Sequential[T]{
				NewRMSNorm(s, name("norm2"), rows, d),
				NewLinear(s, name("up"), d, c.MLP, rows, false),
				NewReLU2[T](rows, c.MLP),
				NewLinear(s, name("down"), c.MLP, d, rows, false),
			}, rows, d))
	}
	t.body = append(t.body, NewRMSNorm(s, "norm", rows, d), NewLinear(s, "head", d, Vocabulary, rows, false))
	return t
}

// LM is the language model with its parallel evaluation: lanes evaluate parts of a
// batch at the same time, each with activations and gradients of its own, and the gradients are
// added in the order of the lanes. Their number is a constant, so the result does not
// depend on the number of workers.
type LM[T kernels.Float] struct {
	Config TransformerConfig
	store  Store[T]
	lanes  []lane[T]

	// The call in progress.
	pool   *kernels.Pool
	batch  Batch
	weight T
	grads  bool
}

type lane[T kernels.Float] struct {
	store *Store[T]
	model *transformer[T]
	loss  float64
}

// Batch is a number of sequences, one after another: Target[i] follows the tokens of
// In up to i within the sequence.
type Batch struct{ In, Target []byte }

const (
	lanes         = 8 // parts of a batch
	laneSequences = 4 // sequences that a lane evaluates at once: what its buffers hold
)

// NewLM returns the model with its parameters at zero; Init sets them.
func NewLM[T kernels.Float](c TransformerConfig) *LM[T] {
	m := &LM[T]{Config: c, lanes: make([]lane[T], lanes)}
	newTransformer(&m.store, c, 0)
	for i := range m.lanes {
		s := m.store.Replica()
		m.lanes[i] = lane[T]{store: s, model: newTransformer(s, c, laneSequences)}
	}
	return m
}

// Params returns the parameters; Gradient leaves the gradients in them.
func (m *LM[T]) Params() []*Param[T] { return m.store.Params() }

// Size returns the number of parameters' elements.
func (m *LM[T]) Size() int { return m.store.Size() }

// Init draws the weights from N(0, 1/in), those that write to the residual stream with a further
// factor 1/√(2·Layers), embeddings from N(0, 0.02²); gains are one.
func (m *LM[T]) Init(seed uint64) {
	g := rnd.New(seed)
	residual := 1 / math.Sqrt(float64(2*m.Config.Layers))
	for _, p := range m.store.Params() {
		switch {
		case len(p.Shape) == 1:
			for i := range p.Value {
				p.Value[i] = 1
			}
		case p.Name == "embed.token" || p.Name == "embed.position":
			Normal(p.Value, 0.02, g)
		default:
			sigma := 1 / math.Sqrt(float64(p.Shape[1]))
			if strings.HasSuffix(p.Name, ".out") || strings.HasSuffix(p.Name, ".down") {
				sigma *= residual
			}
			Normal(p.Value, sigma, g)
		}
	}
}

// Loss returns the mean cross-entropy of the batch in nats per token.
func (m *LM[T]) Loss(p *kernels.Pool, b Batch) float64 { return m.run(p, b, false) }

// Gradient returns the mean cross-entropy of the batch and sets the gradients of the
// parameters to those of this mean.
func (m *LM[T]) Gradient(p *kernels.Pool, b Batch) float64 {
	loss := m.run(p, b, true)
	p.Run(len(m.store.params), (*sumLanes[T])(m))
	return loss
}

func (m *LM[T]) run(p *kernels.Pool, b Batch, grads bool) float64 {
	m.pool, m.batch, m.grads = p, b, grads
	m.weight = 1 / T(len(b.In))
	p.Run(len(m.lanes), (*runLane[T])(m))
	m.pool, m.batch = nil, Batch{}
	sum := 0.0
	for i := range m.lanes {
		sum += m.lanes[i].loss
	}
	return sum / float64(len(b.In))
}

// runLane is the Task that evaluates one lane. The kernels inside find the Pool busy with the
// lanes and run serially.
type runLane[T kernels.Float] LM[T]

func (m *runLane[T]) Do(i int) {
	l, c := &m.lanes[i], m.Config.Context
	l.loss = 0
	if m.grads {
		l.store.ZeroGrad()
	}
	n := len(m.batch.In) / c
	lo, hi := i*n/lanes, (i+1)*n/lanes
	for ; lo < hi; lo += laneSequences {
		end := min(lo+laneSequences, hi) * c
		in, target := m.batch.In[lo*c:end], m.batch.Target[lo*c:end]
		t := l.model
		logits := t.body.Forward(m.pool, t.embedding.Forward(in))
		l.loss += t.loss.Loss(m.pool, logits, target)
		if m.grads {
			t.embedding.Backward(t.body.Backward(m.pool, t.loss.Grad(m.pool, logits, target, m.weight)))
		}
	}
}

// sumLanes is the Task that adds the gradients of one parameter over the lanes.
type sumLanes[T kernels.Float] LM[T]

func (m *sumLanes[T]) Do(i int) {
	g := m.store.params[i].Grad
	copy(g, m.lanes[0].store.params[i].Grad)
	for _, l := range m.lanes[1:] {
		kernels.Axpy(nil, 1, l.store.params[i].Grad, g)
	}
}
