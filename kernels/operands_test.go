package kernels

import (
	"fmt"
	"go/ast"
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// Every exported kernel with its operands, for the rules that hold for all of them: what may overlap (overlap_test.go), leading dimensions near
// the largest int (hugestride_test.go) and what the race detector is told (race_test.go).

// An operand is batch matrices (0 counts as 1) of rows×cols elements at a stride. Memory is counted in float64, of which other types take a part.
type operand struct {
	name          string
	rows, cols    int
	ld            int // 0: a vector, which has none
	batch, stride int
	out           bool
	uplo          Uplo     // only this triangle is touched
	unused        int      // elements before the first that is touched
	ldOf          string   // the operand whose leading dimension holds for this one, too
	inPlace       []string // operands that it may be exactly
}

// operandRow is a kernel called with operands of some shape.
type operandRow struct {
	name   string
	ops    []operand
	blocks bool // blocks of columns of one matrix are known not to overlap
	call   func(p *Pool, v []operandView)
}

// operandView is an operand in memory.
type operandView struct {
	x          []float64
	ld, stride int
}

func (o *operand) span() int {
	return max(0, o.batch-1)*o.stride + span(o.rows, o.cols, o.ld)
}

// offsets are the places of the operand's elements.
func (o *operand) offsets() (at []int) {
	for b := range max(1, o.batch) {
		for i := range o.rows {
			lo, hi := region{uplo: o.uplo}.columns(i, i+1, o.cols)
			for j := lo; j < hi; j++ {
				at = append(at, b*o.stride+i*o.ld+j)
			}
		}
	}
	return at
}

// kernelRows returns at least one row for every exported kernel. Matrices have m rows where a kernel leaves the choice, so with m = 1 any leading dimension will do.
func kernelRows(m int) []operandRow {
	const n, gap, nt, tr = 6, 3, NoTrans, Trans
	in := func(name string, rows, cols int) operand {
		return operand{name: name, rows: rows, cols: cols, ld: cols + gap}
	}
	out := func(name string, rows, cols int) operand {
		o := in(name, rows, cols)
		o.out = true
		return o
	}
	tri := func(uplo Uplo, o operand) operand { o.uplo = uplo; return o }
	// x is a vector that is read, y one that is written.
	x := func(name string, n int) operand { return operand{name: name, rows: 1, cols: n} }
	y := func(name string, n int, inPlace ...string) operand {
		return operand{name: name, rows: 1, cols: n, out: true, inPlace: inPlace}
	}
	batches := func(o operand, batch, more int) operand {
		o.batch, o.stride = batch, o.span()+more
		return o
	}
	type views = []operandView
	batch := 1
	if m > 1 {
		batch = 3
	}
	head := func(o operand, batch int) operand { // blocks of columns of one matrix
		o.batch, o.stride, o.ld = batch, o.cols+1, batch*(o.cols+1)
		return o
	}

	var rows []operandRow
	add := func(name string, call func(p *Pool, v views), ops ...operand) {
		rows = append(rows, operandRow{name: name, ops: ops, call: call})
	}
	exact := func(name string, call func(p *Pool, v views), ops ...operand) {
		rows = append(rows, operandRow{name: name, ops: ops, call: call, blocks: true})
	}

	// Products of matrices.
	for _, size := range []int{m, smallRows + 6} {
		exact(fmt.Sprintf("Gemm/%d", size), func(p *Pool, v views) {
			Gemm(p, nt, nt, size, n, m, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld, 0.25, v[2].x, v[2].ld)
		}, in("A", size, m), in("B", m, n), out("C", size, n))
	}
	exact("Gemm/TT", func(p *Pool, v views) {
		Gemm(p, tr, tr, m, n, m, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld, 0.25, v[2].x, v[2].ld)
	}, in("A", m, m), in("B", n, m), out("C", m, n))
	gemmBatch := func(p *Pool, v views) {
		GemmBatch(p, nt, nt, m, n, m, 0.5, v[0].x, v[0].ld, v[0].stride, v[1].x, v[1].ld, v[1].stride, 0.25, v[2].x, v[2].ld, v[2].stride, batch)
	}
	add("GemmBatch", gemmBatch, batches(in("A", m, m), batch, 2), batches(in("B", m, n), batch, 1), batches(out("C", m, n), batch, 0))
	add("GemmBatch/heads", gemmBatch, head(in("A", m, m), batch), head(in("B", m, n), batch), head(out("C", m, n), batch))
	exact("Gemmt", func(p *Pool, v views) {
		Gemmt(p, Lower, nt, nt, m, m, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld, 0.25, v[2].x, v[2].ld)
	}, in("A", m, m), in("B", m, m), tri(Lower, out("C", m, m)))
	exact("Syrk", func(p *Pool, v views) { Syrk(p, Upper, nt, m, n, 0.5, v[0].x, v[0].ld, 0.25, v[1].x, v[1].ld) },
		in("A", m, n), tri(Upper, out("C", m, m)))
	exact("Syr2k", func(p *Pool, v views) {
		Syr2k(p, Lower, tr, m, m, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld, 0.25, v[2].x, v[2].ld)
	}, in("A", m, m), in("B", m, m), tri(Lower, out("C", m, m)))
	for _, side := range []Side{Left, Right} {
		order := m
		if side == Right {
			order = n
		}
		exact(fmt.Sprintf("Symm/%c", side), func(p *Pool, v views) {
			Symm(p, side, Lower, m, n, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld, 0.25, v[2].x, v[2].ld)
		}, tri(Lower, in("A", order, order)), in("B", m, n), out("C", m, n))
		for _, uplo := range []Uplo{Lower, Upper} {
			exact(fmt.Sprintf("Trmm/%c%c", side, uplo), func(p *Pool, v views) {
				Trmm(p, side, uplo, nt, NonUnit, m, n, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld)
			}, tri(uplo, in("A", order, order)), out("B", m, n))
			exact(fmt.Sprintf("Trsm/%c%c", side, uplo), func(p *Pool, v views) {
				Trsm(p, side, uplo, tr, NonUnit, m, n, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld)
			}, tri(uplo, in("A", order, order)), out("B", m, n))
		}
	}
	start, col := []int{0}, []int32(nil) // m×m, the diagonal and the first column
	for i := range m {
		if col = append(col, 0); i > 0 {
			col = append(col, int32(i))
		}
		start = append(start, len(col))
	}
	add("Spmm", func(p *Pool, v views) {
		Spmm(p, m, m, n, start, col, v[0].x, v[1].x, v[1].ld, v[2].x, v[2].ld)
	}, x("val", len(col)), in("B", m, n), out("C", m, n))
	add("Spmv", func(p *Pool, v views) { Spmv(p, m, m, start, col, v[0].x, v[1].x, v[2].x) }, x("val", len(col)), x("x", m), y("y", m))
	add("Kron", func(p *Pool, v views) { Kron(p, m, 2, v[0].x, v[0].ld, m, 3, v[1].x, v[1].ld, v[2].x, v[2].ld) },
		in("A", m, 2), in("B", m, 3), out("C", m*m, 6))

	// Matrices and vectors.
	add("Gemv/N", func(p *Pool, v views) { Gemv(p, nt, m, n, 0.5, v[0].x, v[0].ld, v[1].x, 0.25, v[2].x) }, in("A", m, n), x("x", n), y("y", m))
	add("Gemv/T", func(p *Pool, v views) { Gemv(p, tr, m, n, 0.5, v[0].x, v[0].ld, v[1].x, 0.25, v[2].x) }, in("A", m, n), x("x", m), y("y", n))
	add("Symv", func(p *Pool, v views) { Symv(p, Lower, m, 0.5, v[0].x, v[0].ld, v[1].x, 0.25, v[2].x) }, tri(Lower, in("A", m, m)), x("x", m), y("y", m))
	add("Ger", func(p *Pool, v views) { Ger(p, m, n, 0.5, v[0].x, v[1].x, v[2].x, v[2].ld) }, x("x", m), x("y", n), out("A", m, n))
	add("Syr2", func(p *Pool, v views) { Syr2(p, Upper, m, 0.5, v[0].x, v[1].x, v[2].x, v[2].ld) }, x("x", m), x("y", m), tri(Upper, out("A", m, m)))
	add("RowScale", func(p *Pool, v views) { RowScale(p, m, n, v[0].x, v[1].x, v[1].ld) }, x("d", m), out("A", m, n))
	add("ColScale", func(p *Pool, v views) { ColScale(p, m, n, v[0].x, v[1].x, v[1].ld) }, x("d", n), out("A", m, n))
	add("RowSum", func(p *Pool, v views) { RowSum(p, m, n, v[0].x, v[0].ld, v[1].x) }, in("A", m, n), y("s", m))
	add("ColSum", func(p *Pool, v views) { ColSum(p, m, n, v[0].x, v[0].ld, v[1].x) }, in("A", m, n), y("s", n))
	exact("Omatcopy/N", func(p *Pool, v views) { Omatcopy(p, nt, m, n, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld) }, in("A", m, n), out("B", m, n))
	exact("Omatcopy/T", func(p *Pool, v views) { Omatcopy(p, tr, n, m, 0.5, v[0].x, v[0].ld, v[1].x, v[1].ld) }, in("A", m, n), out("B", n, m))
	exact("StreamCopy", func(p *Pool, v views) { StreamCopy(p, m, n, v[0].x, v[0].ld, v[1].x, v[1].ld) }, in("A", m, n), out("B", m, n))
	same := out("B", m, n)
	same.inPlace = []string{"A"}
	exact("Softmax", func(p *Pool, v views) { Softmax(p, m, n, v[0].x, v[0].ld, v[1].x, v[1].ld) }, in("A", m, n), same)
	add("LogSumExp", func(p *Pool, v views) { LogSumExp(p, m, n, v[0].x, v[0].ld, v[1].x) }, in("A", m, n), y("s", m))
	add("CholeskyTile", func(p *Pool, v views) { CholeskyTile(p, m, v[0].x, v[0].ld) }, tri(Upper, out("A", m, m)))

	// Rotations and reflections.
	sine := in("s", m, 3)
	sine.ldOf = "c"
	add("Rotate", func(p *Pool, v views) { Rotate(p, 4, n, m, v[0].x, v[1].x, v[0].ld, v[2].x, v[2].ld) }, in("c", m, 3), sine, out("A", 4, n))
	vectors, basis := in("v", m, m+1), out("z", m+1, 8)
	vectors.unused, basis.unused = 1, 8
	add("Reflect", func(p *Pool, v views) { Reflect(p, m+1, 8, v[0].x, v[0].ld, v[1].x, v[2].x, v[2].ld) }, vectors, x("tau", m), basis)
	reflectors := operand{name: "v", rows: m, cols: 1, ld: ReflectGroup + gap, batch: ReflectGroup, stride: 1}
	for _, name := range []string{"rows", "columns"} {
		add("ReflectBlock/"+name, func(p *Pool, v views) {
			ReflectBlock(p, m, 24, v[0].x, v[0].ld, v[0].stride, (*[ReflectGroup * ReflectGroup]float64)(v[1].x), v[2].x, v[2].ld)
		}, reflectors, x("t", ReflectGroup*ReflectGroup), out("C", m, 24))
		reflectors.ld, reflectors.stride = 1, m+gap
	}
	add("BandChase", func(p *Pool, v views) {
		BandChase(p, v[0].x, v[0].ld, (*[BandWidth]float64)(v[1].x), 0.5, (*[BandWidth]float64)(v[2].x), (*BandWork)(v[3].x))
	}, out("a", 2*BandWidth, BandWidth), x("v", BandWidth), y("u", BandWidth), y("work", len(BandWork{})))
	const order = 8 // TridiagGroup
	add("TridiagColumn", func(p *Pool, v views) { TridiagColumn(p, order, 0, v[0].x, v[0].ld, v[1].x, v[2].x, v[3].x) },
		out("a", order, order), x("v", order), x("w", order), y("y", order))
	const lanes = SymLanes
	add("TridiagQR", func(p *Pool, v views) { TridiagQR(p, lanes, 3, 2, v[0].x, v[1].x, v[2].x, 0, 1) },
		y("d", lanes*3), y("e", lanes*3), y("z", lanes*6))
	add("LanesReduce", func(p *Pool, v views) { LanesReduce(p, 4, v[0].x, v[1].x, v[2].x, v[3].x, v[4].x) },
		y("a", lanes*16), y("d", lanes*4), y("e", lanes*4), y("tau", lanes*2), y("work", lanes*12))
	add("LanesBasis", func(p *Pool, v views) { LanesBasis(p, 4, v[0].x, v[1].x, v[2].x) }, x("a", lanes*16), x("tau", lanes*2), y("z", lanes*16))
	add("LanesLQ", func(p *Pool, v views) { LanesLQ(p, 4, v[0].x, v[1].x, v[2].x, v[3].x) },
		y("a", lanes*16), y("d", lanes*4), y("tau", lanes*4), y("z", lanes*16))

	// The secular equation.
	block := func(x []float64) *SecularBlock { return (*SecularBlock)(unsafe.Pointer(&x[0])) }
	const blockLen, poles = int(unsafe.Sizeof(SecularBlock{}) / 8), 2 * SecularGroup
	add("SecularSums", func(p *Pool, v views) { SecularSums(p, v[0].x, v[1].x, 4, 8, block(v[2].x)) }, x("d", poles), x("w", poles), y("b", blockLen))
	add("SecularGuess", func(p *Pool, v views) { SecularGuess(p, 1, block(v[0].x)) }, y("b", blockLen))
	add("SecularStep", func(p *Pool, v views) { SecularStep(p, 1, 0x1p-52, 0x1p-18, 1<<SecularLanes-1, block(v[0].x)) }, y("b", blockLen))
	add("SecularProducts", func(p *Pool, v views) { SecularProducts(p, v[0].x, v[1].x, v[2].x, v[3].x, v[4].x) },
		x("x", poles), x("d", poles), x("o", poles), x("t", poles), y("y", poles))
	add("SecularVectors", func(p *Pool, v views) { SecularVectors(p, v[0].x, v[1].x, v[2].x, v[3].x, v[4].x, v[4].ld) },
		x("d", poles), x("z", poles), x("o", 4), x("t", 4), out("x", 4, poles))

	// Vectors.
	c := AdamCoef[float64]{Scale: 0.75, L2: 0.125, Beta1: 0.9, Weight1: 0.1, Beta2: 0.95, Weight2: 0.05, Eps: 1e-6, Step: 0.01, Decay: 0.99}
	const long = 37
	add("Adam", func(p *Pool, v views) { Adam(p, c, v[0].x, v[1].x, v[2].x, v[3].x) }, y("x", long), x("g", long), y("m", long), y("v", long))
	add("Adam/RMS", func(p *Pool, v views) { Adam(p, c, v[0].x, v[1].x, nil, v[2].x) }, y("x", long), x("g", long), y("v", long))
	add("AdamFinite", func(p *Pool, v views) { AdamFinite(p, c, v[0].x, v[1].x, v[2].x, v[3].x) }, y("x", long), x("g", long), y("m", long), y("v", long))
	add("AdamFinite/RMS", func(p *Pool, v views) { AdamFinite(p, c, v[0].x, v[1].x, nil, v[2].x) }, y("x", long), x("g", long), y("v", long))
	add("AdamDirection", func(p *Pool, v views) { AdamDirection(p, c, v[0].x, v[1].x, v[2].x, v[3].x) },
		y("u", long, "g"), x("g", long), y("m", long), y("v", long))
	add("AdamDirection/RMS", func(p *Pool, v views) { AdamDirection(p, c, v[0].x, v[1].x, nil, v[2].x) }, y("u", long, "g"), x("g", long), y("v", long))
	add("SecondMoment", func(p *Pool, v views) { SecondMoment(p, 0.9, 0.1, 0.5, v[0].x, v[1].x) }, x("g", long), y("v", long))
	add("Precondition", func(p *Pool, v views) { Precondition(p, 0.5, 1e-6, v[0].x, v[1].x, v[2].x) }, x("m", long), x("v", long), y("u", long, "m"))
	add("PreconditionSumSquares", func(p *Pool, v views) { PreconditionSumSquares(p, 0.5, 1e-6, v[0].x, v[1].x) }, x("m", long), x("v", long))
	for _, root := range []bool{false, true} {
		add(fmt.Sprintf("Divide/%t", root), func(p *Pool, v views) {
			Divide(p, DivideCoef[float64]{Scale: 0.5, Gain: 1, Damping: 0.1, Root: root}, v[0].x, v[1].x, v[2].x)
		}, x("m", long), x("d", long), y("u", long, "m"))
	}
	add("Axpby", func(p *Pool, v views) { Axpby(p, 0.5, v[0].x, 0.25, v[1].x, v[2].x) }, x("x", long), x("y", long), y("z", long, "x", "y"))
	add("Axpy", func(p *Pool, v views) { Axpy(p, 0.5, v[0].x, v[1].x) }, x("x", long), y("y", long))
	add("Scal", func(p *Pool, v views) { Scal(p, 0.5, v[0].x) }, y("x", long))
	add("Hadamard", func(p *Pool, v views) { Hadamard(p, v[0].x, v[1].x, v[2].x) }, x("x", long), x("y", long), y("z", long, "x", "y"))
	for _, n := range []int{long, 500} { // short vectors have a way of their own
		add(fmt.Sprintf("Exp/%d", n), func(p *Pool, v views) { Exp(p, v[0].x, v[1].x) }, x("x", n), y("y", n, "x"))
	}
	add("Dot", func(p *Pool, v views) { Dot(p, v[0].x, v[1].x) }, x("x", long), x("y", long))
	for name, f := range map[string]func(*Pool, []float64) float64{"Sum": Sum[float64], "SumSquares": SumSquares[float64], "Nrm2": Nrm2[float64], "MaxAbs": MaxAbs[float64]} {
		add(name, func(p *Pool, v views) { f(p, v[0].x) }, x("x", long))
	}
	add("Finite", func(p *Pool, v views) { Finite(p, v[0].x) }, x("x", long))

	// Other types.
	floats := func(x []float64) []float32 { return unsafe.Slice((*float32)(unsafe.Pointer(&x[0])), 2*len(x)) }
	halves := func(x []float64) []BFloat16 { return unsafe.Slice((*BFloat16)(unsafe.Pointer(&x[0])), 4*len(x)) }
	add("Convert/wider", func(p *Pool, v views) { Convert(p, v[1].x, floats(v[0].x)) }, x("src", long), y("dst", 2*long))
	add("Convert/narrower", func(p *Pool, v views) { Convert(p, floats(v[1].x), v[0].x) }, x("src", 2*long), y("dst", long))
	add("Convert/copy", func(p *Pool, v views) { Convert(p, v[1].x, v[0].x) }, x("src", long), y("dst", long))
	add("ToBFloat16", func(p *Pool, v views) { ToBFloat16(p, halves(v[1].x), floats(v[0].x)) }, x("src", 2*long), y("dst", long))
	add("ToBFloat16Stochastic", func(p *Pool, v views) { ToBFloat16Stochastic(p, 1, 2, halves(v[1].x), floats(v[0].x)) }, x("src", 2*long), y("dst", long))
	add("FromBFloat16", func(p *Pool, v views) { FromBFloat16(p, floats(v[1].x), halves(v[0].x)) }, x("src", long), y("dst", 2*long))
	return rows
}

// kernelOf is the kernel that a row is about.
func kernelOf(row string) string { name, _, _ := strings.Cut(row, "/"); return name }

// TestOperandsCoverEveryKernel: every exported kernel has a row, with an operand for each slice and array among its parameters but integers, and for each leading dimension and stride.
func TestOperandsCoverEveryKernel(t *testing.T) {
	type count struct{ operands, strides int }
	rows := map[string]count{}
	for _, row := range kernelRows(5) {
		c := count{operands: len(row.ops)}
		for _, o := range row.ops {
			if o.ld > 0 && o.ldOf == "" {
				c.strides++
			}
			if o.stride > 0 {
				c.strides++
			}
		}
		most := rows[kernelOf(row.name)]
		rows[kernelOf(row.name)] = count{max(most.operands, c.operands), max(most.strides, c.strides)}
	}
	for name, fn := range exportedKernels(t) {
		var c count
		for _, param := range fn.Type.Params.List[1:] {
			for _, id := range param.Names {
				if _, pointer := param.Type.(*ast.StarExpr); pointer {
					c.operands++
				}
				if array, ok := param.Type.(*ast.ArrayType); ok && !strings.HasPrefix(fmt.Sprint(array.Elt), "int") {
					c.operands++
				}
				if strings.HasPrefix(id.Name, "ld") || strings.HasPrefix(id.Name, "stride") || id.Name == "rsv" || id.Name == "csv" {
					c.strides++
				}
			}
		}
		if rows[name] != c {
			t.Errorf("%s has %d operands with %d leading dimensions and strides, operands_test.go %d with %d", name, c.operands, c.strides, rows[name].operands, rows[name].strides)
		}
	}
}

// operandMemory is where the operands of a row lie: each at its place in one array, NaN around.
type operandMemory struct {
	row *operandRow
	all []float64
	at  []int
}

// newOperandMemory puts the operands far from each other.
func newOperandMemory(row *operandRow) *operandMemory {
	m := &operandMemory{row: row}
	const apart = 16
	end := apart
	for i := range row.ops {
		m.at = append(m.at, end)
		end += row.ops[i].span() + apart
	}
	most := 0
	for i := range row.ops {
		most = max(most, row.ops[i].span())
	}
	m.all = make([]float64, end+4*most+apart) // room for two operands that are put elsewhere
	return m
}

// fill writes the elements of all operands, those of the same index everywhere the same, and of b those of a.
func (m *operandMemory) fill(a, b int) {
	for i := range m.all {
		m.all[i] = math.NaN()
	}
	for i := range m.row.ops {
		seed := i
		if i == b {
			seed = a
		}
		src := rnd.New(uint64(seed))
		for _, at := range m.row.ops[i].offsets() {
			m.all[m.at[i]+at] = src.Float64() + 0.5
		}
	}
}

// views are the operands as the row's call takes them.
func (m *operandMemory) views() (v []operandView) {
	for i := range m.row.ops {
		o := &m.row.ops[i]
		v = append(v, operandView{m.all[m.at[i] : m.at[i]+o.span()], o.ld, o.stride})
	}
	return v
}

// elements returns those of operand i.
func (m *operandMemory) elements(i int) (x []float64) {
	for _, at := range m.row.ops[i].offsets() {
		x = append(x, m.all[m.at[i]+at])
	}
	return x
}

// results calls the kernel and returns the elements of all operands.
func (m *operandMemory) results(p *Pool, v []operandView) (x [][]float64) {
	m.row.call(p, v)
	for i := range m.row.ops {
		x = append(x, m.elements(i))
	}
	return x
}

// requireRefusal fails unless f panics with one of the package's strings, want if that is not empty, and has written nothing.
func (m *operandMemory) requireRefusal(t *testing.T, f func(), want, format string, args ...any) {
	t.Helper()
	before := slices.Clone(m.all)
	var got any
	func() {
		defer func() { got = recover() }()
		f()
	}()
	s, ok := got.(string)
	if !ok || !strings.HasPrefix(s, "kernels: ") || want != "" && s != want {
		t.Errorf("%s: panic is %v", fmt.Sprintf(format, args...), got)
	}
	gemmSame(t, before, m.all, fmt.Sprintf(format, args...)+": written before the panic")
}
