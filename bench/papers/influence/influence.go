// Package influence reproduces "Better Hessians Matter: Studying the Impact of Curvature Approximations in Influence
// Functions" (Hong et al. 2025): how far each rung of the ladder from the Hessian to K-FAC is from the one above it,
// and how much of the influence scores it loses.
package influence

import (
	_ "embed"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond/influence"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "influence", Title: "Better Hessians Matter: curvature approximations in influence functions (Hong et al. 2025)",
	Run: run, Calibration: calibration,
	Data: "numbers separated by commas, the last column a class",
	CheckData: func(name string) error {
		_, err := table(name, 1)
		return err
	},
}

func run(r *paper.Run) error {
	if err := identities(r); err != nil {
		return err
	}
	s := sizesOf(r.Quick)
	g := rnd.New(r.Seed)
	p := &problem{name: "8×8 digits made here", classes: 10, train: ours(g, s.train, flipped), test: ours(g, s.test, 0)}
	own := r.Data != ""
	if own {
		var err error
		if p, err = table(r.Data, r.Seed); err != nil {
			return err
		}
	}

	// The model of all samples.
	all := make([]int, p.train.rows())
	for i := range all {
		all[i] = i
	}
	t, err := fit(p, s, all, r.Seed)
	if err != nil {
		return err
	}
	theta := make([]float32, t.net.Size())
	t.net.Store.GatherValues(theta)
	big := p.test
	if !own { // many more test samples than queries, for the accuracy alone
		big = ours(rnd.New(r.Seed+1<<32), 2000, 0)
	}
	judge := network[float32](p, s, big.rows())
	judge.Store.SetValues(theta)
	right := accuracy(judge.Forward(r.Pool, big.x), big.y)
	calibrated(r, "test accuracy", right)
	signal := own || right >= 0.85 && right <= 0.95
	r.Control("test accuracy of the model", right, "0.85 … 0.95, else there is no signal to compare", signal)
	if !signal {
		r.Note("No signal: the accuracy is outside of 85 … 95 %%, so that no claim about scores is judged.")
	}
	r.Note("%s: %d samples to train on, %d queries, model %d-%d-%d with GELU, %d parameters; %d subsets of half of the samples, each retrained %d times.",
		p.name, p.train.rows(), p.test.rows(), p.train.x.Cols, s.hidden, p.classes, t.net.Size(), s.masks, s.repeats)

	// Curvatures.
	f := newFitted(r.Pool, p, s, theta)
	h := f.hessian(func(i, n int) { r.Progress("Hessian, column %d of %d", i+1, n) })
	r.Progress("Gauss–Newton matrix and eigenvectors")
	gn := f.gaussNewton()
	factors, err := f.factors()
	if err != nil {
		return err
	}
	ladder, err := rungs(r, f, h, gn, factors)
	if err != nil {
		return err
	}
	approximation(r, f, h, gn, factors)
	left := residuals(r, h, ladder)

	// Truth: retraining without samples.
	masks, truth, err := retrain(r, p, s)
	if err != nil {
		return err
	}
	return compare(r, f, ladder, left, masks, truth, s, signal)
}

// calibrated is Run.Calibrated for the digits; of a user's data nothing is known.
func calibrated(r *paper.Run, name string, value float64) {
	if r.Data == "" {
		r.Calibrated(name, value)
	}
}

