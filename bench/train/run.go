package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/scaling"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// identity is everything that the numbers of a run depend on besides the machine's speed.
// A checkpoint resumes only a run with the same identity.
type identity struct {
	Arithmetic int                  `json:"arithmetic"` // kernels.OrderVersion
	Model      nn.TransformerConfig `json:"model"`
	Corpus     string               `json:"corpus_sha256"`
	Seed       uint64               `json:"seed"`
	Steps      int                  `json:"steps"`
	Batch      int                  `json:"batch"`
	Branches   bool                 `json:"branches"`
	Optimizers []setting            `json:"optimizers"`
	Configs    []string             `json:"configs_sha256"` // of each optimizer's whole precond.Config, as JSON
}

// differs says in words what differs first, or nothing.
func (a identity) differs(b identity) string {
	for _, c := range []struct {
		what string
		a, b any
	}{
		{"arithmetic version", a.Arithmetic, b.Arithmetic},
		{"model", a.Model, b.Model},
		{"corpus", a.Corpus, b.Corpus},
		{"-seed", a.Seed, b.Seed},
		{"-steps", a.Steps, b.Steps},
		{"-batch", a.Batch, b.Batch},
		{"decay branches", a.Branches, b.Branches},
		{"optimizers", a.Optimizers, b.Optimizers},
	} {
		if x, y := fmt.Sprintf("%+v", c.a), fmt.Sprintf("%+v", c.b); x != y {
			return fmt.Sprintf("%s %s there, %s here", c.what, x, y)
		}
	}
	for i, s := range b.Optimizers {
		if i >= len(a.Configs) || a.Configs[i] != b.Configs[i] {
			return fmt.Sprintf("the configuration of %s, which no flag sets, has changed since", s.Name)
		}
	}
	return ""
}

// Result is what one optimizer did.
type Result struct {
	setting
	Done       bool               `json:"done"`         // false: the run was interrupted
	Loss       []float64          `json:"loss"`         // of the training batch of each step
	GradientMS []float64          `json:"gradient_ms"`  // forward and backward pass of each step
	UpdateMS   []float64          `json:"optimizer_ms"` // clipping norm and optimizer of each step
	Validation []scaling.Endpoint `json:"validation"`   // along the run
	Branches   []scaling.Endpoint `json:"branches"`     // validation loss at the ends of the decay branches
	Final      float64            `json:"final"`        // validation loss at the end
	StateBytes int64              `json:"state_bytes"`
}

// experiment trains one model with several optimizers, one after another.
type experiment struct {
	identity
	corpus *Corpus
	dir    string // of the checkpoint, or empty
	out    *progress

	pool  *kernels.Pool
	model *nn.LM[float32]
	train *sampler
	valid validator

	pos      position
	results  []*Result
	opt      *precond.Optimizer[float32] // of the trunk
	branch   *precond.Optimizer[float32] // of the branch in progress
	trunk    []byte                      // the trunk's parameters while a branch is in progress
	started  time.Time
	worked   time.Duration // in training steps of this process
	did      float64       // what they cost, in steps of AdamW
	expected bool          // the expected time has been said
	endOnly  bool          // validate at the end only
	config   func(setting) precond.Config
}

var (
	errInterrupted = errors.New("interrupted") // ends a run early with what it has
	errDiverged    = errors.New("diverged")    // for the sweep, which goes on
)

func newExperiment(id identity, c *Corpus, pool *kernels.Pool, dir string, out *progress) *experiment {
	e := &experiment{identity: id, corpus: c, dir: dir, out: out, pool: pool, pos: position{Branch: -1}, config: setting.config}
	e.model = nn.NewLM[float32](id.Model)
	e.train = newSampler(c.Train, id.Model.Context, id.Batch)
	e.valid = validator{newSampler(c.Validation, id.Model.Context, validationBatch), validationWindows}
	return e
}

