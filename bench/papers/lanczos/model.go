package lanczos

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
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
	kinds  int
	theta  []float64 // kind by kind, then the bias
	grad   []float64
	hidden []float64
}

const (
	width   = 12        // of the hidden layer
	outputs = 3         // F, G, H
	perKind = 2*width + // λ·w + c
		outputs*(width+1)
)

func newNetwork(kinds int, r *rnd.Source) *network {
	n := &network{kinds: kinds, theta: make([]float64, kinds*perKind+1), grad: make([]float64, kinds*perKind+1), hidden: make([]float64, width)}
	for k := range kinds {
		p := n.theta[k*perKind:]
		for j := range width {
			p[j], p[width+j] = 2*r.Normal(), r.Normal()
			for o := range outputs {
				p[2*width+o*(width+1)+j] = 0.3 * r.Normal()
			}
		}
	}
	return n
}

// logit evaluates the network and, with scale ≠ 0, adds scale times its gradient to n.grad.
func (n *network) logit(l link, kinds []int, scale float64) float64 {
	z := n.theta[len(n.theta)-1]
	if scale != 0 {
		n.grad[len(n.grad)-1] += scale
	}
	for i, kind := range kinds {
		p, g := n.theta[i*perKind:][:perKind], n.grad[i*perKind:][:perKind]
		for _, s := range l.spectra[kind] {
			weight := [outputs]float64{s.cross, s.diag, 1}
			for j := range n.hidden {
				n.hidden[j] = tanh(p[j]*s.lambda + p[width+j])
			}
			for o, w := range weight {
				out := p[2*width+o*(width+1):][:width+1]
				f := out[width]
				for j, h := range n.hidden {
					f += out[j] * h
				}
				z += w * f
			}
			if scale == 0 {
				continue
			}
			for j, h := range n.hidden {
				back := 0.0
				for o, w := range weight {
					back += w * p[2*width+o*(width+1)+j]
					g[2*width+o*(width+1)+j] += scale * w * h
				}
				back *= scale * (1 - h*h)
				g[j] += back * s.lambda
				g[width+j] += back
			}
			for o, w := range weight {
				g[2*width+o*(width+1)+width] += scale * w
			}
		}
	}
	return z
}

func tanh(x float64) float64 { return 1 - 2/(elem.Exp(2*x)+1) }

// train fits a network to the links of the given kinds by AdamW on the logistic loss of all of them.
func train(links []link, kinds []int, epochs int, seed uint64) (*network, error) {
	n := newNetwork(len(kinds), rnd.New(seed))
	c := precond.AdamW()
	c.LR = 0.02
	o, err := precond.New(c, []*precond.Param[float64]{{Name: "filter", Shape: []int{len(n.theta)}, Value: n.theta, Grad: n.grad}}, nil)
	if err != nil {
		return nil, err
	}
	for epoch := range epochs {
		clear(n.grad)
		for _, l := range links {
			y := 0.0
			if l.edge {
				y = 1
			}
			p := 1 / (1 + elem.Exp(-n.logit(l, kinds, 0)))
			n.logit(l, kinds, (p-y)/float64(len(links)))
		}
		// A linear decay to zero.
		o.SetLR(c.LR * (1 - float64(epoch)/float64(epochs)))
		if _, err := o.Step(1); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// score is the area under the ROC curve, ties counting one half, and the part of the edges that rank above the k-th best of
// the links that are none.
func score(n *network, links []link, kinds []int, k int) (auc, hits float64) {
	var yes, no []float64
	for _, l := range links {
		z := n.logit(l, kinds, 0)
		if l.edge {
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