// rungs returns the ladder. The last one is K-FAC with the heuristic damping that a released implementation compares with
// exactly damped EK-FAC.
func rungs(r *paper.Run, f *fitted, h, gn linalg.Matrix[float64], factors []*influence.Factors[float64]) ([]rung, error) {
	dims := make([]int, len(factors))
	var kfac, ekfac []influence.Curvature[float64]
	for i, x := range factors {
		dims[i] = x.Layer.Dim()
		kfac = append(kfac, x.KFAC())
		ekfac = append(ekfac, x.EKFAC())
	}
	hc, err := influence.Dense(r.Pool, h)
	if err != nil {
		return nil, err
	}
	gc, err := influence.Dense(r.Pool, gn)
	if err != nil {
		return nil, err
	}
	bc, err := influence.BlockDense(r.Pool, gn, dims...)
	if err != nil {
		return nil, err
	}
	least, _ := hc.Least()
	r.Note("The Hessian's least eigenvalue is %.3g: it is damped by more than %.3g, the other curvatures, which are positive, by any amount of the grid.", least, max(0, -least))
	return []rung{
		{name: "H", c: hc, keep: true},
		{name: "GGN", c: gc},
		{name: "block GGN", c: bc},
		{name: "EK-FAC", c: influence.Join(ekfac...)},
		{name: "K-FAC", c: influence.Join(kfac...)},
		{name: "K-FAC, heuristic damping", c: influence.Join(kfac...), kind: influence.DampSplit},
	}, nil
}

// approximation compares the curvatures as matrices, layer by layer.
func approximation(r *paper.Run, f *fitted, h, gn linalg.Matrix[float64], factors []*influence.Factors[float64]) {
	norm := linalg.FrobeniusNorm(r.Pool, h)
	diff := h.Clone()
	for i := range diff.Data {
		diff.Data[i] -= gn.Data[i]
	}
	r.Note("‖H − GGN‖/‖H‖ = %.3f.", linalg.FrobeniusNorm(r.Pool, diff)/norm)
	var rows [][]string
	at, total, inside := 0, linalg.FrobeniusNorm(r.Pool, gn), 0.0
	majority := 0
	for i, x := range factors {
		n := x.Layer.Dim()
		block := gn.Slice(at, at, n, n)
		ek, k := x.EKFAC(), x.KFAC()
		size := linalg.FrobeniusNorm(r.Pool, block)
		inside += float64(size * size)
		de, dk := distance(r, block, ek), distance(r, block, k)
		dv := 0.0
		trace, want, diagonal := 0.0, 0.0, 0.0
		rotated := rotated(r, block, ek.Blocks[0].Basis)
		for j, v := range ek.Blocks[0].D {
			d := v - k.Blocks[0].D[j]
			dv += float64(d * d)
			trace += v
			want += block.At(j, j)
			diagonal = max(diagonal, math.Abs(v-rotated[j])/size)
		}
		dv = math.Sqrt(dv)
		share := dv * dv / (dk * dk)
		if share > 0.5 {
			majority++
		}
		layer := fmt.Sprintf("layer %d", i+1)
		r.AtMost(layer+": |‖GGN−KFAC‖² − ‖GGN−EKFAC‖² − ‖EKFAC−KFAC‖²|/‖GGN‖²", math.Abs(float64(dk*dk)-float64(de*de)-float64(dv*dv))/(size*size), 1e-10)
		r.AtMost(layer+": ‖GGN−EKFAC‖/‖GGN−KFAC‖", de/dk, 1+1e-12)
		r.AtMost(layer+": |tr EKFAC − tr GGN|/tr GGN", math.Abs(trace-want)/want, 1e-10)
		r.AtMost(layer+": EK-FAC's diagonal against diag(Qᵀ·GGN·Q), over ‖GGN‖", diagonal, 1e-12)
		rows = append(rows, []string{layer, fmt.Sprint(n), fmt.Sprintf("%.3f", de/size), fmt.Sprintf("%.3f", dk/size),
			fmt.Sprintf("%.0f %%", 100*share), fmt.Sprintf("%.0f %%", 100*(1-share))})
		calibrated(r, layer+": eigenvalue part of K-FAC's error", share)
		at += n
	}
	r.Table("K-FAC's error in each layer of the GGN, relative to the block, and its parts in squares",
		[]string{"layer", "parameters", "EK-FAC", "K-FAC", "eigenvalues", "eigenbasis"}, rows)
	r.Note("%.0f %% of ‖GGN‖² lies in the blocks of single layers.", 100*inside/(total*total))
	r.Claim("layers in which the eigenvalues are most of K-FAC's error", float64(majority), fmt.Sprintf("%d of %d", len(factors), len(factors)), paper.If(majority == len(factors)))
}

