package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"mailshot/job/address"
	"mailshot/job/result"
)

// A person is a row of a recipients file.
type person struct{ key, address string }

// peopleOf returns the rows that the function people makes: known by their codes
// if these are their keys, else by their addresses.
func peopleOf(n int, keyed bool) []person {
	all := make([]person, n)
	for i := range all {
		to := fmt.Sprintf("r%d@club.example", i+1)
		all[i] = person{to, to}
		if keyed {
			all[i].key = fmt.Sprintf("C%04d", i+1)
		}
	}
	return all
}

// A ledgerCheck compares what the log says with what the server accepted.
type ledgerCheck struct {
	people  []person
	visits  []visit
	records []result.Entry
	fold    result.Fold

	// asked says whether the user asked a run for unknown rows, and so for
	// possible second copies. nil: no run was.
	asked func(run string) bool

	wrong []string // what the promises do not allow
}

// A tally is what a ledgerCheck counted.
type tally struct {
	rows, messages, twice               int // messages: accepted; twice: rows with more than one, as they were asked for
	sent, unknown, temporary, permanent int // rows
	untried                             int
}

func (t *tally) add(o tally) {
	t.rows += o.rows
	t.messages += o.messages
	t.twice += o.twice
	t.sent += o.sent
	t.unknown += o.unknown
	t.temporary += o.temporary
	t.permanent += o.permanent
	t.untried += o.untried
}

func (t tally) String() string {
	return fmt.Sprintf("%d rows, %d messages accepted, %d rows with a second one that was asked for; rows: %d sent, %d unknown, %d failed (%d temporary), %d untried",
		t.rows, t.messages, t.twice, t.sent, t.unknown, t.temporary+t.permanent, t.temporary, t.untried)
}

// readLog takes the log in, of which every line must be readable.
func (lc *ledgerCheck) readLog(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if len(b) == 0 || b[len(b)-1] != '\n' {
		lc.complain("the last line of the log has no line end")
	}
	lc.fold.Compare = address.CompareText
	for e, err := range result.Read(bytes.NewReader(b), result.ReadOptions{Name: "log"}) {
		if err == nil {
			err = lc.fold.Add(e)
		}
		if err != nil {
			return err
		}
		lc.records = append(lc.records, e)
	}
	return nil
}

func (lc *ledgerCheck) complain(format string, args ...any) {
	lc.wrong = append(lc.wrong, fmt.Sprintf(format, args...))
}

// A rowHistory is what is known of one row.
type rowHistory struct {
	person
	records []result.Entry // in the order of the log
	taken   []visit        // those in which a message was accepted
	state   result.State
}

// check puts together the history of every row and compares each with the promises. If whole, no
// row may be without a state.
func (lc *ledgerCheck) check(whole bool) tally {
	records := make(map[string][]result.Entry)
	type attempt struct {
		key string
		n   int
	}
	seen := make(map[attempt]int)
	for _, e := range lc.records {
		records[e.Key] = append(records[e.Key], e)
		if a := (attempt{e.Key, e.Attempt}); e.Attempt > 0 && e.Stage != result.StageSettle {
			if line := seen[a]; line > 0 {
				lc.complain("lines %d and %d are both attempt %d of %s", line, e.Line, e.Attempt, e.Key)
			}
			seen[a] = e.Line
		}
	}
	taken := make(map[string][]visit)
	for _, v := range lc.visits {
		if v.accepted {
			taken[v.to] = append(taken[v.to], v)
		}
	}
	t := tally{rows: len(lc.people)}
	for _, p := range lc.people {
		h := rowHistory{p, records[p.key], taken[p.address], lc.fold.Of(p.key)}
		delete(records, p.key)
		delete(taken, p.address)
		t.count(&h)
		lc.once(&h)
		lc.agree(&h)
		lc.matched(&h)
		if whole && h.state.Status == "" {
			lc.complain("%s has no state", h.key)
		}
	}
	for key := range records {
		lc.complain("the log knows %s, whom the recipients file does not", key)
	}
	for to := range taken {
		lc.complain("%s got a message, whom the recipients file does not know", to)
	}
	return t
}

