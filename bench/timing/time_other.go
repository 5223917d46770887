//go:build !linux

package timing

import "time"

var start = time.Now()

// seconds reads the time of day.
func seconds(bool) float64 { return time.Since(start).Seconds() }

const cpuSource = "time of day"
