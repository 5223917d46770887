package train

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows how far the work is: on a terminal as one line that is rewritten, elsewhere
// as a line now and then.
type progress struct {
	w     io.Writer
	live  bool
	quiet bool // only the line that is rewritten
	width int  // of the line on the screen
	shown time.Time
}

func newProgress(f *os.File) *progress {
	info, err := f.Stat()
	return &progress{w: f, live: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// show displays a state of the work, at most ten times a second (a terminal) or every ten
// seconds.
func (p *progress) show(format string, args ...any) {
	now := time.Now()
	if p.live {
		if now.Sub(p.shown) < 100*time.Millisecond {
			return
		}
		p.shown = now
		s := fmt.Sprintf(format, args...)
		fmt.Fprintf(p.w, "\r%-*s", p.width, s)
		p.width = len(s)
		return
	}
	if now.Sub(p.shown) < 10*time.Second {
		return
	}
	p.shown = now
	fmt.Fprintf(p.w, format+"\n", args...)
}

// say prints a line that stays.
func (p *progress) say(format string, args ...any) {
	if p.quiet {
		return
	}
	p.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// short prints a duration in the form 1h02m, 3m05s, 12s.
func short(d time.Duration) string {
	s := int(d.Seconds() + 0.5)
	switch {
	case s >= 3600:
		return fmt.Sprintf("%dh%02dm", s/3600, s%3600/60)
	case s >= 60:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	}
	return fmt.Sprintf("%ds", s)
}

// clear removes the progress line.
func (p *progress) clear() {
	if p.live && p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
		p.width = 0
	}
}
