package screen

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/mailing"
	"mailshot/job/reasons"
	"mailshot/job/result"
	"mailshot/job/status"
)

// The screen gets a bounded part of what there is, and how to get the rest.
func TestStatusTextIsBounded(t *testing.T) {
	s := &status.Report{Begun: true, Results: "a.results.csv", Server: "mail.test:25", Counts: delivery.Counts{Permanent: 57, Unknown: 23}}
	var text Status
	for i := range 23 {
		text.Unknown(&result.Record{Key: fmt.Sprintf("unknown%d", i)})
	}
	for i := range 57 {
		s.Failures = append(s.Failures, reasons.Group{Reply: reasons.Reply{Class: result.Permanent, Code: 550, Pattern: fmt.Sprintf("reply %d", i)}, Count: i % 2})
		s.Runs = append(s.Runs, status.Run{RunSummary: result.RunSummary{ID: fmt.Sprintf("run%d", i)}})
	}
	got := text.Of(s, mailing.Ref{Path: "a.yaml"})
	for _, want := range []string{
		"\n      1  permanent: 550 reply 19\n", "\n         … and 37 other replies (18 rows)\n",
		"\nunknown: 23, of which 20 are shown; mail.test:25 may have taken them, and its log knows\n",
		"\n  many at once: mailshot settle a.yaml --from unknown.csv --sent, or --not-sent\n",
		"  unknown19  ", "\n  … and 3 more: mailshot status --export unknown.csv --status unknown a.yaml\n",
		"\n  … 37 earlier\n", "  run56  ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the text has no %q:\n%s", want, got)
		}
	}
	for _, not := range []string{"reply 20", "unknown20", "run36 "} {
		if strings.Contains(got, not) {
			t.Errorf("the text has %q:\n%s", not, got)
		}
	}
}

func TestStatusText(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    status.Report
		want string // one part
		not  string
	}{
		{"cut off", status.Report{Unfinished: &status.Unfinished{Run: "r", Rows: 2}},
			"\nthe last run was cut off (r): 2 rows that it had on their way count as unknown;\nthe next run, rerun or settle records that\n", "in flight"},
		{"cut off with one row", status.Report{Unfinished: &status.Unfinished{Run: "r", Rows: 1}}, "(r): 1 row that it had on its way counts as unknown;", ""},
		{"cut off in between", status.Report{Unfinished: &status.Unfinished{Run: "r"}}, "\nthe last run was cut off (r); it had no row on its way\n", "unknown;"},
		{"nothing left to do", status.Report{Counts: delivery.Counts{Sent: 3}}, "\nresults ", "next"},
		{"what failed has no row any more", status.Report{Counts: delivery.Counts{Permanent: 2}, GoneCount: 2}, "the key any more\n      2", "next"},
		{"untried", status.Report{Untried: 3}, "\nnext    mailshot rerun --mailing m a.yaml\n", ""},
		{"untried while a run goes on", status.Report{Untried: 3, InFlight: 1, Unfinished: &status.Unfinished{Run: "r", Alive: true, Rows: 1, Holder: "process 42"}},
			"\nin flight: 1 row, run r, process 42\n", "next"},
		{"what the last run decided", status.Report{LastRun: &mailing.LastRun{Run: "r", Decisions: decisions(7), End: &mailing.RunEnd{Stopped: "gave up\x1b"}}},
			"\nthe last run (r)\n  … 2 decisions before\n  " + clock(2) + "  pause     until " + at(62).Format("2006-01-02 15:04:05") + ": 421 busy\n", "\x1b"},
		{"a run that decided nothing", status.Report{LastRun: &mailing.LastRun{Run: "r", End: &mailing.RunEnd{}}}, "\nresults ", "the last run"},
		{"no recipients", status.Report{Unread: errors.New("there is no file people.csv\nhint")}, "\n      ?  untried: there is no file people.csv\n", "hint"},
		{"various replies", status.Report{Failures: []reasons.Group{{Reply: reasons.Reply{Class: "temporary", Stage: "rcpt", Code: 451, Other: true}, Count: 7,
			Example: reasons.Example{Row: 3, Key: "0007", Recipient: "a@b.example", Text: "one\x1b[2J of\nthem"}}}},
			"\n      7  temporary, rcpt: 451 various\n         row 3, key 0007, a@b.example: 451 one\\u001b[2J of them\n", ""},
		{"without a reply", status.Report{Failures: []reasons.Group{{Reply: reasons.Reply{Class: "temporary", Stage: "dial", Pattern: "dial tcp …: refused"}, Count: 1,
			Example: reasons.Example{Row: 3, Key: "A@b.example", Recipient: "a@b.example", Text: "dial tcp 1.2.3.4:25: refused"}}}},
			"\n      1  temporary, dial: dial tcp …: refused\n         row 3, A@b.example: dial tcp 1.2.3.4:25: refused\n", ""},
		{"settled", status.Report{Failures: []reasons.Group{{Reply: reasons.Reply{Class: "temporary", Stage: "settle"}, Count: 2, Example: reasons.Example{Row: 773, Key: "K773", Recipient: "x@b.example"},
			Names: []reasons.Name{{Row: 773, Key: "K773", Recipient: "x@b.example"}, {Row: 774, Key: "K774", Recipient: "y@b.example"}}}}},
			"\n      2  temporary: settled as not sent\n         row 773, key K773, x@b.example\n         x@b.example (K773), y@b.example (K774)\n", ": \n"},
		{"settled with a note", status.Report{Failures: []reasons.Group{{Reply: reasons.Reply{Class: "temporary", Stage: "settle", Pattern: "asked"}, Count: 1, Example: reasons.Example{Row: 3, Key: "x@b.example", Text: "asked"}}}},
			"\n      1  temporary: settled as not sent: asked\n         row 3, x@b.example\n", ""},
		{"what would fail again", status.Report{Counts: delivery.Counts{Permanent: 2}, Failures: mailbox(2)}, "\nnext    correct these addresses, then mailshot rerun --mailing m a.yaml\n", ""},
		{"what would fail again, and may not", status.Report{Counts: delivery.Counts{Permanent: 2, Temporary: 1}, Failures: mailbox(2)}, "\nnext    mailshot rerun --mailing m a.yaml\n", ""},
		{"what would fail again beside untried rows", status.Report{Counts: delivery.Counts{Permanent: 1}, Untried: 1, Failures: mailbox(1)}, "\nnext    mailshot rerun --mailing m a.yaml\n", ""},
		{"what would fail again for the letter", status.Report{Counts: delivery.Counts{Permanent: 1}, Failures: []reasons.Group{{Reply: reasons.Reply{Class: "permanent", Stage: "data", Code: 550, Pattern: "weird"}, Count: 1}}},
			"\nnext    mend what it failed for, then mailshot rerun --mailing m a.yaml\n", ""},
		{"a run on a narrow screen", status.Report{Runs: []status.Run{{RunSummary: result.RunSummary{ID: "a-20261123T140501.123Z-9c41d2ab", First: time.Now(), Sent: 3}}}},
			"  a-20261123T140501.123Z-9c41d2ab  3 sent,\n    0 failed, 0 unknown\n", ""},
		{"a run", status.Report{Runs: []status.Run{{RunSummary: result.RunSummary{ID: "a-20261123T140501.123Z-9c41d2ab", First: time.Now(), Sent: 3, Skipped: 2}, OtherLetter: true}}},
			" a-20261123T140501.123Z-9c41d2ab  3 sent, 0 failed, 0 unknown, 2 skipped, another letter\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var text Status
			if strings.HasSuffix(tt.name, "on a narrow screen") {
				text.Columns = 60
			}
			got := text.Of(&tt.s, mailing.Ref{Path: "a.yaml", Mailing: "m"})
			if !strings.Contains(got, tt.want) || tt.not != "" && strings.Contains(got, tt.not) {
				t.Errorf("the text is\n%s\nwant %q in it, and not %q", got, tt.want, tt.not)
			}
		})
	}
}

