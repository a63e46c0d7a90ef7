package main

import (
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
	spares   []int // the sessions by which the runs tried the server
	intents  intents
}

func newFaults(t *testing.T, seed uint64, rows int) *faults {
	f := &faults{t: t, schedule: &schedule{seed: seed}, dir: t.TempDir(), keyed: seed%2 == 0}
	f.intents.dir = f.dir
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
		f.spares = append(f.spares, len(f.server.Sessions())+1)
		f.schedule.spareNext(len(f.server.Sessions()), func() {
			if err := f.intents.keep(); err != nil {
				f.t.Error(err)
			}
		})
		report, err := job.Run(f.t.Context(), o, job.Env{Env: server.Env{Dial: f.server.DialContext}})
		if err != nil {
			f.t.Fatal(err)
		}
		f.server.Wait()
		if err := f.intents.read(); err != nil {
			f.t.Fatal(err)
		}
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

// reconcile holds each session against its record. The sessions of a row come one after the
// other, so the first is its first attempt. A session that met what is taken for a limit of the
// server has none where the journal says that its row was put back.
func (f *faults) reconcile(lc *ledgerCheck) {
	visits := make(map[string][]visit)
	nameless, mailed := 0, 0
	for _, v := range lc.visits {
		fate := f.schedule.made[v.session]
		if v.mailed || fate.nameless() {
			mailed++
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
	outcomes, putBack := f.outcomes(lc)
	if want := len(lc.records) + putBack; mailed != want {
		lc.complain("%d sessions came to MAIL; there are %d records, and %d rows were put back", mailed, len(lc.records), putBack)
	}
	may, must := f.mayPutBack(lc.visits)
	for _, p := range f.people {
		nameless -= f.match(lc, p, visits[p.address], outcomes[p.address], may, must)
	}
	if nameless != 0 {
		lc.complain("%d more sessions ended at MAIL than rows say", nameless)
	}
}

// outcomes returns what became of the attempts of each recipient: a record, or nil where the row
// was put back; and how many were.
func (f *faults) outcomes(lc *ledgerCheck) (outcomes map[string][]*result.Entry, putBack int) {
	type attempt struct {
		recipient string
		number    int
	}
	records := make(map[attempt]*result.Entry)
	for i, e := range lc.records {
		records[attempt{e.Recipient, e.Attempt}] = &lc.records[i]
	}
	outcomes = make(map[string][]*result.Entry)
	for _, in := range f.intents.all {
		e := records[attempt{in.recipient, in.attempt}]
		switch {
		case in.disarmed:
			putBack++
			outcomes[in.recipient] = append(outcomes[in.recipient], nil)
		case e != nil:
			outcomes[in.recipient] = append(outcomes[in.recipient], e)
			delete(records, attempt{in.recipient, in.attempt})
		}
	}
	for _, e := range records {
		lc.complain("line %d is of attempt %d to %s, which was not armed, or was taken back", e.Line, e.Attempt, e.Recipient)
	}
	return outcomes, putBack
}

// match holds the sessions of a row against what became of its attempts, and returns how many
// of these ended at MAIL, where the server did not come to read whose they were. Which of the
// attempts that were put back are among these is not written anywhere: one way to pair all of them
// with the sessions must be right.
func (f *faults) match(lc *ledgerCheck, p person, visits []visit, outcomes []*result.Entry, may, must map[int]bool) (nameless int) {
	putBack := 0
	for _, e := range outcomes {
		if e == nil {
			putBack++
		}
	}
	var first []string
	for atMail := range 1 << min(putBack, 12) {
		pairs := pairing{faults: f, visits: visits, may: may, must: must, atMail: atMail}
		nameless = pairs.all(p, outcomes)
		if len(pairs.wrong) == 0 {
			return nameless
		}
		if first == nil {
			first = pairs.wrong
		}
	}
	for _, text := range first {
		lc.complain("%s", text)
	}
	return nameless
}

// A pairing pairs the outcomes of a row with its sessions, in their order.
type pairing struct {
	*faults
	visits    []visit // that are left
	may, must map[int]bool
	atMail    int // has a bit for each attempt that was put back: it ended at MAIL
	putBacks  int
	wrong     []string
}

func (r *pairing) complain(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// all pairs all outcomes, and returns how many ended at MAIL.
func (r *pairing) all(p person, outcomes []*result.Entry) (nameless int) {
	for _, e := range outcomes {
		switch {
		case e != nil && endedAtMail(e):
			nameless++
			if e.Status != result.Failed || e.Class != result.Temporary {
				r.complain("line %d is %s %s, and MAIL had no reply or 421", e.Line, e.Status, e.Class)
			}
			continue
		case e == nil && r.atMail>>r.putBacks&1 == 1:
			nameless++
			r.putBacks++
			continue
		case len(r.visits) == 0:
			r.complain("%s: there are more outcomes than sessions", p.address)
			return nameless
		}
		v := r.visits[0]
		r.visits = r.visits[1:]
		if e == nil {
			r.putBacks++
			if !r.may[v.session] {
				r.complain("%s: session %d: %+v, and the row was put back", p.address, v.session, r.schedule.made[v.session])
			}
			continue
		}
		r.record(p, v, e)
	}
	for _, v := range r.visits {
		r.complain("%s: session %d: %+v, and there is no record, and the row was not put back", p.address, v.session, r.schedule.made[v.session])
	}
	return nameless
}

// record holds a session against its record.
func (r *pairing) record(p person, v visit, e *result.Entry) {
	fate := r.schedule.made[v.session]
	if r.must[v.session] && r.putBacks < 3 {
		r.complain("%s: session %d told it once more to come later, and line %d is recorded", p.address, v.session, e.Line)
	}
	if !fate.matches(&e.Record) {
		one, other := fate.want()
		r.complain("%s: session %d: %+v, and line %d is %s %s at %s, %d %s; want %s %s", p.address, v.session, fate, e.Line, e.Status, e.Class, e.Stage, e.Code, e.Error, one, other)
	}
	if v.complete && v.id != e.MessageID {
		r.complain("%s: session %d got <%s>, and line %d says <%s>", p.address, v.session, v.id, e.Line, e.MessageID)
	}
}

// endedAtMail reports whether the record is that of a session whose MAIL had no reply or 421.
func endedAtMail(e *result.Entry) bool { return e.Stage == "mail" && (e.Code == 0 || e.Code == 421) }

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
