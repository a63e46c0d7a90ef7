package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mailshot/transport/smtptest"
)

// answer is what the first signal gets, whatever is waited for.
const answer = "mailshot: stopping; again to stop at once\n"

// TestFirstSignal: whatever the program waits for, it answers the first signal within a second, and
// the second one ends it.
func TestFirstSignal(t *testing.T) {
	t.Parallel()
	rows := func(n int) string { return people(1, n) }
	for _, tt := range []struct {
		name    string
		greet   func(int) smtptest.Reply
		prepare func(j *liveJob)
		busy    func(j *liveJob, pid int, stdin io.WriteCloser) // returns when it waits
		args    []string
	}{
		{"a template that loops", nil, func(j *liveJob) {
			j.edit("job.yaml", shortLetter, "{{range 9999999999999}}{{end}}")
			j.edit("job.yaml", "people.csv", `"-"`)
		}, func(j *liveJob, pid int, stdin io.WriteCloser) {
			// What a pipe does not hold is taken only when the program reads.
			if _, err := io.WriteString(stdin, rows(10_000)); err != nil {
				j.t.Error(err)
			}
			stdin.Close()
		}, []string{"check", "job.yaml"}},
		{"rows that do not come", nil, func(j *liveJob) { j.edit("job.yaml", "people.csv", `"-"`) },
			func(j *liveJob, pid int, stdin io.WriteCloser) {
				if _, err := io.WriteString(stdin, rows(10_000)); err != nil {
					j.t.Error(err)
				}
			}, []string{"check", "job.yaml"}},
		{"a huge attachment", nil, hugeFile,
			func(j *liveJob, pid int, _ io.WriteCloser) { j.awaitOpen(pid, "huge.bin") }, []string{"check", "job.yaml"}},
		{"a secret in a pipe", nil, func(j *liveJob) {
			j.edit("job.yaml", "tls: none", "tls: none, username: office, password: {file: pipe}")
			if err := syscall.Mkfifo(j.path("pipe"), 0o600); err != nil {
				j.t.Fatal(err)
			}
		}, func(j *liveJob, pid int, _ io.WriteCloser) { j.awaitOpen(pid, "job.results.csv.lock") }, []string{"run", "--yes", "job.yaml"}},
		{"a silent server", func(int) smtptest.Reply { return smtptest.Silent(smtptest.Hang) }, func(*liveJob) {},
			func(j *liveJob, pid int, _ io.WriteCloser) { j.awaitOpen(pid, "socket:") }, []string{"run", "--yes", "job.yaml"}},
		{"a huge attachment in the background of a script", nil, hugeFile,
			func(j *liveJob, pid int, _ io.WriteCloser) { j.awaitOpen(pid, "huge.bin") }, []string{"check", "job.yaml"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 2, "", smtptest.Handler{Greeting: tt.greet})
			tt.prepare(j)
			c := j.command(tt.args...)
			if strings.HasSuffix(tt.name, "script") {
				c.Path, c.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" INT; exec "$0" "$@"`}, c.Args...)
			}
			stdin, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			heard := &listener{word: answer, heard: make(chan struct{})}
			c.Stderr = heard
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			tt.busy(j, c.Process.Pid, stdin)
			begun := time.Now()
			_ = c.Process.Signal(syscall.SIGINT)
			wait(t, "an answer to the first signal", heard.heard)
			if took := time.Since(begun); took > time.Second {
				t.Errorf("it was answered after %v", took)
			}
			_ = c.Process.Signal(syscall.SIGINT)
			wait(t, "the end", ended)
			if n := strings.Count(heard.String(), answer); n != 1 {
				t.Errorf("it was answered %d times:\n%s", n, heard.String())
			}
		})
	}
}

// hugeFile attaches a file that takes forever to read.
func hugeFile(j *liveJob) {
	j.edit("job.yaml", "subject:", "attachments: [huge.bin], subject:")
	if err := os.Truncate(j.path("huge.bin"), 1<<40); err != nil {
		j.write("huge.bin", "x")
		if err := os.Truncate(j.path("huge.bin"), 1<<40); err != nil {
			j.t.Skip("no file can be so large here:", err)
		}
	}
}

// awaitOpen waits until a process has a file open whose name begins so.
func (j *liveJob) awaitOpen(pid int, name string) {
	j.t.Helper()
	open := make(chan struct{})
	go func() {
		for range time.Tick(5 * time.Millisecond) {
			all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
			for _, fd := range all {
				if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(filepath.Base(to), name) {
					close(open)
					return
				}
			}
			if j.t.Context().Err() != nil {
				return
			}
		}
	}()
	wait(j.t, "a process to open "+name, open)
}

// TestPipes: a pipe is waited for by nobody, wherever the user or the job names a file.
func TestPipes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, before, after, says string }{
		{"job.yaml", "", "", "job.yaml: it is no regular file"},
		{"people.csv", "", "", "people.csv: it is no regular file\nmailshot: hint: name - for the recipients"},
		{"letter.txt", fmt.Sprintf("{inline: %q}", shortLetter), "letter.txt", "letter.txt: it is no regular file"},
		{"no.txt", "recipients: people.csv", "recipients: {file: people.csv, suppress: [no.txt]}", "no.txt: it is no regular file"},
		{"a.pdf", "subject:", "attachments: [a.pdf], subject:", "a.pdf: it is no regular file"},
		{"ca.pem", "tls: none", "ca: ca.pem", "ca.pem: it is no regular file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := newLiveJob(t, 2, "", smtptest.Handler{})
			if tt.before != "" {
				j.edit("job.yaml", tt.before, tt.after)
			}
			_ = os.Remove(j.path(tt.name))
			if err := syscall.Mkfifo(j.path(tt.name), 0o600); err != nil {
				t.Fatal(err)
			}
			out := make(chan string, 1)
			go func() {
				_, all := j.run("check", "job.yaml")
				out <- all
			}()
			if got := wait(t, "the end", out); !strings.Contains(got, tt.says) {
				t.Errorf("it says %q, want %q", got, tt.says)
			}
		})
	}
}
