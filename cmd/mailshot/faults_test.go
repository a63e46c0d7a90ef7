package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/job"
	"mailshot/job/delivery"
	"mailshot/job/mailing"
	"mailshot/job/result"
	"mailshot/job/server"
	"mailshot/transport/smtptest"
)

var (
	faultSeed = flag.Uint64("fault.seed", 0, "what the fault test's schedule comes from; 0 is a new one")
	faultRuns = flag.Int("fault.runs", 1, "how many seeds the fault test tries, the first and those that follow it")
	faultRows = flag.Int("fault.rows", 2000, "rows of the fault test")
)

// The server fails in every way at every stage, in two sessions of five. Then
// every session that came to MAIL has one record that says what happened, and
// nobody has two messages.
func TestFaults(t *testing.T) {
	t.Parallel()
	seed := *faultSeed
	for seed == 0 {
		seed = rand.Uint64()
	}
	for i := range *faultRuns {
		t.Run(fmt.Sprint("seed ", seed+uint64(i)), func(t *testing.T) {
			t.Logf("-fault.seed %d", seed+uint64(i))
			synctest.Test(t, func(t *testing.T) { newFaults(t, seed+uint64(i), *faultRows).run() })
		})
	}
}

// faults is one job with a server that fails.
type faults struct {
	t        *testing.T
	schedule *schedule
	server   *smtptest.Server
	dir      string
	keyed    bool
	people   []person
}

func newFaults(t *testing.T, seed uint64, rows int) *faults {
	f := &faults{t: t, schedule: &schedule{seed: seed}, dir: t.TempDir(), keyed: seed%2 == 0}
	f.server = smtptest.NewServer(f.schedule.handler())
	t.Cleanup(f.server.Close)
	key := ""
	if f.keyed {
		key = ", key: code"
	}
	f.people = peopleOf(rows, f.keyed)
	var csv strings.Builder
	csv.WriteString("email,name,code,parts\n")
	for i := 1; i <= rows; i++ {
		parts := ""
		if i%32 == 0 { // a letter that takes more than one write
			parts = strings.Repeat("x;", 2500)
		}
		fmt.Fprintf(&csv, "r%d@club.example,Member %d,C%04d,%s\n", i, i, i, parts)
	}
	f.write("people.csv", csv.String())
	f.write("job.yaml", fmt.Sprintf(`version: 1
recipients: {file: people.csv%s}
message: {from: office@club.example, subject: "To {{.name}}", text: letter.txt}
server: {host: mail.test, tls: none}
delivery: {workers: 16, retry: {attempts: 3, wait: 0s}, give_up_after: 0}
`, key))
	f.write("letter.txt", shortLetter+"\n{{range split `;` .parts}}a long letter has many lines like this one\n{{end}}")
	return f
}

func (f *faults) write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// run runs the job with its three passes, and reruns it.
func (f *faults) run() {
	o := job.Options{Ref: mailing.Ref{Path: filepath.Join(f.dir, "job.yaml")}, Yes: true}
	for _, o.Rerun = range []bool{false, true} {
		f.schedule.spareNext(len(f.server.Sessions()))
		report, err := job.Run(f.t.Context(), o, job.Env{Env: server.Env{Dial: f.server.DialContext}})
		if err != nil {
			f.t.Fatal(err)
		}
		f.server.Wait()
		lc := &ledgerCheck{people: f.people, visits: visitsOf(f.server)}
		if err := lc.readLog(filepath.Join(f.dir, "job.results.csv")); err != nil {
			f.t.Fatal(err)
		}
		sum := lc.check(true)
		f.reconcile(lc)
		f.unknown(lc)
		f.reported(lc, report, o.Rerun)
		lc.report(f.t)
		f.t.Logf("rerun: %t, %d sessions, %d records\n%s", o.Rerun, len(lc.visits), len(lc.records), sum)
	}
	f.t.Logf("faults: %s", f.counts())
	for _, suffix := range []string{".journal", ".spool", ".new"} {
		if _, err := os.Stat(filepath.Join(f.dir, "job.results.csv"+suffix)); err == nil {
			f.t.Errorf("job.results.csv%s was left", suffix)
		}
	}
}

// reconcile holds each session against its record. The sessions of a row come
// one after the other, so the first is its first attempt. A session that met what
// is taken for a limit of the server may have none: its row was put back.
func (f *faults) reconcile(lc *ledgerCheck) {
	visits := make(map[string][]visit)
	nameless, mailed, limits, limitsAtMail := 0, 0, 0, 0
	putBack := f.putBack(lc.visits)
	for _, v := range lc.visits {
		fate := f.schedule.made[v.session]
		if v.mailed || fate.nameless() {
			mailed++
			if putBack[v.session] {
				limits++
			}
		}
		if fate.nameless() && fate.limit() {
			limitsAtMail++
		}
		switch {
		case fate.nameless():
			nameless++
			if v.to != "" {
				lc.complain("session %d: %+v, and the server read RCPT", v.session, fate)
			}
		case v.to != "":
			visits[v.to] = append(visits[v.to], v)
		case v.mailed || !fate.early() && v.session > 1 && v.session != f.schedule.spare:
			lc.complain("session %d: %+v, and RCPT was not read", v.session, fate)
		}
	}
	records := make(map[string][]result.Entry)
	for _, e := range lc.records {
		if e.Stage == "mail" && (e.Code == 0 || e.Code == 421) {
			nameless--
			if e.Status != result.Failed || e.Class != result.Temporary {
				lc.complain("line %d is %s %s, and MAIL had no reply or 421", e.Line, e.Status, e.Class)
			}
			continue
		}
		records[e.Recipient] = append(records[e.Recipient], e)
	}
	if nameless < 0 || nameless > limitsAtMail {
		lc.complain("%d more sessions ended at MAIL than there are records of such; %d of them met a limit", nameless, limitsAtMail)
	}
	if missing := mailed - len(lc.records); missing < 0 || missing > limits {
		lc.complain("%d sessions came to MAIL, of which %d met a limit; there are %d records", mailed, limits, len(lc.records))
	}
	for _, p := range f.people {
		f.match(lc, p, visits[p.address], records[p.address], putBack)
	}
}

