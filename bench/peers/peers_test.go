package peers

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	noCompile = true
	os.Exit(m.Run())
}

// each runs a test for every library and type; what is not installed is skipped with the line that says what to install.
func each(t *testing.T, f32, f64 func(*testing.T, *Library)) {
	for _, n := range names {
		t.Run(n, func(t *testing.T) {
			set, err := Load(n)
			require.NoError(t, err)
			l := set.Get(n)
			if l == nil {
				t.Skip(set.Missing[0])
			}
			t.Run("float32", func(t *testing.T) { f32(t, l) })
			t.Run("float64", func(t *testing.T) { f64(t, l) })
		})
	}
}

func random[T kernels.Float](n int) []T {
	r, x := rnd.New(uint64(n)), make([]T, n)
	for i := range x {
		x[i] = T(2*r.Float64() - 1)
	}
	return x
}

// near compares with a bound of 100 eps on values of order size.
func near[T kernels.Float](t *testing.T, want, got []T, size float64, what string) {
	t.Helper()
	eps := 0x1p-52
	if named[T]("") == "s" {
		eps = 0x1p-23
	}
	for i := range want {
		if d := math.Abs(float64(want[i]) - float64(got[i])); !(d <= 100*eps*size) {
			require.Fail(t, what, "element %d: %v, library has %v", i, want[i], got[i])
		}
	}
}

// has runs a call once; nil means that the library lacks it.
func has(c *Call) bool {
	if c != nil {
		c.Run(1)
	}
	return c != nil
}

func TestBLAS(t *testing.T) { each(t, testBLAS[float32], testBLAS[float64]) }

