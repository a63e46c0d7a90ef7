package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"mailshot/cmd/mailshot/wording"
	"mailshot/job/advice"
	"mailshot/job/mailing"
	"mailshot/job/reasons"
	"mailshot/job/result"
	"mailshot/job/status"
)

// shown is how many groups, rows and runs the screen gets of each.
const shown = 20

// Status makes the text of a status. The zero value is ready.
type Status struct {
	Columns int // of the screen; 0 is no bound

	b    strings.Builder
	rows []result.Record // the first that are unknown
}

// Unknown takes a row that is unknown.
func (t *Status) Unknown(r *result.Record) {
	if len(t.rows) < shown {
		t.rows = append(t.rows, *r)
	}
}

// Of returns the text, with the most general at its beginning and what is to be
// done next at its end.
func (t *Status) Of(s *status.Report, ref mailing.Ref) string {
	t.counts(s)
	t.failures(s)
	t.gone(s)
	t.skips(s)
	t.unknowns(s, ref)
	t.runs(s)
	t.b.WriteString(lastRun(s.LastRun, t.Columns))
	t.unfinished(s)
	t.b.WriteString(Mailings(s))
	fmt.Fprintf(&t.b, "\nresults %s\n", wording.Clean(s.Results))
	alive := s.Unfinished != nil && s.Unfinished.Alive
	if !alive && s.Counts.Failed()-s.GoneCount+s.Untried > 0 {
		fmt.Fprintf(&t.b, "next    %s%s%s\n", mendFirst(reasons.Meanings(s.Failures), s.Counts.Failed(), s.Untried), ref.Command("rerun"), unknownApart(s.Counts.Unknown))
	}
	return t.b.String()
}

// unknownApart says that a rerun leaves unknown rows as they are.
func unknownApart(rows int) string {
	if rows == 0 {
		return ""
	}
	return "   (unknown rows are to be settled, as above)"
}

func (t *Status) counts(s *status.Report) {
	c := s.Counts
	for _, l := range []struct {
		name string
		n    int
	}{
		{"sent", c.Sent}, {"failed, temporary", c.Temporary}, {"failed, permanent", c.Permanent},
		{"unknown", c.Unknown}, {"skipped", s.Skipped},
	} {
		fmt.Fprintf(&t.b, "%7d  %s\n", l.n, l.name)
	}
	if s.Practised {
		t.b.WriteString("         sent went to mailshot sandbox, which delivers nothing: nobody has these letters\n")
	}
	if s.Unread != nil {
		fmt.Fprintf(&t.b, "      ?  untried: %s\n", wording.Clean(wording.FirstLine(s.Unread.Error())))
	} else {
		fmt.Fprintf(&t.b, "%7d  untried\n", s.Untried)
	}
	if s.InFlight > 0 {
		fmt.Fprintf(&t.b, "%7d  in flight\n", s.InFlight)
	}
}

func (t *Status) failures(s *status.Report) {
	if len(s.Failures) == 0 {
		return
	}
	t.b.WriteString("\nfailed, by reply\n")
	for i, f := range s.Failures {
		if i == shown {
			rows := 0
			for _, f := range s.Failures[i:] {
				rows += f.Count
			}
			t.line("         … and %s (%s)", wording.Counting(len(s.Failures)-i, "other reply", "other replies"), wording.Plural(rows, "row"))
			return
		}
		e := f.Example
		if f.Stage == result.StageSettle {
			t.line("%7d  %s: %s", f.Count, f.Class, wording.Clean(advice.Brief(status.Settled(result.Failed, f.Pattern))))
			t.line("         row %d, %s", e.Row, who(e.Key, e.Recipient))
		} else {
			t.line("%7d  %s%s: %s", f.Count, f.Class, atStage(f.Stage), wording.Clean(pattern(&f.Reply)))
			t.line("         row %d, %s: %s", e.Row, who(e.Key, e.Recipient), wording.Clean(advice.Brief(status.Said(f.Code, f.Enhanced, e.Text, e.Text))))
		}
		if x, known := f.Explain(); known {
			t.line("         %s", x.String())
		}
		if f.Count > 1 && len(f.Names) > 1 {
			t.line("         %s", named(f.Names, f.Count))
		}
	}
}

// line adds a line of the lists of rows.
func (t *Status) line(format string, args ...any) {
	t.b.WriteString(wording.Wrap(fmt.Sprintf(format, args...), 9, t.Columns) + "\n")
}

// gone tells of failed keys that a rerun can't take.
func (t *Status) gone(s *status.Report) {
	if s.GoneCount > 0 {
		t.b.WriteString("\nfailed, and no row of the recipients file has the key any more\n")
		t.line("%7d  %s", s.GoneCount, named(s.Gone, s.GoneCount))
	}
}

// skips tells of rows that the log has as skipped.
func (t *Status) skips(s *status.Report) {
	if len(s.Skips) == 0 {
		return
	}
	t.b.WriteString("\nskipped, by reason\n")
	rest := 0
	for i := range s.Skips {
		g := &s.Skips[i]
		if i >= shown {
			rest += g.Count
			continue
		}
		t.line("%7d  %s", g.Count, wording.Clean(skippedFor(g)))
		t.line("         %s", named(g.Names, g.Count))
	}
	if rest > 0 {
		t.line("         … and %s (%s)", wording.Counting(len(s.Skips)-shown, "other reason", "other reasons"), wording.Plural(rest, "row"))
	}
}

func atStage(stage string) string {
	if stage == "" {
		return ""
	}
	return ", " + wording.Clean(stage)
}

