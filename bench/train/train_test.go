package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// small is a model that trains in milliseconds, on the portable tier too.
var small = nn.TransformerConfig{Width: 16, Layers: 1, Heads: 2, MLP: 32, Context: 8}

func smallRun(t *testing.T, steps int, which ...string) identity {
	s, err := selected(strings.Join(which, ","))
	require.NoError(t, err)
	return identity{
		Arithmetic: kernels.OrderVersion, Model: small, Corpus: Shipped(100).SHA256,
		Seed: 1, Steps: steps, Batch: 2, Branches: true, Optimizers: s,
	}
}

func quiet() *progress { return &progress{w: io.Discard} }

// newSmall prepares a run on the shipped text. Blocks keep eigenproblems of the vocabulary's length out of
// what emulators must do.
func newSmall(id identity, pool *kernels.Pool, dir string) *experiment {
	e := newExperiment(id, Shipped(100), pool, dir, quiet())
	e.config = func(s setting) precond.Config {
		c := s.config()
		c.Shape.Block = 32
		return c
	}
	e.valid = validator{newSampler(e.corpus.Validation, id.Model.Context, 4), 4}
	return e
}

// withoutTimes is the report as JSON without what depends on the speed of the machine.
func withoutTimes(t *testing.T, e *experiment) string {
	r := e.report(false)
	r.Machine = ""
	for i := range r.Table {
		r.Table[i].StepMS, r.Table[i].Share, r.Table[i].TimeRatio = 0, 0, 0
	}
	for _, x := range r.Results {
		x.GradientMS, x.UpdateMS = nil, nil
	}
	j, err := json.Marshal(r)
	require.NoError(t, err)
	return string(j)
}

// stopAfter is a context that ends when it has been asked n times.
type stopAfter struct {
	context.Context
	n int
}

func (s *stopAfter) Err() error {
	if s.n--; s.n < 0 {
		return context.Canceled
	}
	return nil
}

// A run that is interrupted, wherever, and resumed gives the bits of one that is not.
func TestResume(t *testing.T) {
	id := smallRun(t, 24, "adamw", "soap")
	whole := newSmall(id, nil, "")
	require.NoError(t, whole.run(context.Background()))
	want := withoutTimes(t, whole)
	require.Len(t, whole.results[1].Branches, 2)

	for _, stride := range []int{1, 5, 17} {
		if stride == 1 && testing.Short() {
			continue
		}
		dir := t.TempDir()
		for runs := 0; ; runs++ {
			require.Less(t, runs, 200)
			e := newSmall(id, nil, dir)
			err := e.run(&stopAfter{context.Background(), stride})
			if err == nil {
				require.Equal(t, want, withoutTimes(t, e))
				break
			}
			require.ErrorIs(t, err, errInterrupted)
		}
		// A finished run is read back as it is.
		e := newSmall(id, nil, dir)
		require.NoError(t, e.run(&stopAfter{context.Background(), 0}))
		require.Equal(t, want, withoutTimes(t, e))
	}
}

