package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// round kills again and again, then lets the job come to its end and holds log
// and ledger against each other.
func (c *crash) round() {
	c.sum.rounds++
	for kills := 0; kills < roundKills && c.sum.killed() < c.most && !c.t.Failed(); {
		lc := c.readLedger()
		open := c.open(lc)
		if open < roundWorkers {
			break
		}
		if c.killOne(open) {
			kills++
			c.look()
		}
	}
	c.kind.Store(true)
	c.finish()
	if c.include {
		lc := c.readLedger()
		for _, run := range lc.fold.Runs() {
			c.plain = append(c.plain, run.ID)
		}
		c.asked = true
		for range 2 {
			if n := lc.fold.Counts().Unknown; n > 0 && c.sum.killed() < c.most {
				c.killOne(n)
			}
		}
		c.finish()
	}
	c.tidy()
	lc := c.readLedger()
	lc.wrong = append(lc.wrong, c.wrong...)
	c.sum.tally.add(lc.check(true))
	lc.report(c.t)
}

// keep keeps the files of a round that failed, where go test -artifacts asks
// for it, and says how it went.
func (c *crash) keep() {
	if !c.t.Failed() {
		return
	}
	c.t.Logf("%s, key column: %t, unknown rows sent again: %t, runs:\n\t%s", c.sessions, c.keyed, c.include, strings.Join(c.trail, "\n\t"))
	if err := os.CopyFS(c.t.ArtifactDir(), os.DirFS(c.job.dir)); err != nil {
		c.t.Log(err)
	}
}

// readLedger reads the log and the ledger as they are.
func (c *crash) readLedger() *ledgerCheck {
	c.job.server.Wait()
	lc := &ledgerCheck{people: c.people, visits: visitsOf(c.job.server), asked: func(run string) bool { return c.asked && !slices.Contains(c.plain, run) }}
	// While a run is interrupted the log may be torn, or not there. At the end
	// of a run it is read again, and then it may not.
	_ = lc.readLog(c.job.path("job.results.csv"))
	lc.wrong = nil
	return lc
}

// open returns the number of rows that a rerun may send.
func (c *crash) open(lc *ledgerCheck) int {
	n := lc.fold.Counts()
	return len(c.people) - n.Sent - n.Unknown
}

// killOne runs the program with a trap, and reports whether it was killed.
func (c *crash) killOne(open int) bool {
	tr := c.trap(open)
	before := c.size()
	status, out := c.live(tr)
	if first := tr.first.Load(); first > 0 {
		c.startup = time.Duration(first)
	}
	if tr.ended() && status == -1 {
		c.sum.kills[tr.stage]++
		c.sum.sessions[c.sessions]++
		c.tear(before)
		if what := harmMarks(c.job, c.rnd); what != "" {
			c.trail = append(c.trail, what)
		}
		return true
	}
	c.sum.missed++ // it had ended
	if took := time.Since(tr.began); status != -1 {
		c.duration = max(took-c.startup, time.Millisecond) * roundRows / time.Duration(open)
	}
	c.ended(status, out)
	return false
}

// size returns that of the log; 0 if there is none.
func (c *crash) size() int64 {
	info, err := os.Stat(c.job.path("job.results.csv"))
	if err != nil {
		return 0
	}
	return info.Size()
}

// tear leaves of the log's last line only a part, now and then, if the run
// that was killed wrote it: a kill within the write can do so, where the line
// goes over the end of a page. A line that says unknown is let be: it is one
// that was recovered, and was synced. So was the whole log of a run that had come
// to its end and taken its journal away before it was killed.
func (c *crash) tear(before int64) {
	c.t.Helper()
	if _, err := os.Stat(c.job.path("job.results.csv.journal")); err != nil || c.rnd.IntN(4) != 0 || c.size() <= before {
		return
	}
	path := c.job.path("job.results.csv")
	b, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	rest := bytes.TrimSuffix(b, []byte("\n"))
	last := rest[bytes.LastIndexByte(rest, '\n')+1:]
	if len(rest) == len(b) || len(last) == len(rest) || bytes.Contains(last, []byte(",unknown,")) {
		return
	}
	keep := len(b) - 1 - c.rnd.IntN(len(last)-1)
	if err := os.Truncate(path, int64(keep)); err != nil {
		c.t.Fatal(err)
	}
	c.sum.torn++
	c.trail = append(c.trail, fmt.Sprintf("the last line is torn: %q", b[len(rest)-len(last):keep]))
}

// trap returns the next kill.
func (c *crash) trap(open int) *trap {
	if len(c.deck) == 0 {
		c.deck = slices.Clone(crashDeck)
		c.rnd.Shuffle(len(c.deck), func(i, j int) { c.deck[i], c.deck[j] = c.deck[j], c.deck[i] })
	}
	t := &trap{stage: c.deck[0], nth: int32(1 + c.rnd.IntN(max(1, open/4))), hold: c.rnd.IntN(2) == 0}
	c.deck = c.deck[1:]
	random := func(d time.Duration) time.Duration { return time.Duration(1 + c.rnd.Int64N(int64(d))) }
	switch t.stage {
	case "start": // before the first session
		t.after = random(c.startup)
	case "moment":
		t.after = c.startup + random(c.duration*time.Duration(open)/roundRows)
	case "content", "quit":
		t.after = random(3 * time.Millisecond)
	case "file": // most often while it begins or recovers, or else between two records
		t.nth = int32(1 + c.rnd.IntN(24))
		if c.rnd.IntN(4) == 0 {
			t.nth = int32(1 + c.rnd.IntN(open))
		}
	}
	return t
}

// live runs the program once: first run, then rerun; and run where there is
// nothing to rerun.
func (c *crash) live(tr *trap) (status int, out string) {
	if !c.begun {
		c.begun = true
		return c.exec(tr, "run")
	}
	if status, out = c.exec(tr, "rerun"); status == exitNoInput {
		status, out = c.exec(tr, "run")
	}
	return status, out
}

func (c *crash) exec(tr *trap, verb string) (status int, out string) {
	c.t.Helper()
	args := []string{verb, "--yes"}
	if verb == "run" {
		c.sum.runs++
	} else {
		c.sum.reruns++
		if c.asked {
			args = append(args, "--include", "unknown")
		}
	}
	cmd := c.job.command(append(args, "job.yaml")...)
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	status = c.job.status(c.killer.run(cmd, tr))
	c.trail = append(c.trail, fmt.Sprintf("%s: %d (%s)", strings.Join(args, " "), status, tr))
	c.job.server.Wait() // so that no session of this run meets the next one's trap
	return status, b.String()
}

// finish runs the program to its end until there is nothing left that a rerun
// would send, but for those who are always refused.
func (c *crash) finish() {
	c.t.Helper()
	for range 2 {
		status, out := c.live(nil)
		c.ended(status, out)
		if c.t.Failed() {
			return
		}
	}
	// The mailing has begun, and a run refuses it.
	if status, out := c.exec(nil, "run"); status != exitExists {
		c.t.Errorf("a run of a mailing that has begun: exit status %d, want %d\n%s", status, exitExists, out)
	}
}