func (t *tally) count(h *rowHistory) {
	t.messages += len(h.taken)
	if len(h.taken) > 1 {
		t.twice++
	}
	switch {
	case h.state.Status == result.Sent:
		t.sent++
	case h.state.Status == result.Unknown:
		t.unknown++
	case h.state.Status == "":
		t.untried++
	case h.state.Class == result.Temporary:
		t.temporary++
	default:
		t.permanent++
	}
}

// once: nobody gets a second copy that was not asked for. Nothing is sent
// again once the log says sent, and an unknown row is only by a run that was
// asked to.
func (lc *ledgerCheck) once(h *rowHistory) {
	allowed := 1
	var last result.Status // sent, unknown, or neither yet
	for _, e := range h.records {
		switch {
		case last == result.Sent:
			lc.complain("%s was sent, and line %d of the log is another attempt", h.key, e.Line)
		case last == result.Unknown && (lc.asked == nil || !lc.asked(e.Run)):
			lc.complain("%s was unknown, and line %d of the log is an attempt that nobody asked for", h.key, e.Line)
		case last == result.Unknown:
			allowed++
		}
		if e.Status == result.Sent || e.Status == result.Unknown {
			last = e.Status
		}
	}
	if n := len(h.taken); n > allowed {
		lc.complain("%s has %d messages, of which %d were asked for (sessions %s; the log: %s)", h.address, n, allowed, h.sessions(), h.lines())
	}
}

// agree: sent means accepted, and what was accepted is sent or unknown.
func (lc *ledgerCheck) agree(h *rowHistory) {
	if h.state.Status == result.Sent && len(h.taken) == 0 {
		lc.complain("%s is sent, and no message was accepted (the log: %s)", h.key, h.lines())
	}
	if h.state.Status != result.Sent && h.state.Status != result.Unknown && len(h.taken) > 0 {
		lc.complain("%s is %q %s, and has %d messages (sessions %s; the log: %s)", h.key, h.state.Status, h.state.Class, len(h.taken), h.sessions(), h.lines())
	}
}

// matched: each accepted message has a record of its own, sent or unknown,
// with its Message-ID, and each sent record a message.
func (lc *ledgerCheck) matched(h *rowHistory) {
	messages := make(map[string]int)
	for _, v := range h.taken {
		messages[v.id]++
	}
	sent, may := make(map[string]int), make(map[string]int)
	for _, e := range h.records {
		switch e.Status {
		case result.Sent:
			sent[e.MessageID]++
			may[e.MessageID]++
		case result.Unknown:
			may[e.MessageID]++
		}
	}
	for id, n := range sent {
		if messages[id] < n {
			lc.complain("%s: %d records say that <%s> was sent, %d such messages were accepted", h.key, n, id, messages[id])
		}
	}
	for id, n := range messages {
		if n > may[id] {
			lc.complain("%s: %d messages <%s> were accepted, %d records speak of such (the log: %s)", h.key, n, id, may[id], h.lines())
		}
	}
}

func (h *rowHistory) sessions() string {
	var n []int
	for _, v := range h.taken {
		n = append(n, v.session)
	}
	return fmt.Sprint(n)
}

// lines returns the records of the row in short: "1 failed temporary, 2 sent".
func (h *rowHistory) lines() string {
	text := "nothing"
	for i, e := range h.records {
		if i > 0 {
			text += ", "
		} else {
			text = ""
		}
		text += fmt.Sprintf("%d %s", e.Attempt, e.Status)
		if e.Class != "" {
			text += " " + string(e.Class)
		}
	}
	return text
}

// status returns the exit status of a run of all rows that leaves the log so.
func (lc *ledgerCheck) status() int {
	c := lc.fold.Counts()
	switch {
	case c.Unknown > 0:
		return exitSomeUnknown
	case c.Permanent > 0 || c.Skipped > 0:
		return exitSomeFailed
	case c.Temporary > 0:
		return exitTemporary
	}
	return 0
}

// report makes what is wrong the test's failures, the first of them in full.
func (lc *ledgerCheck) report(t *testing.T) {
	t.Helper()
	const shown = 12
	for i, w := range lc.wrong {
		if i == shown {
			t.Errorf("… and %d more", len(lc.wrong)-shown)
			break
		}
		t.Error(w)
	}
}
