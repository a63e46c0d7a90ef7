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

	Froms map[string]int // the domains of rows' own From, with the first row of each; at most maxFroms

	Attached       []int // how many messages have how many attachments: Attached[2] have two
	Recipients     int   // of all messages, copies included
	MostRecipients int   // of one
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
	t.attached(m.Attached, 1)
	t.from(m.From.Domain, row)
}

// maxFroms is how many domains are kept apart.
const maxFroms = 1000

// from takes in the domain of a row's own From, if it has one.
func (t *Tally) from(domain string, row int) {
	first, known := t.Froms[domain]
	if domain == "" || known && first <= row || !known && len(t.Froms) >= maxFroms {
		return
	}
	if t.Froms == nil {
		t.Froms = make(map[string]int)
	}
	t.Froms[domain] = row
}

// attached counts messages with so many attachments.
func (t *Tally) attached(files, messages int) {
	for len(t.Attached) <= files {
		t.Attached = append(t.Attached, 0)
	}
	t.Attached[files] += messages
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
	for domain, row := range of.Froms {
		t.from(domain, row)
	}
	for files, messages := range of.Attached {
		t.attached(files, messages)
	}
	t.Recipients += of.Recipients
	t.MostRecipients = max(t.MostRecipients, of.MostRecipients)
}
