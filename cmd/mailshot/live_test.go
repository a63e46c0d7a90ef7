package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// A site is a job for the real program, and a server on this machine.
type site struct {
	t      *testing.T
	bin    string
	dir    string
	server *smtptest.Server
}

const shortLetter = "Dear {{.name}}, your number is {{.code}}."

// newSite makes a job of n rows for the server.
func newSite(t *testing.T, n int, delivery string, h smtptest.Handler) *site {
	t.Helper()
	s := &site{t: t, bin: mailshotBinary(t), dir: t.TempDir(), server: smtptest.NewServer(h)}
	t.Cleanup(s.server.Close)
	addr, err := s.server.Listen()
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	s.write("job.yaml", fmt.Sprintf(`version: 1
recipients: people.csv
message: {from: Office <office@club.example>, subject: "To {{.name}}", text: {inline: %q}}
server: {host: %q, port: %s, tls: none}
delivery: {%s}
`, shortLetter, host, port, delivery))
	s.write("people.csv", people(1, n))
	return s
}

// people is a recipients file with the rows from first to last.
func people(first, last int) string {
	var b strings.Builder
	b.WriteString("email,name,code\n")
	for i := first; i <= last; i++ {
		fmt.Fprintf(&b, "r%d@club.example,Member %d,C%04d\n", i, i, i)
	}
	return b.String()
}

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

// edit replaces one text of a file, the first.
func (s *site) edit(name, before, after string) {
	s.t.Helper()
	b, err := os.ReadFile(s.path(name))
	if err == nil && !bytes.Contains(b, []byte(before)) {
		err = errors.New("it does not hold " + before)
	}
	if err != nil {
		s.t.Fatalf("editing %s: %v", name, err)
	}
	s.write(name, strings.Replace(string(b), before, after, 1))
}

func (s *site) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(s.t.Context(), s.bin, args...)
	c.Dir = s.dir
	return c
}

// run runs the program to its end and gives its exit status and what it
// printed on stdout and stderr together.
func (s *site) run(args ...string) (int, string) {
	s.t.Helper()
	c := s.command(args...)
	out, err := c.CombinedOutput()
	return s.status(err), string(out)
}

func (s *site) status(err error) int {
	s.t.Helper()
	var ee *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ee):
		return ee.ExitCode()
	}
	s.t.Fatal(err)
	return 0
}

// wantOnce holds that every one of n recipients has exactly one message.
func (s *site) wantOnce(n int) {
	s.t.Helper()
	s.server.Wait()
	got := make(map[string]int)
	for _, m := range s.server.Messages() {
		got[m.To[0]]++
	}
	for i := 1; i <= n; i++ {
		if c := got[fmt.Sprintf("r%d@club.example", i)]; c != 1 {
			s.t.Errorf("r%d@club.example has %d messages", i, c)
		}
	}
	if len(got) != n {
		s.t.Errorf("%d recipients have a message, want %d", len(got), n)
	}
}

// records counts the lines of the results log below its header that hold a
// text.
func (s *site) records(text string) int {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, "job.results.csv"))
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, line := range bytes.Split(b, []byte("\n"))[1:] {
		if len(line) > 0 && bytes.Contains(line, []byte(text)) {
			n++
		}
	}
	return n
}

// wait gives what ends within a time that no good run takes.
func wait[T any](t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	select {
	case v = <-c:
	case <-timer.C:
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}
