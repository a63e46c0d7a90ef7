package main

import (
	"cmp"
	"fmt"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// A killer kills the program of the moment, once, where a trap is set. Its
// hooks are called by the server.
type killer struct {
	mu   sync.Mutex // guards trap
	trap *trap      // of the program that runs; nil: none runs
}

// A trap says when to kill.
type trap struct {
	stage string        // of the server; "start" or "moment": after a time; "file": at a change to a file
	nth   int32         // when that many sessions came to the stage, or so many changes were made
	after time.Duration // and so much later. If zero, that session gets no reply before the program is dead
	hold  bool          // nor do those that come to the stage later
	dir   string        // whose files "file" is of; "": the job's

	count atomic.Int32
	dead  chan struct{} // closed when the program has ended, whoever ended it
	began time.Time
	first atomic.Int64 // nanoseconds from the start to the first greeting

	mu    sync.Mutex // guards those below
	kill  func() error
	later *time.Timer // that strikes; nil: none
	over  bool        // the program has ended
	hit   bool        // by this trap
}

// The stages at which the server meets a trap: before its reply, but for
// "content", which is right after it asked for the message, and "quit", which
// is right after its reply to the message. There QUIT is at hand already.
var trapStages = []string{"greeting", "rcpt", "data", "content", "final", "quit"}

// String says where the trap was and whether it killed; the program has ended.
func (t *trap) String() string {
	if t == nil {
		return "no trap"
	}
	text := fmt.Sprintf("%s %d, after %v", t.stage, t.nth, t.after)
	if t.hold {
		text += ", holding"
	}
	if !t.ended() {
		text += ", not reached"
	}
	return text
}

// at is called when a session comes to a stage.
func (k *killer) at(stage string) {
	k.mu.Lock()
	t := k.trap
	k.mu.Unlock()
	if t == nil {
		return
	}
	if stage == "greeting" {
		t.first.CompareAndSwap(0, int64(time.Since(t.began)))
	}
	if t.stage != stage && (t.stage != "content" || stage != "data") {
		return
	}
	n := t.count.Add(1)
	if n == t.nth {
		t.spring()
	}
	if n == t.nth && t.after == 0 || n > t.nth && t.hold {
		<-t.dead
	}
}

// spring kills, now or later.
func (t *trap) spring() {
	if t.after > 0 {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.later = time.AfterFunc(t.after, t.strike)
		return
	}
	t.strike()
}

func (t *trap) strike() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.over && !t.hit {
		t.hit = t.kill() == nil
	}
}

// ended is called when the program has ended, and reports whether this trap
// may have ended it.
func (t *trap) ended() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	if t.later != nil {
		t.later.Stop()
	}
	return t.hit
}

// set makes the trap ready, also if it was set before and not reached.
func (t *trap) set(kill func() error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kill, t.later, t.over, t.dead = kill, nil, false, make(chan struct{})
}

// run runs a program with a trap, or without if that is nil, and gives its
// error as exec.Cmd.Run does. The server's sessions may go on.
func (k *killer) run(c *exec.Cmd, t *trap) error {
	if t == nil {
		t = &trap{}
	}
	t.count.Store(0)
	started := make(chan struct{})
	t.set(func() error {
		<-started
		return c.Process.Kill()
	})
	if t.stage == "file" {
		stop, err := watch(cmp.Or(t.dir, c.Dir), func() {
			if t.count.Add(1) == t.nth {
				t.strike()
			}
		})
		if err != nil {
			return err
		}
		defer stop()
	}
	t.began = time.Now()
	if err := c.Start(); err != nil {
		return err
	}
	close(started)
	k.set(t)
	defer k.set(nil)
	if t.stage == "start" || t.stage == "moment" {
		t.spring()
	}
	err := c.Wait()
	t.ended()
	close(t.dead)
	return err
}

func (k *killer) set(t *trap) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trap = t
}

// hooked returns a handler whose functions tell the killer first.
func (k *killer) hooked(h smtptest.Handler) smtptest.Handler {
	return smtptest.Handler{
		Greeting: func(session int) smtptest.Reply { k.at("greeting"); return smtptest.Reply{} },
		Rcpt:     func(to string) smtptest.Reply { k.at("rcpt"); return h.Rcpt(to) },
		Data:     func() smtptest.Reply { k.at("data"); return smtptest.Reply{} },
		Final:    func(m smtptest.Message) smtptest.Reply { k.at("final"); return h.Final(m) },
		Quit:     func() smtptest.Reply { k.at("quit"); return smtptest.Reply{} },
	}
}

// A trap kills at its stage, and one that is not reached kills nobody.
func TestKiller(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		trap *trap
		want int
	}{
		{&trap{stage: "final", nth: 3, hold: true}, -1},
		{&trap{stage: "quit", nth: 2}, -1},
		{&trap{stage: "start"}, -1},
		{&trap{stage: "file", nth: 5}, -1},
		{&trap{stage: "final", nth: 30}, 0},
		{nil, 0},
	} {
		k := &killer{}
		usual := func(string) smtptest.Reply { return smtptest.Reply{} }
		j := newLiveJob(t, 20, "workers: 4", k.hooked(smtptest.Handler{Rcpt: usual, Final: func(smtptest.Message) smtptest.Reply { return smtptest.Reply{} }}))
		if got := j.status(k.run(j.command("run", "--yes", "job.yaml"), tt.trap)); got != tt.want {
			t.Errorf("%v: exit status %d, want %d", tt.trap, got, tt.want)
		}
		if tt.trap != nil && tt.trap.ended() != (tt.want == -1) {
			t.Errorf("%v: exit status %d", tt.trap, tt.want)
		}
	}
}