func testBLAS[T kernels.Float](t *testing.T, l *Library) {
	found := 0
	check := func(c *Call, what string, want, got []T, size float64) {
		t.Helper()
		if has(c) {
			found++
			near(t, want, got, size, l.Name+" "+what)
		}
	}
	clone := func(x []T) []T { return append([]T(nil), x...) }
	const N, T_ = kernels.NoTrans, kernels.Trans
	m, n, k := 13, 9, 11
	for _, tA := range []kernels.Transpose{N, T_} {
		for _, tB := range []kernels.Transpose{N, T_} {
			lda, ldb, ldc := 20, 21, 22
			a, b, c := random[T](20*20), random[T](21*21), random[T](22*22)
			alpha, beta := T(1), T(1)
			if l.Name != "libxsmm" {
				alpha, beta = 1.5, 0.5
			}
			d := clone(c)
			kernels.Gemm(nil, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			check(Gemm(l, tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, d, ldc), fmt.Sprintf("gemm %c%c", tA, tB), c, d, 10)
		}
	}
	if l.Name == "libxsmm" {
		a, b, c := random[T](20*20), make([]T, 20*20), make([]T, 20*20)
		kernels.Omatcopy(nil, T_, m, n, 1, a, 20, b, 20)
		check(Omatcopy(l, T_, m, n, 1, a, 20, c, 20), "omatcopy", b, c, 1)
		require.Positive(t, found)
		return
	}
	for _, uplo := range []kernels.Uplo{kernels.Lower, kernels.Upper} {
		for _, tr := range []kernels.Transpose{N, T_} {
			a, b, c := random[T](20*20), random[T](20*20), random[T](20*20)
			d := clone(c)
			kernels.Syrk(nil, uplo, tr, n, k, 1.5, a, 20, 0.5, c, 20)
			check(Syrk(l, uplo, tr, n, k, 1.5, a, 20, 0.5, d, 20), "syrk", c, d, 10)
			kernels.Syr2k(nil, uplo, tr, n, k, 1.5, a, 20, b, 20, 0.5, c, 20)
			if has(Syr2k(l, uplo, tr, n, k, 1.5, a, 20, b, 20, 0.5, d, 20)) {
				near(t, c, d, 20, "syr2k")
			}
			for i := range n {
				a[i*20+i] += 4
			}
			for i := range m {
				b[i*20+i] += 4
			}
			for _, diag := range []kernels.Diag{kernels.NonUnit, kernels.Unit} {
				for _, side := range []kernels.Side{kernels.Left, kernels.Right} {
					tri := a
					if side == kernels.Left {
						tri = b
					}
					x := random[T](20 * 20)
					y := clone(x)
					kernels.Trmm(nil, side, uplo, tr, diag, m, n, 1.5, tri, 20, x, 20)
					check(Trmm(l, side, uplo, tr, diag, m, n, 1.5, tri, 20, y, 20), "trmm", x, y, 100)
					y = clone(x)
					kernels.Trsm(nil, side, uplo, tr, diag, m, n, 1.5, tri, 20, x, 20)
					size := float64(kernels.MaxAbs(nil, x)) * 10
					check(Trsm(l, side, uplo, tr, diag, m, n, 1.5, tri, 20, y, 20), "trsm", x, y, size)
				}
			}
		}
		for _, side := range []kernels.Side{kernels.Left, kernels.Right} {
			a, b, c := random[T](20*20), random[T](20*20), random[T](20*20)
			d := clone(c)
			kernels.Symm(nil, side, uplo, m, n, 1.5, a, 20, b, 20, 0.5, c, 20)
			check(Symm(l, side, uplo, m, n, 1.5, a, 20, b, 20, 0.5, d, 20), "symm", c, d, 10)
		}
		a, x, y := random[T](20*20), random[T](n), random[T](n + 1)[:n]
		z := clone(y)
		kernels.Symv(nil, uplo, n, 1.5, a, 20, x, 0.5, y)
		check(Symv(l, uplo, n, 1.5, a, 20, x, 0.5, z), "symv", y, z, 10)
		b := clone(a)
		kernels.Syr2(nil, uplo, n, 1.5, x, y, a, 20)
		check(Syr2(l, uplo, n, 1.5, x, y, b, 20), "syr2", a, b, 100)
	}
	for _, tr := range []kernels.Transpose{N, T_} {
		a, x, y := random[T](20*20), random[T](20), random[T](21)[:20]
		nx, ny := n, m
		if tr == T_ {
			nx, ny = m, n
		}
		x, y = x[:nx], y[:ny]
		z := clone(y)
		kernels.Gemv(nil, tr, m, n, 1.5, a, 20, x, 0.5, y)
		check(Gemv(l, tr, m, n, 1.5, a, 20, x, 0.5, z), "gemv", y, z, 10)
		b, c := make([]T, 20*20), make([]T, 20*20)
		kernels.Omatcopy(nil, tr, m, n, 1.5, a, 20, b, 20)
		check(Omatcopy(l, tr, m, n, 1.5, a, 20, c, 20), "omatcopy", b, c, 1)
	}
	a, x, y := random[T](20*20), random[T](m), random[T](n)
	b := clone(a)
	kernels.Ger(nil, m, n, 1.5, x, y, a, 20)
	check(Ger(l, m, n, 1.5, x, y, b, 20), "ger", a, b, 3)
	x, y = random[T](1000), random[T](1001)[:1000]
	z := clone(y)
	kernels.Axpy(nil, 1.5, x, y)
	check(Axpy(l, 1.5, x, z), "axpy", y, z, 3)
	z = clone(x)
	kernels.Scal(nil, 1.5, x)
	check(Scal(l, 1.5, z), "scal", x, z, 3)
	if c := Dot(l, x, y); has(c) {
		near(t, []T{kernels.Dot(nil, x, y)}, []T{Result[T](c)}, 100, "dot")
	}
	if c := Nrm2(l, x); has(c) {
		near(t, []T{kernels.Nrm2(nil, x)}, []T{Result[T](c)}, 100, "nrm2")
	}
	if c := Asum(l, x); has(c) {
		var s T
		for _, v := range x {
			s += T(math.Abs(float64(v)))
		}
		near(t, []T{s}, []T{Result[T](c)}, 10000, "asum")
	}
	for name, c := range map[string]*Call{"sum": Sum(l, x), "maxabs": MaxAbs(l, x)} {
		if has(c) {
			want := kernels.Sum(nil, x)
			if name == "maxabs" {
				want = kernels.MaxAbs(nil, x)
			}
			near(t, []T{want}, []T{Result[T](c)}, 1000, name)
		}
	}
	w := make([]T, len(x))
	z = clone(w)
	kernels.Hadamard(nil, x, y, w)
	check(Hadamard(l, x, y, z), "hadamard", w, z, 10)
	kernels.Exp(nil, x, w)
	check(Exp(l, x, z), "exp", w, z, 10)
	kernels.Softmax(nil, 10, 90, x, 100, w, 100)
	if s := clone(w); has(Softmax(l, 10, 90, x, 100, s, 100)) {
		near(t, w, s, 1, "softmax")
	}
	s, s2 := make([]T, 10), make([]T, 10)
	kernels.LogSumExp(nil, 10, 90, x, 100, s)
	check(LogSumExp(l, 10, 90, x, 100, s2), "logsumexp", s, s2, 10)
	g, m1, v1 := random[T](1000), make([]T, 1000), make([]T, 1000)
	x1, m2, v2 := clone(x), make([]T, 1000), make([]T, 1000)
	kernels.Adam(nil, kernels.AdamCoef[T]{Scale: 1, Beta1: 0.9, Weight1: 0.1, Beta2: 0.99, Weight2: 0.01, Eps: 1e-6, Step: 0.1, Decay: 1}, x, g, m1, v1)
	check(Adam(l, 0.9, 0.99, 1e-6, 0.1, x1, g, m2, v2), "adam", x, x1, 1000)

	// A call in a loop of three with a copy before it: the arguments are loaded anew each time.
	sum := make([]T, len(x))
	if c := Copy(sum, x).Then(Axpy(l, 1, x, sum)).Then(Axpy(l, 1, x, sum)); c != nil {
		c.Run(3)
		for i := range x {
			require.Equal(t, x[i]+x[i]+x[i], sum[i])
		}
	}
	require.Greater(t, found, 20)
}

func TestLAPACK(t *testing.T) { each(t, testLAPACK[float32], testLAPACK[float64]) }

func testLAPACK[T kernels.Float](t *testing.T, l *Library) {
	if l.Name == "libxsmm" || l.Name == "BLIS" {
		t.Skip("has no LAPACK")
	}
	const n = 37
	spd := make([]T, n*n)
	x := random[T](n * n)
	kernels.Syrk(nil, kernels.Lower, kernels.NoTrans, n, n, 1, x, n, 0, spd, n)
	linalg.Mirror(nil, kernels.Lower, linalg.MatrixOf(n, n, spd))
	for i := range n {
		spd[i*n+i]++
	}
	w := make([]T, n)
	a := make([]T, n*n)
	run := func(c *Call) bool {
		if c == nil {
			return false
		}
		c.Run(2)
		require.NoError(t, c.Err())
		return true
	}

	chol := linalg.NewCholesky[T](n)
	require.NoError(t, chol.Factorize(linalg.MatrixOf(n, n, spd)))
	lower := linalg.NewMatrix[T](n, n)
	chol.LTo(lower)
	if c := Potrf(l, kernels.Lower, n, a, n); run(Copy(a, spd).Then(c)) {
		for i := range n {
			near(t, lower.Row(i)[:i+1], a[i*n:i*n+i+1], 100, "potrf")
		}
	}

	eig := linalg.NewSymEig[T](n)
	require.NoError(t, eig.Factorize(linalg.MatrixOf(n, n, spd)))
	ascending := make([]T, n)
	for i, v := range eig.Values() {
		ascending[n-1-i] = v
	}
	size := float64(eig.Values()[0]) * 5
	// vectors checks the residual of z, whose rows are the eigenvectors.
	vectors := func(z []T, what string) {
		t.Helper()
		y := make([]T, n*n)
		kernels.Gemm(nil, kernels.NoTrans, kernels.NoTrans, n, n, n, 1, z, n, spd, n, 0, y, n)
		for i := range n {
			kernels.Axpy(nil, -w[i], z[i*n:(i+1)*n], y[i*n:(i+1)*n])
		}
		near(t, make([]T, n*n), y, size, what)
	}
	for _, v := range []bool{false, true} {
		for name, c := range map[string]*Call{"syev": Syev(l, v, kernels.Lower, n, a, n, w), "syevd": Syevd(l, v, kernels.Lower, n, a, n, w)} {
			if run(Copy(a, spd).Then(c)) {
				near(t, ascending, w, size, name)
				if v {
					vectors(a, name)
				}
			}
		}
	}
	z := make([]T, n*n)
	if run(Copy(a, spd).Then(Syevr(l, true, kernels.Lower, n, a, n, w, z, n))) {
		near(t, ascending, w, size, "syevr")
		vectors(z, "syevr")
	}
	d, e, tau := w, make([]T, n-1), make([]T, n-1)
	if run(Copy(a, spd).Then(Sytrd(l, kernels.Lower, n, a, n, d, e, tau))) {
		require.True(t, run(Orgtr(l, kernels.Lower, n, append([]T{}, a...), n, tau)))
		require.True(t, run(Ormtr(l, kernels.Left, kernels.Lower, kernels.NoTrans, n, n, a, n, tau, z, n)))
		d2, e2, d3, e3 := make([]T, n), make([]T, n-1), make([]T, n), make([]T, n-1)
		require.True(t, run(Copy(d2, d).Then(Copy(e2, e)).Then(Sterf(l, n, d2, e2))))
		near(t, ascending, d2, size, "sterf")
		require.True(t, run(Copy(d3, d).Then(Copy(e3, e)).Then(Stedc(l, n, d3, e3, z, n))))
		near(t, ascending, d3, size, "stedc")
	}

	ipiv := make([]int32, n)
	if run(Copy(a, spd).Then(Getrf(l, n, n, a, n, ipiv))) {
		lu := linalg.NewLU[T](n)
		require.NoError(t, lu.Factorize(linalg.MatrixOf(n, n, spd)))
		upper := linalg.NewMatrix[T](n, n)
		lu.UTo(upper)
		for i := range n {
			for j := i; j < n; j++ { // a is column-major
				near(t, []T{upper.At(i, j)}, []T{a[j*n+i]}, size, "getrf")
			}
		}
	}
	inv := append([]T{}, lower.Data...)
	if run(Copy(a, lower.Data).Then(Trtri(l, kernels.Lower, kernels.NonUnit, n, a, n))) {
		require.NoError(t, linalg.InvertTriangular(nil, kernels.Lower, kernels.NonUnit, linalg.MatrixOf(n, n, inv)))
		near(t, inv, a, 100, "trtri")
	}

	// QR of a tall matrix and singular values of it, both ways.
	const m = 53
	tall, b, h := random[T](m*n), make([]T, m*n), make([]T, n)
	if run(Copy(b, tall).Then(Geqrf(l, m, n, b, m, h))) {
		r := make([]T, n*n) // R, row-major; the rows of tall are the columns of the matrix
		for j := range n {
			for i := range j + 1 {
				r[i*n+j] = b[j*m+i]
			}
		}
		require.NotNil(t, Orgqr(l, m, n, n, b, m, h))
		q := Orgqr(l, m, n, n, b, m, h)
		q.Run(1)
		require.NoError(t, q.Err())
		back := make([]T, n*m)
		kernels.Gemm(nil, kernels.Trans, kernels.NoTrans, n, m, n, 1, r, n, b, m, 0, back, m)
		near(t, tall, back, 10, "geqrf, orgqr")
	}
	jpvt, free := make([]int32, n), make([]int32, n)
	if run(Sequence(Copy(b, tall), Copy(jpvt, free), Geqp3(l, m, n, b, m, jpvt, h))) {
		pivoted := linalg.NewPivotedQR[T](m, n)
		at := linalg.NewMatrix[T](m, n)
		linalg.TransposeTo(nil, at, linalg.MatrixOf(n, m, tall))
		require.NoError(t, pivoted.Factorize(at))
		for j, c := range pivoted.Perm() {
			require.Equal(t, c+1, int(jpvt[j]), "geqp3")
		}
	}
	g := make([]T, n*n)
	kernels.Syrk(nil, kernels.Lower, kernels.NoTrans, n, m, 1, tall, m, 0, g, n)
	require.NoError(t, eig.Factorize(linalg.MatrixOf(n, n, g)))
	s, u, vt := make([]T, n), make([]T, m*n), make([]T, n*n)
	for name, c := range map[string]*Call{"gesdd": Gesdd(l, m, n, b, m, s, u, m, vt, n), "gesvd": Gesvd(l, m, n, b, m, s, u, m, vt, n)} {
		if run(Copy(b, tall).Then(c)) {
			for i := range n {
				assert.InDelta(t, float64(eig.Values()[i]), float64(s[i])*float64(s[i]), size*1e-4, name)
			}
			// A = U·diag(s)·Vᵀ: in rows, tall = V·diag(s)·Uᵀ with V in vt's memory row-major n×n.
			for j := range n {
				kernels.Scal(nil, s[j], u[j*m:(j+1)*m])
			}
			back := make([]T, n*m)
			kernels.Gemm(nil, kernels.NoTrans, kernels.NoTrans, n, m, n, 1, vt, n, u, m, 0, back, m)
			near(t, tall, back, 10, name)
		}
	}
}

// TestNotPositive: what a routine reports in info arrives as an error.
func TestNotPositive(t *testing.T) {
	set, err := Load("OpenBLAS")
	require.NoError(t, err)
	if len(set.Libraries) == 0 {
		t.Skip(set.Missing[0])
	}
	c := Potrf(set.Libraries[0], kernels.Lower, 2, []float64{1, 0, 0, -1}, 2)
	c.Run(1)
	require.ErrorContains(t, c.Err(), "info = 2")
}

// TestKronMul compares products with linalg's. FastKron is in no package: its file is named by a variable.
func TestKronMul(t *testing.T) {
	path := os.Getenv("EIGENBASIS_FASTKRON")
	if path == "" {
		t.Skip("EIGENBASIS_FASTKRON names no file of FastKron")
	}
	set, err := Load(FastKron + "=" + path)
	require.NoError(t, err)
	require.Empty(t, set.Missing)
	t.Run("float32", func(t *testing.T) { testKronMul[float32](t, set.Libraries[0]) })
	t.Run("float64", func(t *testing.T) { testKronMul[float64](t, set.Libraries[0]) })
}

func testKronMul[T kernels.Float](t *testing.T, l *Library) {
	for _, s := range []struct {
		side       kernels.Side
		n, axes, m int
	}{{kernels.Left, 32, 2, 1}, {kernels.Left, 32, 2, 16}, {kernels.Left, 64, 2, 1}, {kernels.Left, 64, 3, 16}, {kernels.Right, 32, 3, 16}, {kernels.Right, 128, 2, 16}} {
		size := s.m
		factors := make([]linalg.Factor[T], s.axes)
		f := random[T](s.n * s.n)
		for i := range factors {
			size *= s.n
			factors[i].A = linalg.MatrixOf(s.n, s.n, f)
		}
		x, want, got := random[T](size), make([]T, size), make([]T, size)
		work := make([]T, linalg.KronMulWork(kernels.NoTrans, factors, s.m))
		if k := size / s.m; s.side == kernels.Left {
			linalg.KronMulLeft(nil, linalg.MatrixOf(k, s.m, want), kernels.NoTrans, factors, linalg.MatrixOf(k, s.m, x), work)
		} else {
			linalg.KronMulRight(nil, linalg.MatrixOf(s.m, k, want), linalg.MatrixOf(s.m, k, x), kernels.NoTrans, factors, work)
		}
		c := KronMul(l, s.side, s.n, s.axes, s.m, f, x, got, make([]T, size))
		c.Run(1)
		require.NoError(t, c.Err())
		near(t, want, got, float64(s.n), fmt.Sprint(s))
	}
}

func TestLoadNames(t *testing.T) {
	_, err := Load("mkl")
	require.ErrorContains(t, err, `no peer "mkl"`)
	set, err := Load("none")
	require.NoError(t, err)
	require.Empty(t, set.Libraries)
}

// TestEnvironment starts a process with variables that force slow kernels on OpenBLAS; they are gone before the library reads them.
func TestEnvironment(t *testing.T) {
	set, err := Load("OpenBLAS")
	require.NoError(t, err)
	if len(set.Libraries) == 0 {
		t.Skip(set.Missing[0])
	}
	const forced = "Prescott"
	if os.Getenv("OPENBLAS_CORETYPE") == "" && os.Getenv(child) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestEnvironment$", "-test.v")
		cmd.Env = append(os.Environ(), child+"=1", "OPENBLAS_CORETYPE="+forced)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), set.Libraries[0].Detail)
		return
	}
	require.NotContains(t, set.Libraries[0].Detail, forced)
	require.Empty(t, os.Getenv("OPENBLAS_CORETYPE"))
	t.Log(set.Libraries[0].Detail)
}

