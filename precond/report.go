package precond

import "fmt"

// Report says what a Step did.
type Report struct {
	// Params are the parameters that moved; Absent had no gradient; Skipped had a bad one and were
	// left out.
	Params, Absent, Skipped int
	// StepSkipped says that nothing happened because of a bad gradient (SkipStep).
	StepSkipped bool
	// Factors whose basis or root was computed anew; was kept by Tol; was found by another method after that of
	// Config.Basis.By had failed; could not be computed, so that the one before stays; was lost, because the factor
	// had overflowed: it starts again from 0, its axis without a basis.
	Refreshed, Kept, Rescued, Failed, Lost int
}

// GradientError says that a gradient cannot be used. Nothing has changed, unless Changed says so. It is valid until the
// next call of Step.
type GradientError struct {
	Param string
	Index int // of the first NaN or Inf; −1 if the squares overflow
	Value float64
	// Changed: the gradient was usable when GradSumSquares read it. All but the part that is not usable now has moved.
	Changed bool
}

func (e *GradientError) Error() string {
	what := fmt.Sprintf("is %g at element %d", e.Value, e.Index)
	if e.Index < 0 {
		what = fmt.Sprintf("is too large: its squares overflow (norm %g after scaling)", e.Value)
	}
	switch {
	case e.Changed:
		return fmt.Sprintf("precond: the gradient of %q %s; it was changed after GradSumSquares, and that part of the parameter stays as it is; call GradSumSquares last", e.Param, what)
	case e.Index < 0:
		return fmt.Sprintf("precond: the gradient of %q %s; nothing was changed; pass Step a smaller scale, or set Config.NonFinite", e.Param, what)
	}
	return fmt.Sprintf("precond: the gradient of %q %s; nothing was changed; set Config.NonFinite to skip such steps", e.Param, what)
}
