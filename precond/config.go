package precond

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Param is a parameter tensor, row-major. Before each Step the caller may point Value and Grad at any
// slice of the right length. A nil Grad means that the parameter has no gradient this time: it is
// left alone and its step count stays. Grad is never written. The Values of different parameters must not
// overlap.
type Param[T kernels.Float] struct {
	Name  string // unique within an optimizer, not empty
	Shape []int  // empty for a scalar
	Value []T
	Grad  []T
}

// Config says what an optimizer is, as data. Start from a preset.
type Config struct {
	Name string  // of the preset, for Explain and checkpoints
	LR   float64 // learning rate; SetLR changes it later

	Decay     Decay
	Frame     Frame
	Factors   Factors
	Basis     BasisRule
	Diagonal  Diagonal
	Moment    Moment
	Graft     Graft
	Limit     Limit
	Shape     Shape
	Layers    []Layer
	First     First
	NonFinite NonFinite
	Rules     []Rule

	// Order lists the stages of a step in the order in which they run. It is part of what an
	// optimizer is: SOAP uses today's gradient in yesterday's basis, eigenvalue-corrected
	// Shampoo in today's. New rejects an order that makes no sense and says why. A stage whose part
	// is switched off does nothing.
	Order []Stage
}

// Stage is a part of a step.
type Stage uint8

const (
	// Statistics adds the gradient to the factors: C_k = Beta·C_k + (1−Beta)·G_k·G_kᵀ, where
	// G_k is the gradient as a matrix whose rows are axis k.
	Statistics Stage = iota + 1
	// Refresh computes new bases or roots from the factors when BasisRule says so.
	Refresh
	// Rotate takes the gradient, and the first moment if that is already there, into the basis.
	Rotate
	// FirstMoment averages the gradient: before Rotate in the original axes, after it in the basis,
	// where it is carried along when the basis moves.
	FirstMoment
	// SecondMoment updates the diagonal from the rotated gradient.
	SecondMoment
	// Precondition scales by the diagonal, or applies the roots, and rotates back.
	Precondition
	// Grafting gives the direction the size that Graft says.
	Grafting
	// WeightDecay does what Decay says. Its place decides how: first of all stages it is the L2
	// term of the gradient, before HeavyBall it enters the direction and its momentum, next to Update it
	// shrinks the parameter, before or after the step.
	WeightDecay
	// HeavyBall is classical momentum on the finished direction.
	HeavyBall
	// Update changes the parameter: x ← x − lr·u.
	Update
	// Limiting makes the direction smaller where Limit says so, after Grafting.
	Limiting
)

// Decay is weight decay.
type Decay struct {
	Rate float64 // 0 is none
	Kind DecayKind
}

// DecayKind says by what a step's decay is multiplied.
type DecayKind uint8

const (
	// Decoupled shrinks by lr·Rate.
	Decoupled DecayKind = iota
	// L2 adds Rate·x to the gradient. WeightDecay must then be the first stage.
	L2
	// Corrected shrinks by lr·Rate·lr/Config.LR, so that the norm at equilibrium does not depend on
	// the learning rate.
	Corrected
	// Independent shrinks by Rate·lr/Config.LR: Rate per step at the first learning rate.
	Independent
)

// Frame is a fixed change of coordinates outside everything else: gradients are taken into it first and directions out of it
// last, and all state lives in it for good (EGOP reparameterisation, DePavia et al. 2025). Its columns are the eigenvectors of the
// sum of w·g·gᵀ over the gradients that Survey was given, largest first; the first Step fixes it.
type Frame struct {
	Kind FrameKind
	// Rank is the number of columns of FrameLowRank.
	Rank int
	// Block cuts the tensor, flattened, into parts of that length with frames of their own, for FrameDense.
	Block int
	// MaxDim is the longest axis of FrameKron, the largest tensor (part) of FrameDense that has a frame; 0 is no limit.
	MaxDim int
}

