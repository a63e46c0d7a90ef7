package job

import (
	"io"
	"time"

	"mailshot/job/recipients"
	"mailshot/job/result"
)

// firstPass gives an errand for every row that is to be sent, in the order of
// the file, with its letter where that was kept.
func (m *mailing) firstPass(c *choice, r *runner) source {
	in, letters := m.spool.Rows(), m.larder.letters()
	return func() (*errand, error) {
		row, err := in.NextOf(&c.send)
		if err != nil {
			return nil, err
		}
		e := m.errand(c, row, 1)
		e.kept = letters.of(row.Number, r.spare())
		return e, nil
	}
}

// nextPass gives an errand for each of the rows, again in the order of the
// file.
func (m *mailing) nextPass(c *choice, rows []later, r *runner) source {
	sortLater(rows)
	in := m.spool.Rows()
	return func() (*errand, error) {
		for len(rows) > 0 {
			row, err := in.Next()
			if err != nil {
				return nil, err
			}
			if uint32(row.Number) != rows[0].row {
				continue
			}
			e := m.errand(c, row, r.pass)
			e.date = m.start.Add(time.Duration(rows[0].second) * time.Second)
			rows = rows[1:]
			return e, nil
		}
		return nil, io.EOF
	}
}

func (m *mailing) errand(c *choice, r *recipients.Row, pass int) *errand {
	st := m.history.Fold.Of(r.Key)
	e := &errand{row: r, attempt: st.Attempts + pass, messageID: m.messageID(c, r)}
	if m.test == nil && m.heard == nil {
		e.unknown = st.Status == result.Unknown
	}
	return e
}

// messageID is that of the row's letter in this run.
func (m *mailing) messageID(c *choice, r *recipients.Row) string {
	if id := c.messageIDs[r.Number]; id != "" {
		return id
	}
	return m.letters.messageID(r.Number)
}
