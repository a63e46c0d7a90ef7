package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mailshot/job/reasons"
	"mailshot/job/result"
)

// How much of the page lists may take, in octets. Together they keep it under a megabyte, whatever is in
// the log.
const (
	reasonsBudget = 120_000
	failedBudget  = 200_000
	unknownBudget = 80_000
	sentBudget    = 120_000
	settledBudget = 40_000
	skipsBudget   = 40_000
	mostReasons   = 50
	mostSkips     = 20
)

// A rest is what a list leaves out.
type rest struct{ Entries, Rows int }

// people are rows by name, and how many more there are.
type people struct {
	Names []string
	More  int
}

// A reason is why rows failed.
type reason struct {
	N        int
	Share    string
	ForGood  bool
	Sentence string
	Remedy   string
	Reply    string // what the server said to most of them
	People   *people
}

// reasons says why rows failed, the most frequent first.
func (v *viewer) reasons(w *view) {
	left := budget(reasonsBudget)
	all, failed := reasons.Meanings(v.s.Failures), v.s.Counts.Failed()
	for i := range all {
		m := &all[i]
		r := reason{N: m.Count, Share: share(m.Count, failed), ForGood: m.Class == result.Permanent}
		r.Sentence, r.Remedy, r.Reply = v.words(m)
		r.People = v.people(m.Names, m.Count)
		if len(w.Reasons) == mostReasons || !left.spend(append(r.texts(), r.Sentence, r.Remedy, r.Reply)...) {
			w.Rest.Entries++
			w.Rest.Rows += m.Count
			continue
		}
		w.Reasons = append(w.Reasons, r)
	}
	if n := v.s.GoneCount; n > 0 {
		w.Gone = v.people(v.s.Gone, n)
	}
	v.skips(w)
}

func (r *reason) texts() []string {
	if r.People == nil {
		return nil
	}
	return r.People.Names
}

// words says in plain words why rows failed, what to do, and what the server said.
func (v *viewer) words(m *reasons.Meaning) (sentence, remedy, reply string) {
	sentence, remedy = m.Explanation.Sentence, m.Explanation.Remedy
	pattern := short(m.Reply.Pattern, mostSaid)
	if v.o.Anonymous {
		pattern = ""
	}
	if m.Reply.Code == 0 {
		if sentence = pattern; sentence == "" {
			sentence = "No reply of the server tells why."
		}
		pattern = ""
	}
	if m.Reply.Other {
		sentence, remedy = "Various replies, which are too many to be told apart.", "the results log has them"
	}
	if remedy != "" {
		remedy = strings.ToUpper(remedy[:1]) + remedy[1:] + "."
	}
	said := ""
	if m.Reply.Code > 0 {
		said = fmt.Sprint(m.Reply.Code)
	}
	reply = strings.Join(strings.Fields(strings.Join([]string{said, v.plain(m.Reply.Enhanced), pattern}, " ")), " ")
	if stage := v.plain(m.Reply.Stage); stage != "" {
		reply = strings.TrimSuffix(stage+": "+reply, ": ")
	}
	return sentence, remedy, reply
}

// people names rows by address and key; nil on an anonymous page.
func (v *viewer) people(names []reasons.Name, count int) *people {
	if v.o.Anonymous {
		return nil
	}
	p := &people{More: count - len(names)}
	for _, n := range names {
		p.Names = append(p.Names, nameOf(n.Key, n.Recipient))
	}
	return p
}

func nameOf(key, address string) string {
	key, address = short(key, mostName), short(address, mostName)
	switch {
	case address == "":
		return key
	case strings.EqualFold(key, address):
		return address
	}
	return address + " (" + key + ")"
}

// A skip is why rows were left out.
type skip struct {
	N      int
	Words  string
	People *people
}

// skips says why rows were left out. On an anonymous page their reasons are told by kind, since those of
// bad rows have cells in them.
func (v *viewer) skips(w *view) {
	left := budget(skipsBudget)
	kinds := make(map[string]int)
	for i := range v.s.Skips {
		g := &v.s.Skips[i]
		words := g.Pattern
		switch {
		case v.o.Anonymous:
			words = kindOfSkip(g.Example.Text)
		case g.Other:
			words = "various"
		case !g.Varied:
			words = g.Example.Text
		}
		words = short(words, mostSaid)
		if at, same := kinds[words]; same && v.o.Anonymous {
			w.Skips[at].N += g.Count
			continue
		}
		s := skip{N: g.Count, Words: words, People: v.people(g.Names, g.Count)}
		if len(w.Skips) == mostSkips || !left.spend(words, fmt.Sprint(s.People)) {
			continue
		}
		kinds[words] = len(w.Skips)
		w.Skips = append(w.Skips, s)
	}
	known := 0
	for _, s := range w.Skips {
		known += s.N
	}
	if more := v.s.Skipped - known; more > 0 {
		words := "left out by the job, without a record of their own"
		if len(w.Skips) > 0 {
			words = "other reasons, or without a record of their own"
		}
		w.Skips = append(w.Skips, skip{N: more, Words: words})
	}
}

// kindOfSkip returns a reason without what it says of its row.
func kindOfSkip(text string) string {
	switch {
	case text == "left out by recipients.where":
		return text
	case strings.HasPrefix(text, "suppressed:"):
		return "suppressed"
	}
	return "a bad row, a duplicate, or a row without its file"
}

// A rowList is a list of rows by name.
type rowList struct {
	Rows []listedRow
	More int // that are not in it
}

// A listedRow is a row by name.
type listedRow struct {
	Number               int
	Time                 stamp
	Key, Recipient, Said string
	Status, MessageID    string
}

// lists names rows; none on an anonymous page.
func (v *viewer) lists(w *view) {
	if v.o.Anonymous {
		return
	}
	c, t := &v.s.Counts, v.tally
	w.Failed = v.list(t.failed, c.Failed(), failedBudget)
	w.Unknown = v.list(t.unknown, c.Unknown, unknownBudget)
	w.Sent = v.list(t.sent, c.Sent, sentBudget)
	w.Settled = v.list(t.settled, t.settles, settledBudget)
}

func (v *viewer) list(rows []row, total int, left budget) *rowList {
	if total == 0 {
		return nil
	}
	l := &rowList{}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.Number, b.Number) })
	for i := range rows {
		r := &rows[i]
		one := listedRow{Number: r.Number, Time: v.stamp(r.Time), Key: r.Key, Recipient: r.Recipient, Said: short(r.Said, mostSaid/2), MessageID: r.MessageID, Status: r.state()}
		if one.Key == one.Recipient {
			one.Key = ""
		}
		if !left.spend(one.Key, one.Recipient, one.Said, one.MessageID, "<tr><td>…<td><time datetime=…>2006-01-02T15:04:05+01:00 2006-01-02 15:04:05</time><td>") {
			break
		}
		l.Rows = append(l.Rows, one)
	}
	l.More = total - len(l.Rows)
	return l
}

// state says what became of the row.
func (r *row) state() string {
	s := string(r.Status)
	switch {
	case r.Settled && r.Status == result.Failed:
		return "not sent"
	case r.Status == result.Failed && r.Class == result.Permanent:
		return "for good"
	case r.Status == result.Failed:
		return "for now"
	}
	return s
}