// FrameKind is the kind of a frame.
type FrameKind uint8

const (
	// FrameNone is the original coordinates.
	FrameNone FrameKind = iota
	// FrameDense is a square matrix over all elements of a tensor, or of a part: n² numbers.
	FrameDense
	// FrameKron has a factor for every axis of a tensor.
	FrameKron
	// FrameLowRank has Rank columns V and keeps what they leave over, x = V·(y₁ − Vᵀy₂) + y₂: Rank more coordinates. Where the tensor has bases, the
	// optimizer sees y₁ as a vector and y₂ as a tensor of the shape of x, as if they were two parameters; otherwise both as one vector.
	FrameLowRank
)

// Factors are the Kronecker factors: one d×d matrix for every axis of length d that has a basis.
type Factors struct {
	Of   FactorsOf
	Beta float64 // of the average; 1 is the plain sum
	// Debias divides by 1 − Betaᵗ before the decomposition. It matters only together with
	// Ridge or an ε of the roots.
	Debias bool
	Ridge  float64 // added to the diagonal before the decomposition of Kind Eigen
	Init   float64 // the factors start at Init·I
	Share  Share   // of FactorsLayer
	// Trace divides each of N factors by its trace to the power (N−1)/N, so that their Kronecker product has the scale of the
	// full matrix: L⊗R/tr(L) for two.
	Trace bool
}

// FactorsOf says what the factors average.
type FactorsOf uint8

const (
	FactorsNone FactorsOf = iota
	// FactorsGradient averages G_k·G_kᵀ of each axis.
	FactorsGradient
	// FactorsLayer averages, for each of Config.Layers, the second moments of its input and of the gradient at its
	// output, which ObserveLayer is given (K-FAC). Parameters that belong to no layer have no basis, and no diagonal either where that
	// is one of curvature.
	FactorsLayer
)

// Share says how the factors of a layer count inputs that share its weights: R rows, P positions of each of R/P samples.
type Share uint8

const (
	// ShareMean divides rows by P and averages over all: Σaaᵀ/(R·P²), Σggᵀ/(R·P²) (kfac-pytorch).
	ShareMean Share = iota
	// ShareRows averages over all rows: Σaaᵀ/R, Σggᵀ/R (kronfluence).
	ShareRows
	// ShareExpand averages inputs over rows and gradients over samples: Σaaᵀ/R, Σggᵀ·P/R (Eschenhagen et al. 2023). Their other
	// form, reduce, is P = 1 with inputs averaged and gradients summed over positions by the caller.
	ShareExpand
)

// BasisRule says which basis is used, when it is computed and how.
type BasisRule struct {
	Kind BasisKind
	By   Method

	// The first computation is at step Start, later ones at steps that are multiples of Every after
	// it (0: no later ones). Steps count from 1; with First.Skip the skipped call is step 0. A negative Start means
	// that only SetBasis gives a basis. Before it, the basis is the identity, and a graft
	// with a norm of its own acts alone.
	Start, Every int
	// Tol skips a refresh while ‖B − diag B‖_F ≤ Tol·‖B‖_F with B = QᵀCQ: the old basis still
	// diagonalises the factor. The norm is summed over the off-diagonal entries, so nothing
	// cancels. 0 refreshes always.
	Tol float64
	// Stagger spreads the refreshes of the blocks evenly over the steps of a period, so that no
	// step is a spike. The first computation is common to all.
	Stagger bool
	// Budget, in place of Every, is the number of flops that refreshes may cost per step: Every is the least with which
	// all of them, as Plan counts them and staggered, cost no more on average. What Tol saves comes on top.
	Budget int64
	// Iterations bounds the steps of QRAlgorithm in one refresh; 0 is 1. With Tol it stops as soon as the basis fits.
	Iterations int
	// Ascending stores eigenvectors in ascending order of eigenvalues, as the original of eigenvalue-corrected Shampoo does. The warm start
	// of QRAlgorithm needs descending order: ascending, it leads away from the eigenvectors (docs/papers.md). At the first basis of a
	// language model's embedding the order made no difference (docs/experiments.md).
	Ascending bool
	// Carry says what happens to the diagonal when the basis moves.
	Carry Carry
}

