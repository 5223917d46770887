package paper

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

//go:embed report.tmpl
var page string

// result is what results.json holds of a paper; all but the time is the same bits for the same seed.
type result struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Error   string   `json:"error,omitempty"`
	Seconds float64  `json:"seconds"`
	Checks  []Check  `json:"checks"`
	Tables  []Table  `json:"tables"`
	Notes   []string `json:"notes"`
	Figures []Figure `json:"-"`
}

// DefaultSeed is the seed of a run; calibrations use others.
const DefaultSeed = 1

// Main runs the papers that args name, all of them if none is named, and returns the exit status.
func Main(all []*Paper, args []string) int {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	f := flag.NewFlagSet("papers", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	quick := f.Bool("quick", false, "small experiments, at most 15 seconds each; calibrated numbers are not judged")
	seed := f.Uint64("seed", DefaultSeed, "`number` that every experiment follows from")
	workers := f.Int("workers", runtime.GOMAXPROCS(0), "`threads`; results do not depend on it")
	out := f.String("out", filepath.Join("bench", "out"), "`folder` for report.html and results.json")
	data := f.String("data", "", "`file` of your own for the one paper named: influence, a table; lanczos, a graph; soap, a text")
	calibrate := f.Int("calibrate", 0, "run the one named paper with that `number` of other seeds and write its calibration.json to -out")
	usage := func(w io.Writer) {
		fmt.Fprintf(w, "usage: go run ./bench papers [flags] [paper ...] [flags]; papers: %s\n", strings.Join(names, " "))
		f.SetOutput(w)
		f.PrintDefaults()
	}
	fail := func(status int, format string, a ...any) int {
		fmt.Fprintf(os.Stderr, "bench papers: "+format+"\n", a...)
		return status
	}
	// Flags may stand before and after the names.
	var chosen []*Paper
	for rest := args; len(rest) > 0; {
		if err := f.Parse(rest); err != nil {
			if err == flag.ErrHelp {
				usage(os.Stdout)
				return 0
			}
			return fail(2, "%v; -h lists the flags", err)
		}
		rest = f.Args()
		if len(rest) == 0 {
			break
		}
		i := slices.Index(names, rest[0])
		if i < 0 {
			return fail(2, "unknown paper %q; choose from %s", rest[0], strings.Join(names, " "))
		}
		chosen, rest = append(chosen, all[i]), rest[1:]
	}
	if len(chosen) == 0 {
		chosen = all
	}
	if *workers < 1 {
		return fail(2, "-workers is %d; give at least 1", *workers)
	}
	if *calibrate < 0 || *calibrate > 0 && (len(chosen) != 1 || *quick) {
		return fail(2, "-calibrate takes a positive number of seeds and the name of one paper, and not -quick")
	}
	if *data != "" {
		if len(chosen) != 1 || chosen[0].Data == "" {
			var takers []string
			for _, p := range all {
				if p.Data != "" {
					takers = append(takers, fmt.Sprintf("%s (%s)", p.Name, p.Data))
				}
			}
			return fail(2, "-data goes with the name of one paper that takes a file: %s", strings.Join(takers, ", "))
		}
		if *calibrate > 0 {
			return fail(2, "-calibrate does not go with -data")
		}
		if err := chosen[0].CheckData(*data); err != nil {
			return fail(1, "-data: %v", err)
		}
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return fail(1, "cannot write to %s: %v; pass a writable folder to -out", *out, err)
	}
	pool := kernels.NewPool(*workers)
	defer pool.Close()
	if *calibrate > 0 {
		if err := calibration(chosen[0], *calibrate, pool, *out); err != nil {
			return fail(1, "%v", err)
		}
		return 0
	}
	what := fmt.Sprintf("%s/%s, %s, tier %v, %d workers, seed %d", runtime.GOOS, runtime.GOARCH, runtime.Version(), pool.ISA(), *workers, *seed)
	if *quick {
		what += ", quick"
	}
	fmt.Println(what)
	var results []result
	status := 0
	for _, p := range chosen {
		r, err := p.start(*quick, *seed, pool, *data)
		if err == nil {
			err = p.Run(r)
			r.clear()
		} else {
			r = &Run{Paper: p, Started: time.Now()}
		}
		x := result{Name: p.Name, Title: p.Title, Seconds: time.Since(r.Started).Seconds(), Checks: r.Checks, Tables: r.Tables, Notes: r.Notes, Figures: r.Figures}
		if err != nil {
			x.Error = err.Error()
			status = 1
		}
		if r.failed() {
			status = 1
		}
		results = append(results, x)
		x.print(os.Stdout)
	}
	if err := write(*out, what, results); err != nil {
		return fail(1, "%v", err)
	}
	fmt.Printf("report: %s, %s\n", filepath.Join(*out, "report.html"), filepath.Join(*out, "results.json"))
	return status
}

// print writes a paper's checks, notes and tables.
func (x *result) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s: %s (%.1f s)\n", x.Name, x.Title, x.Seconds)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range x.Checks {
		fmt.Fprintf(t, "  %s\t%s\t%.4g\t%s\t%s\n", c.Kind, c.Name, c.Value, c.Want, c.Status)
	}
	t.Flush()
	for _, y := range x.Tables {
		fmt.Fprintf(w, "  %s\n", y.Title)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		for _, row := range append([][]string{y.Header}, y.Rows...) {
			fmt.Fprintf(t, "    %s\t\n", strings.Join(row, "\t"))
		}
		t.Flush()
	}
	for _, n := range x.Notes {
		fmt.Fprintf(w, "  %s\n", n)
	}
	if x.Error != "" {
		fmt.Fprintf(w, "  stopped: %s\n", x.Error)
	}
}

