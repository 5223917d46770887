// Package paper is what the reproductions share: checks of three kinds, tables, figures, progress, and the report.
package paper

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Paper is one reproduction.
type Paper struct {
	Name  string // of the command line
	Title string
	// Run does the experiments and records what they gave. An error stops this paper only.
	Run func(r *Run) error
	// Calibration is the committed JSON with the intervals of the calibrated checks; see Run.Calibrated.
	Calibration []byte
	// Data says what file of the user's the paper takes; empty is none. CheckData refuses one before anything runs, with an error of
	// one line that says what to do.
	Data      string
	CheckData func(name string) error
}

// Kind is the kind of a check.
type Kind string

const (
	// Identity is an equation or a proven inequality: asserted in every mode.
	Identity Kind = "identity"
	// Calibrated is a number whose interval comes from other seeds: asserted in full runs.
	Calibrated Kind = "calibrated"
	// Claim is what the paper says: reproduced or not, never a failure of the run.
	Claim Kind = "claim"
	// Control is a negative control: what the paper does not claim, or says should fail.
	Control Kind = "control"
)

// Check is one line of the result.
type Check struct {
	Kind   Kind    `json:"kind"`
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Want   string  `json:"expected"`
	Status string  `json:"status"`
	Failed bool    `json:"failed"`
}

// Table is a table of the report.
type Table struct {
	Title  string     `json:"title"`
	Header []string   `json:"header"`
	Rows   [][]string `json:"rows"`
}

// Interval is where a calibrated number lies: the extremes of the seeds, widened by their range on both sides.
type Interval struct {
	Low   float64   `json:"low"`
	High  float64   `json:"high"`
	Seeds []float64 `json:"values"` // of the seeds, for the record
}

// Run is one paper being run.
type Run struct {
	Paper *Paper
	Quick bool
	Seed  uint64
	Pool  *kernels.Pool
	Data  string // file of the user's, for papers that take one
	// Calibrating: only the values of calibrated checks are wanted; long parts without any may be left out.
	Calibrating bool
	Started     time.Time

	Checks  []Check            `json:"checks"`
	Tables  []Table            `json:"tables"`
	Figures []Figure           `json:"-"`
	Notes   []string           `json:"notes"`
	values  map[string]float64 // of the calibrated checks
	known   map[string]Interval
	shown   time.Time
	live    bool
}

// start prepares a run.
func (p *Paper) start(quick bool, seed uint64, pool *kernels.Pool, data string) (*Run, error) {
	r := &Run{Paper: p, Quick: quick, Seed: seed, Pool: pool, Data: data, Started: time.Now(), values: map[string]float64{}}
	if len(p.Calibration) > 0 {
		if err := json.Unmarshal(p.Calibration, &r.known); err != nil {
			return nil, fmt.Errorf("the calibration of %s cannot be read: %w", p.Name, err)
		}
	}
	info, err := os.Stderr.Stat()
	r.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	return r, nil
}

// AtMost checks an identity: value ≤ bound. NaN fails.
func (r *Run) AtMost(name string, value, bound float64) {
	r.judge(Identity, name, value, fmt.Sprintf("≤ %.3g", bound), value <= bound)
}

// AtLeast checks an identity: value ≥ bound.
func (r *Run) AtLeast(name string, value, bound float64) {
	r.judge(Identity, name, value, fmt.Sprintf("≥ %.3g", bound), value >= bound)
}

// Near checks an identity: |value − want| ≤ tol.
func (r *Run) Near(name string, value, want, tol float64) {
	r.judge(Identity, name, value, fmt.Sprintf("%.6g ± %.2g", want, tol), math.Abs(value-want) <= tol)
}

func (r *Run) judge(kind Kind, name string, value float64, want string, ok bool) {
	c := Check{Kind: kind, Name: name, Value: value, Want: want, Status: "holds"}
	if !ok {
		c.Status, c.Failed = "FAILS", true
	}
	r.Checks = append(r.Checks, c)
}

// Calibrated checks that a value lies where those of other seeds did. Without an interval for name, and in quick
// runs, whose experiments are smaller, nothing is judged.
func (r *Run) Calibrated(name string, value float64) {
	r.values[name] = value
	i, ok := r.known[name]
	want := fmt.Sprintf("%.4g … %.4g", i.Low, i.High)
	switch {
	case !ok:
		r.Checks = append(r.Checks, Check{Kind: Calibrated, Name: name, Value: value, Want: "not calibrated", Status: "not judged"})
	case r.Quick:
		r.Checks = append(r.Checks, Check{Kind: Calibrated, Name: name, Value: value, Want: want + " in a full run", Status: "not judged"})
	default:
		r.judge(Calibrated, name, value, want, value >= i.Low && value <= i.High)
	}
}

// Verdict is the outcome of a claim.
type Verdict int

const (
	Unclear Verdict = iota
	Reproduced
	NotReproduced
)

// If is Reproduced where ok holds.
func If(ok bool) Verdict {
	if ok {
		return Reproduced
	}
	return NotReproduced
}

// Claim records a claim of the paper with what it expects in words.
func (r *Run) Claim(name string, value float64, want string, v Verdict) {
	r.Checks = append(r.Checks, Check{Kind: Claim, Name: name, Value: value, Want: want, Status: [...]string{"unclear", "reproduced", "not reproduced"}[v]})
}

// Control records a negative control: whether it came out as a control should.
func (r *Run) Control(name string, value float64, want string, ok bool) {
	status := "as expected"
	if !ok {
		status = "not as expected"
	}
	r.Checks = append(r.Checks, Check{Kind: Control, Name: name, Value: value, Want: want, Status: status})
}

// Note adds a sentence to the report.
func (r *Run) Note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Table adds a table.
func (r *Run) Table(title string, header []string, rows [][]string) {
	r.Tables = append(r.Tables, Table{title, header, rows})
}

// Progress shows what a long part is doing, at most ten times a second on a terminal and every ten seconds elsewhere.
func (r *Run) Progress(format string, args ...any) {
	now := time.Now()
	wait := 10 * time.Second
	if r.live {
		wait = 100 * time.Millisecond
	}
	if now.Sub(r.shown) < wait {
		return
	}
	r.shown = now
	text := fmt.Sprintf("%s: ", r.Paper.Name) + fmt.Sprintf(format, args...)
	if r.live {
		fmt.Fprintf(os.Stderr, "\r\x1b[K%s", text)
		return
	}
	fmt.Fprintln(os.Stderr, text)
}

// clear removes the progress line.
func (r *Run) clear() {
	if r.live {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
}

// failed reports whether an identity or a calibrated number failed.
func (r *Run) failed() bool {
	for _, c := range r.Checks {
		if c.Failed {
			return true
		}
	}
	return false
}
