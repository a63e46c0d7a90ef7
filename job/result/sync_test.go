package result_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"mailshot/job/result"
)

// begin begins the log of a run.
func (o *mailer) begin(t *testing.T) *result.Writer {
	t.Helper()
	h := result.NewHistory(o.disk, logPath, result.ReadOptions{Name: "log"}, nil)
	w, err := h.Begin(o.run())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A power cut takes at most a second of the log; and where nothing is written nothing is synced.
func TestLogIsSyncedWhileRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMailer(3)
		w := o.begin(t)
		defer w.Close()
		send := func(row int) {
			if err := w.Arm(o.record(row, 1, result.Unknown)).Begin(); err != nil {
				t.Error(err)
			}
			if err := w.Record(o.record(row, 1, result.Sent)); err != nil {
				t.Error(err)
			}
		}
		send(1)
		time.Sleep(time.Second / 2)
		send(2)
		time.Sleep(time.Second/2 + time.Millisecond)
		synctest.Wait()
		send(3)
		lost := 0
		for seed := range uint64(20) {
			s, err := o.fork(rand.New(rand.NewPCG(seed, 0))).states()
			if err != nil || s[1] != result.Sent || s[2] != result.Sent || s[3] != result.Sent && s[3] != result.Unknown {
				t.Errorf("seed %d: %v, %v; want sent, sent, and sent or unknown", seed, s, err)
			}
			if s[3] == result.Unknown {
				lost++
			}
		}
		if lost == 0 {
			t.Error("no power cut took a record")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		before := o.disk.Ops()
		time.Sleep(time.Hour)
		if n := o.disk.Ops() - before; n > 0 {
			t.Errorf("%d operations on the disk in an hour without a record", n)
		}
	})
}

// After a sync of the log that failed while the run goes on, nothing begins.
func TestSyncFailsWhileRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := newMailer(3)
		w := o.begin(t)
		armed := w.Arm(o.record(2, 1, result.Unknown))
		if err := armed.Durable(); err != nil {
			t.Fatal(err)
		}
		if err := w.Record(o.record(1, 1, result.Sent)); err != nil {
			t.Fatal(err)
		}
		o.disk.CutAt(1) // the sync is the next operation
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if armed.Begin() == nil || w.Record(o.record(3, 1, result.Sent)) == nil || w.Sync() == nil || w.Close() == nil {
			t.Error("after a failed sync the run goes on")
		}
	})
}
