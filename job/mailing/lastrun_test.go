package mailing

import (
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mailshot/job/private"
)

// What a run noted is read again, also when another holder had the lock since, until the next run
// begins; decisions beyond the first are left out, but not the end.
func TestLastRun(t *testing.T) {
	log := filepath.Join(t.TempDir(), "job.results.csv")
	p := &Paths{Lock: log}
	if l := p.LastRun(); l != nil {
		t.Fatalf("of no run %+v is known", l)
	}
	hold := func() *private.Lock {
		lock, err := private.TryLock(log, "process 1")
		if err != nil {
			t.Fatal(err)
		}
		return lock
	}
	at := time.Date(2026, 11, 24, 10, 20, 30, 5e8, time.UTC)
	lock := hold()
	b := NewNotebook(lock, "job-1", at)
	if l := p.LastRun(); l == nil || l.Run != "job-1" || l.End != nil {
		t.Errorf("while it goes on: %+v", l)
	}
	for range mostDecisions + 5 {
		b.Decided(Decision{at, "pause", "until 11:00: 421 too many\nlines " + strings.Repeat("x", 400)})
	}
	end := RunEnd{at, time.Minute, 9, 1, 2, 3, 4, 5, 6, errors.New("interrupted: stopped=x").Error()}
	b.Ended(end)
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	lock = hold() // as settle does
	l := p.LastRun()
	if l == nil || len(l.Decisions) != mostDecisions || !reflect.DeepEqual(*l.End, end) || l.Decisions[7].Event != "pause" || !strings.HasPrefix(l.Decisions[7].Text, `until 11:00: 421 too many\nlines xx`) {
		t.Errorf("afterwards: %+v", l)
	}
	if _, held, err := private.Held(log); !held || err != nil {
		t.Errorf("the lock is held: %v, %v", held, err)
	}
	NewNotebook(lock, "job-2", at)
	if l := p.LastRun(); l == nil || !reflect.DeepEqual(*l, LastRun{Run: "job-2"}) {
		t.Errorf("of the next run: %+v", l)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
}