// inBasis returns QᵀAQ.
func inBasis(r *paper.Run, a linalg.Matrix[float64], q linalg.Basis[float64]) linalg.Matrix[float64] {
	n := a.Rows
	y, z := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	work := make([]float64, linalg.WorkRows(q, n))
	linalg.ForwardRows(r.Pool, q, y, a, work) // A·Q
	linalg.TransposeTo(r.Pool, z, y)
	linalg.ForwardRows(r.Pool, q, y, z, work) // QᵀA·Q, as A is symmetric
	return y
}

// rotated is the diagonal of QᵀAQ.
func rotated(r *paper.Run, a linalg.Matrix[float64], q linalg.Basis[float64]) []float64 {
	y := inBasis(r, a, q)
	d := make([]float64, y.Rows)
	for i := range d {
		d[i] = y.At(i, i)
	}
	return d
}

// distance is ‖block − c‖_F for the one block of c: ‖QᵀAQ − D‖ in its basis.
func distance(r *paper.Run, block linalg.Matrix[float64], c influence.Curvature[float64]) float64 {
	y := inBasis(r, block, c.Blocks[0].Basis)
	for i, v := range c.Blocks[0].D {
		y.Set(i, i, y.At(i, i)-v)
	}
	return linalg.FrobeniusNorm(r.Pool, y)
}

// residuals returns ‖H − C‖/‖H‖ for each curvature of the ladder: what lies outside of the blocks is all lost.
func residuals(r *paper.Run, h linalg.Matrix[float64], ladder []rung) []float64 {
	norm := linalg.FrobeniusNorm(r.Pool, h)
	var out []float64
	for _, x := range ladder {
		inside, lost := 0.0, 0.0
		at := 0
		for _, b := range x.c.Blocks {
			n := b.Basis.Dim()
			block := h.Slice(at, at, n, n)
			at += n
			size := linalg.FrobeniusNorm(r.Pool, block)
			inside += float64(size * size)
			d := distance(r, block, influence.Curvature[float64]{Blocks: []influence.Block[float64]{b}})
			lost += float64(d * d)
		}
		out = append(out, math.Sqrt(max(0, float64(norm*norm)-inside)+lost)/norm)
	}
	return out
}

// retrain returns the masks, a row of zeros and ones each, and minus the mean loss of every query under the models of each.
func retrain(r *paper.Run, p *problem, s sizes) (masks, truth linalg.Matrix[float64], err error) {
	n := p.train.rows()
	masks = linalg.NewMatrix[float64](s.masks, n)
	re := &retraining{p: p, s: s, seed: r.Seed + 1<<20, masks: make([][]int, s.masks)}
	g := rnd.New(r.Seed + 1<<40)
	for i := range re.masks {
		re.masks[i] = permutation(g, n)[:int(s.fraction*float64(n))]
		for _, k := range re.masks[i] {
			masks.Set(i, k, 1)
		}
	}
	tasks := s.masks * s.repeats
	re.loss, re.err = make([]linalg.Matrix[float64], tasks), make([]error, tasks)
	// Parts, so that progress is shown from one goroutine.
	var done atomic.Int64
	re.done = func() { done.Add(1) }
	r.Progress("retraining %d models", tasks)
	step := max(1, r.Pool.Workers()) * 4
	for lo := 0; lo < tasks; lo += step {
		r.Pool.Run(min(step, tasks-lo), part{re, lo})
		r.Progress("retraining, model %d of %d", done.Load(), tasks)
	}
	truth = linalg.NewMatrix[float64](p.test.rows(), s.masks)
	for i := range tasks {
		if re.err[i] != nil {
			return masks, truth, re.err[i]
		}
		for q, l := range re.loss[i].Data {
			truth.Data[q*s.masks+i/s.repeats] -= l / float64(s.repeats)
		}
	}
	return masks, truth, nil
}

// part is a range of a retraining as a Task of its own.
type part struct {
	r  *retraining
	lo int
}

func (p part) Do(i int) { p.r.Do(p.lo + i) }

