package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// A liveJob is a job that the real program runs, with a server on this machine.
type liveJob struct {
	t      *testing.T
	bin    string
	dir    string
	server *smtptest.Server
}

const shortLetter = "Dear {{.name}}, your number is {{.code}}."

// newLiveJob makes a job of n rows for the server.
func newLiveJob(t *testing.T, n int, delivery string, h smtptest.Handler) *liveJob {
	t.Helper()
	j := &liveJob{t: t, bin: mailshotBinary(t), dir: t.TempDir(), server: smtptest.NewServer(h)}
	t.Cleanup(j.server.Close)
	addr, err := j.server.Listen()
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	j.write("job.yaml", fmt.Sprintf(`version: 1
recipients: people.csv
message: {from: Office <office@club.example>, subject: "To {{.name}}", text: {inline: %q}}
server: {host: %q, port: %s, tls: none}
delivery: {%s}
`, shortLetter, host, port, delivery))
	j.write("people.csv", people(1, n))
	return j
}

// people returns a recipients file with the rows from first to last.
func people(first, last int) string {
	var b strings.Builder
	b.WriteString("email,name,code\n")
	for i := first; i <= last; i++ {
		fmt.Fprintf(&b, "r%d@club.example,Member %d,C%04d\n", i, i, i)
	}
	return b.String()
}

func (j *liveJob) write(name, text string) {
	j.t.Helper()
	if err := os.WriteFile(filepath.Join(j.dir, name), []byte(text), 0o600); err != nil {
		j.t.Fatal(err)
	}
}

func (j *liveJob) path(name string) string { return filepath.Join(j.dir, name) }

// edit replaces one text of a file, the first.
func (j *liveJob) edit(name, before, after string) {
	j.t.Helper()
	b, err := os.ReadFile(j.path(name))
	if err == nil && !bytes.Contains(b, []byte(before)) {
		err = errors.New("it does not hold " + before)
	}
	if err != nil {
		j.t.Fatalf("editing %s: %v", name, err)
	}
	j.write(name, strings.Replace(string(b), before, after, 1))
}

func (j *liveJob) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(j.t.Context(), j.bin, args...)
	c.Dir = j.dir
	return c
}

// run runs the program to its end and gives its exit status and what it
// printed on stdout and stderr together.
func (j *liveJob) run(args ...string) (int, string) {
	j.t.Helper()
	c := j.command(args...)
	out, err := c.CombinedOutput()
	return j.status(err), string(out)
}

func (j *liveJob) status(err error) int {
	j.t.Helper()
	var ee *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ee):
		return ee.ExitCode()
	}
	j.t.Fatal(err)
	return 0
}

// wantOnce holds that every one of n recipients has exactly one message.
func (j *liveJob) wantOnce(n int) {
	j.t.Helper()
	j.server.Wait()
	got := make(map[string]int)
	for _, m := range j.server.Messages() {
		got[m.To[0]]++
	}
	for i := 1; i <= n; i++ {
		if c := got[fmt.Sprintf("r%d@club.example", i)]; c != 1 {
			j.t.Errorf("r%d@club.example has %d messages", i, c)
		}
	}
	if len(got) != n {
		j.t.Errorf("%d recipients have a message, want %d", len(got), n)
	}
}

// records counts the lines of the results log below its header that hold a
// text.
func (j *liveJob) records(text string) int {
	j.t.Helper()
	b, err := os.ReadFile(filepath.Join(j.dir, "job.results.csv"))
	if err != nil {
		j.t.Fatal(err)
	}
	n := 0
	for _, line := range bytes.Split(b, []byte("\n"))[1:] {
		if len(line) > 0 && bytes.Contains(line, []byte(text)) {
			n++
		}
	}
	return n
}

// wait returns what ends within a time that no good run takes.
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

// matches reports whether a text has something that matches a pattern; "" matches all.
func matches(t *testing.T, pattern, text string) bool {
	t.Helper()
	return regexp.MustCompile(pattern).MatchString(text)
}
