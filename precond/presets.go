package precond

// SGD is gradient descent with momentum as in PyTorch 1.13: b = μ·b + (1−d)·g, the first b undamped.
func SGD() Config {
	return Config{
		Name: "SGD", LR: 0.01, Decay: Decay{Kind: L2},
		Moment: Moment{Heavy: 0.9, Undamped: true},
		Order:  []Stage{WeightDecay, HeavyBall, Update},
	}
}

// Adagrad is that of PyTorch 1.13: the sum of squares, ε added to its root.
func Adagrad() Config {
	return Config{
		Name: "Adagrad", LR: 0.01, Decay: Decay{Kind: L2},
		Diagonal: Diagonal{Of: DiagonalGradient, Beta: 1, Eps: 1e-10},
		Order:    []Stage{WeightDecay, SecondMoment, Precondition, Update},
	}
}

// RMSProp is that of PyTorch 1.13, not centred; momentum acts on the finished direction.
func RMSProp() Config {
	return Config{
		Name: "RMSProp", LR: 0.01, Decay: Decay{Kind: L2},
		Diagonal: Diagonal{Of: DiagonalGradient, Beta: 0.99, Eps: 1e-8},
		Order:    []Stage{WeightDecay, SecondMoment, Precondition, HeavyBall, Update},
	}
}

// Adam is that of PyTorch 1.13 (Kingma and Ba 2015): decay enters the gradient.
func Adam() Config {
	c := AdamW()
	c.Name, c.LR, c.Decay = "Adam", 1e-3, Decay{Kind: L2}
	c.Diagonal.Beta = 0.999
	c.Order = []Stage{WeightDecay, FirstMoment, SecondMoment, Precondition, Update}
	return c
}

// AdamW is that of PyTorch 1.13 (Loshchilov and Hutter 2019): decoupled decay before the update.
// β₂ is 0.95, the habit in language models; PyTorch's default is 0.999.
func AdamW() Config {
	return Config{
		Name: "AdamW", LR: 3e-3, Decay: Decay{Rate: 0.01},
		Diagonal: Diagonal{Of: DiagonalGradient, Beta: 0.95, Debias: true, Eps: 1e-8},
		Moment:   Moment{Beta: 0.9, Debias: true},
		Order:    []Stage{FirstMoment, SecondMoment, Precondition, WeightDecay, Update},
	}
}

// Sophia is Sophia-G of Liuhong99/Sophia (Liu et al. 2023): momentum over ρ times the Gauss–Newton diagonal, clipped to ±1;
// Diagonal.Scale is ρ. After every tenth step or so call Observe with the gradient of the mean loss on labels drawn from the model
// and w the number of samples (tokens) in that mean. Before the first one the steps are sign descent.
func Sophia() Config {
	return Config{
		Name: "Sophia", LR: 1e-4, Decay: Decay{Rate: 0.1},
		Diagonal: Diagonal{Of: DiagonalCurvature, Beta: 0.99, Power: -1, Scale: 0.04, Eps: 1e-15, Clip: 1},
		Moment:   Moment{Beta: 0.965},
		Order:    []Stage{FirstMoment, Precondition, WeightDecay, Update},
	}
}

// GaussNewton divides the gradient by a power, −1 or −½, of the Gauss–Newton diagonal that Observe averages (Liu et al. 2025,
// "Adam or Gauss–Newton?"): x ← x − lr·Q·(diag(QᵀHQ) + ε)^power·Qᵀg. The basis is that of the axes; with Basis{Kind: Eigen,
// Start: −1} it is the one that SetBasis gives, a dense one over a whole tensor where Shape merges that to a vector.
func GaussNewton(power float64) Config {
	return Config{
		Name: "GaussNewton", LR: 0.1,
		Basis:    BasisRule{Kind: Axes},
		Diagonal: Diagonal{Of: DiagonalCurvature, Beta: 0.95, Debias: true, Power: power, Damping: 1e-8},
		Order:    []Stage{Rotate, Precondition, WeightDecay, Update},
	}
}

