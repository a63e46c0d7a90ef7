package screen

import (
	"testing"
	"time"

	"mailshot/job/delivery"
	"mailshot/job/result"
)

// Of what there is too little room for, the reason of a wait goes last.
func TestProgressWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)
	sending := delivery.Event{Total: 80, Counts: delivery.Counts{Sent: 9, Permanent: 2, Unknown: 1}, PerSecond: 5, Ends: now.Add(3 * time.Minute)}
	slow := sending
	slow.PerSecond, slow.Counts = 0.05, delivery.Counts{Sent: 9}
	waits := Progress{Last: sending, State: "paused until 14:06:00: 421 busy", Pauses: 1}
	for _, tt := range []struct {
		p       Progress
		columns int
		want    string
	}{
		{Progress{Last: sending, Sessions: 2, Pauses: 1}, 90, "12/80 2 failed 1 unknown  5/s  about 3 minutes left  2 sessions  1 pause"},
		{Progress{Last: sending, Sessions: 2, Pauses: 1}, 60, "12/80 2 failed 1 unknown  5/s  about 3 minutes left"},
		{Progress{Last: sending}, 40, "12/80 2 failed 1 unknown"},
		{Progress{Last: sending}, 23, "12/80"},
		{Progress{Last: sending}, 12, "12/80"},
		{Progress{Last: sending}, 3, "12…"},
		{Progress{Last: slow}, 90, "9/80  3.0/min  about 3 minutes left"},
		{Progress{Last: delivery.Event{Total: 80}}, 90, "0/80"},
		{Progress{Last: delivery.Event{Total: 80, Ends: now.Add(5*time.Hour + 30*time.Minute)}}, 90, "0/80  about 6 hours, until 19:35"},
		{waits, 90, "12/80 2 failed 1 unknown  paused until 14:06:00: 421 busy"},
		{waits, 40, "12/80  paused until 14:06:00: 421 busy"},
		{waits, 35, "paused until 14:06:00: 421 busy"},
		{waits, 10, "paused un…"},
	} {
		if got := tt.p.Line(now, tt.columns); got != tt.want {
			t.Errorf("in %d columns %q; want %q", tt.columns, got, tt.want)
		}
	}
}

// The bar is left out before any number of rows is.
func TestProgressBar(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)
	p := Progress{Last: delivery.Event{Total: 80, Counts: delivery.Counts{Sent: 9, Permanent: 2, Unknown: 1}, PerSecond: 5, Ends: now.Add(3 * time.Minute)}, Pauses: 1}
	waits := Progress{Last: p.Last, State: "paused until 14:06:00: 421 busy"}
	for _, tt := range []struct {
		p               Progress
		columns, beside int
		want            string
		bar             bool
	}{
		{p, 96, 76, "12/80 2 failed 1 unknown  5/s  about 3 minutes left  1 pause", true},
		{p, 76, 56, "12/80 2 failed 1 unknown  5/s  about 3 minutes left", true},
		{p, 56, 36, "12/80 2 failed 1 unknown  5/s  about 3 minutes left", false},
		{p, 43, 23, "12/80 2 failed 1 unknown", false},
		{p, 56, 0, "12/80 2 failed 1 unknown  5/s  about 3 minutes left", false},
		{waits, 96, 76, "12/80 2 failed 1 unknown  paused until 14:06:00: 421 busy", false},
	} {
		if got, bar := tt.p.Beside(now, tt.columns, tt.beside); got != tt.want || bar != tt.bar {
			t.Errorf("in %d columns, %d beside the bar: %q, %t; want %q, %t", tt.columns, tt.beside, got, bar, tt.want, tt.bar)
		}
	}
}

// Only what this run does not try again is told as failed.
func TestProgressTriesAgain(t *testing.T) {
	t.Parallel()
	var p Progress
	c := delivery.Counts{}
	done := func(class result.Class, pass int, again, stays bool) {
		p.Take(delivery.Event{Kind: delivery.RowDone, Total: 5000, Counts: c, Record: &result.Record{Class: class}, Pass: pass, Again: again, Stays: stays})
	}
	for _, tt := range []struct {
		does func()
		want string
	}{
		{func() { c.Temporary = 1084; done(result.Temporary, 1, true, false) }, "1084/5000 1084 to be tried again"},
		{func() { c.Permanent++; done(result.Permanent, 1, false, false) }, "1085/5000 1 failed 1084 to be tried again"},
		{func() { p.Take(delivery.Event{Kind: delivery.NextPass, Total: 5000, Counts: c, Rows: 1084}) }, "1085/5000 1 failed 1084 to be tried again"},
		{func() { c.Temporary--; c.Sent++; done("", 2, false, false) }, "1085/5000 1 failed 1083 to be tried again"},
		{func() { done(result.Temporary, 2, false, false) }, "1085/5000 2 failed 1082 to be tried again"},
		{func() { c.Unknown++; done(result.Temporary, 2, false, true) }, "1086/5000 2 failed 1082 to be tried again 1 unknown"},
		{func() { p.Take(delivery.Event{Kind: delivery.Finishing, Total: 5000, Counts: c}) }, "1086/5000 1084 failed 1 unknown"},
	} {
		tt.does()
		if got := p.Line(time.Time{}, 60); got != tt.want {
			t.Errorf("%q; want %q", got, tt.want)
		}
	}
	if got, want := p.Line(time.Time{}, 40), "1086/5000 1084 failed 1 unknown"; got != want {
		t.Errorf("in 40 columns %q; want %q", got, want)
	}
}