// run trains with every optimizer that the checkpoint has not finished. On a cancelled
// context it saves a checkpoint and returns errInterrupted.
func (e *experiment) run(ctx context.Context) error {
	e.Configs = nil
	for _, s := range e.Optimizers {
		j, err := json.Marshal(e.config(s))
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		e.Configs = append(e.Configs, fmt.Sprintf("%x", sha256.Sum256(j)))
	}
	if err := e.resume(); err != nil {
		return err
	}
	e.started = time.Now()
	for ; e.pos.Optimizer < len(e.Optimizers); e.pos = (position{Optimizer: e.pos.Optimizer + 1, Branch: -1}) {
		if e.opt == nil {
			if err := e.begin(); err != nil {
				return err
			}
			// A folder that cannot be written is better known now than in an hour.
			if err := e.save(); err != nil {
				return err
			}
		}
		if err := e.one(ctx); err != nil {
			return err
		}
		e.opt = nil
	}
	return e.save()
}

// begin starts the run of the next optimizer.
func (e *experiment) begin() error {
	s := e.Optimizers[e.pos.Optimizer]
	e.model.Init(e.Seed)
	opt, err := e.optimizer(s)
	if err != nil {
		return err
	}
	e.opt = opt
	e.results = append(e.results, &Result{setting: s, StateBytes: opt.StateBytes()})
	return nil
}

func (e *experiment) optimizer(s setting) (*precond.Optimizer[float32], error) {
	opt, err := precond.New(e.config(s), e.model.Params(), e.pool)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return opt, nil
}

// one carries the optimizer at e.pos from where it is to its end.
func (e *experiment) one(ctx context.Context) error {
	r := e.results[e.pos.Optimizer]
	whole := newSchedule(e.Steps, e.Steps)
	var ends []int
	if e.Branches && r.secondOrder() {
		ends = branchEnds(e.Steps)
	}
	for e.pos.Step < e.Steps {
		for b := len(r.Branches); b < len(ends) && newSchedule(e.Steps, ends[b]).decay == e.pos.Step; b++ {
			if err := e.fork(ctx, r, b, ends[b]); err != nil {
				return err
			}
		}
		if err := e.pause(ctx, e.pos.Step); err != nil {
			return err
		}
		t := e.pos.Step
		loss, grad, update, err := e.step(e.opt, r, whole, t)
		if err != nil {
			return err
		}
		r.Loss = append(r.Loss, loss)
		r.GradientMS = append(r.GradientMS, ms(grad))
		r.UpdateMS = append(r.UpdateMS, ms(update))
		e.pos.Step++
		if every := max(1, e.Steps/10); !e.endOnly && e.pos.Step%every == 0 && e.pos.Step < e.Steps {
			loss, err := e.validate(r, e.pos.Step)
			if err != nil {
				return err
			}
			r.Validation = append(r.Validation, scaling.Endpoint{Steps: e.pos.Step, Loss: loss})
		}
	}
	final, err := e.validate(r, e.Steps)
	if err != nil {
		return err
	}
	r.Validation = append(r.Validation, scaling.Endpoint{Steps: e.Steps, Loss: final})
	r.Final, r.Done = final, true
	e.out.say("%-17s rate %-8.3g validation loss %.4f after %d steps, %.1f ms per step", r.label(), r.LR, r.Final, e.Steps, r.stepMS())
	return nil
}

// fork runs the branch that ends at step end on a clone of the optimizer and then
// returns to the trunk.
func (e *experiment) fork(ctx context.Context, r *Result, b, end int) error {
	if e.pos.Branch < 0 {
		e.trunk = e.values(e.trunk[:0])
		e.branch = e.opt.Clone()
		e.pos.Branch, e.pos.BranchStep = b, e.pos.Step
	}
	s := newSchedule(e.Steps, end)
	for e.pos.BranchStep < end {
		if err := e.pause(ctx, e.pos.BranchStep); err != nil {
			return err
		}
		if _, _, _, err := e.step(e.branch, r, s, e.pos.BranchStep); err != nil {
			return err
		}
		e.pos.BranchStep++
	}
	loss, err := e.validate(r, end)
	if err != nil {
		return err
	}
	r.Branches = append(r.Branches, scaling.Endpoint{Steps: end, Loss: loss})
	e.setValues(e.trunk)
	e.branch = nil
	e.pos.Branch, e.pos.BranchStep = -1, 0
	return nil
}

