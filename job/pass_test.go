package job

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// Rows do not wait for the canary's QUIT where another worker can send them, and
// there are never more sessions than workers.
func TestCanaryLeaves(t *testing.T) {
	for _, workers := range []int{1, 3} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var open, most atomic.Int32
				var once sync.Once
				mailed := make(chan struct{})
				var waited, overtaken bool
				leave := func() smtptest.Reply {
					open.Add(-1)
					return smtptest.Reply{}
				}
				canary := smtptest.Handler{Quit: func() smtptest.Reply {
					select {
					case <-mailed:
						overtaken = true
					case <-time.After(time.Second):
						waited = true
					}
					return leave()
				}}
				row := smtptest.Handler{Quit: leave, Mail: func(string) smtptest.Reply {
					once.Do(func() { close(mailed) })
					return smtptest.Reply{}
				}}
				w := newWorld(t, 6, fmt.Sprintf("workers: %d", workers), smtptest.Handler{
					Session: func(n int) smtptest.Handler {
						most.Store(max(most.Load(), open.Add(1)))
						if n == 1 {
							return canary
						}
						return row
					},
				})
				if r := w.mustRun(); r.Counts.Sent != 6 {
					t.Errorf("counts %+v", r.Counts)
				}
				if overtaken != (workers > 1) || waited == overtaken {
					t.Errorf("the canary's QUIT: overtaken %t, waited %t", overtaken, waited)
				}
				if got := most.Load(); got > int32(workers) {
					t.Errorf("%d sessions at once, want %d at most", got, workers)
				}
				if left := open.Load(); left != 0 {
					t.Errorf("%d sessions did not say QUIT", left)
				}
			})
		})
	}
}
