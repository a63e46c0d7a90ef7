package job

import (
	"errors"

	"mailshot/job/problem"
	"mailshot/job/recipients/sheet"
	"mailshot/template"
)

// An exclusion is why a row is no recipient of this run, though there may be
// nothing wrong with it.
type exclusion uint8

const (
	included   exclusion = iota
	filtered             // recipients.where does not take it
	suppressed           // a list of recipients.suppress has its address, or its domain
)

// A sieve tells the recipients of a run from the other rows of the file. The
// zero value lets all through. It is not safe for concurrent use.
type sieve struct {
	where    *template.Condition // nil: every row
	columns  []string
	fields   map[string]string // of the row that is looked at
	lists    []suppression
	problems problem.List // of the lists
}

// sift says whether a row is left out. Where the condition can't be decided the
// error says so, and the row is a bad one. So is a row whose cells can't be
// relied on: nobody knows what the condition would make of it.
func (s *sieve) sift(in *sheet.Row) (exclusion, error) {
	if in.Doubtful {
		return included, nil
	}
	if s.where != nil {
		r := row{cells: in.Cells}
		r.fields(s.columns, s.fields)
		takes, err := s.where.Holds(template.Row{Number: in.Number, Line: in.Line, Key: in.Key, Fields: s.fields})
		if err != nil {
			return included, err
		}
		if !takes {
			return filtered, nil
		}
	}
	if s.suppressedBy(in.Address) != "" {
		return suppressed, nil
	}
	return included, nil
}

// reason is why a row is left out, in the words of its record.
func (s *sieve) reason(r *row, why exclusion) string {
	if why == suppressed {
		return s.suppressedBy(r.address)
	}
	return "left out by recipients.where"
}

// parseWhere parses recipients.where.
func (m *mailing) parseWhere(columns []string) error {
	w := m.job.Recipients.Where
	if w.Value == "" {
		return nil
	}
	m.sieve.columns, m.sieve.fields = columns, make(map[string]string, len(columns))
	var err error
	m.sieve.where, err = template.ParseCondition("where", template.Source{Name: m.job.Place("where", w), Text: w.Value},
		template.Config{Columns: columns, Now: m.start, Mailing: m.options.Mailing})
	return err
}

// undecided is the problem of a row for which recipients.where can't be decided.
func (b *book) undecided(r *row, err error) *problem.Problem {
	p := b.problem(r, "where", err.Error(), "")
	var te *template.Error
	if errors.As(err, &te) {
		p.Hint = te.Hint
	}
	return &p
}
