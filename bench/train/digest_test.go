package train

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// digest is the SHA-256 of the parameters, little-endian, after 20 steps of training on the
// shipped text at a rate of 1/256.
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

// Training gives the same bits on every tier and architecture and for any number of workers.
func TestDigest(t *testing.T) {
	for name, want := range smallDigests {
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
		t.Skip("minutes in portable Go; TestDigest covers every tier")
	}
	p := kernels.NewPool(0)
	defer p.Close()
	for name, want := range commandDigests {
		require.Equal(t, want, digest(t, model, 8, name, p), name)
	}
}

var smallDigests = map[string]string{
	"adamw":    "3b2275482f03f321ff269760824eeb7a713ff30c3fd624b6f89eba639cc30be8",
	"shampoo":  "bd774884c9f00f115de10bdee5f5608123dcc76b31db771b5b0900c870a96643",
	"soap":     "f17b8307a969f10cfe8870f212cbc1cf3575536917940726590f1356999cbd42",
	"eshampoo": "13f140c2a7d617af1b894f806e278d9ded0eea300b4b947411c9d7eb0af74edb",
}

var commandDigests = map[string]string{
	"adamw":    "f28bfc0f4c6d9ef7ec1ff356a50cb40687fca730ee169cb0aead885540afadcb",
	"shampoo":  "b07e02327c411f4707d602ec6f1fa7bbb18c29d5eb07dacfb7bc7c0f0b5a6f4b",
	"soap":     "9755dc5c486e449a85c389ac975026d7fefbe06c47a1ca61e70de8ac7194f24e",
	"eshampoo": "c2d5ca5b6d6065cda075058b8011c4342000514c57009efea2f23e56442be16e",
}
