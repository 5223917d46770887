package purifying

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// nearly returns an orthogonal matrix near q with a criterion for m between 0.01 and 0.03.
func nearly(m, q linalg.Matrix[float64], g *rnd.Source) (linalg.Matrix[float64], float64, error) {
	n := q.Rows
	z, w, b := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	nn.Normal(z.Data, 1, g)
	qr := linalg.NewQR[float64](n, n)
	out := linalg.NewMatrix[float64](n, n)
	for size := 1.0; size > 1e-6; size /= 1.3 {
		for i, v := range q.Data {
			w.Data[i] = v + float64(size/math.Sqrt(float64(n))*z.Data[i])
		}
		if err := qr.Factorize(w); err != nil {
			return out, 0, err
		}
		qr.QTo(out)
		if c := linalg.Criterion(nil, out, m, w, b); c <= 0.03 {
			if c < 0.01 {
				return out, 0, fmt.Errorf("no start with a criterion between 0.01 and 0.03 at n = %d", n)
			}
			return out, c, nil
		}
	}
	return out, 0, fmt.Errorf("the criterion stays above 0.03 at n = %d", n)
}

// reversed returns the columns of q in the opposite order.
func reversed(q linalg.Matrix[float64]) linalg.Matrix[float64] {
	out := linalg.NewMatrix[float64](q.Rows, q.Cols)
	for i := range q.Rows {
		for j := range q.Cols {
			out.Set(i, q.Cols-1-j, q.At(i, j))
		}
	}
	return out
}