func TestBadCheckpoint(t *testing.T) {
	dir := t.TempDir()
	id := smallRun(t, 24, "soap")
	require.ErrorIs(t, newSmall(id, nil, dir).run(&stopAfter{context.Background(), 3}), errInterrupted)
	name := filepath.Join(dir, checkpointName)
	good, err := os.ReadFile(name)
	require.NoError(t, err)

	refused := func(id identity, what string) {
		t.Helper()
		before, err := os.ReadFile(name)
		require.NoError(t, err)
		err = newSmall(id, nil, dir).run(context.Background())
		require.ErrorContains(t, err, what)
		require.NotContains(t, err.Error(), "\n")
		after, err := os.ReadFile(name)
		require.NoError(t, err)
		require.True(t, bytes.Equal(before, after), "the checkpoint was touched")
	}
	for _, n := range []int{0, 5, len(checkpointMagic), len(checkpointMagic) + 9, len(good) / 2, len(good) - 1} {
		require.NoError(t, os.WriteFile(name, good[:n], 0o644))
		refused(id, "cut short")
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	require.NoError(t, os.WriteFile(name, flipped, 0o644))
	refused(id, "damaged")
	require.NoError(t, os.WriteFile(name, []byte("not a checkpoint, but as long as the magic"), 0o644))
	refused(id, "is not a checkpoint")

	require.NoError(t, os.WriteFile(name, good, 0o644))
	other := id
	other.Model.Width = 32
	refused(other, "model {Width:16")
	other = id
	other.Seed = 2
	refused(other, "-seed 1 there, 2 here")
	other = id
	other.Steps = 25
	refused(other, "-steps 24 there, 25 here")

	e := newSmall(id, nil, dir)
	config := e.config
	e.config = func(s setting) precond.Config {
		c := config(s)
		c.Basis.Every++
		return c
	}
	require.ErrorContains(t, e.run(context.Background()), "the configuration of soap, which no flag sets, has changed since")

	require.Len(t, readDir(t, dir), 1, "nothing half-written is left")
	require.NoError(t, newSmall(id, nil, dir).run(context.Background()))
}

func readDir(t *testing.T, dir string) []os.DirEntry {
	d, err := os.ReadDir(dir)
	require.NoError(t, err)
	return d
}

func TestDivergence(t *testing.T) {
	for _, n := range names() {
		id := smallRun(t, 10, n)
		id.Optimizers[0].LR = 1e30
		err := newSmall(id, nil, "").run(context.Background())
		require.ErrorIs(t, err, errDiverged)
		require.ErrorContains(t, err, "lower the learning rate")
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestFlags(t *testing.T) {
	o, err := parse(nil, io.Discard)
	require.NoError(t, err)
	require.Equal(t, 600, o.steps)
	o, err = parse([]string{"-quick", "-steps", "7"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, []int{7, 16}, []int{o.steps, o.batch})

	var help bytes.Buffer
	_, err = parse([]string{"-h"}, &help)
	require.ErrorIs(t, err, flag.ErrHelp)
	require.Contains(t, help.String(), "-checkpoint folder")

	for args, what := range map[string]string{
		"-nope":                    "-nope; -h lists the flags",
		"-workers 0":               "give at least 1",
		"-workers x":               "invalid value",
		"-steps 0":                 "give at least 1",
		"-batch -1":                "give at least 1",
		"-lr -0.1":                 "give a positive number",
		"-lr 0":                    "give a positive number",
		"-lr NaN":                  "give a positive number",
		"-lr Inf":                  "give a positive number",
		"-optimizers adam":         "choose from adamw,shampoo,soap,eshampoo",
		"-optimizers soap,soap":    "name it once",
		"-text= -quick":            "give a file or folder",
		"-sweep -quick":            "leave out -quick",
		"extra":                    "unexpected argument",
		"-seeds 0":                 "give at least 1",
		"-sweep -checkpoint there": "leave out",
	} {
		_, err := parse(strings.Fields(args), io.Discard)
		require.ErrorContains(t, err, what, args)
		require.NotContains(t, err.Error(), "\n", args)
		require.Equal(t, 2, Run(strings.Fields(args)), args)
	}
	dir := tree(t, map[string]string{"empty": ""})
	for _, bad := range []string{"missing", "empty"} {
		require.Equal(t, 1, Run([]string{"-text", filepath.Join(dir, bad), "-out", filepath.Join(dir, "out")}))
	}
	require.Len(t, readDir(t, dir), 1, "nothing is written on an error")
	file := filepath.Join(dir, "empty")
	for _, flag := range []string{"-out", "-checkpoint"} {
		args := append([]string{"-out", filepath.Join(dir, "out"), "-text", "."}, flag, file)
		require.Equal(t, 1, Run(args), flag)
	}
}

func TestReport(t *testing.T) {
	e := newSmall(smallRun(t, 24, "adamw", "soap"), nil, "")
	require.NoError(t, e.run(context.Background()))
	r := e.report(false)
	require.Len(t, r.Table, 2)
	require.Equal(t, 1.0, r.Table[0].StepRatio)

	dir := filepath.Join(t.TempDir(), "new")
	require.NoError(t, r.write(dir))
	require.Len(t, readDir(t, dir), 2)
	h, err := os.ReadFile(filepath.Join(dir, "report.html"))
	require.NoError(t, err)
	page := string(h)
	require.Equal(t, 2, strings.Count(page, "<svg"))
	require.NotContains(t, page, "<?xml")
	for _, outside := range []string{"<script", "<link", "src=", "@import", "url("} {
		require.NotContains(t, page, outside)
	}
	var b bytes.Buffer
	r.table(&b)
	require.Contains(t, b.String(), "SOAP")

	// An interrupted run reports what it has.
	e = newSmall(smallRun(t, 24, "adamw", "soap"), nil, "")
	require.True(t, errors.Is(e.run(&stopAfter{context.Background(), 10}), errInterrupted))
	r = e.report(true)
	require.NoError(t, r.write(dir))
	b.Reset()
	r.table(&b)
	require.Contains(t, b.String(), "AdamW stopped after 10 of 24 steps")
}

func TestSweepSearch(t *testing.T) {
	worst := func(at, stable float64) func(setting, float64) (trial, error) {
		return func(s setting, _ float64) (trial, error) {
			d := math.Log2(s.LR / at)
			return trial{setting: s, Worst: 1 + d*d, Diverged: s.LR > stable}, nil
		}
	}
	for _, c := range []struct {
		start, at, stable, want float64 // want 0: none is found
		tried                   int
	}{
		{0.004, 0.064, 1, 0.064, 6},                  // four times up, and one to see that it is past
		{0.004, 0.004, 1, 0.004, 3},                  // both neighbours
		{0.004, 0.001, 1, 0.001, 5},                  // up, twice down, and one past
		{0.004, 0.064, 0.03, 0.016, 4},               // the next one diverges
		{0.004, 0.00025, 0.0003, 0.00025, 6},         // down from one that diverges, and one past
		{0.004, 0.004 * 1024, 1e9, 4.096, sweepMost}, // the last one shows that it is past
		{0.004, 0.004 * 2048, 1e9, 0, sweepMost},     // the last one is the best so far
		{0.004, 0.004 / 1024, 1e9, 0, sweepMost},     // the last one down is
		{0.004, 1e-9, 1e-9, 0, sweepMost},            // none of those tried is stable
	} {
		f := &sweepFile{}
		best, err := f.search(optimizer{name: "adamw", start: c.start}, 0.95, worst(c.at, c.stable))
		require.Len(t, f.Tried, c.tried, c)
		if c.want == 0 {
			require.ErrorContains(t, err, "adamw: after 12 rates, from 0.004 to ", c)
			continue
		}
		require.NoError(t, err)
		require.InDelta(t, c.want, best.LR, 1e-12, c)
		require.False(t, best.Diverged, c)
	}

	// The limit is the loss to beat.
	f := &sweepFile{}
	var limits []float64
	_, err := f.search(optimizer{name: "adamw", start: 0.004}, 0.95, func(s setting, limit float64) (trial, error) {
		limits = append(limits, limit)
		return worst(0.008, 1)(s, limit)
	})
	require.NoError(t, err)
	require.Equal(t, []float64{math.Inf(1), 2, 1}, limits)
}

// One seed above the limit ends a trial.
func TestSweepTrial(t *testing.T) {
	if testing.Short() || kernels.Active() == kernels.Portable {
		t.Skip("-short, or the portable tier, where it takes minutes: it trains and validates the model of the command")
	}
	o, s := &options{steps: 1, batch: 1}, setting{"adamw", 1. / 512, 0.99}
	c := Shipped(model.Context + 2)
	got, err := o.try(context.Background(), quiet(), c, nil, []uint64{1, 2}, s, math.Inf(1))
	require.NoError(t, err)
	require.Len(t, got.Losses, 2)
	require.Equal(t, slices.Max(got.Losses), got.loss())
	got, err = o.try(context.Background(), quiet(), c, nil, []uint64{1, 2}, s, 0)
	require.NoError(t, err)
	require.Len(t, got.Losses, 1)
}

// The committed sweep is of the model and batch of the command. The search, with its trials in place of training, finds its best, and
// nothing that was tried is better by the worst of all seeds.
func TestCommittedSweep(t *testing.T) {
	var f sweepFile
	require.NoError(t, json.Unmarshal(sweepJSON, &f))
	require.Equal(t, model, f.Model)
	o, err := parse(nil, io.Discard)
	require.NoError(t, err)
	require.Equal(t, o.batch, f.Batch)
	require.Len(t, f.Best, len(optimizers))
	for _, b := range f.Best {
		best := trial{Diverged: true}
		for _, beta2 := range b.optimizer().beta2 {
			found, err := new(sweepFile).search(b.optimizer(), beta2, func(s setting, _ float64) (trial, error) {
				i := slices.IndexFunc(f.Tried, func(x trial) bool { return x.setting == s })
				require.GreaterOrEqual(t, i, 0, "%+v was not tried", s)
				return f.Tried[i], nil
			})
			require.NoError(t, err)
			if found.loss() < best.loss() {
				best = found
			}
		}
		require.Equal(t, b, best.setting)
		require.Len(t, best.Losses, len(f.Seeds), b.Name)
		require.Equal(t, slices.Max(best.Losses), best.loss())
		for _, x := range f.Tried {
			if x.Name == b.Name {
				require.LessOrEqual(t, best.loss(), x.loss(), "%+v", x.setting)
			}
		}
	}
}
