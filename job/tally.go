package job

import (
	"fmt"
	"strings"

	"mailshot/job/address"
)

// A tally is what there is to know of the letters of a run taken together. The
// zero tally is that of none.
type tally struct {
	octets     int64 // in all messages
	largest    int64 // in one
	largestRow int
	wide       int // messages that need SMTPUTF8
	wideRow    int // the first of them
}

func (t *tally) add(m *mail, row int) {
	size := m.message.Size()
	one := tally{octets: size, largest: size, largestRow: row}
	if m.wide {
		one.wide, one.wideRow = 1, row
	}
	t.take(one)
}

// take adds the tally of later rows.
func (t *tally) take(of tally) {
	t.octets += of.octets
	if of.largest > t.largest {
		t.largest, t.largestRow = of.largest, of.largestRow
	}
	if t.wide == 0 {
		t.wideRow = of.wideRow
	}
	t.wide += of.wide
}

// shownCopies says who gets a mail beside its recipient; "" is nobody.
func (m *mail) shownCopies() string {
	var kinds []string
	for _, kind := range []struct {
		name string
		to   []address.Address
	}{{"cc", m.copies[:m.cc]}, {"bcc", m.copies[m.cc:]}} {
		var list []string
		for _, a := range kind.to {
			list = append(list, a.String())
		}
		if len(list) > 0 {
			kinds = append(kinds, kind.name+" "+strings.Join(list, ", "))
		}
	}
	return strings.Join(kinds, "; ")
}

// doubtLetters tells what may be wrong with the letters that are well.
func (m *mailing) doubtLetters(t *tally) {
	j := &m.job.Message
	if j.Text.IsZero() {
		m.doubt("the letters have no text part: some mail programs show nothing but text, and filters count HTML alone as a sign of spam; `message.text` adds one")
	}
	for _, id := range m.letters.inline.unused() {
		m.doubt("no letter shows cid:%s, which message.inline has, and so it goes with none", id)
	}
	if t.wide > 0 {
		m.doubt("%s SMTPUTF8, because of what is before the @ of an address (first row %d); a server that does not offer it gets no such message", need(t.wide), t.wideRow)
	}
}

func need(n int) string {
	if n == 1 {
		return "1 message needs"
	}
	return fmt.Sprintf("%d messages need", n)
}