// compare chooses each rung's damping on the first half of the masks and reports on the second.
func compare(r *paper.Run, f *fitted, ladder []rung, left []float64, masks, truth linalg.Matrix[float64], s sizes, signal bool) error {
	half := s.masks / 2
	q := truth.Rows
	each := make([]float64, q)
	first := func(m linalg.Matrix[float64]) linalg.Matrix[float64] { return m.Slice(0, 0, q, half) }
	last := func(m linalg.Matrix[float64]) linalg.Matrix[float64] { return m.Slice(0, half, q, s.masks-half) }
	var curves []paper.Series
	var rows [][]string
	best := make([]linalg.Matrix[float64], len(ladder))
	score := make([]float64, len(ladder))
	// claim that curvature i has the larger score than k.
	claim := func(i, k int, judged bool) influence.Interval {
		d := influence.PairedBootstrap(last(best[i]), last(best[k]), last(truth), s.draws, 0.95, r.Seed)
		v := paper.Unclear
		if signal && d.Low > 0 {
			v = paper.Reproduced
		} else if signal && d.High < 0 {
			v = paper.NotReproduced
		}
		if judged {
			r.Claim(fmt.Sprintf("LDS of %s above that of %s", ladder[i].name, ladder[k].name), d.Estimate, fmt.Sprintf("> 0 with its 95 %% interval, %.3f … %.3f", d.Low, d.High), v)
		}
		return d
	}
	for i, x := range ladder {
		curve := paper.Series{Name: x.name}
		top, chosen := math.Inf(-1), 0.0
		for k := -5 * s.dampingsPerStep; k <= s.dampingsPerStep; k++ {
			delta := elem.Pow(10.0, float64(k)/float64(s.dampingsPerStep))
			pred, ok, err := f.predictions(x, delta, masks)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			l := influence.LDS(each, first(pred), first(truth))
			curve.X, curve.Y = append(curve.X, delta), append(curve.Y, l)
			if l > top {
				top, chosen, best[i] = l, delta, pred
			}
		}
		if best[i].Data == nil {
			return fmt.Errorf("no damping of the grid makes %s positive", x.name)
		}
		score[i] = influence.LDS(each, last(best[i]), last(truth))
		curves = append(curves, curve)
		against := "–"
		if i > 0 {
			d := claim(i-1, i, i < len(ladder)-1)
			against = fmt.Sprintf("%+.3f [%+.3f, %+.3f]", -d.Estimate, -d.High, -d.Low)
		}
		rows = append(rows, []string{x.name, fmt.Sprintf("%.3f", left[i]), fmt.Sprintf("%.2g", chosen), fmt.Sprintf("%.3f", score[i]), against})
		calibrated(r, "LDS of "+x.name, score[i])
	}
	r.Table("Distance from H, and the linear datamodeling score on the second half of the masks, each curvature with the damping that is best on the first",
		[]string{"curvature", "‖H−C‖/‖H‖", "damping", "LDS", "to the line above"}, rows)
	claim(1, 3, true)
	const last5 = 5 // without the heuristic damping
	closer := make([]float64, last5)
	for i := range closer {
		closer[i] = -left[i]
	}
	same := influence.Spearman(closer, score[:last5])
	r.Claim("rank correlation of closeness to H and LDS over the five curvatures", same, "1: the same order", paper.If(same > 1-1e-9))
	total, step := score[0]-score[4], score[3]-score[4]
	v := paper.Unclear
	if signal && total > 0 {
		v = paper.If(step/total >= 0.41 && step/total <= 0.65)
	}
	r.Claim("part of the LDS lost from H to K-FAC that the step from EK-FAC to K-FAC loses", step/total, "0.41 … 0.65", v)
	r.Note("The step from %s to %s costs %.3f of a total loss of %.3f from H to K-FAC.", ladder[3].name, ladder[4].name, step, total)
	return r.Lines("LDS on the first half of the masks against damping", paper.Axes{X: "damping δ", Y: "mean LDS", LogX: true}, curves...)
}
