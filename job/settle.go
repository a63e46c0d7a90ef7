package job

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
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
func Settle(ref mailing.Ref, s Settlement, env Env) (report *SettleReport, err error) {
	env = env.filled()
	x := &settling{Settlement: s, ref: ref, start: env.Now()}
	if x.job, err = ref.Load(); err != nil {
		return nil, err
	}
	x.paths = ref.Paths(x.job)
	if !x.paths.HaveDir() {
		x.paths.Resolve() // there is no log, nor a place for its lock
		return x.settle(env)
	}
	lock, err := x.paths.TryLock(env.Holder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if err := x.paths.RemoveSpool(); err != nil {
		return nil, err
	}
	return x.settle(env)
}

// A settling is a Settlement of the rows of a mailing.
type settling struct {
	Settlement
	ref     mailing.Ref
	job     *jobfile.Job
	paths   mailing.Paths
	start   time.Time
	history *mailing.History
}

// read reads what the log says, and recovers it after a run that was cut off.
func (x *settling) read(env Env) error {
	x.history = x.ref.History(x.paths, env.Files)
	if err := x.history.Read(); err != nil {
		return lostLog(&Options{Ref: x.ref}, x.history, err)
	}
	if err := x.history.CheckJob(x.job); err != nil {
		return err
	}
	if err := x.history.Recover(); err != nil {
		return err
	}
	if !x.history.Begun() {
		return problem.Fail(problem.NoInput, "there is nothing to settle: %s", x.history.None()).WithHint("%s", x.ref.Command("run"))
	}
	return nil
}

func (x *settling) settle(env Env) (*SettleReport, error) {
	if err := x.read(env); err != nil {
		return nil, err
	}
	defer x.history.Fold.Free()
	rows, err := x.unknownRows()
	if err != nil {
		return nil, err
	}
	r := &SettleReport{Results: x.paths.Results}
	var records []result.Record
	for _, u := range rows {
		r.Keys = append(r.Keys, u.key)
		records = append(records, u.settle(x.Settlement, x.start)...)
	}
	// Its digest is that of the letter that is settled about, as it went.
	run := result.RunID(x.ref.RunName(x.job), x.start, mailing.LetterDigest(rows[len(rows)-1].last().Run))
	log, err := x.history.Begin(run)
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
		return nil, problem.Fail(problem.CantWrite, "%w", err).WithHint("some of it may be recorded; see %s", x.ref.Command("status"))
	}
	r.Unknown = x.history.Fold.Counts().Unknown - len(rows)
	return r, nil
}

// An unknownRow is a key that is unknown.
type unknownRow struct {
	key     string
	latest  time.Time      // of its records
	unknown []result.Entry // its attempts that are, in the order of the log
	settled []result.Entry // records that settle one
}

// unknownRows finds out about the keys, or says which of them are not unknown.
func (x *settling) unknownRows() ([]*unknownRow, error) {
	var all []*unknownRow
	var wrong []string
	for _, t := range x.Keys {
		key := recipients.TypedKey(t, x.job.Recipients.Key != "")
		if slices.ContainsFunc(all, func(d *unknownRow) bool { return d.key == key }) {
			continue
		}
		if st := x.history.Fold.Of(key); st.Status != result.Unknown {
			state := cmp.Or(strings.TrimSpace(fmt.Sprintf("%s %s", st.Status, st.Class)), "not in the log")
			wrong = append(wrong, fmt.Sprintf("%s is %s, not unknown", key, state))
			continue
		}
		all = append(all, &unknownRow{key: key})
	}
	if wrong != nil {
		return nil, problem.Fail(problem.BadData, "%s", strings.Join(wrong, "\n")).WithHint("nothing was settled; the rows that are unknown: %s", x.ref.Command("status"))
	}
	return all, x.history.Each(func(e result.Entry) error {
		if i := slices.IndexFunc(all, func(d *unknownRow) bool { return d.key == e.Key }); i >= 0 {
			all[i].add(e)
		}
		return nil
	})
}

func (u *unknownRow) add(e result.Entry) {
	if e.Time.After(u.latest) {
		u.latest = e.Time
	}
	switch {
	case e.Stage == result.StageSettle:
		u.settled = append(u.settled, e)
	case e.Status == result.Unknown:
		u.unknown = append(u.unknown, e)
	}
}

func (u *unknownRow) last() result.Entry { return u.unknown[len(u.unknown)-1] }

// settle returns the records that settle every attempt that is open. They are
// later than all other records of the key, whatever the clock says.
func (u *unknownRow) settle(s Settlement, now time.Time) []result.Record {
	if next := u.latest.Add(time.Millisecond); next.After(now) {
		now = next
	}
	var all []result.Record
	for _, a := range u.unknown {
		done := func(e result.Entry) bool { return e.Attempt == a.Attempt && !e.Time.Before(a.Time) }
		if slices.ContainsFunc(u.settled, done) {
			continue
		}
		r := result.Record{
			Time: now, Row: a.Row, Line: a.Record.Line, Key: u.key, Recipient: a.Recipient, Attempt: a.Attempt, MessageID: a.MessageID,
			Stage: result.StageSettle, Error: s.Note, Status: result.Sent,
		}
		if !s.Sent {
			r.Status, r.Class = result.Failed, result.Temporary
		}
		all = append(all, r)
	}
	return all
}