// BasisKind is the kind of a basis.
type BasisKind uint8

const (
	// Axes is the identity: first-order optimizers.
	Axes BasisKind = iota
	// Eigen is the Kronecker product of the eigenvectors of the factors.
	Eigen
	// Root applies the inverse roots of the factors directly: rotation, scaling by the eigenvalues
	// and rotation back in one product per axis.
	Root
)

// Method says how a basis or a root is computed.
type Method uint8

const (
	// Eigh is a full symmetric eigenproblem. Where Tol is 0 and at least eight factors of equal order up to 32 are due at a time, they are decomposed
	// together, in two thirds to half of the time.
	Eigh Method = iota
	// PowerQR is one step of orthogonal iteration from the last basis (the first one by Eigh): the
	// columns are sorted by qᵀCq, descending, then Q ← orthogonal factor of C·Q. Small factors are factorized together as by Eigh.
	PowerQR
	// Newton is the coupled inverse Newton iteration, for Kind Root and exponents −1/p.
	Newton
	// HigherOrder is the coupled iteration of third order, for Kind Root.
	HigherOrder
	// QRAlgorithm makes steps of the unshifted QR algorithm on B = QᵀCQ, B = q·R, B ← R·q, Q ← Q·q, and
	// sorts by the diagonal of B (Distributed Shampoo). The first basis is by Eigh.
	QRAlgorithm
	// Refine turns all pairs of columns by the angles of Jacobi for B = QᵀCQ at once, to first order, and orthonormalises
	// (QR). Near the eigenvectors it converges quadratically; columns keep their slots. The first basis is by Eigh.
	Refine
)

// Carry says what happens to the diagonal when the basis moves. The first moment is always
// re-expressed.
type Carry uint8

const (
	// Keep leaves every entry in its slot.
	Keep Carry = iota
	// Permute moves entries along with the columns that PowerQR or QRAlgorithm sorts.
	Permute
	// Scatter leaves every entry in its slot and puts the columns that PowerQR has sorted and orthonormalised back into
	// the slots from which they came (HeavyBall).
	Scatter
	// Square carries by the squares of the rotation R = Q_oldᵀ·Q_new: entry k becomes Σ_i R_ik²·v_i, the second moment of
	// a gradient whose old coordinates were independent.
	Square
	// Product sets the diagonal to the product of the factors' eigenvalues (by Eigh) when the first basis comes, from where
	// it is corrected, EK-FAC starts at K-FAC; later it carries as Square does.
	Product
)

// Diagonal is what the rotated direction is divided by.
type Diagonal struct {
	Of   DiagonalOf
	Beta float64 // of the second moment; 1 is the plain sum (Adagrad)
	// Debias corrects the second moment by 1 − Betaᵗ.
	Debias bool
	// Init is the start value of the second moment.
	Init float64
	// Max divides by the largest second moment so far (AMSGrad).
	Max bool
	// Power is the exponent. For DiagonalEigenvalues it is that of each factor's eigenvalues, a ratio of
	// integers up to 1024 in [−8, 0), and 0 stands for −1/(2·order), the order being that of the block. For
	// the other diagonals any number in [−8, 0), and 0 stands for −½.
	Power float64
	Eps   float64 // ε, where EpsAt says
	EpsAt EpsAt
	// Scale multiplies the second moment or the curvature before its power is taken; 0 is 1.
	Scale float64
	// Damping δ is added to the diagonal before its power is taken: D + δ, for DiagonalEigenvalues λ⊗μ + δ, which is
	// exact, unlike an ε for each factor.
	Damping float64
	// Split gives each of N factors the part δ^(1/N)·n_k/(n_1⋯n_N)^(1/N), n_k its mean eigenvalue: for two the π-split
	// A + π√δ·I, B + √δ/π·I of Martens and Grosse (2015). For DiagonalEigenvalues.
	Split bool
	// Relative takes Damping times the mean of the diagonal. Where that is 0, the direction is the gradient.
	Relative bool
	// Clip bounds the elements of the direction in the basis, ±Clip; 0 is no bound.
	Clip float64
}