// who names a row by its key, and by its address where that is another.
func who(key, address string) string {
	if address == "" || strings.EqualFold(key, address) {
		return wording.Clean(key)
	}
	return "key " + wording.Clean(key) + ", " + wording.Clean(address)
}

func (t *Status) unknowns(s *status.Report, ref mailing.Ref) {
	if len(t.rows) == 0 {
		return
	}
	server := s.Server
	if server == "" {
		server = "the server"
	}
	all, more := s.Counts.Unknown, s.Counts.Unknown-len(t.rows)
	some := ""
	if more > 0 {
		some = fmt.Sprintf(", of which %d are shown", len(t.rows))
	}
	t.b.WriteString("\n" + wording.Wrap(fmt.Sprintf("unknown: %d%s; %s may have taken %s, and its log knows", all, some, wording.Clean(server), wording.Pick(all, "it", "them")), 2, t.Columns) + "\n")
	if table := t.unknownTable(); t.fits(table) {
		t.b.WriteString(table)
	} else {
		t.unknownList()
	}
	if more > 0 {
		fmt.Fprintf(&t.b, "  … and %d more: %s\n", more, ref.Command("status", "--export", "unknown.csv", "--status", "unknown"))
	}
	settle := ref.Command("settle")
	fmt.Fprintf(&t.b, "  taken:        %s KEY --sent\n", settle)
	fmt.Fprintf(&t.b, "  not taken:    %s KEY --not-sent\n", settle)
	if more > 0 {
		fmt.Fprintf(&t.b, "  many at once: %s --from unknown.csv --sent, or --not-sent\n", settle)
	}
	fmt.Fprintf(&t.b, "  send anyway:  %s\n", ref.Command("rerun", "--include", "unknown"))
}

const unknownTime = "2006-01-02 15:04:05 -0700"

// unknownTable returns a line for each row that is unknown, below one of headings.
func (t *Status) unknownTable() string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "  TIME\tKEY\tADDRESS\tMESSAGE-ID")
	for i := range t.rows {
		r := &t.rows[i]
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", r.Time.Local().Format(unknownTime), wording.Clean(r.Key), wording.Clean(r.Recipient), wording.Clean(r.MessageID))
	}
	_ = table.Flush()
	return b.String()
}

// unknownList adds the rows that are unknown on lines of their own, with what belongs to a row below it.
func (t *Status) unknownList() {
	for i := range t.rows {
		r := &t.rows[i]
		t.b.WriteString(wording.Wrap(fmt.Sprintf("  %s  %s", r.Time.Local().Format(unknownTime), who(r.Key, r.Recipient)), 4, t.Columns) + "\n")
		fmt.Fprintf(&t.b, "    %s\n", wording.Clean(r.MessageID))
	}
}

// fits reports whether no line of a text is wider than the screen.
func (t *Status) fits(text string) bool {
	for line := range strings.Lines(text) {
		if t.Columns > 0 && wording.Width(strings.TrimSuffix(line, "\n")) > t.Columns {
			return false
		}
	}
	return true
}

func (t *Status) runs(s *status.Report) {
	t.b.WriteString("\nruns\n")
	runs := s.Runs
	if more := len(runs) - shown; more > 0 {
		fmt.Fprintf(&t.b, "  … %d earlier\n", more)
		runs = runs[more:]
	}
	for i := range runs {
		r := &runs[i]
		line := fmt.Sprintf("  %s  %s  %s", r.Began().Local().Format("2006-01-02 15:04"), wording.Clean(r.ID), runCounts(r))
		if r.OtherLetter {
			line += ", another letter"
		}
		t.b.WriteString(wording.Wrap(line, 4, t.Columns) + "\n")
	}
}

func runCounts(r *status.Run) string {
	if r.Settled > 0 && r.Sent+r.Failed+r.Unknown+r.Skipped == 0 {
		return "settle: " + wording.Plural(r.Settled, "record")
	}
	s := fmt.Sprintf("%d sent, %d failed, %d unknown", r.Sent, r.Failed, r.Unknown)
	if r.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", r.Skipped)
	}
	return s
}

func (t *Status) unfinished(s *status.Report) {
	u := s.Unfinished
	switch {
	case u == nil:
	case u.Alive:
		holder := ""
		if u.Holder != "" {
			holder = ", " + wording.Clean(u.Holder)
		}
		fmt.Fprintf(&t.b, "\nin flight: %s, run %s%s\n", wording.Plural(u.Rows, "row"), wording.Clean(u.Run), holder)
	case u.Rows == 0:
		fmt.Fprintf(&t.b, "\nthe last run was cut off (%s); it had no row on its way\n", wording.Clean(u.Run))
	default:
		fmt.Fprintf(&t.b, "\nthe last run was cut off (%s): %s that it had on %s way %s as unknown;\nthe next run, rerun or settle records that\n",
			wording.Clean(u.Run), wording.Plural(u.Rows, "row"), wording.Pick(u.Rows, "its", "their"), wording.Pick(u.Rows, "counts", "count"))
	}
}

// Mailings lists those of the job, where there are others than the one that is
// looked at.
func Mailings(s *status.Report) string {
	other := func(l mailing.Log) bool { return l.Path != s.Results }
	if !slices.ContainsFunc(s.Mailings, other) {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nmailings of this job\n")
	all := s.Mailings
	if more := len(all) - shown; more > 0 {
		fmt.Fprintf(&b, "  … %d earlier\n", more)
		all = all[more:]
	}
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	for _, l := range all {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", l.Begun.Local().Format("2006-01-02 15:04"), wording.Clean(cmp.Or(l.Name, "(no name)")), wording.Clean(l.Path))
	}
	_ = table.Flush()
	return b.String()
}
