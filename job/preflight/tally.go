package preflight

import "mailshot/job/letter"

// A Tally is what there is to know of the letters of a run taken together. The
// zero Tally is that of none.
type Tally struct {
	Octets     int64 // in all messages
	Largest    int64 // in one
	LargestRow int
	Wide       int // messages that need SMTPUTF8
	WideRow    int // the first of them

	Recipients     int // of all messages, copies included
	MostRecipients int // of one
}

func (t *Tally) add(m *letter.Mail, row int) {
	size := m.Message.Size()
	one := Tally{Octets: size, Largest: size, LargestRow: row}
	one.Recipients = 1 + len(m.Copies)
	one.MostRecipients = one.Recipients
	if m.Wide {
		one.Wide, one.WideRow = 1, row
	}
	t.take(one)
}

// take adds the tally of later rows.
func (t *Tally) take(of Tally) {
	t.Octets += of.Octets
	if of.Largest > t.Largest {
		t.Largest, t.LargestRow = of.Largest, of.LargestRow
	}
	if t.Wide == 0 {
		t.WideRow = of.WideRow
	}
	t.Wide += of.Wide
	t.Recipients += of.Recipients
	t.MostRecipients = max(t.MostRecipients, of.MostRecipients)
}
