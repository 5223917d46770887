package stepbench

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// models are lists of tensors that have a name.
var models = map[string]func() [][]int{
	"gpt2-small":  func() [][]int { return gpt2(12, 768, 50257, 1024) },
	"gpt2-medium": func() [][]int { return gpt2(24, 1024, 50257, 1024) },
	"blocks-32":   func() [][]int { return repeat(256, 32, 32) },
	"blocks-64":   func() [][]int { return repeat(128, 64, 64) },
	"blocks-256":  func() [][]int { return repeat(16, 256, 256) },
}

func modelNames() string { return strings.Join(slices.Sorted(maps.Keys(models)), ", ") }

// gpt2 lists the tensors of GPT-2 (Radford et al. 2019), the head being the embedding.
func gpt2(layers, width, vocabulary, context int) [][]int {
	s := [][]int{{vocabulary, width}, {context, width}}
	for range layers {
		s = append(s, []int{width}, []int{width}, // norm
			[]int{width, 3 * width}, []int{3 * width}, []int{width, width}, []int{width}, // attention
			[]int{width}, []int{width}, // norm
			[]int{width, 4 * width}, []int{4 * width}, []int{4 * width, width}, []int{width})
	}
	return append(s, []int{width}, []int{width})
}

func repeat(n int, shape ...int) (s [][]int) {
	for range n {
		s = append(s, shape)
	}
	return s
}

// names are those of the parameters of a model.
func names(m model) (s []string) {
	for i := range m.shapes {
		s = append(s, fmt.Sprintf("p%d", i))
	}
	return s
}

// layered makes every matrix of the model a layer where the optimizer wants layers, and reports whether there is one.
func layered(c precond.Config, m model) (precond.Config, bool) {
	if len(c.Layers) == 0 {
		return c, true
	}
	c.Layers = nil
	for i, shape := range m.shapes {
		if len(shape) == 2 {
			c.Layers = append(c.Layers, precond.Layer{Weight: names(m)[i]})
		}
	}
	return c, len(c.Layers) > 0
}

// plans prints what every preset costs on every model.
func plans[T kernels.Float](s settings) error {
	for _, m := range s.models {
		for _, c := range s.presets {
			if c.Basis.Kind != precond.Axes {
				c.Basis.Every = s.every
			}
			c, ok := c, true
			if c, ok = layered(c, m); !ok {
				fmt.Printf("%s on %s: no matrix to be a layer\n\n", c.Name, m.name)
				continue
			}
			p, err := precond.PlanForNamed[T](c, names(m), m.shapes)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", c.Name, m.name, err)
			}
			fmt.Printf("%s on %s, %d parameters\n%v", c.Name, m.name, count(m.shapes), p)
			if s.ranks > 0 {
				owner, load := p.Owners(s.ranks)
				fmt.Printf("%6s %7s %10s %8s\n", "rank", "blocks", "Mflop/step", "of even")
				var total, bytes int64
				for _, l := range load {
					total += l
				}
				for r, l := range load {
					blocks := 0
					bytes = 0
					for i, o := range owner {
						if o == r {
							blocks++
							bytes += p.Blocks[i].StateBytes
						}
					}
					fmt.Printf("%6d %7d %10.1f %7.2f× %8.1f MiB of state\n", r, blocks, float64(l)/1e6, float64(l)*float64(s.ranks)/float64(total), float64(bytes)/(1<<20))
				}
			}
			fmt.Println()
		}
	}
	return nil
}

func count(shapes [][]int) (n int) {
	for _, s := range shapes {
		k := 1
		for _, d := range s {
			k *= d
		}
		n += k
	}
	return n
}