// SOAP is that of nikhilvyas/SOAP (Vyas et al. 2024): Adam in the eigenbasis of Shampoo's factors.
// The first call only builds the basis; today's gradient is used in yesterday's basis; ε is added to
// the root of the uncorrected second moment; decay comes last.
func SOAP() Config {
	return Config{
		Name: "SOAP", LR: 3e-3, Decay: Decay{Rate: 0.01},
		Factors:  Factors{Of: FactorsGradient, Beta: 0.95},
		Basis:    BasisRule{Kind: Eigen, By: PowerQR, Every: 10, Carry: Permute},
		Diagonal: Diagonal{Of: DiagonalGradient, Beta: 0.95, Debias: true, Eps: 1e-8, EpsAt: EpsAtRawRoot},
		Moment:   Moment{Beta: 0.95, Debias: true},
		Shape:    Shape{MaxDim: 10000},
		First:    First{Skip: true},
		Order:    []Stage{Rotate, FirstMoment, SecondMoment, Precondition, Update, WeightDecay, Statistics, Refresh},
	}
}

// Shampoo is that of Distributed Shampoo (Gupta et al. 2018, Shi et al. 2023) with Adam's step size:
// inverse roots of the factors, exponent −1/(2·order), in blocks of at most 1024.
func Shampoo() Config {
	return Config{
		Name: "Shampoo", LR: 3e-3, Decay: Decay{Rate: 0.01},
		Factors:  Factors{Of: FactorsGradient, Beta: 0.95, Debias: true},
		Basis:    BasisRule{Kind: Root, Start: 10, Every: 10},
		Diagonal: Diagonal{Of: DiagonalEigenvalues, Eps: 1e-12, EpsAt: EpsAtFactor},
		Moment:   Moment{Beta: 0.9, Debias: true},
		Graft:    GraftAdam(0.95, 1e-8),
		Shape:    Shape{Block: 1024, Vectors: true},
		Order:    []Stage{Statistics, Refresh, FirstMoment, Precondition, Grafting, WeightDecay, HeavyBall, Update},
	}
}

// ShampooSquared is Shampoo with the exponent −½ on each factor of a matrix and L⊗R/tr(L) in place of a graft (Eschenhagen et al. 2025):
// the step has Adam's size as long as the roots are as new as the factors.
func ShampooSquared() Config {
	c := Shampoo()
	c.Name, c.Graft = "ShampooSquared", Graft{}
	c.Factors.Trace = true
	c.Diagonal.Power = -0.5
	c.Basis.Start, c.Basis.Every = 1, 1
	return c
}

// EShampoo is eigenvalue-corrected Shampoo as in Distributed Shampoo (Eschenhagen et al. 2025): the
// diagonal is the second moment in the eigenbasis. The current gradient enters its own basis, the first
// moment stays in the original axes, and the eigenvectors ascend.
func EShampoo() Config {
	c := Shampoo()
	c.Name, c.Graft = "EShampoo", Graft{}
	c.Factors.Ridge = 1e-12
	c.Basis.Kind, c.Basis.Ascending = Eigen, true
	c.Diagonal = Diagonal{Of: DiagonalGradient, Beta: 0.95, Debias: true, Eps: 1e-12}
	c.Order = []Stage{Statistics, Refresh, FirstMoment, Rotate, SecondMoment, Precondition, Grafting, WeightDecay, HeavyBall, Update}
	return c
}

// KFAC is K-FAC as in kfac-pytorch (Martens and Grosse 2015): the gradient of a layer, with its bias as a column, times the inverses of
// the second moments of inputs and output gradients, which ObserveLayer averages from the identity on. Damping is exact, added to
// the products of eigenvalues; Diagonal.Split and EpsAtFactor are the other kinds. Limit.KL is its kl_clip. Other parameters take plain gradient steps. One
// call of ObserveLayer with gradients of the mean loss is followed by one Step.
func KFAC(layers ...Layer) Config {
	return Config{
		Name: "KFAC", LR: 0.1, Layers: layers,
		Factors:  Factors{Of: FactorsLayer, Beta: 0.95, Init: 1},
		Basis:    BasisRule{Kind: Eigen, Start: 1, Every: 10},
		Diagonal: Diagonal{Of: DiagonalEigenvalues, Power: -1, Damping: 1e-3},
		Moment:   Moment{Heavy: 0.9, Undamped: true},
		Limit:    Limit{KL: 1e-3},
		Order:    []Stage{Refresh, Rotate, Precondition, Limiting, WeightDecay, HeavyBall, Update},
	}
}

