package job

import (
	"errors"
	"io"

	"mailshot/job/jobfile"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A StatusReport says how a mailing stands.
type StatusReport struct {
	Results string // path of the log
	Begun   bool   // it has a record
	Counts  Counts
	Skipped int
	Untried int   // rows of the recipients file without a record
	Unread  error // why Untried is not known; nil if it is
	Runs    []result.RunSummary
}

// Status reads the log of a mailing and the recipients file, and writes
// nothing. It gives the deciding record of each failed and unknown row to
// each, in the order of the log.
func Status(o Options, env Env, each func(*result.Record) error) (*StatusReport, error) {
	j, err := jobfile.Load(o.Path)
	if err != nil {
		return nil, loadError(o.Path, err)
	}
	m := &mailing{job: j, options: o, env: env.filled(), place: placeOf(j, o)}
	m.start = m.env.Now()
	if err := m.checkOptions(); err != nil {
		return nil, err
	}
	m.place.resolve()
	m.history = m.newHistory()
	if err := m.history.read(); err != nil {
		return nil, err
	}
	if err := m.history.belongs(j.Name); err != nil {
		return nil, err
	}
	h := m.history
	c := h.Fold.Counts()
	s := &StatusReport{
		Results: h.path, Begun: h.begun(), Skipped: c.Skipped, Runs: h.Fold.Runs(),
		Counts: Counts{Sent: c.Sent, Temporary: c.Temporary, Permanent: c.Permanent, Unknown: c.Unknown},
	}
	if untried, skipped, err := m.countRows(); err != nil {
		s.Unread = err
	} else {
		s.Untried, s.Skipped = untried, skipped
	}
	return s, h.each(func(e result.Entry) error {
		if e.Status == result.Sent || e.Status == result.Skipped || !h.Fold.Decides(&e) {
			return nil
		}
		return each(&e.Record)
	})
}

// countRows counts the rows of the recipients file that no record speaks of,
// and those that are skipped. Only the file tells which row a record without
// a key of its own is about today.
func (m *mailing) countRows() (untried, skipped int, err error) {
	if m.job.Recipients.File == "-" {
		return 0, 0, errors.New("the recipients come from standard input")
	}
	if err := m.readLists(); err != nil {
		return 0, 0, err
	}
	if err := m.sieve.problems.Err(); err != nil {
		return 0, 0, err
	}
	f, err := m.openRecipients()
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	rd, err := recipients.NewReader(f, recipientOptions(m.job))
	if err == nil {
		err = m.parseWhere(rd.Columns())
	}
	if err != nil {
		return 0, 0, err
	}
	fold := &m.history.Fold
	anySkipped := fold.Counts().Skipped > 0 || m.sieve.leaves()
	seen := make(map[string]bool) // filled only where it tells
	out := leftOutCount{fold: fold}
	for {
		in, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return untried, skipped, nil
		}
		if err != nil {
			return 0, 0, err
		}
		r := row{number: in.Number, key: in.Key}
		if why, _ := m.sieve.sift(in); why != included {
			skipped += out.exclude(r.key, seen[r.key])
			continue
		}
		skipped += out.include(r.key)
		own := in.Key != "" && in.Problem == nil
		if anySkipped && in.Key != "" {
			own = own && !seen[in.Key]
			seen[in.Key] = true
		}
		state := fold.Of(r.ownKey(own)).Status
		if !own && state == "" && in.Key != "" {
			state = fold.Of(in.Key).Status
		}
		switch state {
		case "":
			untried++
		case result.Skipped:
			skipped++
		}
	}
}
