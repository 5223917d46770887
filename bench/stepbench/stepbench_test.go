package stepbench

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/machine"
)

// output runs the command and returns its status and what it printed.
func output(t *testing.T, args ...string) (int, string) {
	t.Helper()
	defer func(s float64) { sampleTime = s }(sampleTime)
	sampleTime = 1e-4
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stdout := os.Stdout
	os.Stdout = w
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	code := Main(args)
	os.Stdout = stdout
	w.Close()
	return code, <-text
}

// TestTooLarge: what does not fit into memory is said, in place of being killed.
func TestTooLarge(t *testing.T) {
	defer func() { available = machine.Available }()
	available = func() int64 { return 1 << 20 }
	code, text := output(t, "-presets", "AdamW,SOAP", "-shapes", "400x400,4x4", "-rounds", "1")
	require.Zero(t, code)
	require.Equal(t, 2, strings.Count(text, "not measured: the optimizers to compare take"))
	require.Contains(t, text, "\n4x4 ")
}

// TestTable: every preset steps and gets a row whose numbers hang together.
func TestTable(t *testing.T) {
	code, text := output(t, "-presets", "all", "-shapes", "8x12,2*8x4,5", "-rounds", "1", "-every", "4")
	require.Zero(t, code)
	rows := map[string][]string{}
	for _, line := range strings.Split(text, "\n") {
		if f := strings.Fields(line); len(f) > 4 && (f[0] == "8x12" || f[0] == "2*8x4" || f[0] == "5") {
			rows[f[0]+" "+f[1]] = f
		}
	}
	require.Len(t, rows, 3*len(presets))
	for _, name := range []string{"KFAC:", "EKFAC:"} {
		require.Contains(t, strings.Join(rows["5 "+name], " "), errNoLayer.Error())
		delete(rows, "5 "+name)
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
		require.NoError(t, err, s)
		return x
	}
	for name, f := range rows {
		step, average := number(f[2]), number(f[4])
		require.Positive(t, step, name)
		if f[3] == "-" {
			require.Equal(t, step, average, name)
			continue
		}
		require.InDelta(t, step+number(f[3])/4, average, 2e-3*max(step, average), name)
	}
}

func TestPlan(t *testing.T) {
	code, text := output(t, "-plan", "-shapes", "gpt2-small", "-presets", "AdamW,SOAP", "-ranks", "3")
	require.Zero(t, code)
	require.Contains(t, text, "AdamW on gpt2-small, 124439808 parameters\nstate 949.4 MiB,")
	require.Contains(t, text, "     0      0     1  (50257)×768 ")
	require.Equal(t, 2*3, strings.Count(text, "MiB of state\n"))
}

func TestWrongUsage(t *testing.T) {
	stderr := os.Stderr
	defer func() { os.Stderr = stderr }()
	var err error
	os.Stderr, err = os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	for _, args := range [][]string{{"-shapes", "3xx"}, {"-shapes", "0*3"}, {"-presets", "Nadam"}, {"-rounds", "0"}, {"x"}, {"-soap", "/x", "-float64"}} {
		code, text := output(t, args...)
		require.Equal(t, 2, code, args)
		require.Empty(t, text)
	}
}

// TestTorch compares with a stand-in for soap.py, where this machine has PyTorch.
func TestTorch(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import torch").Run(); err != nil {
		t.Skip("no PyTorch; apt-get install python3-torch")
	}
	soap := filepath.Join(t.TempDir(), "soap.py")
	require.NoError(t, os.WriteFile(soap, []byte(`
import torch
class SOAP(torch.optim.SGD):
    def __init__(self, params, lr, betas, weight_decay, precondition_frequency):
        super().__init__(params, lr)
`), 0o600))
	code, text := output(t, "-soap", soap, "-shapes", "8x8", "-rounds", "1")
	require.Zero(t, code)
	for _, want := range []string{"SOAP, every 10 / soap", "SOAP, every 1 / soap", "AdamW / adamw ", "AdamW / adamw foreach"} {
		require.Contains(t, text, want)
	}
}
