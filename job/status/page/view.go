package page

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mailshot/job/jobfile"
	"mailshot/job/mailing"
	"mailshot/job/recipients"
	"mailshot/job/status"
)

// A view is what the page shows. Its texts are as they are in the log and the job: what must be made
// visible or escaped in them is so when the page is written.
type view struct {
	Title     string
	Anonymous bool
	Sandbox   bool
	Run       string // the page is by its records alone
	Made      stamp
	Zone      string // of all times that have none of their own
	Sentence  string
	Notices   []string
	Facts     []fact

	States  []state
	Bar     []rect // of the states
	Total   int
	Reasons []reason
	Rest    rest // of the reasons
	Gone    *people

	Unknown  *rowList
	Lookup   []command // what to do about them
	Skips    []skip
	Skipped  int
	Domains  *domainTable
	Paces    []paceView
	Quiet    string // runs without a picture
	Times    *timesTable
	Runs     []runView
	Earlier  int // runs that are not shown
	Settles  int
	Settled  *rowList
	Decided  []decision
	Stopped  string
	Letter   *letter
	Failed   *rowList
	Sent     *rowList
	Results  string
	SHA256   string
	Octets   int // of the log
	Commands []command
}

// A stamp is a time.
type stamp struct {
	time.Time
	odd bool // its zone is not that of the page
}

// Machine returns it as RFC 3339 has it.
func (s stamp) Machine() string { return s.Format(time.RFC3339) }

// String returns it as people read it.
func (s stamp) String() string {
	if s.odd {
		return s.Format("2006-01-02 15:04:05 -0700")
	}
	return s.Format(time.DateTime)
}

type fact struct{ Name, Value string }

// A command is a command line, and what it is for.
type command struct{ For, Line string }

// A state is how many rows are in one.
type state struct {
	ID, Name string
	N        int
	Share    string
	Why      string // N is not known
}

// A decision is why a run began no or fewer sessions.
type decision struct {
	Time stamp
	Text string
}

// A runView is a run, as it is shown.
type runView struct {
	ID                                      string
	Start, Last                             stamp
	Sent, Failed, Unknown, Skipped, Settled int
	OtherLetter                             bool
}

const (
	mostRuns      = 50
	mostDecisions = 20
)

// A viewer makes the view.
type viewer struct {
	o      Options
	job    *jobfile.Job
	s      *status.Report
	digest status.Digest
	tally  *tally
	letter *letter
	now    time.Time
}

func (v *viewer) view() *view {
	w := &view{
		Title: v.s.Job, Anonymous: v.o.Anonymous, Sandbox: v.o.Sandbox, Run: v.o.Run, Made: v.stamp(v.now), Zone: v.now.Format("-07:00"),
		Settles: v.tally.settles, Skipped: v.s.Skipped, Letter: v.letter, Results: filepath.Base(v.s.Results), SHA256: v.digest.SHA256, Octets: int(v.digest.Octets),
	}
	if v.s.Mailing != "" {
		w.Title += ", mailing " + v.s.Mailing
	}
	v.states(w)
	v.facts(w)
	v.notices(w)
	v.reasons(w)
	v.lists(w)
	w.Domains = v.domains()
	for _, p := range v.tally.runs {
		w.Paces = append(w.Paces, v.pace(p))
	}
	if n := v.tally.others; n > 0 {
		w.Quiet = fmt.Sprintf("%s with few attempts, or of less than a second, %s not drawn; the table of runs has all.", counted(n, "run"), pick(n, "is", "are"))
	}
	w.Times = v.times()
	v.runs(w)
	v.commands(w)
	if v.o.Anonymous {
		v.mask(w)
	}
	return w
}

