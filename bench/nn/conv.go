package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// ConvShape says how a convolution walks over an image of H×W places with C channels, a row of a matrix with the
// channels of a place side by side. Kernels are KH×KW; output place (i, j) sees the input places from
// (i·Stride − Pad, j·Stride − Pad) on, zero outside the image, or with Circular the image repeated.
type ConvShape struct {
	H, W, C  int
	KH, KW   int
	Stride   int // 0 is 1
	Pad      int
	Circular bool
}

func (c ConvShape) stride() int { return max(1, c.Stride) }

// Out returns the numbers of output places.
func (c ConvShape) Out() (h, w int) {
	return (c.H+2*c.Pad-c.KH)/c.stride() + 1, (c.W+2*c.Pad-c.KW)/c.stride() + 1
}

// Patch is the length of a patch, KH·KW·C.
func (c ConvShape) Patch() int { return c.KH * c.KW * c.C }

// Conv is a convolution: patches of the image as rows (Unfold), one linear layer for all of them, and the outputs of the
// places of an image side by side. Its linear layer has one position per place.
type Conv[T kernels.Float] struct {
	*Linear[T]
	shape    ConvShape
	unfold   linalg.Matrix[T]
	from     []int // of each element of an image's patches: its place in the image, or -1
	dx       linalg.Matrix[T]
	dot, ddx linalg.Matrix[T] // made by the first Tangent
}

// NewConv returns the layer for at most rows images; its parameter name is channels×(Patch+1), the bias in the last
// column.
func NewConv[T kernels.Float](s *Store[T], name string, c ConvShape, channels, rows int) *Conv[T] {
	h, w := c.Out()
	l := &Conv[T]{
		Linear: NewAffine(s, name, c.Patch(), channels, rows*h*w), shape: c,
		unfold: linalg.NewMatrix[T](rows*h*w, c.Patch()), dx: linalg.NewMatrix[T](rows, c.H*c.W*c.C),
	}
	for i := 0; i < h; i++ {
		for j := 0; j < w; j++ {
			for y := i*c.stride() - c.Pad; y < i*c.stride()-c.Pad+c.KH; y++ {
				for x := j*c.stride() - c.Pad; x < j*c.stride()-c.Pad+c.KW; x++ {
					yy, xx := y, x
					if c.Circular {
						yy, xx = ((y%c.H)+c.H)%c.H, ((x%c.W)+c.W)%c.W
					}
					for k := 0; k < c.C; k++ {
						at := -1
						if yy >= 0 && yy < c.H && xx >= 0 && xx < c.W {
							at = (yy*c.W+xx)*c.C + k
						}
						l.from = append(l.from, at)
					}
				}
			}
		}
	}
	return l
}

// Positions is the number of output places, the positions of a sample in the linear layer.
func (l *Conv[T]) Positions() int { return len(l.from) / l.shape.Patch() }

// patches sets the rows of dst to the patches of the images x.
func (l *Conv[T]) patches(dst, x linalg.Matrix[T]) {
	n := len(l.from)
	for i := 0; i < x.Rows; i++ {
		in, out := x.Row(i), dst.Data[i*n:(i+1)*n]
		for k, at := range l.from {
			out[k] = 0
			if at >= 0 {
				out[k] = in[at]
			}
		}
	}
}

// fold adds the gradients of patches to those of the images, which it sets.
func (l *Conv[T]) fold(dst, d linalg.Matrix[T]) {
	n := len(l.from)
	for i := 0; i < dst.Rows; i++ {
		out := dst.Row(i)
		clear(out)
		for k, v := range d.Data[i*n : (i+1)*n] {
			if at := l.from[k]; at >= 0 {
				out[at] += v
			}
		}
	}
}

// images is y with the places of an image side by side, places the other way round.
func (l *Conv[T]) images(y linalg.Matrix[T]) linalg.Matrix[T] {
	n := l.Positions()
	return linalg.MatrixOf(y.Rows/n, n*y.Cols, y.Data)
}

func (l *Conv[T]) places(y linalg.Matrix[T]) linalg.Matrix[T] {
	n := l.Positions()
	if y.Stride != y.Cols {
		panic("nn: the gradient of a convolution must be contiguous")
	}
	return linalg.MatrixOf(y.Rows*n, y.Cols/n, y.Data)
}

func (l *Conv[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	u := top(l.unfold, x.Rows*l.Positions())
	l.patches(u, x)
	return l.images(l.Linear.Forward(p, u))
}

func (l *Conv[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(l.dx, dy.Rows)
	l.fold(dx, l.Linear.Backward(p, l.places(dy)))
	return dx
}

func (l *Conv[T]) Tangent(p *kernels.Pool, dot linalg.Matrix[T], dir []T) linalg.Matrix[T] {
	if dot.Data == nil {
		return l.images(l.Linear.Tangent(p, dot, dir))
	}
	if l.dot.Data == nil {
		l.dot = linalg.NewMatrix[T](l.unfold.Rows, l.unfold.Cols)
	}
	u := top(l.dot, dot.Rows*l.Positions())
	l.patches(u, dot)
	return l.images(l.Linear.Tangent(p, u, dir))
}

func (l *Conv[T]) BackwardTangent(p *kernels.Pool, ddy linalg.Matrix[T], dir, hv []T) linalg.Matrix[T] {
	if l.ddx.Data == nil {
		l.ddx = linalg.NewMatrix[T](l.dx.Rows, l.dx.Cols)
	}
	dx := top(l.ddx, ddy.Rows)
	l.fold(dx, l.Linear.BackwardTangent(p, l.places(ddy), dir, hv))
	return dx
}