// TestOpenBLASCore asks for other kernels where the library's own choice is older than the processor, and only there.
func TestOpenBLASCore(t *testing.T) {
	for _, by := range []string{"Haswell", "Zen", "SkylakeX", "Cooperlake", "Sapphirerapids"} {
		require.Empty(t, openBLASCore(by), by)
	}
	want := ""
	if hasTier(kernels.AVX2) {
		want = "Haswell"
	}
	if hasTier(kernels.AVX512) {
		want = "SkylakeX"
	}
	require.Equal(t, want, openBLASCore("Prescott"))
	if os.Getenv(child) == "" {
		// In a process where nobody else holds the library.
		cmd := exec.Command(os.Args[0], "-test.run=^TestOpenBLASCore$", "-test.v")
		cmd.Env = append(os.Environ(), child+"=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		if strings.Contains(string(out), "--- SKIP") {
			t.Skip("no OpenBLAS: " + string(out))
		}
		return
	}
	l, err := load("OpenBLAS", "")
	if err != nil {
		t.Skip(err)
	}
	for _, core := range []string{"Haswell", "Prescott"} {
		l, err = reopened(l, "", l.Path, "OPENBLAS_CORETYPE", core)
		require.NoError(t, err)
		require.Equal(t, core, callString(symbol(l.handle, "openblas_get_corename")))
	}
}

const child = "EIGENBASIS_PEERS_TEST_CHILD"