// step does one step of training. Its times are those of forward and backward pass,
// and of the clipping norm with the update.
func (e *experiment) step(opt *precond.Optimizer[float32], r *Result, s schedule, t int) (loss float64, grad, update time.Duration, err error) {
	t0 := time.Now()
	loss = e.model.Gradient(e.pool, e.train.at(e.Seed, t))
	t1 := time.Now()
	norm := math.Sqrt(opt.GradSumSquares())
	if math.IsNaN(norm) || math.IsInf(norm, 0) || math.IsNaN(loss) || math.IsInf(loss, 0) {
		return 0, 0, 0, e.diverged(r, e.where(loss), t)
	}
	clip := 1.0
	if norm > 1 {
		clip = 1 / norm
	}
	opt.SetLR(r.LR * s.at(t))
	if _, err := opt.Step(clip); err != nil {
		return 0, 0, 0, fmt.Errorf("%s: step %d: %w", r.Name, t+1, err)
	}
	t2 := time.Now()
	e.worked += t2.Sub(t0)
	e.did += r.cost()
	e.show(r, loss, t)
	return loss, t1.Sub(t0), t2.Sub(t1), nil
}

// validate returns the validation loss after a number of steps.
func (e *experiment) validate(r *Result, steps int) (float64, error) {
	loss := e.valid.loss(e.pool, e.model)
	if loss-loss != 0 {
		return 0, e.diverged(r, fmt.Sprintf("the validation loss is %v", loss), steps)
	}
	return loss, nil
}

func (e *experiment) diverged(r *Result, what string, steps int) error {
	return fmt.Errorf("%s %w: %s after %d steps; lower the learning rate (-lr, now %g)", r.Name, errDiverged, what, steps, r.LR)
}

// where names what is not finite: the loss or the gradient of a parameter.
func (e *experiment) where(loss float64) string {
	for _, p := range e.model.Params() {
		if i := indexNotFinite(p.Grad); i >= 0 {
			return fmt.Sprintf("the gradient of %s is %v at index %d", p.Name, p.Grad[i], i)
		}
	}
	return fmt.Sprintf("the loss is %v", loss)
}

func indexNotFinite(x []float32) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}

// show updates the progress line, and says once what the whole will take.
func (e *experiment) show(r *Result, loss float64, t int) {
	left := time.Duration(0)
	if e.did > 0 {
		left = time.Duration(float64(e.worked) * e.todo() / e.did)
	}
	if !e.expected && len(r.Loss) == 4 {
		e.expected = true
		e.out.say("expected time: about %s (%s, %d workers)", short(left+time.Since(e.started)), e.pool.ISA(), e.pool.Workers())
	}
	what := r.Name
	if e.pos.Branch >= 0 {
		what += " (branch)"
	}
	perStep := float64(e.worked) / float64(e.did) * r.cost() // ns
	tokens := float64(e.Batch*e.Model.Context) / perStep * 1e9
	e.out.show("%s  step %d/%d  loss %.3f  %.0f tokens/s  %s left", what, t+1, e.Steps, loss, tokens, short(left))
}

// todo returns what is left to do, in steps of AdamW.
func (e *experiment) todo() float64 {
	sum := 0.0
	for i := e.pos.Optimizer; i < len(e.Optimizers); i++ {
		s := e.Optimizers[i]
		steps := e.Steps
		if i == e.pos.Optimizer {
			steps -= e.pos.Step
		}
		if e.Branches && s.secondOrder() {
			for b, end := range branchEnds(e.Steps) {
				from := newSchedule(e.Steps, end).decay
				if i == e.pos.Optimizer {
					if b < len(e.results[i].Branches) {
						continue
					}
					if b == e.pos.Branch {
						from = e.pos.BranchStep
					}
				}
				steps += end - from
			}
		}
		sum += float64(float64(steps) * s.cost())
	}
	return sum
}