// EKFAC is K-FAC with the eigenvalue correction of George et al. (2018): in the eigenbasis of the factors the diagonal is the mean
// squared rotated gradient of single samples. It starts at K-FAC's eigenvalues and goes along when the basis moves.
func EKFAC(layers ...Layer) Config {
	c := KFAC(layers...)
	c.Name, c.Basis.Carry = "EKFAC", Product
	c.Factors.Share = ShareRows
	c.Diagonal = Diagonal{Of: DiagonalCurvature, Beta: 0.95, Power: -1, Damping: 1e-3}
	return c
}

// EGOP runs inner in the eigenbasis of the expected gradient outer product under the distribution of initialisations (DePavia et
// al. 2025): before the first Step, put parameters drawn from that distribution in place, compute gradients and call Survey, twice as often
// as a tensor has elements for a dense frame. Frame.Kind, Rank and Block choose cheaper frames. A frame is that of a whole parameter:
// Shape.Block becomes 0. KFAC and EKFAC precondition by an operator that follows any change of coordinates, like the gradient descent of their other parameters: they
// see no frame, and run as without.
func EGOP(inner Config) Config {
	inner.Name = "EGOP(" + inner.Name + ")"
	inner.Shape.Block = 0
	inner.Frame = Frame{Kind: FrameDense, MaxDim: 4096}
	return inner
}

// Adafactor is Adafactor (Shazeer and Stern 2018) in the eigenbasis of Shampoo's factors: the second moment has rank one, so that a
// matrix takes m+n numbers for it, and the update's root mean square is bounded by 1. Without that bound it is Shampoo with exponent
// −½ and L⊗R/tr(L) (Vyas et al. 2024, claim 1).
func Adafactor() Config {
	c := Factorized(EShampoo())
	c.Name, c.Moment = "Adafactor", Moment{}
	c.Limit.RMS = 1
	c.Order = []Stage{Statistics, Refresh, Rotate, SecondMoment, Precondition, Limiting, WeightDecay, Update}
	return c
}

// Factorized keeps the second moment as its sums over rows and columns (Vyas et al. 2024, section 7.2).
func Factorized(c Config) Config {
	c.Name = "Factorized(" + c.Name + ")"
	c.Diagonal.Of = DiagonalRankOne
	return c
}

// OneSided gives a basis to the shorter side of each matrix only (Vyas et al. 2024, section 7.1).
func OneSided(c Config) Config {
	c.Name = "OneSided(" + c.Name + ")"
	c.Shape.OneSided = true
	return c
}

// Improved switches on what we would choose and the originals do not have: refreshes spread over the
// steps of a period, descending order of the eigenvectors, so that the slots of the diagonal keep their
// meaning, and second moments that go along with a basis by the squares of its rotation where the original leaves them in their
// slots (EShampoo, Adafactor): a slot with a small second moment that becomes the slot of a direction with momentum can make a step of
// hundreds of times the rate, as measured for the token embedding of one language model (docs/experiments.md). For Adafactor, which has no
// momentum and bounds its updates, it only keeps the meaning of the slots. Keep is the zero value of Carry, so a Keep that was
// chosen becomes Square as well: set it after Improved. The criterion without cancellation and the canonical null space are there in any case.
func Improved(c Config) Config {
	if c.Basis.Kind != Axes {
		c.Name = "Improved(" + c.Name + ")"
		c.Basis.Stagger = true
		c.Basis.Ascending = false
	}
	if c.Basis.Kind == Eigen && c.Basis.Carry == Keep && (c.Diagonal.Of == DiagonalGradient || c.Diagonal.Of == DiagonalRankOne) {
		c.Basis.Carry = Square
	}
	return c
}

// GraftSGD gives a step the norm of the averaged gradient.
func GraftSGD() Graft { return Graft{Of: GraftGradient} }

// GraftAdagrad gives a step Adagrad's norm.
func GraftAdagrad(eps float64) Graft {
	return Graft{Of: GraftSecondMoment, Beta: 1, Eps: eps}
}

// GraftRMSProp gives a step RMSProp's norm.
func GraftRMSProp(beta, eps float64) Graft {
	return Graft{Of: GraftSecondMoment, Beta: beta, Eps: eps}
}

// GraftAdam gives a step Adam's norm.
func GraftAdam(beta, eps float64) Graft {
	return Graft{Of: GraftSecondMoment, Beta: beta, Eps: eps, Debias: true}
}
