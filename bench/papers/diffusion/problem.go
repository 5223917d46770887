package diffusion

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// data are samples of a Gaussian distribution with variances lambdas in a random basis, with their mean taken off.
func data(r *rnd.Source, samples int, lambdas []float64) (linalg.Matrix[float64], error) {
	d := len(lambdas)
	q, g := linalg.NewQR[float64](d, d), linalg.NewMatrix[float64](d, d)
	rnd.Normal(r, g.Data)
	if err := q.Factorize(g); err != nil {
		return g, err
	}
	q.QTo(g)
	x, z := linalg.NewMatrix[float64](samples, d), linalg.NewMatrix[float64](samples, d)
	rnd.Normal(r, z.Data)
	for i := range samples {
		for j, l := range lambdas {
			z.Set(i, j, z.At(i, j)*math.Sqrt(l))
		}
	}
	linalg.MatMulNT(nil, x, z, g)
	mean := make([]float64, d)
	kernels.ColSum(nil, samples, d, x.Data, d, mean)
	for i := range samples {
		kernels.Axpy(nil, -1/float64(samples), mean, x.Row(i))
	}
	return x, nil
}

func covariance(x linalg.Matrix[float64]) linalg.Matrix[float64] {
	s := linalg.NewMatrix[float64](x.Cols, x.Cols)
	linalg.Gram(nil, s, kernels.Trans, 1/float64(x.Rows), x, 0)
	return s
}

// neighbours returns the covariance of neighbours of periodic signals whose Fourier mode m has the variance λ_m.
func neighbours(lambdas []float64) []float64 {
	n := len(lambdas)
	c := make([]float64, n)
	for i := range c {
		for m, l := range lambdas {
			c[i] += l * elem.Cos(2*math.Pi*float64(m*i)/float64(n)) / float64(n)
		}
	}
	return c
}

// powerLaw gives the modes m and n − m the variance 10·(1 + min(m, n − m))^-2.
func powerLaw(n int) []float64 {
	l := make([]float64, n)
	for m := range l {
		f := float64(1 + min(m, n-m))
		l[m] = 10 / (f * f)
	}
	return l
}

// logSpaced returns n points from low to high.
func logSpaced(low, high float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = low * exp(log(high/low)*float64(i)/float64(n-1))
	}
	return x
}
