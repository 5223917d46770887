package solverbench

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/seed-4885aa59/eigenbasis/internal/families"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// accuracySizes are powers of two, their neighbours and primes.
var accuracySizes = []int{31, 64, 127, 257, 512, 1021, 1024, 2047, 2048}

// eigenAccuracy decomposes a matrix of every family, scaled over the range of the type, and prints the errors. It reports whether all
// are within their bounds.
func eigenAccuracy(s *settings, sizes []int, out io.Writer) bool {
	fmt.Fprintln(out, "residual ‖AQ−QΛ‖/(n·eps·‖A‖), orthogonality ‖QᵀQ−I‖/(n·eps), values: a bound of the largest error of an eigenvalue/(n·eps·‖A‖₂); good up to 1")
	fmt.Fprintf(out, "%-8s %5s %-36s %6s %9s %9s %9s %8s\n", "type", "n", "", "scale", "residual", "orth.", "values", "s")
	good := accuracy[float32](s, sizes, []int{0, -100, 99, -140}, out)
	return accuracy[float64](s, sizes, []int{0, -498, 498, -1060}, out) && good
}

// accuracy is eigenAccuracy for one type. Scales are powers of two: beyond normal numbers they change nothing but the digits of the matrix itself, so
// large matrices get the first one alone.
func accuracy[T kernels.Float](s *settings, sizes, scales []int, out io.Writer) bool {
	name, smallest := "float32", 0x1p-126
	if epsOf[T]() == epsOf[float64]() {
		name, smallest = "float64", 0x1p-1022
	}
	good := true
	for _, n := range sizes {
		eig := linalg.NewSymEig[T](n, linalg.WithPool(s.pool))
		var worst families.Errors
		for _, f := range families.All {
			if !s.filter.MatchString(fmt.Sprintf("%s/%d/%s", name, n, f.Name)) {
				continue
			}
			a64 := linalg.MatrixOf(n, n, f.Make(rnd.New(uint64(n)), n))
			for k, exp := range scales {
				if k > 0 && n > 300 {
					break
				}
				a := linalg.NewMatrix[T](n, n)
				for i, v := range a64.Data {
					a.Data[i] = T(math.Ldexp(v, exp))
				}
				start := time.Now()
				err := eig.Factorize(a)
				seconds := time.Since(start).Seconds()
				e := families.Errors{Residual: math.NaN(), Orthogonality: math.NaN(), Values: math.NaN()}
				if err == nil {
					values := make([]float64, n)
					kernels.Convert(nil, values, eig.Values())
					e = families.Measure(n, wide(a).Data, values, wide(eig.Vectors()).Data, epsOf[T](), smallest)
				}
				worst = worst.Max(e)
				verdict := ""
				if !(e.Worst() <= 1) {
					good, verdict = false, "  ABOVE ITS BOUND"
				}
				if verdict != "" || k == 0 {
					fmt.Fprintf(out, "%-8s %5d %-36s %6d %9.3f %9.3f %9.3f %8.3f%s\n", name, n, f.Name, exp, e.Residual, e.Orthogonality, e.Values, seconds, verdict)
				}
			}
		}
		fmt.Fprintf(out, "%-8s %5d %-36s %6s %9.3f %9.3f %9.3f\n", name, n, "WORST OF ALL, ALL SCALES", "", worst.Residual, worst.Orthogonality, worst.Values)
	}
	return good
}
