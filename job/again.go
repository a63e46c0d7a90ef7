package job

import (
	"slices"
	"sync"
	"time"

	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A Copy is a row that is sent because the user asked for it by its key, and
// that was sent before, or may have been.
type Copy struct {
	Key       string
	Recipient string        // of the first copy
	First     time.Time     // when that went
	Unknown   bool          // nobody knows whether it arrived
	Now       result.Status // of this run's last attempt; "" if there is none
}

// again gives the keys of --again as the rows have them, each once.
func (m *mailing) again() []string {
	var keys []string
	for _, typed := range m.options.Again {
		if key := m.book.TypedKey(typed); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// allTaken refuses to leave out a row that the user asked for by --again.
func (m *mailing) allTaken(c *choice) error {
	var left problem.List
	for _, key := range m.again() {
		r, err := m.book.WithKey(key)
		if err != nil {
			return problem.InternalError(err)
		}
		if r == nil || c.send.Has(r.Number) {
			continue
		}
		left.Add(problem.Problem{File: m.book.File, Line: r.Line, Row: r.Number, Kind: "again", Text: m.whyNot(r)})
	}
	if left.Len() == 0 {
		return nil
	}
	return &problem.Error{Kind: problem.BadData, Err: left.Err(), Hint: "nothing was sent; --again sends no row that would not be sent for the first time"}
}

// whyNot says why a row is left out.
func (m *mailing) whyNot(r *recipients.Row) string {
	if why := m.book.Excluded.Of(r.Number); why != recipients.Included {
		return m.book.Filter.Reason(r, why)
	}
	why, _ := m.book.Rejected.Of(r.Number)
	return why.Text
}

// copies finds those rows of --again that were sent before, or may have been.
func (m *mailing) copies() ([]Copy, error) {
	var all []Copy
	for _, key := range m.again() {
		if st := m.history.Fold.Of(key); delivered(st) {
			all = append(all, Copy{Key: key, Unknown: st.Status == result.Unknown})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	sent := make(map[string]bool) // of the keys: First is of a record that says so
	err := m.history.each(func(e result.Entry) error {
		i := slices.IndexFunc(all, func(c Copy) bool { return c.Key == e.Key })
		if i < 0 || e.Stage == result.StageSettle || e.Status != result.Sent && e.Status != result.Unknown {
			return nil
		}
		c, says := &all[i], e.Status == result.Sent
		if c.First.IsZero() || says && !sent[e.Key] || says == sent[e.Key] && e.Time.Before(c.First) {
			c.First, c.Recipient, sent[e.Key] = e.Time, e.Recipient, says
		}
		return nil
	})
	return all, err
}

// A listener is a Recorder that remembers what became of each key last.
type listener struct {
	Recorder
	mu   sync.Mutex // guards last
	last map[string]result.Status
}

func (l *listener) Record(recs ...*result.Record) error {
	l.mu.Lock()
	for _, rec := range recs {
		l.last[rec.Key] = rec.Status
	}
	l.mu.Unlock()
	return l.Recorder.Record(recs...)
}

// listen makes a Recorder one that is asked at the end what became of the rows
// of --again.
func (m *mailing) listen(r Recorder) Recorder {
	if len(m.options.Again) == 0 {
		return r
	}
	m.heard = &listener{Recorder: r, last: make(map[string]result.Status)}
	return m.heard
}

// reportAgain says what became of the rows of --again.
func (m *mailing) reportAgain(r *Report) {
	if m.heard == nil {
		return
	}
	for i := range m.seconds {
		m.seconds[i].Now = m.heard.last[m.seconds[i].Key]
	}
	r.Again = m.seconds
	var unknown []string
	for _, key := range m.again() {
		switch m.heard.last[key] {
		case result.Sent:
		case result.Unknown:
			unknown = append(unknown, key)
		default:
			r.Unsent = append(r.Unsent, key)
		}
	}
	if len(r.Unsent) == 0 {
		r.Unsent = unknown
	}
}
