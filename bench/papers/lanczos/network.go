package lanczos

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// spectrum is what a link (u, v) has of Ritz pairs: the value λ, the entry (u, v) of the projector on its vector, v_u·v_v, and
// half of the diagonal, (v_u² + v_v²)/2.
type spectrum []struct{ lambda, cross, diag float64 }

// link is a sample: a spectrum for each kind of constraints, and whether the edge is there.
type link struct {
	spectra []spectrum
	edge    bool
}

// network is the spectral network of the paper for links: the logit is Σ_i F(λ_i)·v_u·v_v + G(λ_i)·(v_u² + v_v²)/2 + H(λ_i) over
// the Ritz pairs, that is, the entries of the learned filters F(L) and G(L) at the link, and a learned trace. F, G and H
// are the outputs of one perceptron of λ; each kind of constraints has its own.
type network struct {
	kinds   []int
	filters []*nn.Network[float64] // of each kind
	bias    *precond.Param[float64]
}

const (
	width   = 12 // of the hidden layer
	outputs = 3  // F, G, H
)

// newNetwork returns a network for links of at most pairs Ritz pairs of each kind together.
func newNetwork(kinds []int, pairs int, r *rnd.Source) *network {
	n := &network{kinds: kinds, bias: &precond.Param[float64]{Name: "bias", Shape: []int{1}, Value: make([]float64, 1), Grad: make([]float64, 1)}}
	for range kinds {
		f := nn.NewMLP[float64]([]int{1, width, outputs}, nn.Gauss, true, pairs)
		p := f.Store.Params()
		nn.Normal(p[0].Value, 2, r) // λ lies in 0 … 1: steep enough to bend there
		nn.Normal(p[1].Value, 0.3, r)
		n.filters = append(n.filters, f)
	}
	return n
}

// params are the parameters of all filters and the bias.
func (n *network) params() []*precond.Param[float64] {
	out := []*precond.Param[float64]{n.bias}
	for i, f := range n.filters {
		for _, p := range f.Store.Params() {
			p.Name = fmt.Sprintf("filter%d.%s", i, p.Name)
			out = append(out, p)
		}
	}
	return out
}

// batch is links as the network reads them: the Ritz pairs of all links one below the other.
type batch struct {
	edge  []bool
	kinds []pairs
}

// pairs are those of one kind: the values, what the filters' outputs are multiplied by, and the link of each.
type pairs struct {
	lambda linalg.Matrix[float64] // pairs×1
	weight linalg.Matrix[float64] // pairs×outputs
	link   []int
}

func newBatch(links []link, kinds []int) *batch {
	b := &batch{}
	for _, l := range links {
		b.edge = append(b.edge, l.edge)
	}
	for _, kind := range kinds {
		var p pairs
		var lambda, weight []float64
		for i, l := range links {
			for _, s := range l.spectra[kind] {
				lambda, weight, p.link = append(lambda, s.lambda), append(weight, s.cross, s.diag, 1), append(p.link, i)
			}
		}
		p.lambda, p.weight = linalg.MatrixOf(len(lambda), 1, lambda), linalg.MatrixOf(len(lambda), outputs, weight)
		b.kinds = append(b.kinds, p)
	}
	return b
}

// most is the largest number of Ritz pairs of a kind.
func (b *batch) most() int {
	n := 1
	for _, p := range b.kinds {
		n = max(n, p.lambda.Rows)
	}
	return n
}

// logits returns those of all links.
func (n *network) logits(b *batch) []float64 {
	z := make([]float64, len(b.edge))
	for i := range z {
		z[i] = n.bias.Value[0]
	}
	for k, p := range b.kinds {
		if p.lambda.Rows == 0 {
			continue
		}
		y := n.filters[k].Forward(nil, p.lambda)
		for i, l := range p.link {
			z[l] += kernels.Dot(nil, y.Row(i), p.weight.Row(i))
		}
	}
	return z
}

// gradient sets the gradients of the mean logistic loss over the links of b.
func (n *network) gradient(b *batch) {
	d := n.logits(b)
	n.bias.Grad[0] = 0
	for i, z := range d {
		d[i] = 1 / (1 + elem.Exp(-z))
		if b.edge[i] {
			d[i]--
		}
		d[i] /= float64(len(d))
		n.bias.Grad[0] += d[i]
	}
	for k, p := range b.kinds {
		dy := linalg.NewMatrix[float64](p.lambda.Rows, outputs)
		for i, l := range p.link {
			kernels.Axpy(nil, d[l], p.weight.Row(i), dy.Row(i))
		}
		if dy.Rows > 0 {
			n.filters[k].Backward(nil, dy) // of the latest Forward, which logits made
		}
	}
}

// train fits a network to the links of the given kinds by AdamW on the logistic loss of all of them.
func train(links []link, kinds []int, epochs int, seed uint64) (*network, error) {
	b := newBatch(links, kinds)
	n := newNetwork(kinds, b.most(), rnd.New(seed))
	c := precond.AdamW()
	c.LR = 0.02
	o, err := precond.New(c, n.params(), nil)
	if err != nil {
		return nil, err
	}
	for epoch := range epochs {
		n.gradient(b)
		// A linear decay to zero.
		o.SetLR(c.LR * (1 - float64(epoch)/float64(epochs)))
		if _, err := o.Step(1); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// score is the area under the ROC curve, ties counting one half, and the part of the edges that rank above the k-th best of
// the links that are none. There are no more Ritz pairs than the network was trained with.
func score(n *network, links []link, k int) (auc, hits float64) {
	b := newBatch(links, n.kinds)
	var yes, no []float64
	for i, z := range n.logits(b) {
		if b.edge[i] {
			yes = append(yes, z)
		} else {
			no = append(no, z)
		}
	}
	return rank(yes, no), above(yes, no, k)
}

func rank(yes, no []float64) float64 {
	sum := 0.0
	for _, a := range yes {
		for _, b := range no {
			// Equal up to rounding is equal.
			switch d := a - b; {
			case math.Abs(d) <= 1e-9*(1+math.Abs(a)):
				sum += 0.5
			case d > 0:
				sum++
			}
		}
	}
	return sum / float64(len(yes)*len(no))
}

func above(yes, no []float64, k int) float64 {
	no = slices.Clone(no)
	slices.SortFunc(no, func(a, b float64) int { return cmp.Compare(b, a) })
	limit := no[min(k, len(no))-1]
	n := 0
	for _, a := range yes {
		if a > limit {
			n++
		}
	}
	return float64(n) / float64(len(yes))
}
