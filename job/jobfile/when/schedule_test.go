package when

import (
	"testing"
	"time"
)

func TestSchedule(t *testing.T) {
	const zone = " Europe/Berlin"
	now := "2026-12-01 10:00" // a Tuesday
	for _, tt := range []struct {
		name          string
		rate          string
		quotas        []string
		spent         map[string]int // at which time so many
		window        string
		n, recipients int
		told, takes   string
	}{
		{name: "no limit", n: 900, recipients: 1, told: "900 now"},
		{name: "a rate", rate: "50/5m", n: 900, recipients: 1, told: "900 now, done 11:29", takes: "about 90 minutes, until 11:29"},
		{name: "a quota", quotas: []string{"450/24h"}, spent: map[string]int{"2026-12-01 09:11": 112, "2026-12-01 09:13": 100}, n: 1000, recipients: 1, told: "238 now, 212 on Wed 09:11, 238 on Wed 10:00, …, done Thu 10:00", takes: "about 2 days, until Thursday 10:00"},
		{name: "copies count", quotas: []string{"450/24h"}, n: 400, recipients: 2, told: "225 now, 175 on Wed 10:00, done Wed 10:00", takes: "about 24 hours, until Wednesday 10:00"},
		{name: "two quotas", quotas: []string{"450/24h", "100/h"}, n: 250, recipients: 1, told: "100 now, 100 at 11:00, 50 at 12:00, done 12:00", takes: "about 2 hours, until 12:00"},
		{name: "a window", window: "Mon-Fri 12:00-13:00" + zone, rate: "1/m", n: 150, recipients: 1, told: "60 at 12:00, 60 on Wed 12:00, 30 on Thu 12:00, done Thu 12:29", takes: "about 2 days, until Thursday 12:29"},
		{name: "over the weekend", window: "Fri 12:00-13:00" + zone, rate: "1/m", n: 70, recipients: 1, told: "60 on Fri 12:00, 10 on Fri 11 Dec 12:00, done Fri 11 Dec 12:09", takes: "about 10 days, until Fri 11 Dec 12:09"},
		{name: "a quota in a window", quotas: []string{"100/24h"}, window: "Mon-Fri 09:00-11:00" + zone, n: 400, recipients: 1, told: "100 now, 100 on Wed 10:00, 100 on Thu 10:00, 100 on Fri 10:00, done Fri 10:00", takes: "about 3 days, until Friday 10:00"},
		{name: "never", quotas: []string{"2/24h"}, n: 4, recipients: 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Schedule{From: berlin(t, now)}
			for _, q := range tt.quotas {
				s.Quotas = append(s.Quotas, rateOf(t, q))
			}
			if tt.rate != "" {
				s.Rate = rateOf(t, tt.rate)
			}
			for at, n := range tt.spent {
				s.Spent = append(s.Spent, Spend{berlin(t, at), n})
			}
			if tt.window != "" {
				w, err := ParseWindow(tt.window, time.UTC)
				if err != nil {
					t.Fatal(err)
				}
				s.Windows = Windows{w}
			}
			legs := s.Legs(tt.n, tt.recipients)
			if got := Told(legs, s.From); got != tt.told {
				t.Errorf("told %q; want %q", got, tt.told)
			}
			if got := Takes(legs, s.From); got != tt.takes {
				t.Errorf("takes %q; want %q", got, tt.takes)
			}
		})
	}
}

// Never are there more recipients in a quota's time than it has, whatever the rate and the window.
func TestScheduleHolds(t *testing.T) {
	w, err := ParseWindow("Mon-Fri 08:00-18:00", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for _, rate := range []string{"500/d", "20/min", "3/s"} {
		s := Schedule{Rate: rateOf(t, rate), Quotas: []Rate{rateOf(t, "450/24h"), rateOf(t, "60/h")}, Windows: Windows{w}, From: berlin(t, "2026-12-01 10:00")}
		var spent []Spend
		sent := 0
		for _, l := range s.Legs(5000, 1) {
			for i := range l.Messages {
				at := l.From
				if l.Messages > 1 {
					at = at.Add(l.To.Sub(l.From) * time.Duration(i) / time.Duration(l.Messages-1))
				}
				spent = append(spent, Spend{at, 1})
				sent++
			}
			for _, q := range s.Quotas {
				if n := Used(q, spent, l.To); n > q.Count {
					t.Fatalf("at %s: %d in %s at %v", rate, n, q, l.To)
				}
			}
		}
		if sent != 5000 {
			t.Errorf("at %s: %d messages; want 5000", rate, sent)
		}
	}
}

func TestRateWords(t *testing.T) {
	for _, tt := range []struct{ in, words, quota string }{
		{"500/d", "one every 2m53s", "500 in 24 h"},
		{"1200/h", "one every 3s", "1200 in 1 h"},
		{"20/min", "one every 3s", "20 in 1 min"},
		{"50/5m", "one every 6s", "50 in 5 min"},
		{"10/s", "10 in a second", "10 in 1s"},
		{"3000/30d", "one every 14m24s", "3000 in 30 days"},
		{"1/d", "one every 24h", "1 in 24 h"},
	} {
		r := rateOf(t, tt.in)
		if got := r.Words(); got != tt.words {
			t.Errorf("%s means %q; want %q", tt.in, got, tt.words)
		}
		if got := r.In(); got != tt.quota {
			t.Errorf("%s as a quota is %q; want %q", tt.in, got, tt.quota)
		}
	}
}

func rateOf(t *testing.T, s string) Rate {
	t.Helper()
	r, err := ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Of a million messages it is known soon when they go, whatever the limits.
func TestScheduleIsFast(t *testing.T) {
	w, err := ParseWindow("Mon-Fri 08:00-08:05", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []Schedule{
		{Rate: rateOf(t, "20/min"), Windows: Windows{w}},
		{Rate: rateOf(t, "50/5m"), Quotas: []Rate{rateOf(t, "450/24h"), rateOf(t, "3000/30d")}},
		{Rate: rateOf(t, "50/5m"), Quotas: []Rate{rateOf(t, "60/h")}, Windows: Windows{w}},
		{Quotas: []Rate{rateOf(t, "1/s")}},
		{Rate: rateOf(t, "1/d"), Quotas: []Rate{rateOf(t, "2/d")}},
	} {
		begun := time.Now()
		s.From = berlin(t, "2026-12-01 10:00")
		n := 0
		legs := s.Legs(1_000_000, 1)
		for _, l := range legs {
			n += l.Messages
		}
		took, days := time.Since(begun), int(legs[len(legs)-1].To.Sub(s.From)/day)
		want := []int{14_000, 9999, 28_000, 11, 36_500}[i]
		if n != 1_000_000 || took > 10*time.Second || days < want*95/100 || days > want*105/100 {
			t.Errorf("%v, %v, %v: %d messages in %d days, want %d; that took %v", s.Rate, s.Quotas, s.Windows, n, days, want, took)
		}
		t.Log(took, days)
	}
}