// putBack returns the sessions whose rows may have been put back: those that met a
// limit, and those of rows that were told before to come later.
func (f *faults) putBack(visits []visit) map[int]bool {
	may, greylisted := make(map[int]bool), make(map[string]bool)
	for _, v := range visits {
		fate := f.schedule.made[v.session]
		if fate.limit() || fate.greylists() && greylisted[v.to] {
			may[v.session] = true
		}
		greylisted[v.to] = greylisted[v.to] || fate.greylists()
	}
	return may
}

// match holds the sessions of a row against its records.
func (f *faults) match(lc *ledgerCheck, p person, visits []visit, records []result.Entry, putBack map[int]bool) {
	slices.SortFunc(records, func(a, b result.Entry) int { return cmp.Compare(a.Attempt, b.Attempt) })
	for _, v := range visits {
		fate := f.schedule.made[v.session]
		if putBack[v.session] && (len(records) == 0 || !fate.matches(&records[0].Record)) {
			continue // put back
		}
		if len(records) == 0 {
			lc.complain("%s: session %d: %+v, and there is no record", p.address, v.session, fate)
			return
		}
		e := records[0]
		records = records[1:]
		if !fate.matches(&e.Record) {
			one, other := fate.want()
			lc.complain("%s: session %d: %+v, and line %d is %s %s at %s, %d %s; want %s %s", p.address, v.session, fate, e.Line, e.Status, e.Class, e.Stage, e.Code, e.Error, one, other)
		}
		if v.complete && v.id != e.MessageID {
			lc.complain("%s: session %d got <%s>, and line %d says <%s>", p.address, v.session, v.id, e.Line, e.MessageID)
		}
	}
	if len(records) > 0 {
		lc.complain("%s: %d records more than sessions", p.address, len(records))
	}
}

// unknown holds that those rows are unknown whose final reply was lost: said
// or not, taken or not. Of the others only those may be whose connection ended
// within the message.
func (f *faults) unknown(lc *ledgerCheck) {
	must, may := make(map[string]bool), make(map[string]bool)
	for _, v := range lc.visits {
		switch fate := f.schedule.made[v.session]; {
		case v.complete && fate.losesReply():
			must[v.to] = true
		case fate.stage == "data" && fate.then:
			may[v.to] = true
		}
	}
	for _, p := range f.people {
		got := lc.fold.Of(p.key).Status == result.Unknown
		if got && !must[p.address] && !may[p.address] || !got && must[p.address] {
			lc.complain("%s is %q; that its final reply was lost: %t", p.key, lc.fold.Of(p.key).Status, must[p.address])
		}
	}
}

// reported holds that the run's own count is the log's. A rerun counts only
// the rows that it took.
func (f *faults) reported(lc *ledgerCheck, report *job.Report, rerun bool) {
	c := lc.fold.Counts()
	got, want := report.Counts, delivery.Counts{Sent: c.Sent, Temporary: c.Temporary, Permanent: c.Permanent, Unknown: c.Unknown}
	if rerun {
		got.Sent, want.Sent, got.Unknown, want.Unknown = 0, 0, 0, 0
	}
	if got != want || len(report.Lost) > 0 {
		lc.complain("the run counts %+v, the log %+v; %d rows are called lost", report.Counts, c, len(report.Lost))
	}
}

// counts says how often which fault was made.
func (f *faults) counts() string {
	n := make(map[string]int)
	for _, fate := range f.schedule.made {
		what := fate.stage
		switch r := fate.reply; {
		case fate.stage == "":
			what = "none"
		case fate.then:
			what += ", then it is lost"
		case fate.stage == "final" && r.Before != smtptest.Continue && r.Code == 0:
			what += " accepted, then it is lost"
		case r.Before != smtptest.Continue:
			what += " lost"
		case r.Raw != "":
			what += " half"
		case r.Delay > 0:
			what += " slow"
		default:
			what += fmt.Sprintf(" %dyz", r.Code/100)
		}
		n[what]++
	}
	var all []string
	for _, what := range slices.Sorted(maps.Keys(n)) {
		all = append(all, fmt.Sprintf("%d %s", n[what], what))
	}
	return strings.Join(all, "; ")
}