// DiagonalOf says what the diagonal is.
type DiagonalOf uint8

const (
	// DiagonalNone divides by nothing.
	DiagonalNone DiagonalOf = iota
	// DiagonalGradient is the second moment of the rotated gradient.
	DiagonalGradient
	// DiagonalEigenvalues is the Kronecker product of the factors' eigenvalues.
	DiagonalEigenvalues
	// DiagonalCurvature is what Observe and ObserveLayer have averaged: the diagonal of a curvature
	// matrix in the basis.
	DiagonalCurvature
	// DiagonalRankOne is the second moment of the rotated gradient by its sums A_k over all axes but k, A_1⊗A_2⊗…/S^(N−1)
	// with S the sum of all (Adafactor). Vectors and tensors without basis have DiagonalGradient.
	DiagonalRankOne
)

// EpsAt is the place of ε.
type EpsAt uint8

const (
	// EpsAtRoot is √v̂ + ε, v̂ the corrected second moment (PyTorch's Adam).
	EpsAtRoot EpsAt = iota
	// EpsAtRawRoot is √v + ε with the uncorrected v; the correction acts on the step (SOAP).
	EpsAtRawRoot
	// EpsAtFactor decomposes C + εI (for DiagonalEigenvalues).
	EpsAtFactor
	// EpsAtValues is λ + ε, inside the power.
	EpsAtValues
)

// Moment is what is averaged over time besides the diagonal.
type Moment struct {
	Beta float64 // of the first moment m; 0 is none
	// Ahead, if not 0, takes Ahead·m_old + (1−Ahead)·g in place of the new m as direction (β₃).
	Ahead  float64
	Debias bool // divide by 1 − Ahead·Betaᵗ⁻¹, which is 1 − Betaᵗ if Ahead is Beta or 0

	Heavy    float64 // momentum μ of the heavy ball: b = μ·b + (1−Dampen)·u; 0 is none
	Dampen   float64 // what is missing of the weight 1 of the direction in b
	Nesterov bool    // use (1−Dampen)·u + μ·b in place of b
	// Undamped starts with b = u at the first step (PyTorch's SGD) in place of (1−Dampen)·u.
	Undamped bool
}

// Graft gives the direction of each block the norm of another optimizer's direction, or unit size. Before
// the first basis, and where a block has none and the diagonal is that of the eigenvalues, the other
// optimizer's step is taken itself.
type Graft struct {
	Of     GraftOf
	Beta   float64 // of the second moment; 1 is the plain sum
	Eps    float64 // added to its root
	Debias bool    // correct the second moment by 1 − Betaᵗ
}

// GraftOf says whose size a step takes.
type GraftOf uint8

const (
	GraftNone GraftOf = iota
	// GraftGradient takes the norm of the (averaged) gradient.
	GraftGradient
	// GraftSecondMoment takes the norm of the gradient over the root of its second moment.
	GraftSecondMoment
	// GraftUnit scales to root mean square 1, before bias corrections, which keep acting on the step.
	GraftUnit
)

// Limit bounds the size of steps, before decay and heavy ball.
type Limit struct {
	// RMS bounds the root mean square of the direction of each block: u ← u/max(1, rms(u)/RMS) (Adafactor). 0 is no bound.
	RMS float64
	// KL scales all directions by min(1, √(KL/|Σ lr²·⟨u, g⟩|)), the sum over all blocks that are preconditioned, which bounds the change
	// of a model's predictions where the diagonal is a curvature (kfac-pytorch's kl_clip). 0 is no bound. The directions of
	// all blocks are kept until the sum is known: as much memory as the parameters.
	KL float64
}

