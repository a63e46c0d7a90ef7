package plan

import (
	"slices"
	"time"

	"mailshot/job/mailing"
	"mailshot/job/problem"
	"mailshot/job/recipients"
	"mailshot/job/result"
)

// A SecondCopy is a row that is sent because the user asked for it by its key,
// and that was sent before, or may have been.
type SecondCopy struct {
	Key       string
	Recipient string        // of the first copy
	First     time.Time     // when that went
	Run       string        // id of the run that sent it
	Unknown   bool          // nobody knows whether it arrived
	Now       result.Status // of this run's last attempt; "" if there is none
}

// Again returns the keys of Policy.Again as the rows have them, each once.
func (p *Plan) Again() []string { return p.again }

// CheckAgain refuses to leave out a row that the user asked for by Policy.Again.
func (p *Plan) CheckAgain() error {
	var left problem.List
	for _, key := range p.again {
		r, err := p.table.WithKey(key)
		if err != nil {
			return problem.InternalError(err)
		}
		if r == nil || p.Send.Has(r.Number) {
			continue
		}
		left.Add(problem.Problem{File: p.table.File, Line: r.Line, Row: r.Number, Kind: "again", Text: p.whyNot(r)})
	}
	if left.Len() == 0 {
		return nil
	}
	return &problem.Error{Kind: problem.BadData, Err: left.Err(), Hint: "nothing was sent; --again sends no row that would not be sent for the first time"}
}

// whyNot says why a row is left out.
func (p *Plan) whyNot(r *recipients.Row) string {
	if why := p.table.Excluded.Of(r.Number); why != recipients.Included {
		return p.table.Filter.Reason(r, why)
	}
	return p.table.Rejected.Why(r).Text
}

// SecondCopies finds those rows of Policy.Again that were sent before, or may
// have been.
func (p *Plan) SecondCopies(h *mailing.History) ([]SecondCopy, error) {
	return firstCopies(h, p.again)
}

// Delivered finds those rows of Selection.Keys that were sent before, or may have
// been: the first copy of each. Of many keys it takes the first.
func (p *Plan) Delivered(h *mailing.History) ([]SecondCopy, error) {
	return firstCopies(h, p.keys[:min(len(p.keys), problem.Listed)])
}

// firstCopies finds out when those of the keys that are sent or unknown were sent to
// for the first time.
func firstCopies(h *mailing.History, keys []string) ([]SecondCopy, error) {
	var all []SecondCopy
	for _, key := range keys {
		if st := h.Fold.Of(key); st.Delivered() {
			all = append(all, SecondCopy{Key: key, Unknown: st.Status == result.Unknown})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	sent := make(map[string]bool) // of the keys: First is of a record that says so
	err := h.Each(func(e result.Entry) error {
		i := slices.IndexFunc(all, func(c SecondCopy) bool { return c.Key == e.Key })
		if i < 0 || e.Stage == result.StageSettle || e.Status != result.Sent && e.Status != result.Unknown {
			return nil
		}
		c, says := &all[i], e.Status == result.Sent
		if c.First.IsZero() || says && !sent[e.Key] || says == sent[e.Key] && e.Time.Before(c.First) {
			c.First, c.Recipient, c.Run, sent[e.Key] = e.Time, e.Recipient, e.Run, says
		}
		return nil
	})
	return all, err
}
