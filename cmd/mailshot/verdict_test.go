package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"mailshot/job"
	"mailshot/job/delivery"
	"mailshot/job/delivery/admission"
	"mailshot/job/mailing"
	"mailshot/job/plan"
	"mailshot/job/problem"
	"mailshot/job/reasons"
	"mailshot/job/result"
)

// What is said at the end fits what happened, and what can be typed next.
func TestVerdict(t *testing.T) {
	full := &problem.Error{Kind: problem.CantWrite, Err: errors.New("writing the results log: no space left")}
	gone := &problem.Error{Kind: problem.Unreachable, Err: errors.New("gave up")}
	for _, tt := range []struct {
		name string
		r    job.Report
		o    job.Options
		err  error
		want string // the last lines
	}{
		{"a log that can't be written", job.Report{Total: 3, Counts: delivery.Counts{Sent: 1}, Lost: []string{"row 2 (ann@club.example)"}, Begun: true}, job.Options{}, full,
			"maybe accepted, and in the journal alone: row 2 (ann@club.example); the next run makes them unknown in the log\n" +
				"1 of 3 in the journal alone, 1 left for a later run. Next: mailshot rerun job.yaml"},
		{"nothing begun", job.Report{Total: 3}, job.Options{Ref: mailing.Ref{Mailing: "m"}, Selection: plan.Selection{Limit: 3}}, gone, "3 of 3 left for a later run. Next: mailshot run --limit 3 --mailing m job.yaml"},
		{"nothing begun, resumed", job.Report{Total: 3}, job.Options{Resume: true}, gone, "3 of 3 left for a later run. Next: mailshot run --resume job.yaml"},
		{"nothing begun anew", job.Report{Total: 3, Archive: "old.csv"}, job.Options{Fresh: true}, gone, "3 of 3 left for a later run. Next: mailshot run job.yaml"},
		{"begun anew", job.Report{Total: 3, Counts: delivery.Counts{Sent: 1}, Archive: "old.csv", Begun: true}, job.Options{Fresh: true}, gone, "2 of 3 left for a later run. Next: mailshot rerun job.yaml"},
		{"resumed", job.Report{Total: 3, Counts: delivery.Counts{Sent: 1}, Begun: true}, job.Options{Resume: true}, gone, "2 of 3 left for a later run. Next: mailshot rerun job.yaml"},
		{"of some rows", job.Report{Total: 3, Counts: delivery.Counts{Sent: 1, Permanent: 2}, Begun: true}, job.Options{Selection: plan.Selection{Rows: []plan.Range{{First: 1, Last: 3}}, Keys: []string{"a", "b"}}}, nil,
			"2 of 3 failed. Next: mailshot rerun --rows 1-3 --key a,b job.yaml"},
		{"a test", job.Report{Total: 1, Counts: delivery.Counts{Permanent: 1}, Begun: true, Test: "me@club.example"}, job.Options{To: "me@club.example"}, nil,
			"1 of 1 failed. Next: mailshot run --to me@club.example job.yaml"},
		{"again", job.Report{Total: 3, Counts: delivery.Counts{Sent: 1, Temporary: 1, Unknown: 1}, Begun: true, Unsent: []string{"b"}}, job.Options{Rerun: true, Policy: plan.Policy{Again: []string{"a", "b", "c"}}}, nil,
			"1 may have arrived: mailshot status job.yaml lists it, mailshot settle records what the server's log says\n" +
				"1 of 3 failed (1 temporary), 1 unknown. Next: mailshot rerun --again b job.yaml"},
		{"unknown rows beside failed ones", job.Report{Total: 5, Counts: delivery.Counts{Sent: 2, Permanent: 1, Unknown: 2}, Left: plan.Left{Unknown: 1}, Begun: true}, job.Options{Ref: mailing.Ref{Mailing: "m"}}, nil,
			"3 may have arrived: mailshot status --mailing m job.yaml lists them, mailshot settle records what the server's log says\n" +
				"1 of 6 failed, 3 unknown. Next: mailshot rerun --mailing m job.yaml"},
		{"unknown rows in the sandbox", job.Report{Total: 2, Counts: delivery.Counts{Temporary: 1, Unknown: 1}, Begun: true}, job.Options{Ref: mailing.Ref{Sandbox: true}}, nil,
			"1 may have arrived: mailshot status --sandbox job.yaml lists it\n" +
				"1 of 2 failed (1 temporary), 1 unknown. Next: mailshot rerun --sandbox job.yaml"},
		{"unknown rows of a test", job.Report{Total: 2, Counts: delivery.Counts{Temporary: 1, Unknown: 1}, Begun: true, Test: "me@club.example"}, job.Options{To: "me@club.example"}, nil,
			"1 may have arrived\n1 of 2 failed (1 temporary), 1 unknown. Next: mailshot run --to me@club.example job.yaml"},
		{"bad rows beside unknown ones", job.Report{Total: 1, Counts: delivery.Counts{Unknown: 1}, Left: plan.Left{Skipped: 2}, Begun: true}, job.Options{Policy: plan.Policy{SkipInvalid: true}}, nil,
			"1 may have arrived: mailshot status job.yaml lists it, mailshot settle records what the server's log says\n" +
				"1 of 3 unknown, 2 skipped as bad. Next: correct them, then mailshot rerun job.yaml"},
		{"unknown", job.Report{Total: 1, Counts: delivery.Counts{Unknown: 1}, Begun: true}, job.Options{}, nil,
			"1 of 1 unknown: they may have arrived; the provider can look for their Message-IDs, and mailshot settle records what it finds. To send to them again: mailshot rerun --include unknown job.yaml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var said strings.Builder
			p := &program{stderr: &printer{w: &said}}
			tt.o.Path = "job.yaml"
			_ = p.verdict(&tt.r, tt.o, tt.err) // its status is held elsewhere
			got := strings.ReplaceAll(said.String(), "mailshot: ", "")
			if !strings.HasSuffix(got, tt.want+"\n") {
				t.Errorf("it says\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// With --quiet nothing is said of a run that a limit of the job ended, unless something is wrong.
func TestWaitsAlone(t *testing.T) {
	t.Parallel()
	own := &problem.Error{Kind: problem.Limited, Err: &admission.Closed{Own: true}}
	servers := &problem.Error{Kind: problem.Limited, Err: &admission.Closed{}}
	for _, tt := range []struct {
		name string
		r    *job.Report
		err  error
		want bool
	}{
		{"the job's, before it began", nil, own, true},
		{"the job's", &job.Report{Total: 3, Counts: delivery.Counts{Sent: 2}, Begun: true}, own, true},
		{"the server's", nil, servers, false},
		{"another limit", nil, &problem.Error{Kind: problem.Limited, Err: errors.New("gave up")}, false},
		{"none", &job.Report{Total: 3, Counts: delivery.Counts{Sent: 3}}, nil, false},
		{"with failures", &job.Report{Total: 3, Counts: delivery.Counts{Temporary: 1}}, own, false},
		{"with unknown rows of before", &job.Report{Total: 3, Left: plan.Left{Unknown: 1}}, own, false},
		{"with bad rows", &job.Report{Total: 3, Left: plan.Left{Skipped: 1}}, own, false},
		{"with rows that were asked for and left out", &job.Report{Total: 3, LeftOut: []string{"0012 is filtered"}}, own, false},
		{"with something else wrong", &job.Report{Total: 3, Warnings: []string{"no transcript"}}, own, false},
	} {
		var said strings.Builder
		p := &program{stdout: &printer{w: &said}, stderr: &printer{w: &said}}
		err := p.tell(tt.r, job.Options{Ref: mailing.Ref{Path: "job.yaml"}}, &sendFlags{quiet: true}, tt.err)
		if got := waitsAlone(tt.r, tt.err); got != tt.want || got && (said.Len() > 0 || exitStatus(tt.err) != exitTemporary || err == nil) {
			t.Errorf("%s: %t, and says %q; want %t", tt.name, got, said.String(), tt.want)
		}
	}
}

// The width of the terminal is looked at when something is printed: a window may be made smaller.
func TestSummaryWidth(t *testing.T) {
	t.Parallel()
	r := &job.Report{Job: "job", Total: 2, Counts: delivery.Counts{Permanent: 2}, Failed: []reasons.Meaning{{
		Class: result.Permanent, Count: 2, Reply: reasons.Reply{Code: 550, Pattern: "one two three four five six seven eight nine ten eleven"},
	}}}
	columns := 200
	var said strings.Builder
	p := &program{stdout: &printer{w: &said}, stderr: &printer{w: io.Discard}, columns: func() int { return columns }}
	for _, columns = range []int{200, 40} {
		said.Reset()
		_ = p.tell(r, job.Options{}, &sendFlags{}, nil)
		most := 0
		for line := range strings.Lines(said.String()) {
			most = max(most, len(line)-1)
		}
		if most > columns || most <= 40 && columns == 200 {
			t.Errorf("on %d columns the widest line has %d:\n%s", columns, most, said.String())
		}
	}
}
