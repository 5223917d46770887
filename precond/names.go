package precond

import (
	"fmt"
	"slices"
)

// The names of the constants, for messages and for the Config in checkpoints.
var (
	stageNames = [...]string{
		Statistics: "Statistics", Refresh: "Refresh", Rotate: "Rotate", FirstMoment: "FirstMoment", SecondMoment: "SecondMoment",
		Precondition: "Precondition", Grafting: "Grafting", WeightDecay: "WeightDecay", HeavyBall: "HeavyBall", Update: "Update",
		Limiting: "Limiting",
	}
	decayKindNames  = [...]string{"Decoupled", "L2", "Corrected", "Independent"}
	frameKindNames  = [...]string{"FrameNone", "FrameDense", "FrameKron", "FrameLowRank"}
	factorsOfNames  = [...]string{"FactorsNone", "FactorsGradient", "FactorsLayer"}
	shareNames      = [...]string{"ShareMean", "ShareRows", "ShareExpand"}
	basisKindNames  = [...]string{"Axes", "Eigen", "Root"}
	methodNames     = [...]string{"Eigh", "PowerQR", "Newton", "HigherOrder", "QRAlgorithm", "Refine"}
	carryNames      = [...]string{"Keep", "Permute", "Scatter", "Square", "Product"}
	diagonalOfNames = [...]string{"DiagonalNone", "DiagonalGradient", "DiagonalEigenvalues", "DiagonalCurvature", "DiagonalRankOne"}
	epsAtNames      = [...]string{"EpsAtRoot", "EpsAtRawRoot", "EpsAtFactor", "EpsAtValues"}
	graftOfNames    = [...]string{"GraftNone", "GraftGradient", "GraftSecondMoment", "GraftUnit"}
	largeNames      = [...]string{"LargeAxis", "LargeBlock", "LargeTensor", "LargeOneSided"}
	mergeNames      = [...]string{"MergeNone", "MergeLeft", "MergeRight", "KeepFirst"}
	nonFiniteNames  = [...]string{"Fail", "SkipParam", "SkipStep", "Zero"}
)

// name returns the name of constant i, or its number.
func name(names []string, i uint8) string {
	if int(i) < len(names) && names[i] != "" {
		return names[i]
	}
	return fmt.Sprint(i)
}

// parse finds the constant of a name.
func parse[E ~uint8](e *E, names []string, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 || len(text) == 0 {
		return fmt.Errorf("precond: %q is none of %q", text, names)
	}
	*e = E(i)
	return nil
}

// String returns the name of the constant.
func (e Stage) String() string { return name(stageNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e Stage) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *Stage) UnmarshalText(b []byte) error { return parse(e, stageNames[:], b) }

// String returns the name of the constant.
func (e DecayKind) String() string { return name(decayKindNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e DecayKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *DecayKind) UnmarshalText(b []byte) error { return parse(e, decayKindNames[:], b) }

// String returns the name of the constant.
func (e FrameKind) String() string { return name(frameKindNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e FrameKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *FrameKind) UnmarshalText(b []byte) error { return parse(e, frameKindNames[:], b) }

// String returns the name of the constant.
func (e FactorsOf) String() string { return name(factorsOfNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e FactorsOf) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *FactorsOf) UnmarshalText(b []byte) error { return parse(e, factorsOfNames[:], b) }

// String returns the name of the constant.
func (e Share) String() string { return name(shareNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e Share) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *Share) UnmarshalText(b []byte) error { return parse(e, shareNames[:], b) }

// String returns the name of the constant.
func (e BasisKind) String() string { return name(basisKindNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e BasisKind) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *BasisKind) UnmarshalText(b []byte) error { return parse(e, basisKindNames[:], b) }

// String returns the name of the constant.
func (e Method) String() string { return name(methodNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e Method) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *Method) UnmarshalText(b []byte) error { return parse(e, methodNames[:], b) }

// String returns the name of the constant.
func (e Carry) String() string { return name(carryNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e Carry) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *Carry) UnmarshalText(b []byte) error { return parse(e, carryNames[:], b) }

// String returns the name of the constant.
func (e DiagonalOf) String() string { return name(diagonalOfNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e DiagonalOf) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *DiagonalOf) UnmarshalText(b []byte) error { return parse(e, diagonalOfNames[:], b) }

// String returns the name of the constant.
func (e EpsAt) String() string { return name(epsAtNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e EpsAt) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *EpsAt) UnmarshalText(b []byte) error { return parse(e, epsAtNames[:], b) }

// String returns the name of the constant.
func (e GraftOf) String() string { return name(graftOfNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e GraftOf) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *GraftOf) UnmarshalText(b []byte) error { return parse(e, graftOfNames[:], b) }

// String returns the name of the constant.
func (e Large) String() string { return name(largeNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e Large) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *Large) UnmarshalText(b []byte) error { return parse(e, largeNames[:], b) }

// String returns the name of the constant.
func (e Merge) String() string { return name(mergeNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e Merge) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *Merge) UnmarshalText(b []byte) error { return parse(e, mergeNames[:], b) }

// String returns the name of the constant.
func (e NonFinite) String() string { return name(nonFiniteNames[:], uint8(e)) }

// MarshalText returns the name of the constant.
func (e NonFinite) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (e *NonFinite) UnmarshalText(b []byte) error { return parse(e, nonFiniteNames[:], b) }
