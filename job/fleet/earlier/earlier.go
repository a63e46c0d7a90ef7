// Package earlier records what workers say of rows of earlier runs of a mailing, whose coordinator
// was killed before it heard it.
package earlier

import (
	"context"
	"time"

	"mailshot/job/fleet"
	"mailshot/job/fleet/piece"
	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/result"
)

// Words knows which rows the log has as unknown, or had until that was settled.
type Words struct {
	runs map[string]map[try]result.Record
	fold *result.Fold
}

// A try is an attempt at a row.
type try struct{ row, attempt int }

// New reads the log of a mailing.
func New(h *mailing.History) (*Words, error) {
	w := &Words{runs: make(map[string]map[try]result.Record), fold: &h.Fold}
	for _, r := range h.Fold.Runs() {
		w.runs[r.ID] = make(map[try]result.Record)
	}
	err := h.Each(func(e result.Entry) error {
		if e.Status == result.Unknown && e.Stage != result.StageSettle && w.runs[e.Run] != nil {
			w.runs[e.Run][try{e.Row, e.Attempt}] = e.Record
		}
		return nil
	})
	return w, err
}

// Settle returns records, of the run by, for the words that say more than the log, and reports
// whether the log knows their run. A server's word that it has a message overrules all; no other
// overrules what somebody settled.
func (w *Words) Settle(run string, words []piece.Word, worker, by string, now time.Time) (recs []*result.Record, known bool) {
	rows, known := w.runs[run]
	for i := range words {
		x := &words[i]
		rec, ok := rows[try{x.Row, x.Attempt}]
		if !ok || x.Kind == piece.InDoubt {
			continue
		}
		st := w.fold.Of(rec.Key)
		if st.Status == result.Sent || st.Status != result.Unknown && x.Kind != piece.Sent {
			continue
		}
		delete(rows, try{x.Row, x.Attempt})
		fleet.Settlement(&rec, x, worker)
		rec.Run = by
		rec.Time = result.Later(now, w.fold.Latest(rec.Key))
		recs = append(recs, &rec)
	}
	return recs, known
}

// Start begins to hand out the rows of a run, and records what workers say of runs before it.
func Start(c fleet.Config, h *mailing.History) (*fleet.Coordinator, *problem.Error) {
	words, err := New(h)
	if err != nil {
		return nil, &problem.Error{Kind: problem.BadData, Err: err}
	}
	c.Earlier = func(run string, all []piece.Word, worker string) (known, done bool) {
		recs, known := words.Settle(run, all, worker, c.Run, c.Now())
		return known, c.Recorder.Record(recs...) == nil
	}
	x, err := fleet.Start(c)
	if err != nil {
		return nil, &problem.Error{Kind: problem.Unreachable, Err: err}
	}
	return x, nil
}

// hearFor is how long a run waits for what workers say.
const hearFor = 3 * time.Second

// Hear has workers tell what they know before a run decides about the rows of the mailing, and
// returns how many they settled. After that the log has to be read anew.
func Hear(ctx context.Context, c fleet.Config, h *mailing.History) (settled int, err error) {
	words, err := New(h)
	if err != nil {
		return 0, err
	}
	by := c.Run
	var heard []*result.Record
	c.Run += "-hear" // no worker may take it for the run that comes
	c.Looks = true
	c.Earlier = func(run string, all []piece.Word, worker string) (known, done bool) {
		recs, known := words.Settle(run, all, worker, by, c.Now())
		heard = append(heard, recs...)
		return known, false // until it is in the log, which is when the run itself hears it
	}
	x, err := fleet.Start(c)
	if err != nil {
		return 0, &problem.Error{Kind: problem.Unreachable, Err: err}
	}
	x.Drain()
	t := time.NewTimer(hearFor)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	x.Close(ctx)
	if len(heard) == 0 {
		return 0, nil
	}
	log, err := h.Begin(by)
	if err != nil {
		return 0, problem.Fail(problem.Exists, "%w", err)
	}
	for _, rec := range heard {
		if log.Record(rec) != nil {
			break // Close fails, too
		}
	}
	if err := log.Close(); err != nil {
		return 0, problem.Fail(problem.CantWrite, "%w", err)
	}
	return len(heard), nil
}