// Shape says how a tensor becomes blocks.
type Shape struct {
	Merge Merge
	// MergeMax is the longest axis that merging makes.
	MergeMax int
	// MergeOrder is the order at which MergeRight stops; 0 is as 1.
	MergeOrder int
	// ChannelsLast takes tensors of order 4 as n×h×w×c and merges them as n×c×h×w.
	ChannelsLast bool
	// Block cuts every axis into blocks of that length and a remainder; 0 does not cut.
	Block int
	// MaxDim is the longest axis that gets a basis; Large says what becomes of longer ones. 0 is no limit.
	MaxDim int
	Large  Large
	// OneSided gives a basis to the shortest axis only, the first of equals.
	OneSided bool
	// Vectors gives a basis to tensors of order 1 as well. A tensor that becomes a vector by
	// merging has one in any case.
	Vectors bool
	Axes    []AxisRule
}

// Large is what becomes of an axis longer than Shape.MaxDim.
type Large uint8

const (
	// LargeAxis leaves the axis as it is.
	LargeAxis Large = iota
	// LargeBlock cuts the axis into blocks of MaxDim and a remainder.
	LargeBlock
	// LargeTensor leaves all axes of the tensor as they are: the diagonal alone.
	LargeTensor
	// LargeOneSided gives a basis to the shortest axis only.
	LargeOneSided
)

// Merge is a rule for merging neighbouring axes.
type Merge uint8

const (
	// MergeNone keeps the shape.
	MergeNone Merge = iota
	// MergeLeft runs from the first axis and starts anew when MergeMax would be exceeded
	// (nikhilvyas/SOAP).
	MergeLeft
	// MergeRight drops axes of length 1 and runs from the last axis while MergeMax is not exceeded
	// and more than MergeOrder axes are left (Distributed Shampoo).
	MergeRight
	// KeepFirst is MergeLeft from the last axis on and never touches the first (HeavyBall).
	KeepFirst
)

// AxisRule changes axes of blocks of one order.
type AxisRule struct {
	Order int // of the block
	Axis  int // -1 is every axis
	// Off leaves the axis without a basis.
	Off bool
	// Power, if not 0, is the exponent of its eigenvalues (see Diagonal.Power).
	Power float64
}

// First says what is different at the beginning.
type First struct {
	// Skip makes the first call with a gradient only build factors and basis: no step, no decay, and
	// the gradient enters no moment.
	Skip bool
}

// NonFinite is what Step does about a gradient that holds NaN or Inf, or whose squares overflow.
// In no case does such a gradient enter any state.
type NonFinite uint8

const (
	// Fail returns a *GradientError; nothing has changed.
	Fail NonFinite = iota
	// SkipParam treats the parameter as absent this time.
	SkipParam
	// SkipStep changes nothing and returns no error.
	SkipStep
	// Zero replaces NaN and Inf by 0. A gradient that is too large all the same is absent.
	Zero
)

// Rule changes options for the parameters that it matches; the first that matches counts. A rule that
// matches no parameter is an error.
type Rule struct {
	// A parameter matches if all of these do.
	Name     string // pattern of path.Match; empty matches every name
	MinOrder int    // the tensor's order lies in MinOrder … MaxOrder (0: no bound)
	MaxOrder int    // see MinOrder
	MinLen   int    // it has at least MinLen elements

	LR      float64 // multiplies the learning rate; 0 leaves it
	Decay   float64 // multiplies the decay; 0 leaves it
	NoDecay bool    // no decay
	Axes    bool    // no basis and no frame: the optimizer's diagonal in the original axes

	// Stack is the number of leading axes that count independent tensors, as heads or experts do: each has a block of its own, made from
	// the axes behind. Split cuts axis SplitAxis of those into that many equal tensors, as a fused matrix of
	// queries, keys and values is three. 0 is neither.
	Stack, Split, SplitAxis int
}
