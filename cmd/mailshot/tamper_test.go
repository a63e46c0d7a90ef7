package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"mailshot/transport/smtptest"
)

// A tamperer does something to the files of a run when the nth session comes to
// a stage of the server.
type tamperer struct {
	stage string
	nth   int

	mu    sync.Mutex // guards what follows
	act   func() error
	count int
	err   error
}

func newTamperer(stage string, nth int, act func() error) *tamperer {
	return &tamperer{stage: stage, nth: nth, act: act, err: fmt.Errorf("no session was number %d at %s", nth, stage)}
}

// does sets what the tamperer does.
func (m *tamperer) does(act func() error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.act = act
}

func (m *tamperer) at(stage string) smtptest.Reply {
	m.mu.Lock()
	defer m.mu.Unlock()
	if stage != m.stage {
		return smtptest.Reply{}
	}
	if m.count++; m.count == m.nth {
		m.err = m.act()
	}
	return smtptest.Reply{}
}

func (m *tamperer) handler() smtptest.Handler {
	return smtptest.Handler{
		Greeting: func(int) smtptest.Reply { return m.at("greeting") },
		Rcpt:     func(string) smtptest.Reply { return m.at("rcpt") },
		Final:    func(smtptest.Message) smtptest.Reply { return m.at("final") },
		Quit:     func() smtptest.Reply { return m.at("quit") },
	}
}

// report fails the test where tampering did not work.
func (m *tamperer) report(t *testing.T) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		t.Fatal("tampering:", m.err)
	}
}

// oneRefused refuses one recipient for good.
func oneRefused(who string) smtptest.Handler {
	return smtptest.Handler{
		Rcpt: func(to string) smtptest.Reply {
			if to == who {
				return smtptest.Say(550, "5.1.1 never heard of")
			}
			return smtptest.Reply{}
		},
		Final: func(smtptest.Message) smtptest.Reply { return smtptest.Reply{} },
	}
}

// A tampering is what somebody does to the log in the middle of a run, and how
// it is mended.
type tampering struct {
	stage  string
	act    func(log string) error
	place  func(*liveJob) (log string) // puts the log elsewhere; nil: it is beside the job
	broken []int                       // what a rerun may end with before it is mended; nil: none is made
	worse  func() error                // makes it as bad again before that; nil: it still is
	mend   func(log string) error      // nil: there is nothing to mend
}

const (
	tamperRows    = 600
	tamperWorkers = 8
	tamperAt      = 150 // sessions at the stage until somebody tampers
)

// tamper runs a job into trouble with its log, and holds that it stops, that
// it leaves its journal, and that a rerun goes on from the truth.
func tamper(t *testing.T, m tampering) {
	t.Helper()
	w := newTamperer(m.stage, tamperAt, nil)
	j := newLiveJob(t, tamperRows, fmt.Sprintf("workers: %d", tamperWorkers), w.handler())
	log := j.path("job.results.csv")
	if m.place != nil {
		log = m.place(j)
	}
	w.does(func() error { return m.act(log) })
	status, out := j.run("run", "--yes", "job.yaml")
	w.report(t)
	if status != exitCantWrite {
		t.Errorf("exit status %d, want %d\n%s", status, exitCantWrite, out)
	}
	j.server.Wait()
	// What is in flight is committed, and what still fits into the pages that
	// log and journal have begun.
	if n, most := len(j.server.Messages()), tamperAt+2*tamperWorkers+32; n > most {
		t.Errorf("%d messages were accepted, %d of them before; want %d at most", n, tamperAt, most)
	}
	if _, err := os.Stat(log + ".journal"); err != nil {
		t.Errorf("the journal does not stay: %v", err)
	}
	if m.broken != nil {
		m.inVain(t, j, log)
	}
	if m.mend != nil {
		if err := m.mend(log); err != nil {
			t.Fatal(err)
		}
	}
	m.goOn(t, j, log)
}

// inVain reruns the job before it is mended: nothing is sent, and the journal
// stays unless the log tells of everything.
func (m *tampering) inVain(t *testing.T, j *liveJob, log string) {
	t.Helper()
	if m.worse != nil {
		if err := m.worse(); err != nil {
			t.Fatal(err)
		}
	}
	before := len(j.server.Messages())
	status, out := j.run("rerun", "--yes", "job.yaml")
	if !slices.Contains(m.broken, status) {
		t.Errorf("a rerun before all is mended: exit status %d, want one of %v\n%s", status, m.broken, out)
	}
	j.server.Wait()
	if n := len(j.server.Messages()) - before; n > 0 {
		t.Errorf("a rerun before all is mended sent %d messages", n)
	}
	if _, err := os.Stat(log + ".journal"); err == nil {
		return
	}
	lc := &ledgerCheck{people: peopleOf(tamperRows, false), visits: visitsOf(j.server)}
	if err := lc.readLog(log); err != nil {
		t.Error("a rerun before all is mended took the journal away:", err)
	}
	lc.check(false)
	lc.report(t)
}

// goOn reruns the job, and holds log and ledger against each other.
func (m *tampering) goOn(t *testing.T, j *liveJob, log string) {
	t.Helper()
	status, out := j.run("rerun", "--yes", "job.yaml")
	j.server.Wait()
	lc := &ledgerCheck{people: peopleOf(tamperRows, false), visits: visitsOf(j.server)}
	if err := lc.readLog(log); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want := lc.status(); status != want {
		t.Errorf("rerun: exit status %d, want %d\n%s", status, want, out)
	}
	sum := lc.check(true)
	for _, suffix := range []string{".journal", ".spool"} {
		if _, err := os.Stat(log + suffix); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the rerun left %s: %v", suffix, err)
		}
	}
	lc.report(t)
	t.Log(sum)
}

// Somebody takes the log away, puts another file in its place, or saves it
// from another program, in mid-run: sending stops, and the rerun knows of
// everybody who may have the letter.
func TestLogTamperedWith(t *testing.T) {
	t.Parallel()
	for i, tt := range []struct {
		name string
		tampering
	}{
		{"removed", tampering{act: setAside, broken: []int{exitBadData}, mend: putBack}},
		{"another in its place", tampering{act: func(log string) error { return errors.Join(os.Link(log, log+".aside"), replace(log)) }, mend: putBack}},
		{"another in its place for good", tampering{act: replace}},
		{"saved by a spreadsheet", tampering{act: func(log string) error {
			b, err := os.ReadFile(log)
			if err != nil {
				return err
			}
			// It is truncated and written again in place, with other line ends.
			return os.WriteFile(log, bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")), 0o600)
		}}},
		{"a line taken off its end", tampering{act: func(log string) error {
			b, err := os.ReadFile(log)
			if err != nil {
				return err
			}
			b = bytes.TrimSuffix(b, []byte("\n"))
			return os.Truncate(log, int64(bytes.LastIndexByte(b, '\n')+1))
		}}},
	} {
		if !inPart(i) {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.stage = "final"
			tamper(t, tt.tampering)
		})
	}
}

func setAside(log string) error { return os.Rename(log, log+".aside") }

func putBack(log string) error { return os.Rename(log+".aside", log) }

// replace puts a copy in the place of a file.
func replace(log string) error {
	b, err := os.ReadFile(log)
	if err == nil {
		err = os.WriteFile(log+".other", b, 0o600)
	}
	if err != nil {
		return err
	}
	return os.Rename(log+".other", log)
}
