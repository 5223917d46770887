//go:build !linux

package kernelbench

import "time"

var start = time.Now()

// seconds reads the time of day.
func seconds(bool) float64 { return time.Since(start).Seconds() }

const timeSource = "time of day"
