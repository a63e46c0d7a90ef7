package sandbox_test

import (
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mailshot/transport/sandbox"
)

// replyTo returns the reply to a recipient, or to the message if that was taken; "closed" is none.
func replyTo(t *testing.T, addr, to string) string {
	t.Helper()
	c := dial(t, addr)
	line := func() string {
		for {
			s, err := c.r.ReadString('\n')
			if err != nil {
				return "closed"
			}
			if len(s) > 3 && s[3] == ' ' {
				return strings.TrimSpace(s)
			}
		}
	}
	if greeting := line(); !strings.HasPrefix(greeting, "220") {
		return greeting
	}
	for _, command := range []string{"EHLO client.example", "MAIL FROM:<a@club.example>", "RCPT TO:<" + to + ">", "DATA"} {
		c.send(command + "\r\n")
		if reply := line(); reply[0] != '2' && reply[0] != '3' {
			return reply
		}
	}
	c.send("Subject: a\r\n\r\n.\r\n")
	return line()
}

// TestGreylistAndQuota: a recipient is taken some time after it came first, and so many in a day.
func TestGreylistAndQuota(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	s := &sandbox.Server{Faults: sandbox.Faults{
		Greylist: time.Minute, Quota: 1, QuotaPer: time.Hour,
		Now: func() time.Time { return time.Unix(1e9, now.Load()) },
	}}
	addr := start(t, s)
	for _, tt := range []struct {
		at       time.Duration
		to, want string
	}{
		{0, "ann@club.example", "451 4.7.1 "},
		{59 * time.Second, "ANN@club.example", "451 4.7.1 "},
		{59 * time.Second, "bob@club.example", "451 4.7.1 "},
		{time.Minute, "ann@club.example", "250 "},
		{time.Hour, "bob@club.example", "550 5.4.5 "},
		{time.Hour + time.Minute, "bob@club.example", "250 "},
	} {
		now.Store(int64(tt.at))
		if got := replyTo(t, addr, tt.to); !strings.HasPrefix(got, tt.want) {
			t.Errorf("at %v %s: %q; want %q", tt.at, tt.to, got, tt.want)
		}
	}
	if got, want := s.Counts(), (sandbox.Counts{Kept: 2, Greylisted: 3, OverQuota: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// TestBusy: a session more than there may be is greeted with 421; one that ended makes room.
func TestBusy(t *testing.T) {
	t.Parallel()
	s := &sandbox.Server{Faults: sandbox.Faults{Sessions: 1}}
	addr := start(t, s)
	open := dial(t, addr)
	open.want("220")
	if got := replyTo(t, addr, "ann@club.example"); !strings.HasPrefix(got, "421 4.7.0 ") {
		t.Errorf("a second session: %q", got)
	}
	open.send("QUIT\r\n")
	open.want("221")
	if _, err := io.Copy(io.Discard, open.r); err != nil { // until the server has closed
		t.Fatal(err)
	}
	if got := replyTo(t, addr, "ann@club.example"); !strings.HasPrefix(got, "250 ") {
		t.Errorf("after its end: %q", got)
	}
	if got, want := s.Counts(), (sandbox.Counts{Kept: 1, Busy: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

// outcomes returns the first character of each reply to 40 recipients.
func outcomes(t *testing.T, f sandbox.Faults, backwards bool) (string, *sandbox.Server) {
	t.Helper()
	s := &sandbox.Server{Faults: f}
	addr := start(t, s)
	all := make([]byte, 40)
	for i := range all {
		if backwards {
			i = len(all) - 1 - i
		}
		all[i] = replyTo(t, addr, fmt.Sprintf("r%d@club.example", i))[0]
	}
	return string(all), s
}

// TestShares: whom a share meets is chosen by the seed, in whatever order they come.
func TestShares(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		faults sandbox.Faults
		met    string
	}{
		{"reject", sandbox.Faults{Reject: 0.25, Seed: 1}, "5"},
		{"drop", sandbox.Faults{Drop: 0.25, Seed: 1}, "c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			first, s := outcomes(t, tt.faults, false)
			n := strings.Count(first, tt.met)
			if n < 4 || n > 18 || n+strings.Count(first, "2") != 40 {
				t.Errorf("%q: a share of 0.25 is %d of 40", first, n)
			}
			if counts := s.Counts(); counts.Rejected+counts.Dropped != n {
				t.Errorf("counted %+v; %d were met", counts, n)
			}
			files, err := filepath.Glob(filepath.Join(s.Dir, "*.eml"))
			kept := len(files) - (40 - n)
			if err != nil || len(files) != s.Counts().Kept || tt.met == "5" && kept != 0 || tt.met == "c" && (kept == 0 || kept == n) {
				t.Errorf("%d files, %v; counted %+v, %d were met", len(files), err, s.Counts(), n)
			}
			if again, _ := outcomes(t, tt.faults, true); again != first {
				t.Errorf("the same seed gives %q and %q", first, again)
			}
			tt.faults.Seed++
			if other, _ := outcomes(t, tt.faults, false); other == first {
				t.Error("another seed gives the same")
			}
		})
	}
}

// TestSlow: replies wait, and the end of the server does not wait for them.
func TestSlow(t *testing.T) {
	t.Parallel()
	s := &sandbox.Server{Faults: sandbox.Faults{Slow: 20 * time.Millisecond}}
	addr := start(t, s)
	began := time.Now()
	dial(t, addr).want("220")
	if waited := time.Since(began); waited < 20*time.Millisecond {
		t.Errorf("the greeting came after %v", waited)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s.Faults.Slow = time.Hour
	dial(t, start(t, s))
	began = time.Now()
	if err := s.Close(); err != nil || time.Since(began) > 10*time.Second {
		t.Errorf("Close: %v, after %v", err, time.Since(began))
	}
}

// TestListen: the server listens where it is told to.
func TestListen(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &sandbox.Server{Dir: t.TempDir(), Listen: l.Addr().String()}
	if addr, err := s.Start(); err == nil {
		t.Errorf("it listens on %s, where another does", addr)
	}
}
