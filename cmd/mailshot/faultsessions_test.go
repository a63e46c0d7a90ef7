package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"mailshot/job"
	"mailshot/job/mailing"
	"mailshot/job/server"
	"mailshot/transport/smtptest"
)

// The server fails in every way at every stage of two transactions in five, in sessions of many. Then
// what it took has one record each that says so, all else none that does, and nobody has two messages.
func TestFaultsInSessions(t *testing.T) {
	t.Parallel()
	seed := *faultSeed
	for seed == 0 {
		seed = rand.Uint64()
	}
	most := 0 // transactions of a run that were not the first of their session
	for i, overlaps := range []bool{true, false} {
		t.Run(fmt.Sprint("overlap ", overlaps), func(t *testing.T) {
			t.Logf("-fault.seed %d", seed)
			synctest.Test(t, func(t *testing.T) { most = max(most, faultsInSessions(t, seed+uint64(i), overlaps)) })
		})
	}
	if most < 100 {
		t.Errorf("%d transactions followed another in their session: that tries nothing", most)
	}
}

// faultsInSessions runs the job and reruns it, and returns how many transactions of one of the runs were
// not the first of their session, at most: some seeds have the server end the first sessions, and then
// it gets no long ones.
func faultsInSessions(t *testing.T, seed uint64, overlaps bool) (most int) {
	f := newFaults(t, seed, *faultRows)
	h := f.schedule.transactions()
	if !overlaps {
		h.Keywords = []string{"SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES"}
	}
	f.server = smtptest.NewServer(h)
	t.Cleanup(f.server.Close)
	text, err := os.ReadFile(filepath.Join(f.dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f.write("job.yaml", strings.Replace(string(text), "workers: 16", "workers: 16, per_session: 20", 1))
	o := job.Options{Ref: mailing.Ref{Path: filepath.Join(f.dir, "job.yaml")}, Yes: true}
	for _, o.Rerun = range []bool{false, true} {
		f.schedule.spareNext(len(f.server.Sessions()), func() {})
		report, err := job.Run(t.Context(), o, job.Env{Env: server.Env{Dial: f.server.DialContext}})
		if err != nil {
			t.Fatal(err)
		}
		f.server.Wait()
		lc := &ledgerCheck{people: f.people, visits: visitsOf(f.server)}
		if err := lc.readLog(filepath.Join(f.dir, "job.results.csv")); err != nil {
			t.Fatal(err)
		}
		sum := lc.check(true)
		f.reported(lc, report, o.Rerun)
		lc.report(t)
		t.Logf("rerun: %t, %d sessions, %d transactions, %d records, %d messages a session at last\n%s",
			o.Rerun, len(f.server.Sessions()), len(lc.visits), len(lc.records), report.Messages, sum)
		most = max(most, len(lc.visits)-len(f.server.Sessions()))
	}
	return most
}

// transactions returns a handler that keeps to the schedule by transaction, not by session: each has
// the fault of a session of that number.
func (s *schedule) transactions() smtptest.Handler {
	n := 0
	return smtptest.Handler{Session: func(session int) smtptest.Handler {
		var f fault
		if f = s.of(session); !f.early() {
			f = fault{}
		}
		return smtptest.Handler{
			Greeting: func(int) smtptest.Reply { return f.at("greeting") },
			Ehlo:     func(string) smtptest.Reply { return f.at("ehlo") },
			Mail: func(string) smtptest.Reply {
				s.mu.Lock()
				n++
				f = s.pick(rand.New(rand.NewPCG(s.seed, 1<<32+uint64(n))))
				s.mu.Unlock()
				return f.at("mail")
			},
			Rcpt:  func(string) smtptest.Reply { return f.at("rcpt") },
			Data:  func() smtptest.Reply { return f.at("data") },
			Final: func(smtptest.Message) smtptest.Reply { return f.at("final") },
			Quit:  func() smtptest.Reply { return f.at("quit") },
		}
	}}
}
