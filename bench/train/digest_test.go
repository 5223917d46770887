package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

const digestFile = "testdata/digests.json"

var update = flag.Bool("update", false, "write "+digestFile+" after an intended change of the arithmetic")

// digests are the SHA-256 of the parameters, little-endian, after 20 steps of training on the
// shipped text at a rate of 1/256, for a small model and for the one that the command trains.
type digests struct {
	Small   map[string]string `json:"small"`
	Command map[string]string `json:"command"`
}

func digest(t *testing.T, c nn.TransformerConfig, batch int, name string, pool *kernels.Pool) string {
	id := identity{
		Model: c, Corpus: "shipped", Seed: 1, Steps: 20, Batch: batch,
		Optimizers: []setting{{Name: name, LR: 1. / 256, Beta2: 0.95}},
	}
	e := newSmall(id, pool, "")
	e.endOnly = true
	if c == model {
		e.config = setting.config
	}
	require.NoError(t, e.run(context.Background()))
	sum := sha256.Sum256(e.values(nil))
	return hex.EncodeToString(sum[:])
}

func committedDigests(t *testing.T) digests {
	var d digests
	b, err := os.ReadFile(digestFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &d))
	require.Len(t, d.Small, len(optimizers))
	require.Len(t, d.Command, len(optimizers))
	return d
}

// Training gives the same bits on every tier and architecture and for any number of workers.
func TestDigest(t *testing.T) {
	if *update {
		d := digests{map[string]string{}, map[string]string{}}
		for _, n := range names() {
			d.Small[n] = digest(t, small, 2, n, nil)
			d.Command[n] = digest(t, model, 8, n, nil)
		}
		j, err := json.MarshalIndent(d, "", "\t")
		require.NoError(t, err)
		require.NoError(t, writeFile(digestFile, append(j, '\n')))
	}
	for name, want := range committedDigests(t).Small {
		for _, isa := range kernels.Supported() {
			for workers := 1; workers <= 3; workers++ {
				if testing.Short() && workers != 3 {
					continue
				}
				p := kernels.NewPool(workers, kernels.WithISA(isa))
				require.Equal(t, want, digest(t, small, 2, name, p), "%s, %v, %d workers", name, isa, workers)
				p.Close()
			}
		}
	}
}

// The same with the model that the command trains, on the tier of the machine.
func TestDigestOfCommand(t *testing.T) {
	if testing.Short() || kernels.Active() == kernels.Portable {
		t.Skip("-short, or the portable tier, where it takes minutes; TestDigest covers every tier")
	}
	p := kernels.NewPool(0)
	defer p.Close()
	for name, want := range committedDigests(t).Command {
		require.Equal(t, want, digest(t, model, 8, name, p), name)
	}
}
