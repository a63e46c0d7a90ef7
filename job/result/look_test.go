package result_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/result"
)

// A log or a journal that is taken away is seen though many rows are armed, and nothing is
// committed any more: after some records where they come fast, and at the next where they do not.
func TestTakenWithoutCommit(t *testing.T) {
	t.Parallel()
	for _, name := range []string{logPath, logPath + ".journal"} {
		for _, pause := range []time.Duration{0, time.Second} {
			t.Run(fmt.Sprint(name, " ", pause), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := newMailer(100)
					w, err := result.NewHistory(o.disk, logPath, result.ReadOptions{}, nil).Begin(o.run())
					if err != nil {
						t.Fatal(err)
					}
					defer w.Close()
					var intents []*result.Intent
					for row := 1; row <= o.rows; row++ {
						intents = append(intents, w.Arm(o.record(row, 1, result.Unknown)))
					}
					if err := intents[0].Durable(); err != nil {
						t.Fatal(err)
					}
					if err := o.disk.Remove(name); err != nil {
						t.Fatal(err)
					}
					written := 0
					for row := 1; err == nil && row <= o.rows; row++ {
						time.Sleep(pause) // by the bubble's clock
						if err = intents[row-1].Begin(); err == nil {
							err = w.Record(o.record(row, 1, result.Sent))
						}
						if err == nil {
							written++
						}
					}
					if most := map[bool]int{true: 16, false: 0}[pause == 0]; !errors.Is(err, result.ErrTaken) || written > most {
						t.Errorf("%v after %d records; want %v after %d at most", err, written, result.ErrTaken, most)
					}
				})
			})
		}
	}
}
