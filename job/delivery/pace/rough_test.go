package pace

import (
	"testing"
	"time"
)

// A server that counts a session which has just ended refuses the next one by mistake. If that comes
// after few messages, the pause says nothing of the pace that the server takes, and is soon forgotten.
func TestFirstPaceOfFewMessages(t *testing.T) {
	const took = 5 * time.Millisecond
	for _, accepted := range []int{1, 3, few - 1} {
		g, now := New(Config{Workers: 1, GiveUpAfter: 10}), time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
		begun := now
		send := func(k Kind) Decision {
			for {
				ok, again := g.Next(now)
				if ok {
					break
				}
				now = again
			}
			s := g.Begin(now)
			now = now.Add(took)
			return g.Learn(now, Outcome{Kind: k, Start: s, Named: k != Accepted})
		}
		for range accepted {
			send(Accepted)
		}
		if d := send(Connections); d.Pause.IsZero() {
			t.Fatal("a limit of connections with one session is no reason to pause")
		}
		for range 2000 {
			send(Accepted)
		}
		if took := now.Sub(begun); took > 90*time.Second {
			t.Errorf("after a refusal behind %d messages 2,000 take %v; want some 20 s more than their 10 s", accepted, took)
		}
	}
}