// pause saves a checkpoint now and then, and ends the run if ctx is cancelled.
func (e *experiment) pause(ctx context.Context, t int) error {
	if ctx.Err() != nil {
		if err := e.save(); err != nil {
			return err
		}
		return errInterrupted
	}
	if t%50 == 0 && t > 0 {
		return e.save()
	}
	return nil
}

// save writes the checkpoint, if one is wanted.
func (e *experiment) save() error {
	if e.dir == "" {
		return nil
	}
	c := &checkpoint{Identity: e.identity, Position: e.pos, Results: e.results}
	if e.opt != nil {
		c.blobs = append(c.blobs, e.values(nil))
		for _, o := range []*precond.Optimizer[float32]{e.opt, e.branch} {
			if o == nil {
				continue
			}
			var b bytes.Buffer
			if err := o.Save(&b); err != nil {
				return fmt.Errorf("cannot write the checkpoint: %w", err)
			}
			c.blobs = append(c.blobs, b.Bytes())
		}
		if e.branch != nil {
			c.blobs = append(c.blobs, e.trunk)
		}
	}
	return c.write(e.dir)
}

// resume takes up the checkpoint, if there is one.
func (e *experiment) resume() error {
	if e.dir == "" {
		return nil
	}
	c, err := readCheckpoint(e.dir, e.identity)
	if err != nil || c == nil {
		return err
	}
	damaged := func(err error) error {
		return fmt.Errorf("checkpoint in %s is damaged: %w; restore a whole copy, or delete it to start again", e.dir, err)
	}
	e.pos, e.results = c.Position, c.Results
	if len(c.blobs) == 0 {
		e.out.say("resuming after %d of %d optimizers", min(e.pos.Optimizer, len(e.Optimizers)), len(e.Optimizers))
		return nil
	}
	want := 2
	if e.pos.Branch >= 0 {
		want = 4
	}
	if len(c.blobs) != want || len(e.results) != e.pos.Optimizer+1 || e.pos.Optimizer >= len(e.Optimizers) {
		return damaged(errors.New("it does not fit together"))
	}
	for i, b := range c.blobs {
		if (i == 0 || i == 3) && len(b) != 4*e.model.Size() {
			return damaged(errors.New("wrong number of parameters"))
		}
	}
	s := e.Optimizers[e.pos.Optimizer]
	load := func(b []byte) (*precond.Optimizer[float32], error) {
		o, err := e.optimizer(s)
		if err != nil {
			return nil, err
		}
		if err := o.Load(bytes.NewReader(b), int64(len(b))); err != nil {
			return nil, damaged(err)
		}
		return o, nil
	}
	if e.opt, err = load(c.blobs[1]); err != nil {
		return err
	}
	if e.pos.Branch >= 0 {
		if e.branch, err = load(c.blobs[2]); err != nil {
			return err
		}
		e.trunk = c.blobs[3]
	}
	e.setValues(c.blobs[0])
	e.out.say("resuming %s at step %d", s.Name, e.pos.Step)
	return nil
}

// values appends the parameters to b, little-endian.
func (e *experiment) values(b []byte) []byte {
	for _, p := range e.model.Params() {
		for _, v := range p.Value {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return b
}

// setValues is the inverse of values.
func (e *experiment) setValues(b []byte) {
	for _, p := range e.model.Params() {
		for i := range p.Value {
			p.Value[i] = math.Float32frombits(binary.LittleEndian.Uint32(b))
			b = b[4:]
		}
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// machine describes where the times were taken.
func machine(p *kernels.Pool) string {
	return fmt.Sprintf("%s/%s, %s, %s, %d workers", runtime.GOOS, runtime.GOARCH, runtime.Version(), p.ISA(), p.Workers())
}
