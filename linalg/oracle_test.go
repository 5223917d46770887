package linalg

import (
	"math"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/oracle"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Recorded results of public implementations.

func oracleMatrix[T kernels.Float](t *testing.T, c *oracle.Case, name string) Matrix[T] {
	t.Helper()
	a, ok := c.Find(name, oracle.None, oracle.None)
	if !ok {
		t.Fatalf("%s: no array %s", c.Name, name)
	}
	m, n := 1, 1
	for i, d := range a.Shape {
		if i == 0 {
			m = d
		} else {
			n *= d
		}
	}
	return MatrixOf(m, n, oracle.Values[T](t, c, name, oracle.None, oracle.None))
}

type rootItem struct {
	Index        int
	A            string
	N            int
	RootFraction [2]int `json:"root_fraction"`
	Epsilon      float64
	Before       *bool    `json:"perturb_before"`
	RankRel      *float64 `json:"rank_rtol"`
	RankAbs      float64  `json:"rank_atol"`
	KeptRank     *int     `json:"kept_rank"`
	RelEpsilon   float64  `json:"rel_epsilon"`
	AbsEpsilon   float64  `json:"abs_epsilon"`
	Order        int
	Tolerance    float64
	MaxIter      int `json:"max_iterations"`
	Iterations   int
	Raises       string
	X            string
	Exact        string   `json:"X_exact"`
	TolRef       *float64 `json:"tolerance_against_reference"`
	TolExact     *float64 `json:"tolerance_against_exact"`
}

func TestInverseRootOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "matrix_inverse_root") {
		t.Run(c.Name, func(t *testing.T) {
			if c.Dtype == "float32" {
				inverseRoots[float32](t, c)
			} else {
				inverseRoots[float64](t, c)
			}
		})
	}
}

func inverseRoots[T kernels.Float](t *testing.T, c *oracle.Case) {
	var d struct {
		Method string
		Items  []rootItem
	}
	c.Decode(t, &d)
	worst := 0.0
	for _, it := range d.Items {
		o := Root{P: it.RootFraction[0], Q: it.RootFraction[1]}
		switch d.Method {
		case "eigen":
			o.Eps, o.EpsAt = it.Epsilon, EpsInside
			if *it.Before {
				o.EpsAt = EpsBefore
			}
		case "pseudo_inverse":
			o.Pseudo, o.RankRel, o.RankAbs = true, -1, it.RankAbs
			if it.RankRel != nil {
				o.RankRel = *it.RankRel
			}
		case "coupled_newton":
			o.Method, o.Eps, o.Tol, o.MaxIter = RootNewton, it.Epsilon, it.Tolerance, it.MaxIter
		case "coupled_higher_order":
			o.Method, o.Eps, o.Relative, o.EpsFloor, o.Order = RootHigherOrder, it.RelEpsilon, true, it.AbsEpsilon, it.Order
		default:
			t.Fatalf("unknown method %q", d.Method)
		}
		r, err := NewInvRoot[T](it.N, o)
		if err != nil {
			t.Fatal(err)
		}
		a, x := oracleMatrix[T](t, c, it.A), NewMatrix[T](it.N, it.N)
		res, err := r.Compute(x, a)
		if it.Raises != "" {
			if err == nil {
				t.Errorf("item %d: the reference raises %s; residual here %g", it.Index, it.Raises, res.Residual)
			}
			continue
		}
		if err != nil {
			t.Errorf("item %d: %v", it.Index, err)
			continue
		}
		if it.KeptRank != nil && res.Rank != *it.KeptRank {
			t.Errorf("item %d: rank %d, want %d", it.Index, res.Rank, *it.KeptRank)
		}
		for _, want := range []struct {
			name string
			tol  *float64
		}{{it.X, it.TolRef}, {it.Exact, it.TolExact}} {
			if want.tol == nil || want.name == "" {
				continue
			}
			e := oracle.Relative(x.Data, oracle.Values[float64](t, c, want.name, oracle.None, oracle.None))
			worst = max(worst, e / *want.tol)
			if !(e <= *want.tol) {
				t.Errorf("item %d: %+v\n against %s: %.3g, bar %.3g; %+v, reference %d iterations", it.Index, o, want.name, e, *want.tol, res, it.Iterations)
			}
		}
	}
	t.Logf("%d items, worst %.2f of its bar", len(d.Items), worst)
}

func TestKroneckerOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "kronecker") {
		t.Run(c.Name, func(t *testing.T) {
			if c.Dtype == "float32" {
				kroneckers[float32](t, c)
			} else {
				kroneckers[float64](t, c)
			}
		})
	}
}

func kroneckers[T kernels.Float](t *testing.T, c *oracle.Case) {
	var d struct {
		Items []struct {
			Index  int
			Shapes [][2]int `json:"factor_shapes"`
			Stored bool     `json:"product_stored"`
			Tol    float64  `json:"tolerance_matvec"`
		}
	}
	c.Decode(t, &d)
	for _, it := range d.Items {
		var fs []Factor[T]
		id := string(rune('0' + it.Index))
		for j := range it.Shapes {
			fs = append(fs, Factor[T]{A: oracleMatrix[T](t, c, "F"+id+"_"+string(rune('0'+j)))})
		}
		for _, tr := range []kernels.Transpose{kernels.NoTrans, kernels.Trans} {
			in, out := "x"+id, "y"+id
			if tr == kernels.Trans {
				in, out = "z"+id, "yt"+id
			}
			x := oracle.Values[T](t, c, in, oracle.None, oracle.None)
			want := oracle.Values[float64](t, c, out, oracle.None, oracle.None)
			y := make([]T, len(want))
			KronMul(nil, tr, fs, y, x, make([]T, KronMulWork(tr, fs, 1)))
			if e := oracle.Relative(y, want); !(e <= it.Tol) {
				t.Errorf("item %d %c: %.3g, bar %.3g", it.Index, tr, e, it.Tol)
			}
		}
		if !it.Stored {
			continue
		}
		k := fs[0].A
		for _, f := range fs[1:] {
			next := NewMatrix[T](k.Rows*f.A.Rows, k.Cols*f.A.Cols)
			KronProduct(nil, next, k, f.A)
			k = next
		}
		want := oracleMatrix[T](t, c, "K"+id)
		for i, v := range k.Data {
			w := float64(want.Data[i])
			if math.Abs(float64(v)-w) > 2*epsilon[T]()*float64(len(fs)-2)*math.Abs(w) {
				t.Fatalf("item %d: element %d is %v, want %v", it.Index, i, v, w)
			}
		}
	}
}

func TestEKFACOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "ekfac_precondition") {
		t.Run(c.Name, func(t *testing.T) {
			if c.Dtype == "float32" {
				ekfac[float32](t, c)
			} else {
				ekfac[float64](t, c)
			}
		})
	}
}

// ekfac runs the damped solves of K-FAC, EK-FAC and the diagonal form as Spectral operators.
func ekfac[T kernels.Float](t *testing.T, c *oracle.Case) {
	var d struct {
		Count float64
		Items []struct {
			Array, Strategy string
			Used            float64 `json:"damping_used"`
			Tolerance       float64
		}
	}
	c.Decode(t, &d)
	qa, qg := oracleMatrix[T](t, c, "QA"), oracleMatrix[T](t, c, "QG")
	la, lg := oracleMatrix[T](t, c, "lambdaA").Data, oracleMatrix[T](t, c, "lambdaG").Data
	sum := oracleMatrix[T](t, c, "Lambda_sum").Data
	grad := oracleMatrix[T](t, c, "grad")
	l := qa.Rows * qg.Rows
	for _, it := range d.Items {
		s := Spectral[T]{Basis: Kron[T]{Factors: []Factor[T]{{A: qg}, {A: qa}}}, D: make([]T, l)}
		for i := range s.D {
			s.D[i] = T(float64(sum[i]) / d.Count)
		}
		switch {
		case strings.HasPrefix(it.Strategy, "kfac"):
			for i, g := range lg {
				for j, a := range la {
					s.D[i*len(la)+j] = g * a
				}
			}
		case strings.HasPrefix(it.Strategy, "diag"):
			// The sum of the diagonal strategy is in the coordinates of the gradient.
			s.Basis = Identity[T]{N: l}
		}
		out := NewMatrix[T](grad.Rows, l)
		f := Filter{Power: -1, Shift: it.Used, Negative: NegativeKeep}
		s.Apply(nil, out, grad, f, make([]T, s.Work(grad.Rows)))
		want := oracleMatrix[T](t, c, it.Array).Data
		if e := oracle.Relative(out.Data, want); !(e <= it.Tolerance) {
			t.Errorf("%s: %.3g, bar %.3g", it.Array, e, it.Tolerance)
		}
	}
}
