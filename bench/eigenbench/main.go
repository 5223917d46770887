// Package eigenbench measures linalg.SymEig: time, in milliseconds and in products of the same order measured in the
// same rounds, residual, orthogonality, and the ratio to gonum.
package eigenbench

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"gonum.org/v1/gonum/mat"
)

// gonumLimit is the largest order at which gonum is timed by default: it needs a second at 512.
const gonumLimit = 256

type settings struct {
	sizes     []int
	rounds    int
	pool      *kernels.Pool
	gonumMost int
}

// Main runs the command and returns the exit status.
func Main(args []string) int {
	fs := flag.NewFlagSet("eigen", flag.ContinueOnError)
	sizes := fs.String("sizes", "16,32,64,128,256,512", "orders, separated by commas")
	rounds := fs.Int("rounds", 5, "interleaved rounds per row; the table shows the best of each, since interference is one-sided")
	workers := fs.Int("workers", 1, "workers of the pool")
	most := fs.Int("gonum", gonumLimit, "largest order at which gonum is timed; 0 leaves it out")
	if err := fs.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(os.Stderr, "eigen: "+format+"\n", args...)
		return 2
	}
	if fs.NArg() > 0 {
		return wrong("unexpected argument %q", fs.Arg(0))
	}
	if *rounds < 1 || *workers < 1 {
		return wrong("-rounds and -workers must be at least 1")
	}
	s := settings{rounds: *rounds, gonumMost: *most}
	for _, f := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(f))
		if err != nil || n < 1 {
			return wrong("-sizes: %q is not a positive number", f)
		}
		s.sizes = append(s.sizes, n)
	}
	s.pool = kernels.NewPool(*workers)
	defer s.pool.Close()
	fmt.Printf("symmetric eigen-decomposition with all vectors, tier %v, %d workers, best of %d rounds\n", s.pool.ISA(), *workers, *rounds)
	fmt.Println("products: time in units of one n×n product of the same run; residual ‖AQ−QΛ‖/(n·eps·‖A‖), orthogonality ‖QᵀQ−I‖/(n·eps)")
	fmt.Printf("%-8s %5s %-10s %10s %9s %9s %9s %10s %9s\n", "type", "n", "spectrum", "ms", "products", "residual", "orth.", "gonum ms", "ratio")
	ok := table[float32](s, "float32")
	ok = table[float64](s, "float64") && ok
	if !ok {
		fmt.Fprintln(os.Stderr, "eigen: a bound was not met")
		return 1
	}
	return 0
}

// spectra are the matrices of the table.
var spectra = []struct {
	name string
	make func(r *source, n int) linalg.Matrix[float64]
}{
	{"wishart", func(r *source, n int) linalg.Matrix[float64] { return gram(r, n, 2*n) }},
	{"goe", func(r *source, n int) linalg.Matrix[float64] {
		a := r.normal(n, n)
		linalg.Mirror(nil, kernels.Lower, a)
		return a
	}},
	{"decaying", func(r *source, n int) linalg.Matrix[float64] {
		// Q·diag(k⁻²)·Qᵀ with the vectors of a random matrix.
		qr, q, b := linalg.NewQR[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
		if err := qr.Factorize(r.normal(n, n)); err != nil {
			panic(err) // the matrix is finite
		}
		qr.QTo(q)
		for i := range n {
			for j := range n {
				b.Set(i, j, q.At(i, j)/float64((j+1)*(j+1)))
			}
		}
		a := linalg.NewMatrix[float64](n, n)
		linalg.MatMulNT(nil, a, b, q)
		linalg.Mirror(nil, kernels.Lower, a)
		return a
	}},
	{"rank n/2", func(r *source, n int) linalg.Matrix[float64] { return gram(r, n, (n+1)/2) }},
}

func gram(r *source, n, k int) linalg.Matrix[float64] {
	a := linalg.NewMatrix[float64](n, n)
	linalg.Gram(nil, a, kernels.NoTrans, 1/float64(k), r.normal(n, k), 0)
	return a
}

// source is a small generator: the same matrices everywhere.
type source uint64

func (s *source) next() float64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

func (s *source) normal(m, n int) linalg.Matrix[float64] {
	a := linalg.NewMatrix[float64](m, n)
	for i := range a.Data {
		v := -3.0
		for range 6 {
			v += s.next()
		}
		a.Data[i] = v * math.Sqrt2
	}
	return a
}

func table[T kernels.Float](s settings, name string) bool {
	ok := true
	for _, n := range s.sizes {
		eig := linalg.NewSymEig[T](n, linalg.WithPool(s.pool))
		c := linalg.NewMatrix[T](n, n)
		for _, sp := range spectra {
			r := source(n)
			a64 := sp.make(&r, n)
			a := linalg.NewMatrix[T](n, n)
			for i, v := range a64.Data {
				a.Data[i] = T(v)
			}
			peer := n <= s.gonumMost && name == "float64"
			var own, product, gonum []float64
			sym := mat.NewSymDense(n, a64.Data)
			for range s.rounds {
				own = append(own, seconds(func() {
					if err := eig.Factorize(a); err != nil {
						panic(err) // the matrix is finite
					}
				}))
				product = append(product, seconds(func() { linalg.MatMul(s.pool, c, a, a) }))
				if peer {
					gonum = append(gonum, seconds(func() {
						var e mat.EigenSym
						e.Factorize(sym, true)
					}))
				}
			}
			t := slices.Min(own)
			residual, orth := check(a, eig)
			ok = ok && residual <= 1 && orth <= 1
			fmt.Printf("%-8s %5d %-10s %10.4f %9.1f %9.3f %9.3f", name, n, sp.name, t*1e3, t/slices.Min(product), residual, orth)
			if peer {
				fmt.Printf(" %10.3f %9.1f", slices.Min(gonum)*1e3, slices.Min(gonum)/t)
			}
			fmt.Println()
		}
	}
	return ok
}

// check returns the residual and the orthogonality in units of n·eps.
func check[T kernels.Float](a linalg.Matrix[T], eig *linalg.SymEig[T]) (residual, orth float64) {
	n := a.Rows
	eps := 0x1p-52
	if T(1)+T(0x1p-30) == 1 {
		eps = 0x1p-23
	}
	a64, q := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	for i := range n {
		kernels.Convert(nil, a64.Row(i), a.Row(i))
		kernels.Convert(nil, q.Row(i), eig.Vectors().Row(i))
	}
	x := linalg.NewMatrix[float64](n, n)
	linalg.MatMul(nil, x, a64, q)
	for i := range n {
		for j := range n {
			x.Set(i, j, x.At(i, j)-q.At(i, j)*float64(eig.Values()[j]))
		}
	}
	residual = linalg.FrobeniusNorm(nil, x) / linalg.FrobeniusNorm(nil, a64)
	qt := linalg.NewMatrix[float64](n, n)
	linalg.TransposeTo(nil, qt, q)
	for i := range n {
		for j := range n {
			v := kernels.Dot(nil, qt.Row(i), qt.Row(j))
			if i == j {
				v--
			}
			x.Set(i, j, v)
		}
	}
	return residual / (float64(n) * eps), linalg.FrobeniusNorm(nil, x) / (float64(n) * eps)
}

// seconds returns the time of one call of f, from as many calls as some milliseconds need.
func seconds(f func()) float64 {
	for calls := 1; ; calls *= 4 {
		start := time.Now()
		for range calls {
			f()
		}
		if d := time.Since(start); d > 4*time.Millisecond {
			return d.Seconds() / float64(calls)
		}
	}
}
