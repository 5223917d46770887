package precond

import "fmt"

// Report says what a Step did.
type Report struct {
	// Params are the parameters that moved; Absent had no gradient; Skipped had a bad one and were
	// left out.
	Params, Absent, Skipped int
	// StepSkipped says that nothing happened because of a bad gradient (SkipStep).
	StepSkipped bool
	// Factors whose basis or root was computed anew, was kept by Tol, and could not be
	// computed, so that the one before stays.
	Refreshed, Kept, Failed int
}

// GradientError says that a gradient cannot be used. Nothing has changed.
type GradientError struct {
	Param string
	Index int // of the first NaN or Inf; −1 if the squares overflow
	Value float64
}

func (e *GradientError) Error() string {
	if e.Index < 0 {
		return fmt.Sprintf("precond: the squares of the gradient of %q overflow (norm %g after scaling); pass Step a smaller scale, or set Config.NonFinite", e.Param, e.Value)
	}
	return fmt.Sprintf("precond: the gradient of %q is %g at element %d; nothing was changed; set Config.NonFinite to skip such steps", e.Param, e.Value, e.Index)
}
