package soon_test

import (
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/result/soon"
)

// What is asked for several times within the time is done once, and what is asked for
// during that, once more; without a question nothing is done.
func TestDoer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var at []time.Duration
		var d *soon.Doer
		d = soon.Start(time.Second, func() {
			if at = append(at, time.Since(begun)); len(at) == 1 {
				d.Ask()
			}
		})
		wait := func(total time.Duration) {
			time.Sleep(total - time.Since(begun)) // the bubble's clock
			synctest.Wait()
		}
		wait(10 * time.Second)
		d.Ask()
		d.Ask()
		wait(10*time.Second + 500*time.Millisecond)
		d.Ask()
		wait(time.Minute)
		d.Ask()
		d.Stop() // does no more
		if len(at) != 2 || at[0] != 11*time.Second || at[1] != 12*time.Second {
			t.Errorf("it was done at %v; want 11s, 12s", at)
		}
	})
}
