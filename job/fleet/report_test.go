package fleet

import (
	"testing"
	"time"

	"mailshot/job/fleet/piece"
)

// What workers do is noted with their rate, their rows and their silence.
func TestReport(t *testing.T) {
	begun := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	var said string
	c := &Coordinator{
		Config:  Config{Now: func() time.Time { return begun.Add(12 * time.Second) }, Tell: func(text string) { said = text }},
		begun:   begun,
		members: map[string]*member{"a": {id: "a", name: "east-1", ended: 60}, "b": {id: "b", name: "west-1", ended: 3}},
	}
	c.core.Hear(0, &piece.Report{Worker: "a", Boot: piece.Boot{Count: 1, Nonce: "n"}, Seq: 1})
	c.core.Hear(11*time.Second, &piece.Report{Worker: "b", Boot: piece.Boot{Count: 1, Nonce: "n"}, Seq: 1})
	c.report(30 * time.Second)
	if want := "workers: east-1 2.0/s, has 0 rows, silent for 12s; west-1 0.1/s, has 0 rows"; said != want {
		t.Errorf("it says %q; want %q", said, want)
	}
	c.report(30 * time.Second)
	if want := "workers: east-1 0.0/s, has 0 rows, silent for 12s; west-1 0.0/s, has 0 rows"; said != want {
		t.Errorf("then it says %q; want %q", said, want)
	}
}
