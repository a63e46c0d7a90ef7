package main

import (
	"strings"
	"testing"
	"time"

	"mailshot/job/result"
)

// Each promise is broken once, and ledgerCheck finds it.
func TestLedgerCheckFinds(t *testing.T) {
	for _, tt := range []struct {
		name     string
		log      string // ROW/ATTEMPT STATUS [ID [RUN]]; …
		accepted string // ROW ID; …
		want     string // "" if nothing is wrong
	}{
		{"all is well", "1/1 sent a; 2/1 failed b; 2/2 sent b; 3/1 unknown c", "1 a; 2 b; 3 c", ""},
		{"unknown, and not accepted", "1/1 unknown a; 2/1 sent b; 3/1 failed", "2 b", ""},
		{"asked for twice", "1/1 unknown a; 1/2 failed a asked; 1/3 sent a asked; 2/1 sent b; 3/1 failed", "1 a; 1 a; 2 b", ""},
		{"accepted twice", "1/1 sent a; 2/1 sent b; 3/1 failed", "1 a; 1 a; 2 b", "r1@club.example has 2 messages, of which 1 were asked for"},
		{"sent again", "1/1 sent a; 1/2 sent b; 2/1 sent c; 3/1 failed", "1 a; 1 b; 2 c", "r1@club.example was sent, and line 2 of the log is another attempt"},
		{"unknown sent again", "1/1 unknown a; 1/2 failed a; 2/1 sent b; 3/1 failed", "1 a; 2 b", "r1@club.example was unknown, and line 2 of the log is an attempt that nobody asked for"},
		{"sent without a message", "1/1 sent a; 2/1 sent b; 3/1 failed", "2 b", "r1@club.example is sent, and no message was accepted"},
		{"failed with a message", "1/1 failed a; 2/1 sent b; 3/1 failed", "1 a; 2 b", `r1@club.example is "failed" temporary, and has 1 messages`},
		{"untried with a message", "2/1 sent b; 3/1 failed", "1 a; 2 b", `r1@club.example is "" , and has 1 messages`},
		{"another's Message-ID", "1/1 sent x; 2/1 sent b; 3/1 failed", "1 a; 2 b", "1 records say that <x> was sent, 0 such"},
		{"a message without a record", "1/1 unknown a; 1/2 failed b asked; 2/1 sent c; 3/1 failed", "1 a; 1 b; 2 c", "1 messages <b> were accepted, 0 records"},
		{"no state", "1/1 sent a; 2/1 sent b", "1 a; 2 b", "r3@club.example has no state"},
		{"one attempt twice", "1/1 failed; 1/1 failed; 2/1 sent b; 3/1 failed", "2 b", "lines 1 and 2 are both attempt 1 of r1@club.example"},
		{"a stranger", "1/1 sent a; 2/1 sent b; 3/1 failed; 4/1 failed", "1 a; 2 b; 5 x", "r5@club.example got a message, whom"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lc := ledgerCheck{people: peopleOf(3, false), asked: func(run string) bool { return run == "asked" }}
			for i, line := range strings.Split(tt.log, ";") {
				f := append(strings.Fields(line), "", "")
				row, attempt, _ := strings.Cut(f[0], "/")
				e := result.Entry{Line: i + 1, Number: i + 1, Record: result.Record{
					Time: time.Unix(int64(i), 0), Key: "r" + row + "@club.example", Recipient: "r" + row + "@club.example",
					Attempt: int(attempt[0] - '0'), Status: result.Status(f[1]), MessageID: f[2], Run: f[3],
				}}
				if e.Status == result.Failed {
					e.Class = result.Temporary
				}
				_ = lc.fold.Add(e) // what it refuses is found by check as well
				lc.records = append(lc.records, e)
			}
			for i, m := range strings.Split(tt.accepted, ";") {
				f := strings.Fields(m)
				lc.visits = append(lc.visits, visit{session: i + 1, to: "r" + f[0] + "@club.example", id: f[1], complete: true, accepted: true})
			}
			lc.check(true)
			got := strings.Join(lc.wrong, "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("it found\n%s\nwant %q", got, tt.want)
			}
		})
	}
}
