package train

import (
	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// sampler draws the batches of a run. The batch of a step depends on the seed and the
// step only, so that every optimizer, branch and resumed run sees the same.
type sampler struct {
	text    []byte
	context int
	batch   nn.Batch
}

func newSampler(text []byte, context, sequences int) *sampler {
	n := context * sequences
	return &sampler{text, context, nn.Batch{In: make([]byte, n), Target: make([]byte, n)}}
}

// at returns the batch of step t; it is valid until the next call. Each sequence is a
// window of the text at a random place.
func (s *sampler) at(seed uint64, t int) nn.Batch {
	// Two rounds of mixing: streams of neighbouring seeds would overlap.
	g := rnd.New(rnd.New(rnd.New(seed).Uint64() ^ uint64(t)).Uint64())
	for i := 0; i < len(s.batch.In); i += s.context {
		s.window(i, g.Intn(len(s.text)-s.context))
	}
	return s.batch
}

func (s *sampler) window(i, at int) {
	copy(s.batch.In[i:i+s.context], s.text[at:])
	copy(s.batch.Target[i:i+s.context], s.text[at+1:])
}

// validator measures the loss on windows spread evenly over the validation text.
type validator struct {
	s       *sampler
	windows int
}

// The windows are enough to tell optimizers apart, and few enough to be quick.
const (
	validationWindows = 128
	validationBatch   = 32 // windows at a time; divides their number
)

// loss returns the mean loss over the windows. It depends on nothing but the
// model's parameters and the text.
func (v validator) loss(p *kernels.Pool, m *nn.LM[float32]) float64 {
	per := len(v.s.batch.In) / v.s.context
	sum := 0.0
	for w := 0; w < v.windows; w += per {
		for i := range per {
			v.s.window(i*v.s.context, int(int64(w+i)*int64(len(v.s.text)-v.s.context-1)/int64(v.windows-1)))
		}
		sum += m.Loss(p, v.s.batch)
	}
	return sum / float64(v.windows/per)
}