// mailbox is so many rows whose mailbox is not there.
func mailbox(rows int) []reasons.Group {
	return []reasons.Group{{
		Reply: reasons.Reply{Class: result.Permanent, Stage: "rcpt", Code: 550, Enhanced: "5.1.1", Pattern: "no such user"}, Count: rows,
		Example: reasons.Example{Row: 1, Key: "a@b.example", Text: "no such user"},
	}}
}

// A table that is too wide becomes a list.
func TestStatusUnknownFits(t *testing.T) {
	t.Parallel()
	clock := at(0).Format("2006-01-02 15:04:05 -0700")
	const id = "rf293b3jkl10a5of16va@club.example"
	table := "  TIME" + strings.Repeat(" ", 23) + "KEY   ADDRESS            MESSAGE-ID\n  " + clock + "  0061  sile@club.example  " + id + "\n"
	for _, tt := range []struct {
		columns int
		want    string
	}{
		{0, table},
		{87, table},
		{86, "  " + clock + "  key 0061, sile@club.example\n    " + id + "\n"},
		{40, "  " + clock + "  key 0061,\n    sile@club.example\n    " + id + "\n"},
	} {
		text := Status{Columns: tt.columns}
		text.Unknown(&result.Record{Time: at(0), Key: "0061", Recipient: "sile@club.example", MessageID: id})
		got := text.Of(&status.Report{Server: "mail.test:25", Counts: delivery.Counts{Unknown: 1}}, mailing.Ref{Path: "a.yaml"})
		if !strings.Contains(got, "\n"+tt.want+"  taken:") {
			t.Errorf("in %d columns:\n%s\nwant\n%s", tt.columns, got, tt.want)
		}
	}
}

func at(second int) time.Time {
	return time.Date(2026, 11, 23, 14, 5, second, 0, time.UTC).Local()
}

func clock(second int) string { return at(second).Format("15:04:05") }

// decisions are pauses of a minute each, one a second.
func decisions(n int) (all []mailing.Decision) {
	for i := range n {
		all = append(all, mailing.Decision{Time: at(i), Event: "pause", Text: "until " + at(i+60).UTC().Format("2006-01-02T15:04:05Z") + ": 421 busy"})
	}
	return all
}
