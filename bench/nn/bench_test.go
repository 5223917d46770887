package nn

import (
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// BenchmarkGradient is forward and backward pass of the model that `train` trains.
func BenchmarkGradient(b *testing.B) {
	c := TransformerConfig{Width: 128, Layers: 2, Heads: 4, MLP: 512, Context: 128}
	p := kernels.NewPool(0)
	defer p.Close()
	m := NewLM[float32](c)
	m.Init(1)
	batch := tinyBatch(32, c.Context)
	for b.Loop() {
		m.Gradient(p, batch)
	}
	b.ReportMetric(float64(len(batch.In))*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}