// write writes both files whole or not at all.
func write(dir, what string, results []result) error {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, struct {
		What   string
		Papers []result
	}{what, results}); err != nil {
		return err
	}
	for i := range results { // JSON has no NaN
		for k := range results[i].Checks {
			if v := &results[i].Checks[k].Value; math.IsNaN(*v) || math.IsInf(*v, 0) {
				results[i].Checks[k].Status += fmt.Sprintf(" (value %v)", *v)
				*v = 0
			}
		}
	}
	j, err := json.MarshalIndent(struct {
		What   string   `json:"run"`
		Papers []result `json:"papers"`
	}{what, results}, "", " ")
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "report.html"), b.Bytes()); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "results.json"), append(j, '\n'))
}

// writeFile replaces a file in one step.
func writeFile(name string, b []byte) error {
	tmp := name + ".tmp"
	if err := os.WriteFile(tmp, b, 0o644); err != nil {
		return fmt.Errorf("cannot write the report: %w; pass a writable folder to -out", err)
	}
	return os.Rename(tmp, name)
}

// calibration runs a paper with seeds other than the default and writes where its calibrated numbers lay.
func calibration(p *Paper, seeds int, pool *kernels.Pool, out string) error {
	all := map[string]Interval{}
	for i := range seeds {
		r, err := p.start(false, DefaultSeed+1+uint64(i), pool, "")
		if err != nil {
			return err
		}
		r.Calibrating = true
		if err := p.Run(r); err != nil {
			return err
		}
		r.clear()
		for name, v := range r.values {
			x := all[name]
			x.Seeds = append(x.Seeds, v)
			all[name] = x
		}
		fmt.Printf("%s: seed %d, %.0f s\n", p.Name, r.Seed, time.Since(r.Started).Seconds())
	}
	for name, x := range all {
		lo, hi := slices.Min(x.Seeds), slices.Max(x.Seeds)
		x.Low, x.High = lo-(hi-lo), hi+(hi-lo)
		all[name] = x
	}
	j, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	name := filepath.Join(out, "calibration.json")
	if err := writeFile(name, append(j, '\n')); err != nil {
		return err
	}
	fmt.Println("calibration:", name)
	return nil
}
