package events

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"mailshot/job"
	"mailshot/job/delivery"
	"mailshot/job/plan"
	"mailshot/job/result"
)

var at = time.Date(2026, 11, 24, 10, 20, 30, 500e6, time.FixedZone("", 3600))

// collect returns a teller with a clock that stands still, and what it prints.
func collect(t *testing.T) (*Teller, *[]string) {
	var lines []string
	return &Teller{
		File: "job.yaml", Mailing: "2026-12", Now: func() time.Time { return at },
		Print: func(event any) bool {
			b, err := json.Marshal(event)
			if err != nil {
				t.Error(err)
			}
			lines = append(lines, string(b))
			return true
		},
	}, &lines
}

// Each column of the log is a field of an attempt, in the order of the columns.
func TestAttemptHasTheColumns(t *testing.T) {
	teller, lines := collect(t)
	full := result.Record{
		Time: at, Run: "job-1", Row: 1, Line: 2, Key: "k", Recipient: "a@club.example", Attempt: 3, Status: result.Failed, Class: result.Temporary,
		Stage: "rcpt", Code: 450, Enhanced: "4.2.0", Reply: "<later>", Error: "e", MessageID: "<m@club.example>", SHA256: "ab", Bytes: 5, Duration: 6 * time.Millisecond,
	}
	teller.Event(delivery.Event{Kind: delivery.RowDone, Record: &full})
	d := json.NewDecoder(strings.NewReader((*lines)[0]))
	var names []string
	for depth, isName := 0, false; d.More() || depth == 0; {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := token.(json.Delim); ok {
			depth++
			isName = true
			continue
		}
		if isName {
			names = append(names, token.(string))
		}
		isName = !isName
	}
	want := append([]string{"v", "event"}, strings.Split(strings.TrimSpace(result.Header()), ",")...)
	if !slices.Equal(names, want) {
		t.Errorf("fields %q; want %q", names, want)
	}
	if want := `"time":"2026-11-24T09:20:30.500Z"`; !strings.Contains((*lines)[0], want) {
		t.Errorf("%s; want %s in it", (*lines)[0], want)
	}
}

func TestEvents(t *testing.T) {
	const begin, stamp = `{"v":1,"event":"`, `","time":"2026-11-24T09:20:30.500Z"`
	for _, tt := range []struct {
		event delivery.Event
		want  string // "" if nothing is written
	}{
		{delivery.Event{Kind: delivery.Started, Total: 7}, begin + "pass" + stamp + `,"pass":1,"rows":7}`},
		{delivery.Event{Kind: delivery.NextPass, Total: 7, Pass: 2, Rows: 3, Until: at}, begin + "pass" + stamp + `,"pass":2,"rows":3,"until":"2026-11-24T09:20:30.500Z"}`},
		{delivery.Event{Kind: delivery.Holding, Until: at, Text: "full"}, begin + "quota" + stamp + `,"until":"2026-11-24T09:20:30.500Z","reason":"full"}`},
		{delivery.Event{Kind: delivery.Paused, Until: at, Text: `a "b"`}, begin + "pause" + stamp + `,"until":"2026-11-24T09:20:30.500Z","reason":"a \"b\""}`},
		{delivery.Event{Kind: delivery.Narrowed, Sessions: 2, Workers: 8}, begin + "sessions" + stamp + `,"sessions":2,"workers":8}`},
		{delivery.Event{Kind: delivery.Connecting, Text: "mail.test:587"}, begin + "connecting" + stamp + `,"server":"mail.test:587"}`},
		{delivery.Event{Kind: delivery.Silent, Text: "no greeting yet"}, begin + "silent" + stamp + `,"reason":"no greeting yet"}`},
		{delivery.Event{Kind: delivery.Waiting, Until: at}, ""},
		{delivery.Event{Kind: delivery.Resumed}, ""},
		{delivery.Event{Kind: delivery.Finishing}, ""},
	} {
		teller, lines := collect(t)
		teller.Event(tt.event)
		if got := strings.Join(*lines, ""); got != tt.want {
			t.Errorf("%+v is written as %s; want %s", tt.event, got, tt.want)
		}
	}
}

// Lines that are not taken are counted, and the end says how many there were.
func TestDropped(t *testing.T) {
	teller, lines := collect(t)
	take := teller.Print
	teller.Print = func(any) bool { return false }
	for range 3 {
		teller.Event(delivery.Event{Kind: delivery.Started})
	}
	teller.Print = take
	teller.End(nil, 0, nil)
	if got := strings.Join(*lines, ""); !strings.Contains(got, `,"dropped":3}`) {
		t.Errorf("the end is %s; want 3 dropped lines", got)
	}
}

// Without a reader all that the end has to tell is known too.
func TestEnviron(t *testing.T) {
	for _, tt := range []struct {
		name   string
		report *job.Report
		want   string
	}{
		{"nothing was sent", nil, "STATUS=69 TOTAL=9 SENT=0 TEMPORARY=0 PERMANENT=0 UNKNOWN=0 UNTRIED=9 SKIPPED=2"},
		{
			"stopped", &job.Report{Total: 9, Counts: delivery.Counts{Sent: 1, Temporary: 2, Permanent: 1, Unknown: 1}, Left: plan.Left{Skipped: 4}, Lost: []string{"row 3"}},
			"STATUS=69 TOTAL=9 SENT=1 TEMPORARY=2 PERMANENT=1 UNKNOWN=2 UNTRIED=3 SKIPPED=4",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			teller := &Teller{File: "job.yaml", Mailing: "2026-12"}
			teller.Step(job.Step{Kind: job.Opened, Job: "job", Results: "no-such.csv"})
			teller.Step(job.Step{Kind: job.Checked, Letters: 9, Left: plan.Left{Skipped: 2}})
			end := teller.End(tt.report, 69, nil)
			want := strings.Fields("JOB=job.yaml MAILING=2026-12 LOG= " + tt.want)
			for i := range want {
				want[i] = "MAILSHOT_" + want[i]
			}
			if got := end.Environ(); !slices.Equal(got, want) {
				t.Errorf("%q; want %q", got, want)
			}
		})
	}
}
