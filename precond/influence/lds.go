package influence

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The linear datamodeling score (Park et al. 2023, TRAK, §2): models are retrained on subsets of the training set; the
// scores of a subset's samples, added up, should order the subsets as the query's loss after retraining does. It is
// Spearman's rank correlation over the subsets, one for each query, and their mean.

// LDS sets dst_j to Spearman's correlation of row j of predicted with row j of actual, both queries × subsets. predicted is
// the sum of the scores over a subset (scores times the transposed 0/1 matrix of subsets), actual what extra weight
// lowers: minus the query's loss under the model of that subset. It returns the mean over the queries; NaN where a row is
// constant or holds NaN.
func LDS(dst []float64, predicted, actual linalg.Matrix[float64]) float64 {
	if len(dst) != actual.Rows || predicted.Rows != actual.Rows || predicted.Cols != actual.Cols {
		panic(badShape)
	}
	r := newRanker(actual.Cols)
	sum := 0.0
	for j := range dst {
		dst[j] = r.spearman(predicted.Row(j), actual.Row(j))
		sum += dst[j]
	}
	return sum / float64(len(dst))
}

// Spearman is the correlation of the ranks of x and y; equal values share the mean of their ranks.
func Spearman(x, y []float64) float64 {
	if len(x) != len(y) {
		panic(badShape)
	}
	return newRanker(len(x)).spearman(x, y)
}

type ranker struct {
	order  []int
	rx, ry []float64
}

func newRanker(n int) *ranker {
	return &ranker{make([]int, n), make([]float64, n), make([]float64, n)}
}

func (r *ranker) spearman(x, y []float64) float64 {
	if !r.rank(r.rx, x) || !r.rank(r.ry, y) {
		return math.NaN()
	}
	// Ranks have the mean (n−1)/2 whatever the ties.
	m := float64(len(x)-1) / 2
	var xy, xx, yy float64
	for i, a := range r.rx {
		a, b := a-m, r.ry[i]-m
		xy = math.FMA(a, b, xy)
		xx = math.FMA(a, a, xx)
		yy = math.FMA(b, b, yy)
	}
	return xy / math.Sqrt(float64(xx*yy))
}

// rank sets dst to the ranks of x, from 0; false if x holds NaN.
func (r *ranker) rank(dst, x []float64) bool {
	for i, v := range x {
		if v != v {
			return false
		}
		r.order[i] = i
	}
	slices.SortFunc(r.order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	for i := 0; i < len(x); {
		j := i + 1
		for j < len(x) && x[r.order[j]] == x[r.order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			dst[r.order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return true
}

// Interval is an estimate with its bootstrap percentiles.
type Interval struct{ Estimate, Low, High float64 }

// PairedBootstrap compares two predictions of the same retrained models: the mean LDS of a minus that of b, with the
// percentiles at which level (0.95, say) of the draws lie inside. A draw resamples the subsets, the same for a, b and all
// queries, which is what the retraining varied. Draws follow from seed. Of a draw in which a query's correlation is not
// defined, that query is left out.
func PairedBootstrap(a, b, actual linalg.Matrix[float64], draws int, level float64, seed uint64) Interval {
	if draws < 1 || !(level > 0 && level < 1) {
		panic(badBoot)
	}
	if a.Rows != actual.Rows || a.Cols != actual.Cols || b.Rows != actual.Rows || b.Cols != actual.Cols {
		panic(badShape)
	}
	n := actual.Cols
	r := newRanker(n)
	pick := make([]int, n)
	x, y := make([]float64, n), make([]float64, n)
	difference := func() float64 {
		sum, count := 0.0, 0
		for j := 0; j < actual.Rows; j++ {
			gather(y, actual.Row(j), pick)
			gather(x, a.Row(j), pick)
			d := r.spearman(x, y)
			gather(x, b.Row(j), pick)
			if d -= r.spearman(x, y); d == d {
				sum += d
				count++
			}
		}
		return sum / float64(count)
	}
	for i := range pick {
		pick[i] = i
	}
	out := Interval{Estimate: difference()}
	g := rnd.New(seed)
	all := make([]float64, draws)
	for i := range all {
		for k := range pick {
			pick[k] = g.Intn(n)
		}
		all[i] = difference()
	}
	slices.Sort(all)
	tail := (1 - level) / 2
	out.Low, out.High = quantile(all, tail), quantile(all, 1-tail)
	return out
}

func gather(dst, src []float64, pick []int) {
	for i, k := range pick {
		dst[i] = src[k]
	}
}

// quantile interpolates between the sorted values.
func quantile(x []float64, q float64) float64 {
	at := float64(q * float64(len(x)-1))
	i := int(at)
	if i >= len(x)-1 {
		return x[len(x)-1]
	}
	return x[i] + float64((at-float64(i))*(x[i+1]-x[i]))
}
