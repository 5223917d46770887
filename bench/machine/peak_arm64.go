package machine

// vectorWidths lists the widths of the machine's FMA instructions in bits.
var vectorWidths = []int{128}

func runFMA(int) { fma128(fmaPerCall / 24) }

// addChain performs n dependent additions.
//
//go:noescape
func addChain(n int)

// fma128 performs 24·n independent 128-bit FMAs.
//
//go:noescape
func fma128(n int)
