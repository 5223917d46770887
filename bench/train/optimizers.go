package train

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/precond"
)

// setting is an optimizer with what the sweep decides.
type setting struct {
	Name  string  `json:"optimizer"`
	LR    float64 `json:"lr"`
	Beta2 float64 `json:"beta2"`
}

// optimizer is what the command knows about one.
type optimizer struct {
	name, label string
	preset      func() precond.Config
	second      bool      // second-order: gets decay branches and ratios
	cost        float64   // of a step relative to AdamW's, for the time left
	start       float64   // where the search for a learning rate begins
	beta2       []float64 // that the sweep tries
}

var optimizers = []optimizer{
	{"adamw", "AdamW", precond.AdamW, false, 1, 1. / 512, []float64{0.95, 0.99}},
	{"shampoo", "Shampoo", precond.Shampoo, true, 1.5, 1. / 256, []float64{0.95}},
	{"soap", "SOAP", precond.SOAP, true, 1.4, 1. / 128, []float64{0.95}},
	{"eshampoo", "EShampoo, carried", carriedEShampoo, true, 1.5, 1. / 128, []float64{0.95}},
}

// carriedEShampoo is eigenvalue-corrected Shampoo whose second moments go along when the basis moves. The original leaves them in their slots:
// at the first refresh of the token embedding the slots of tokens never seen, with a second moment of 0, become those of directions with
// momentum, and the step is 400 times the rate (docs/experiments.md).
func carriedEShampoo() precond.Config {
	c := precond.EShampoo()
	c.Basis.Carry = precond.Square
	return c
}

func find(name string) (optimizer, bool) {
	i := slices.IndexFunc(optimizers, func(o optimizer) bool { return o.name == name })
	if i < 0 {
		return optimizer{}, false
	}
	return optimizers[i], true
}

// names lists the optimizers in the order in which they run.
func names() []string {
	var n []string
	for _, o := range optimizers {
		n = append(n, o.name)
	}
	return n
}

func (s setting) optimizer() optimizer { o, _ := find(s.Name); return o }
func (s setting) secondOrder() bool    { return s.optimizer().second }
func (s setting) cost() float64        { return s.optimizer().cost }
func (s setting) label() string        { return s.optimizer().label }

// config is the preset with the sweep's choices.
func (s setting) config() precond.Config {
	c := s.optimizer().preset()
	c.LR = s.LR
	if len(s.optimizer().beta2) > 1 {
		c.Diagonal.Beta = s.Beta2
	}
	return c
}

//go:embed sweep.json
var sweepJSON []byte

// swept returns the settings that the committed sweep found best.
func swept() (map[string]setting, error) {
	var s sweepFile
	if err := json.Unmarshal(sweepJSON, &s); err != nil {
		return nil, fmt.Errorf("sweep.json: %w", err)
	}
	best := map[string]setting{}
	for _, b := range s.Best {
		best[b.Name] = b
	}
	return best, nil
}

// selected returns the optimizers of a comma-separated list in the order of the list, at the
// sweep's rates.
func selected(list string) ([]setting, error) {
	best, err := swept()
	if err != nil {
		return nil, err
	}
	var out []setting
	for _, n := range strings.Split(list, ",") {
		n = strings.ToLower(strings.TrimSpace(n))
		if _, ok := find(n); !ok {
			return nil, fmt.Errorf("unknown optimizer %q in -optimizers; choose from %s", n, strings.Join(names(), ","))
		}
		if slices.ContainsFunc(out, func(s setting) bool { return s.Name == n }) {
			return nil, fmt.Errorf("optimizer %q stands twice in -optimizers; name it once", n)
		}
		s, ok := best[n]
		if !ok {
			return nil, fmt.Errorf("sweep.json has no rate for %s; run -sweep", n)
		}
		out = append(out, s)
	}
	return out, nil
}
