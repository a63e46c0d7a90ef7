package job

import (
	"io"
	"time"

	"mailshot/job/result"
)

// firstPass gives an errand for every row that is to be sent, in the order of
// the file.
func (m *mailing) firstPass(c *choice) source {
	in := m.spool.rows()
	return func() (*errand, error) {
		r, err := in.nextOf(&c.send)
		if err != nil {
			return nil, err
		}
		return m.errand(c, r, 1), nil
	}
}

// nextPass gives an errand for each of the rows, again in the order of the
// file.
func (m *mailing) nextPass(c *choice, rows []later, r *runner) source {
	sortLater(rows)
	in := m.spool.rows()
	return func() (*errand, error) {
		for len(rows) > 0 {
			row, err := in.next()
			if err != nil {
				return nil, err
			}
			if uint32(row.number) != rows[0].row {
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

func (m *mailing) errand(c *choice, r *row, pass int) *errand {
	st := m.history.Fold.Of(r.key)
	e := &errand{row: r, attempt: st.Attempts + pass, messageID: c.messageIDs[r.number]}
	if m.test == nil && m.heard == nil {
		e.unknown = st.Status == result.Unknown
	}
	if e.messageID == "" {
		e.messageID = m.letters.messageID(r.number)
	}
	return e
}
