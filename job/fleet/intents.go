package fleet

import (
	"strconv"
	"sync"

	"mailshot/job/delivery"
	"mailshot/job/result"
)

// A recorder stands between the engine and its Recorder, and tells the Coordinator what is on
// record.
type recorder struct {
	delivery.Recorder
	c *Coordinator
}

// Arm implements delivery.Recorder.
func (r *recorder) Arm(rec *result.Record) delivery.Intent {
	it := &intent{c: r.c, rec: *rec}
	it.inner = r.Recorder.Arm(rec)
	r.c.armed(it)
	return it
}

// Record implements delivery.Recorder.
func (r *recorder) Record(recs ...*result.Record) error {
	if err := r.Recorder.Record(recs...); err != nil {
		return err
	}
	r.c.recorded(recs)
	return nil
}

// An intent is one whose row may be handed out, come back, and be handed out again.
type intent struct {
	c   *Coordinator
	rec result.Record // as it was armed

	mu    sync.Mutex // guards inner
	inner delivery.Intent
}

// label is what a Delivery of the intent's row is called.
func (it *intent) label() string { return label(it.rec.Row) }

func label(row int) string { return "row " + strconv.Itoa(row) }

// Begin implements delivery.Intent.
func (it *intent) Begin() error {
	it.mu.Lock()
	inner := it.inner
	it.mu.Unlock()
	return inner.Begin()
}

// Disarm implements delivery.Intent.
func (it *intent) Disarm() {
	it.mu.Lock()
	inner := it.inner
	it.mu.Unlock()
	inner.Disarm()
	it.c.putBack(it)
}

// again takes the intent back and arms it anew: its row was not begun after all.
func (it *intent) again() {
	it.mu.Lock()
	defer it.mu.Unlock()
	it.inner.Disarm()
	rec := it.rec
	it.inner = it.c.kept.Arm(&rec)
}