func (v *viewer) stamp(t time.Time) stamp {
	t = t.In(v.now.Location())
	_, here := v.now.Zone()
	_, there := t.Zone()
	return stamp{t, here != there}
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// states counts the rows by state.
func (v *viewer) states(w *view) {
	c, s := &v.s.Counts, v.s
	untried := state{ID: "untried", Name: "not tried", N: s.Untried}
	if v.o.Run != "" {
		untried.Name = "without a record of this run"
	}
	if s.Unread != nil {
		untried.N, untried.Why = 0, clip(s.Unread.Error(), mostSaid)
	}
	w.States = []state{
		{ID: "sent", Name: "sent", N: c.Sent},
		{ID: "failed_temporary", Name: "failed, for now", N: c.Temporary},
		{ID: "failed_permanent", Name: "failed, for good", N: c.Permanent},
		{ID: "unknown", Name: "unknown", N: c.Unknown},
		{ID: "skipped", Name: "skipped", N: s.Skipped},
		untried,
	}
	if s.InFlight > 0 {
		w.States = append(w.States, state{ID: "in_flight", Name: "on their way", N: s.InFlight})
	}
	for _, s := range w.States {
		w.Total += s.N
	}
	for i := range w.States {
		w.States[i].Share = share(w.States[i].N, w.Total)
	}
	w.Bar = statesBar(w.States, w.Total)
}

// facts says what was sent by whom to how many.
func (v *viewer) facts(w *view) {
	s, m := v.s, &v.job.Message
	w.Sentence = fmt.Sprintf("%s of %s got the letter.", grouped(s.Counts.Sent), counted(w.Total, "row"))
	if w.Sandbox || s.Practised {
		w.Sentence = fmt.Sprintf("The letters of %s of %s were taken by a server for practice. Nothing left the machine.", grouped(s.Counts.Sent), counted(w.Total, "row"))
	}
	w.Facts = []fact{{"From", short(fromOf(m), mostSaid)}, {v.subjectName(), short(v.letter.Subject, mostSaid)}, {"Job", s.Job}}
	if s.Mailing != "" {
		w.Facts = append(w.Facts, fact{"Mailing", s.Mailing})
	}
	if v.o.Run != "" {
		w.Facts = append(w.Facts, fact{"Run", v.o.Run})
	}
	w.Facts = append(w.Facts, fact{"Recipients", recipients.ShownName(filepath.Base(v.job.Recipients.File)) + ", " + counted(w.Total, "row")})
	if s.Server != "" {
		w.Facts = append(w.Facts, fact{"Server", s.Server})
	}
	last := slices.MaxFunc(s.Runs, func(a, b status.Run) int { return a.Last.Compare(b.Last) }).Last
	w.Facts = append(w.Facts,
		fact{"Attempts", grouped(v.tally.attempts) + " in " + counted(len(s.Runs), "run")},
		fact{"Begun", v.stamp(s.Runs[0].Began()).String()},
		fact{"Last record", v.stamp(last).String()})
}

// subjectName says whose subject is shown.
func (v *viewer) subjectName() string {
	if v.letter.Template {
		return "Subject, as a template"
	}
	return "First subject"
}

// notices says what the figures do not.
func (v *viewer) notices(w *view) {
	switch u := v.s.Unfinished; {
	case u == nil:
	case u.Alive:
		w.Notices = append(w.Notices, "A run goes on. This is how it stood when the page was made.")
	case u.Rows > 0:
		w.Notices = append(w.Notices, fmt.Sprintf("The last run was cut off. %s that it had on %s way %s as unknown.", counted(u.Rows, "row"), pick(u.Rows, "its", "their"), pick(u.Rows, "counts", "count")))
	default:
		w.Notices = append(w.Notices, "The last run was cut off. It had no row on its way.")
	}
	if slices.ContainsFunc(v.s.Runs, func(r status.Run) bool { return r.OtherLetter }) {
		w.Notices = append(w.Notices, "Not all runs had the same letter: see the table of runs.")
	}
}

// runs tells what each run did, and what the last one decided.
func (v *viewer) runs(w *view) {
	all := v.s.Runs
	if w.Earlier = max(0, len(all)-mostRuns); w.Earlier > 0 {
		all = all[w.Earlier:]
	}
	for i := range all {
		r := &all[i]
		w.Runs = append(w.Runs, runView{clip(r.ID, mostSaid), v.stamp(r.Began()), v.stamp(r.Last), r.Sent, r.Failed, r.Unknown, r.Skipped, r.Settled, r.OtherLetter})
	}
	l := v.s.LastRun
	if l == nil {
		return
	}
	for _, d := range l.Decisions[:min(len(l.Decisions), mostDecisions)] {
		text := short(d.Text, mostSaid)
		if v.o.Anonymous {
			text = d.Event
		}
		w.Decided = append(w.Decided, decision{v.stamp(d.Time), text})
	}
	if n := len(l.Decisions) - mostDecisions; n > 0 {
		w.Decided[len(w.Decided)-1].Text += fmt.Sprintf(" (and %s more)", grouped(n))
	}
	if l.End != nil {
		w.Stopped = short(l.End.Stopped, mostSaid)
	}
}

// commands names the data in other forms.
func (v *viewer) commands(w *view) {
	ref := v.ref()
	w.Commands = []command{
		{"all figures, for programs", ref.Command("status", "--json")},
		{"the rows that failed, as a CSV file", ref.Command("status", "--export", "failed.csv", "--status", "failed")},
		{"the rows that were sent, as a CSV file", ref.Command("status", "--export", "sent.csv", "--status", "sent")},
	}
	if v.s.Counts.Unknown > 0 {
		settle := ref.Command("settle")
		w.Lookup = []command{
			{"the server has it", settle + " KEY --sent"},
			{"the server does not have it", settle + " KEY --not-sent"},
			{"send anyway, perhaps a second time", ref.Command("rerun", "--include", "unknown")},
			{"all of them as a CSV file", ref.Command("status", "--export", "unknown.csv", "--status", "unknown")},
		}
	}
}

// ref returns the mailing for commands; an anonymous page has no directory in it.
func (v *viewer) ref() *mailing.Ref {
	ref := v.o.Ref
	if v.o.Anonymous {
		ref.Path = filepath.Base(ref.Path)
		if ref.SandboxDir != "" {
			ref.SandboxDir = filepath.Base(ref.SandboxDir)
		}
	}
	return &ref
}

// mask takes what may be somebody's out of what is shown of the job, but for the letter.
func (v *viewer) mask(w *view) {
	for i := range w.Facts {
		if f := &w.Facts[i]; f.Name == "From" {
			f.Value = senderOf(f.Value)
		}
	}
	for i := range w.States {
		if s := &w.States[i]; s.Why != "" {
			s.Why = "the recipients could not be read"
		}
	}
	if w.Stopped != "" {
		w.Stopped = "the server's limits, or refusals" // its words may repeat an address
	}
}

// plain returns a stage or an enhanced code of the log, unless it looks like something else and the page
// is anonymous.
func (v *viewer) plain(text string) string {
	odd := func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-') }
	if v.o.Anonymous && strings.ContainsFunc(text, odd) {
		return "…"
	}
	return short(text, mostName)
}
