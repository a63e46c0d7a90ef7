package job

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A Settlement is what the user found out about unknown rows.
type Settlement struct {
	Keys []string // as they are typed
	Sent bool     // they have the message; else they do not
	Note string   // is kept in the log
}

// A SettleReport says what was settled.
type SettleReport struct {
	Results string
	Keys    []string // as the log has them, each once
	Unknown int      // rows that are still unknown
}

// Settle records for rows that are unknown whether they were sent: for all of
// the keys, or for none if one of them is not unknown. It needs no recipients.
func Settle(o Options, s Settlement, env Env) (report *SettleReport, err error) {
	j, err := jobfile.Load(o.Path)
	if err != nil {
		return nil, loadError(o.Path, err)
	}
	m := &mailing{job: j, options: o, env: env.filled(), place: placeOf(j, o)}
	if err := m.checkOptions(); err != nil {
		return nil, err
	}
	m.start = m.env.Now()
	defer func() { err = errors.Join(err, m.close()) }()
	if _, err := os.Stat(filepath.Dir(m.place.results)); errors.Is(err, fs.ErrNotExist) {
		m.place.resolve() // there is no log, nor a place for its lock
	} else if err := m.holdLog(); err != nil {
		return nil, err
	}
	if err := m.recall(); err != nil {
		return nil, err
	}
	if !m.history.begun() {
		return nil, problem.Fail(problem.NoInput, "there is nothing to settle: %s", noLog(m.history)).WithHint("%s", o.Command("run"))
	}
	return m.settle(s)
}

// holdLog locks the mailing. Nothing is spooled; what a run that was killed has
// left goes.
func (m *mailing) holdLog() (err error) {
	if m.lock, err = m.place.take(m.env.Holder); err != nil {
		return err
	}
	if err := os.Remove(m.place.spool); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return problem.Fail(problem.Exists, "removing an old spool: %w", err)
	}
	return nil
}

func (m *mailing) settle(s Settlement) (*SettleReport, error) {
	doubts, err := m.doubts(s.Keys)
	if err != nil {
		return nil, err
	}
	r := &SettleReport{Results: m.place.results}
	var records []result.Record
	for _, d := range doubts {
		r.Keys = append(r.Keys, d.key)
		records = append(records, d.settle(s, m.start)...)
	}
	// Its digest is that of the letter that is settled about, as it went.
	run := result.RunID(m.job.Name, m.start, digestOf(doubts[len(doubts)-1].last().Run))
	log, err := m.history.Begin(run)
	if err != nil {
		return nil, problem.Fail(problem.Exists, "%w", err)
	}
	for i := range records {
		records[i].Run = run
		if err = log.Record(&records[i]); err != nil {
			break // Close fails, too
		}
	}
	if err := log.Close(); err != nil {
		return nil, problem.Fail(problem.CantWrite, "%w", err).WithHint("some of it may be recorded; see %s", m.options.Command("status"))
	}
	r.Unknown = m.history.Fold.Counts().Unknown - len(doubts)
	return r, nil
}

// A doubt is a key that is unknown.
type doubt struct {
	key     string
	latest  time.Time      // of its records
	unknown []result.Entry // its attempts that are, in the order of the log
	settled []result.Entry // records that settle one
}

// doubts finds out about the keys, or says which of them are not unknown.
func (m *mailing) doubts(typed []string) ([]*doubt, error) {
	var all []*doubt
	var wrong []string
	for _, t := range typed {
		key := recipients.TypedKey(t, m.job.Recipients.Key != "")
		if slices.ContainsFunc(all, func(d *doubt) bool { return d.key == key }) {
			continue
		}
		if st := m.history.Fold.Of(key); st.Status != result.Unknown {
			state := cmp.Or(strings.TrimSpace(fmt.Sprintf("%s %s", st.Status, st.Class)), "not in the log")
			wrong = append(wrong, fmt.Sprintf("%s is %s, not unknown", key, state))
			continue
		}
		all = append(all, &doubt{key: key})
	}
	if wrong != nil {
		return nil, problem.Fail(problem.BadData, "%s", strings.Join(wrong, "\n")).WithHint("nothing was settled; the rows that are unknown: %s", m.options.Command("status"))
	}
	return all, m.history.each(func(e result.Entry) error {
		if i := slices.IndexFunc(all, func(d *doubt) bool { return d.key == e.Key }); i >= 0 {
			all[i].add(e)
		}
		return nil
	})
}

func (d *doubt) add(e result.Entry) {
	if e.Time.After(d.latest) {
		d.latest = e.Time
	}
	switch {
	case e.Stage == result.StageSettle:
		d.settled = append(d.settled, e)
	case e.Status == result.Unknown:
		d.unknown = append(d.unknown, e)
	}
}

func (d *doubt) last() result.Entry { return d.unknown[len(d.unknown)-1] }

// settle gives the records that settle every attempt that is open. They are
// later than all other records of the key, whatever the clock says.
func (d *doubt) settle(s Settlement, now time.Time) []result.Record {
	if next := d.latest.Add(time.Millisecond); next.After(now) {
		now = next
	}
	var all []result.Record
	for _, u := range d.unknown {
		done := func(e result.Entry) bool { return e.Attempt == u.Attempt && !e.Time.Before(u.Time) }
		if slices.ContainsFunc(d.settled, done) {
			continue
		}
		r := result.Record{
			Time: now, Row: u.Row, Line: u.Record.Line, Key: d.key, Recipient: u.Recipient, Attempt: u.Attempt, MessageID: u.MessageID,
			Stage: result.StageSettle, Error: s.Note, Status: result.Sent,
		}
		if !s.Sent {
			r.Status, r.Class = result.Failed, result.Temporary
		}
		all = append(all, r)
	}
	return all
}
