package lanczos

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The method of the paper as it is written: Lanczos on P·L·P with an inner solver for the projection. linalg.Lanczos, which
// everything below uses, is compared with it.

// projection replaces x by P·x, the part of it with Cᵀx = 0.
type projection func(x []float64)

// outer makes k steps of Lanczos on the null space of the constraints with full reorthogonalisation and returns α and β.
func outer(l *linalg.CSR[float64], project projection, start []float64, k int) (alpha, beta []float64) {
	n := l.Rows
	q := linalg.NewMatrix[float64](k+1, n)
	copy(q.Row(0), start)
	project(q.Row(0))
	kernels.Scal(nil, 1/kernels.Nrm2(nil, q.Row(0)), q.Row(0))
	for j := range k {
		r := q.Row(j + 1)
		l.MulVec(nil, r, q.Row(j))
		project(r)
		a := kernels.Dot(nil, q.Row(j), r)
		alpha = append(alpha, a)
		for range 2 {
			for i := range j + 1 {
				kernels.Axpy(nil, -kernels.Dot(nil, q.Row(i), r), q.Row(i), r)
			}
			project(r)
		}
		b := kernels.Nrm2(nil, r)
		beta = append(beta, b)
		if b < 1e-10 {
			break
		}
		kernels.Scal(nil, 1/b, r)
	}
	return alpha, beta
}

// byQR projects by an orthonormal basis of the constraints.
func byQR(c *linalg.Constraint[float64]) projection { return c.Project }

// byLSQR projects by the residual of min‖C·y − x‖, found by linalg.LSQR to a relative tolerance: the inner iteration of the
// paper, which asks for products with C and Cᵀ only.
func byLSQR(c linalg.Matrix[float64], tol float64, failed *error) projection {
	s := linalg.NewLSQR[float64](c.Rows, c.Cols)
	y := make([]float64, c.Cols)
	return func(x []float64) {
		if _, err := s.Solve(y, &linalg.General[float64]{A: c}, x, tol, 0); err != nil {
			*failed = err
		}
		linalg.MatVec(nil, x, kernels.NoTrans, -1, c, y, 1)
	}
}

// dense returns the eigenvalues, descending, of P·L·P on the null space of the constraints: those of P·L·P − s·(I − P) without
// the lowest, s beyond the spectrum.
func dense(l *linalg.CSR[float64], con *linalg.Constraint[float64]) ([]float64, error) {
	n := l.Rows
	a, x, p := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	l.Dense(a)
	s := 1.0
	for i := range n {
		s = max(s, 2*a.At(i, i)+1)
	}
	p.Identity()
	if q := con.Basis(); q.Rows > 0 {
		linalg.MatMulAdd(nil, p, kernels.Trans, kernels.NoTrans, -1, q, q, 1)
	}
	linalg.MatMul(nil, x, a, p)
	linalg.MatMul(nil, a, p, x)
	for i := range n {
		for j := range n {
			a.Set(i, j, a.At(i, j)+float64(s*p.At(i, j)))
		}
		a.Set(i, i, a.At(i, i)-s)
	}
	e := linalg.NewSymEig[float64](n)
	if err := e.Factorize(a); err != nil {
		return nil, err
	}
	return e.Values()[:n-con.Rank()], nil
}

func constraint(c linalg.Matrix[float64]) (*linalg.Constraint[float64], error) {
	s := linalg.NewConstraint[float64](c.Rows, c.Cols)
	return s, s.Factorize(c)
}
